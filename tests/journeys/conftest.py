"""Servers in processes of their own, on free ports of the loopback interface."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Protocol

import httpx2
import pytest

_ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 20.0


class Server:
    """One server: its process, what its ready-file says, and what it logs."""

    def __init__(self, folder: Path, *options: str, variables: Mapping[str, str] | None = None) -> None:
        folder.mkdir()
        self.ready_file = folder / "ready.json"
        self._output, self._errors = folder / "stdout", folder / "stderr"
        files = ("--port", "0", "--ready-file", str(self.ready_file))
        with self._output.open("wb") as output, self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                command(*files, *options), cwd=_ROOT, env=environment(variables), stdout=output, stderr=errors
            )
        self._wait_until(self.ready_file.exists)
        self.ready: dict[str, Any] = json.loads(self.ready_file.read_text("utf-8"))
        self.url: str = self.ready["url"]
        self.port = int(self.url.rpartition(":")[2])
        self.api_key: str = self.ready["providers"]["ethermailer"]["credentials"][0]["api_key"]

    def client(self) -> httpx2.Client:
        """A client with connections of its own."""
        return httpx2.Client(base_url=self.url, timeout=_PATIENCE_SECONDS)

    def get(self, path: str, *, key: str = "", **headers: str) -> httpx2.Response:
        """One call on a connection of its own, with a key of Ether Mailer if there is one."""
        shown = {"Authorization": f"API {key}"} if key else {}
        return httpx2.get(f"{self.url}{path}", headers={**shown, **headers}, timeout=_PATIENCE_SECONDS)

    def log(self) -> str:
        return self._output.read_text("utf-8")

    def errors(self) -> str:
        return self._errors.read_text("utf-8")

    def calls(self, count: int) -> list[str]:
        """The log lines of the last `count` calls, once that many are there; the start-up table comes before them."""
        self._wait_until(lambda: len(self._after_table()) >= count)
        return self._after_table()

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal, see it exit, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(_PATIENCE_SECONDS)

    def see_off(self) -> None:
        """Leave no process behind, whatever the test did."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(_PATIENCE_SECONDS)

    def _after_table(self) -> list[str]:
        return self.log().rpartition("Ctrl-C ends it\n")[2].splitlines()

    def _wait_until(self, happened: Any) -> None:
        deadline = monotonic() + _PATIENCE_SECONDS
        while not happened():
            if self.process.poll() is not None or monotonic() > deadline:
                self.see_off()
                pytest.fail(f"the server did not get that far: {self.errors()}{self.log()}")
            sleep(0.01)


class Serve(Protocol):
    """Starts a server with options, and with environment variables."""

    def __call__(self, *options: str, variables: Mapping[str, str] | None = None) -> Server: ...


class Refused(Protocol):
    """Starts a server that must not start; returns its exit code and its lines on stderr."""

    def __call__(self, *options: str, variables: Mapping[str, str] | None = None) -> tuple[int, list[str]]: ...


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "mockserver", "serve", *options]


def environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """This environment, configured by `variables` and by nothing that happens to be set here."""
    inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith("MOCKSERVER_")}
    return {**inherited, **(variables or {})}


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start servers; they end with the test, if the test has not ended them."""
    servers: list[Server] = []

    def start(*options: str, variables: Mapping[str, str] | None = None) -> Server:
        servers.append(Server(tmp_path / f"server-{len(servers)}", *options, variables=variables))
        return servers[-1]

    yield start
    for server in servers:
        server.see_off()


@pytest.fixture
def refused() -> Refused:
    """Try to start a server with something that it must refuse."""

    def start(*options: str, variables: Mapping[str, str] | None = None) -> tuple[int, list[str]]:
        done = subprocess.run(
            command(*options),
            cwd=_ROOT,
            env=environment(variables),
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )

        assert "" == done.stdout
        return done.returncode, done.stderr.splitlines()

    return start


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the throttle off, for journeys that need nothing special; each takes a workspace of its own."""
    server = Server(tmp_path_factory.mktemp("running") / "server", "--throttle", "off")
    yield server
    server.see_off()


@pytest.fixture
def server(running: Server) -> Iterator[httpx2.Client]:
    """A client with real connections, in place of the one inside the process: `workspace` is made through it."""
    with running.client() as client:
        yield client
