"""One server for the whole process, one fresh workspace for each test."""

from collections.abc import Iterator
from itertools import count

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.workspace import Workspace

pytest_plugins = ("tests.conformance.plugin",)

_numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[TestClient]:
    """The whole application, in this process, with the standard fixtures and the throttle off."""
    app = create_app(Settings(throttle="off"))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.fixture
def workspace(server: TestClient, request: pytest.FixtureRequest) -> Iterator[Workspace]:
    """A fresh workspace, in the readings that the test's `reading` markers ask for."""
    made = Workspace(server, f"t{next(_numbers)}")
    made.control("POST", "workspaces", json={"name": made.name})
    for mark in request.node.iter_markers("reading"):
        made.configure(mark.args[0], **mark.kwargs)
    yield made
    made.control("DELETE", f"workspaces/{made.name}")
