"""A server of a test run: on a free port, in a thread of its own, or one that runs elsewhere."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_PATIENCE_SECONDS = 30.0
_GRACE_SECONDS = 1
"""How long calls under way may take once the run has ended."""


class ServerFailed(Exception):  # noqa: N818 - what happened
    """The server did not get ready."""


@contextmanager
def serving(**settings: Any) -> Iterator[str]:
    """Run a server as long as the block lasts; gives its URL. `settings` are those of `mockserver serve`."""
    from uvicorn import Config, Server  # noqa: PLC0415 - a plugin is loaded by test runs that never need it

    from mockserver.app import create_app  # noqa: PLC0415
    from mockserver.protocol import PhrasingProtocol  # noqa: PLC0415
    from mockserver.server import listen  # noqa: PLC0415
    from mockserver.settings import Settings  # noqa: PLC0415

    with listen("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = create_app(Settings(**settings), url=url)
        config = Config(
            app,
            http=PhrasingProtocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,  # as `mockserver serve` has it
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="mockserver", daemon=True)
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield url
        finally:
            server.should_exit = True
            thread.join(_PATIENCE_SECONDS)


def _wait_until_started(server: Any, thread: threading.Thread) -> None:
    pause = threading.Event()
    for _ in range(int(_PATIENCE_SECONDS / 0.01)):
        if server.started:
            return
        if not thread.is_alive():
            break
        pause.wait(0.01)
    raise ServerFailed("the server ended before it was ready; its log says why")
