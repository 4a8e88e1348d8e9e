"""A server for whatever can be sent to it."""

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.app import create_app
from mockserver.core.limits import Limits
from mockserver.settings import Settings


@pytest.fixture
def client() -> TestClient:
    """A server of its own, which may be reset, filled and emptied."""
    app = create_app(Settings(throttle="off", limits=Limits(workspaces=50)))
    return TestClient(without_lifespan(app), base_url="http://localhost")


def without_lifespan(app: ASGIApp) -> ASGIApp:
    """Nothing runs by itself: schemathesis lets the server live in another event loop than the one of the calls."""

    async def calls_only(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for stage in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{stage}.complete"})
        else:
            await app(scope, receive, send)

    return calls_only
