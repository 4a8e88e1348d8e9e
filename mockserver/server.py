"""Running the server: a socket, a table for the person who started it, a file for the program that did."""

import errno
import gc
import json
import logging
import os
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from types import FrameType

import uvicorn

from mockserver import __version__
from mockserver.app import Switchboard, create_app
from mockserver.calllog import CallLog
from mockserver.control import PREFIX
from mockserver.protocol import PhrasingProtocol
from mockserver.settings import Settings

_GRACE_SECONDS = 0.5
"""How long calls under way may take once the server is told to end."""
_OPEN_FILES = 10_240
"""Enough for the default bound on workspaces, and no more than macOS grants."""
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised here, not chosen
"""Where a person on this machine finds a server that listens on all interfaces."""


class AddressTaken(Exception):  # noqa: N818 - what it is, in words
    """The address cannot be listened on."""


def run(settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl-C, then return."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    _allow_many_files()
    with _listen(settings.host, settings.port) as listener:
        if settings.ready_file is not None:
            settings.ready_file.unlink(missing_ok=True)  # one of an earlier server would be believed
        app = create_app(settings, url=_url(settings.host, listener.getsockname()[1]))
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # a path may hold what the terminal cannot show
        log = CallLog(settings.log_format, sys.stdout)
        app.runtime.on_call = log
        config = uvicorn.Config(
            app,
            loop="auto",
            http=PhrasingProtocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,  # type: ignore[arg-type] # uvicorn waits with any number
        )
        _Server(config, on_ready=lambda: _announce(settings, app)).run(sockets=[listener])
        log.flush()


class _Server(uvicorn.Server):
    """uvicorn, but a signal is a request to end well and not the way the process dies."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn names them
        self.force_exit = self.should_exit
        self.should_exit = True


def _allow_many_files() -> None:
    """Each workspace in `--state` holds three files open, and the usual soft limit is for three hundred of them."""
    try:
        import resource  # noqa: PLC0415 - not on Windows, which has no such limit
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max(soft, _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard))
    with suppress(ValueError, OSError):  # some systems name a hard limit that they do not grant
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name != "nt":  # Windows would let two servers share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        hint = "; --port 0 takes a free port" if error.errno == errno.EADDRINUSE else ""
        raise AddressTaken(f"cannot listen on {host}:{port}: {error.strerror or error}{hint}") from error
    return listener


def _url(host: str, port: int) -> str:
    near = _EVERYWHERE.get(host, host)
    return f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"


def _announce(settings: Settings, app: Switchboard) -> None:
    gc.freeze()  # what start-up made stays: looking through it again would hold a call up for 35 ms now and then
    gc.enable()
    ready = json.dumps({"event": "ready", **_readiness(app)})
    print(_table(settings, app) if settings.log_format == "text" else ready, flush=True)
    if settings.ready_file is not None:
        _write_whole(settings.ready_file, json.dumps(_readiness(app), indent=2) + "\n")


def _readiness(app: Switchboard) -> dict[str, object]:
    """What a program that started the server wants to know."""
    runtime = app.runtime
    credentials = runtime.workspaces.default.credentials()
    return {
        "url": runtime.url,
        "pid": os.getpid(),
        "control_url": f"{runtime.url}{PREFIX}",
        "control_token": app.doors.token,
        "providers": {
            name: {
                "base_url": runtime.base_url(provider),
                "credentials": [dict(credential.fields) for credential in credentials[name]],
            }
            for name, provider in runtime.providers.items()
        },
    }


def _table(settings: Settings, app: Switchboard) -> str:
    runtime = app.runtime
    rows = [
        (provider.title, runtime.base_url(provider), _spelled(credential.fields))
        for provider in runtime.providers.values()
        for credential in runtime.workspaces.default.credentials()[provider.name]
    ]
    rows.append(("control", f"{runtime.url}{PREFIX}/", f"token {app.doors.token}" if app.doors.token else ""))
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    lines = [f"  {name:<{widths[0]}}  {url:<{widths[1]}}  {rest}".rstrip() for name, url, rest in rows]
    sets = ", ".join(settings.fixtures)
    return "\n".join(
        [
            f"mockserver {__version__} answers at {runtime.url}",
            "",
            *lines,
            "",
            f"  fixtures {sets}; throttle {settings.throttle}; Ctrl-C ends it",
        ]
    )


def _spelled(fields: Mapping[str, str]) -> str:
    return "  ".join(f"{name} {value}" for name, value in fields.items())


def _write_whole(path: Path, text: str) -> None:
    """Write so that whoever waits for the file never reads half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)  # a token may be in it
    draft.write_text(text, "utf-8")
    draft.replace(path)
