"""The composition root: one ASGI application out of the providers, the control API and the probes."""

import asyncio
import secrets
from contextlib import suppress
from dataclasses import replace
from functools import cached_property

from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.control import PAGE, PREFIX, is_below
from mockserver.control.guards import Doors, Guard, is_loopback
from mockserver.core.api import serve
from mockserver.core.fixtures import Progress
from mockserver.core.loading import loading
from mockserver.core.runtime import Runtime
from mockserver.core.scheduler import tick
from mockserver.providers import PROVIDERS
from mockserver.settings import Settings

PROBES = {"/livez", "/readyz"}
_RELAY_SECONDS = 0.25
"""How much longer messages are relayed once the server is told to end."""


class Switchboard:
    """ASGI: connects each call to the provider it means, by host name, by prefix, or by the shape of its path.

    Some real clients keep only scheme, host and port of a base URL; their bare paths are told apart by shape.
    """

    def __init__(self, runtime: Runtime, doors: Doors) -> None:
        self.runtime = runtime
        self.doors = doors
        self._providers = list(runtime.providers.values())
        self._apps = {provider.name: serve(provider, runtime) for provider in self._providers}
        self._hosts = {
            host.encode(): provider.name
            for provider in self._providers
            for host in (*provider.hosts, f"{provider.name}.localhost")
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._app_for(scope)(scope, receive, send)
        else:
            raise RuntimeError(f"only HTTP is spoken here, not {scope['type']}")

    def _app_for(self, scope: Scope) -> ASGIApp:
        """The application that a call is for; a provider's one sees its own paths, without the prefix."""
        path: str = scope["path"]
        if is_below(PREFIX, path):
            return self.page if is_below(PAGE, path) else self.control
        if path in PROBES:
            return PlainTextResponse("ok")
        name, inner = self._connect(scope, path)
        if name is None:
            return self._nobody(scope)
        scope["root_path"], scope["path"] = path[: len(path) - len(inner)] if path.endswith(inner) else "", inner
        return self._apps[name]

    # Control API and page are loaded when they are first called: many servers never need them.

    @cached_property
    def control(self) -> ASGIApp:
        return self._guarded(self._control)

    @cached_property
    def page(self) -> ASGIApp:
        with loading():
            from mockserver.page.app import page_app  # noqa: PLC0415

            return self._guarded(page_app(self.runtime, self._control, self.doors))

    @cached_property
    def _control(self) -> ASGIApp:
        with loading():
            from mockserver.control.app import ControlApp  # noqa: PLC0415

            return ControlApp(self.runtime)

    def _guarded(self, app: ASGIApp) -> ASGIApp:
        return Guard(app, self.doors, snapshot_bytes=self.runtime.limits.snapshot_bytes)

    def _connect(self, scope: Scope, path: str) -> tuple[str | None, str]:
        """The provider that a call means, and the path that this provider sees."""
        for key, host in scope["headers"]:
            if key == b"host":
                name = self._hosts.get(host.partition(b":")[0].lower())
                if name is not None:
                    return name, path
                break
        first, slash, rest = path[1:].partition("/")
        if first in self._apps:
            return first, slash + rest or "/"
        for provider in self._providers:
            if provider.claims(path):
                return provider.name, path
        return None, path

    def _nobody(self, scope: Scope) -> Response:
        """No provider is meant: somebody with a browser and the bare address wants the page."""
        if scope["path"] == "/" and b"text/html" in dict(scope["headers"]).get(b"accept", b""):
            return RedirectResponse(PAGE, 303, headers={"Vary": "Accept"})
        url = self.runtime.url
        told = {"error": "no provider answers here", "page": f"{url}{PAGE}", "control": f"{url}{PREFIX}/"}
        return JSONResponse({**told, "base_urls": {each.name: self.runtime.base_url(each) for each in self._providers}}, 404)

    async def _live(self, receive: Receive, send: Send) -> None:
        """ASGI's lifespan: due work runs while the server lives."""
        await receive()
        ticking = asyncio.create_task(tick(self.runtime.workspaces))
        delivering = asyncio.create_task(self.runtime.courier.run(self.runtime.workspaces))
        relay = self.runtime.relay
        relaying = asyncio.create_task(relay.run()) if relay is not None else None
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await _cancelled(ticking)
        await _cancelled(delivering)
        if relay is not None and relaying is not None:
            await relay.finish(_RELAY_SECONDS)
            await _cancelled(relaying)
        self.runtime.workspaces.close()
        await send({"type": "lifespan.shutdown.complete"})


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def create_app(settings: Settings, *, url: str | None = None, progress: Progress | None = None) -> Switchboard:
    """The whole server as one ASGI application; `url` is the address at which it will be reached.

    `progress` is told of the planting of large fixtures, which takes its time.
    """
    runtime = Runtime(
        providers=PROVIDERS,
        settings={provider.name: getattr(settings, provider.name) for provider in PROVIDERS},
        fixtures=[replace(each, progress=progress) for each in settings.fixture_sets],
        throttle=settings.throttle,
        strict=settings.strict,
        limits=settings.limits,
        seed=settings.seed,
        clock=settings.clock,
        state=settings.state,
        url=url or f"http://{settings.host}:{settings.port}",
    )
    runtime.courier.allow(settings.webhook_hosts)
    if settings.relay_address is not None:
        runtime.hand_on_to(settings.relay_address)
    return Switchboard(runtime, doors(settings))


def doors(settings: Settings) -> Doors:
    """Who may control: anybody on this machine; from elsewhere whoever has the token, which is made when none is set."""
    token = settings.control_token
    if token is None and not settings.control_open and not is_loopback(settings.host):
        token = secrets.token_hex(16)
    return Doors(hosts=frozenset(host.lower() for host in settings.control_hosts), token=token)
