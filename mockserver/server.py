"""Running the server: a socket, a table for the person who started it, a file for the program that did."""

import asyncio
import errno
import gc
import json
import logging
import os
import socket
import ssl
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from types import FrameType

import uvicorn

from mockserver import __version__
from mockserver.app import Switchboard, create_app
from mockserver.calllog import CallLog
from mockserver.control import PAGE, PREFIX
from mockserver.core.fixtures import Progress
from mockserver.protocol import PhrasingProtocol
from mockserver.settings import Settings

_GRACE_SECONDS = 0.5
"""How long calls under way may take once the server is told to end."""
_FAREWELL_SECONDS = 0.1
"""How long an encrypted connection waits for the client's farewell, when the server ends it; an idle client says none."""
_OPEN_FILES = 10_240
"""Enough for the default bound on workspaces, and no more than macOS grants."""
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised here, not chosen
"""Where a person on this machine finds a server that listens on all interfaces."""


class AddressTaken(Exception):  # noqa: N818 - what it is, in words
    """The address cannot be listened on."""


@dataclass(frozen=True, slots=True)
class Encrypted:
    """The second listener, that of HTTPS."""

    listener: socket.socket
    context: ssl.SSLContext
    certificate_file: Path
    """The authority's certificate, which clients are to trust."""

    def url(self, host: str) -> str:
        return _url("https", host, self.listener.getsockname()[1])


def run(settings: Settings, progress: Progress | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C, then return. `progress` is told of the planting of large fixtures."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    _allow_many_files()
    with ExitStack() as sockets:
        listener = sockets.enter_context(listen(settings.host, settings.port))
        encrypted = _encrypted(settings, sockets) if settings.tls else None
        if settings.ready_file is not None:
            settings.ready_file.unlink(missing_ok=True)  # one of an earlier server would be believed
        app = create_app(settings, url=_url("http", settings.host, listener.getsockname()[1]), progress=progress)
        app.runtime.tls_url = encrypted.url(settings.host) if encrypted is not None else None
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
            proxy_headers=False,  # nothing stands in front of it, and whoever called is who is limited
            timeout_graceful_shutdown=_GRACE_SECONDS,  # type: ignore[arg-type] # uvicorn waits with any number
        )
        server = _Server(config, encrypted, on_ready=lambda: _announce(settings, app, encrypted), on_end=app.runtime.end)
        server.run(sockets=[listener])
        log.flush()


def _encrypted(settings: Settings, sockets: ExitStack) -> Encrypted:
    from mockserver.authority import Authority  # noqa: PLC0415 - most servers do without, and start and stay smaller

    listener = sockets.enter_context(listen(settings.host, settings.tls_port, option="--tls-port"))
    authority = Authority.of(settings)
    return Encrypted(listener, authority.server_context(), authority.certificate_file)


class _Server(uvicorn.Server):
    """uvicorn, but a signal is a request to end well and not the way the process dies.

    It listens on two sockets when there is an encrypted one: what is behind them, and their end, are the same.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        encrypted: Encrypted | None,
        on_ready: Callable[[], None],
        on_end: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._encrypted = encrypted
        self._on_ready = on_ready
        self._on_end = on_end

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._encrypted is not None:
            await self._listen_encrypted(self._encrypted)
        self._on_ready()

    async def _listen_encrypted(self, encrypted: Encrypted) -> None:
        """As uvicorn listens, with TLS; it ends what is among its `servers`."""
        protocol = partial(
            PhrasingProtocol, config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        listening = await asyncio.get_running_loop().create_server(
            protocol,
            sock=encrypted.listener,
            ssl=encrypted.context,
            ssl_shutdown_timeout=_FAREWELL_SECONDS,
            backlog=self.config.backlog,
        )
        self.servers.append(listening)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_end()
        await super().shutdown(sockets)

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


def listen(host: str, port: int, *, option: str = "--port") -> socket.socket:
    """A socket bound to an address. Raises AddressTaken, which tells of the option that sets the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if os.name != "nt":  # Windows would let two servers share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        hint = f"; {option} 0 takes a free port" if error.errno == errno.EADDRINUSE else ""
        raise AddressTaken(f"cannot listen on {host}:{port}: {error.strerror or error}{hint}") from error
    return listener


def _url(scheme: str, host: str, port: int) -> str:
    near = _EVERYWHERE.get(host, host)
    return f"{scheme}://[{near}]:{port}" if ":" in near else f"{scheme}://{near}:{port}"


def _announce(settings: Settings, app: Switchboard, encrypted: Encrypted | None) -> None:
    gc.freeze()  # what start-up made stays: looking through it again would hold a call up for 35 ms now and then
    gc.enable()
    readiness = _readiness(app, encrypted)
    ready = json.dumps({"event": "ready", **readiness})
    print(_table(settings, app, encrypted) if settings.log_format == "text" else ready, flush=True)
    if settings.ready_file is not None:
        _write_whole(settings.ready_file, json.dumps(readiness, indent=2) + "\n")


def _readiness(app: Switchboard, encrypted: Encrypted | None) -> dict[str, object]:
    """What a program that started the server wants to know."""
    runtime = app.runtime
    credentials = runtime.workspaces.default.credentials()
    return {
        "url": runtime.url,
        "pid": os.getpid(),
        "control_url": f"{runtime.url}{PREFIX}",
        "control_token": app.doors.token,
        "tls_url": runtime.tls_url,
        "ca_file": None if encrypted is None else str(encrypted.certificate_file),
        "relay": None if runtime.relay is None else str(runtime.relay.address),
        "providers": {
            name: {
                "base_url": runtime.base_url(provider),
                "credentials": [dict(credential.fields) for credential in credentials[name]],
            }
            for name, provider in runtime.providers.items()
        },
    }


def _table(settings: Settings, app: Switchboard, encrypted: Encrypted | None) -> str:
    runtime = app.runtime
    rows = [
        (provider.title, runtime.base_url(provider), _spelled(credential.fields))
        for provider in runtime.providers.values()
        for credential in runtime.workspaces.default.credentials()[provider.name]
    ]
    rows.append(("page", f"{runtime.url}{PAGE}", "calls, mail and state to look at, in a browser"))
    rows.append(("control", f"{runtime.url}{PREFIX}/", f"token {app.doors.token}" if app.doors.token else ""))
    if runtime.relay is not None:
        rows.append(("relay", f"smtp://{runtime.relay.address}", "gets every message of an outbox as well"))
    if encrypted is not None:
        rows.append(("TLS", str(runtime.tls_url), f"authority {encrypted.certificate_file}  (mockserver ca)"))
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
