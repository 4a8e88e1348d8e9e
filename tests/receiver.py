"""A real HTTP server that webhooks are delivered to, and that behaves as a test wants."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import Any

_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Received:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes


@dataclass
class Answer:
    """How a request is answered."""

    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    hang: bool = False
    """Whether nothing comes until the receiver is closed."""
    before: Callable[[], Any] | None = None
    """What it does first."""


class Receiver:
    """Listens on a port of its own until it is closed. Each request has the next of `answers`, then each has a plain 200."""

    def __init__(self, *answers: Answer, port: int = 0) -> None:
        self.received: list[Received] = []
        self.most_at_once = 0
        self._answers = list(answers)
        self._at_once = 0
        self._lock = Lock()
        self._closing = Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver._handle(self)

            do_GET = do_POST

            def log_message(self, *_parts: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def wait(self, count: int) -> list[Received]:
        """The requests, once there are that many."""
        deadline = monotonic() + _PATIENCE_SECONDS
        while len(self.received) < count:
            assert monotonic() < deadline, f"{len(self.received)} of {count} requests came"
            sleep(0.01)
        return list(self.received)

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in request.headers.items()}
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self.received.append(Received(request.command, request.path, headers, body))
            answer = self._answers.pop(0) if self._answers else Answer()
        try:
            self._answer(request, answer)
        except OSError:  # the other side has gone
            pass
        finally:
            with self._lock:
                self._at_once -= 1

    def _answer(self, request: BaseHTTPRequestHandler, answer: Answer) -> None:
        if answer.before is not None:
            answer.before()
        if answer.hang:
            self._closing.wait(_PATIENCE_SECONDS)
            return
        request.send_response(answer.status)
        for name, value in answer.headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(answer.body)
