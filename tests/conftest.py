"""One server for the whole process, one fresh workspace for each test."""

import os
import sys
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.cli import main
from mockserver.settings import Settings
from tests.workspace import Workspace

pytest_plugins = ("tests.conformance.plugin",)

_numbers = count(1)

Run = Callable[..., tuple[int, str, str]]
"""Runs a command of the command line; returns its exit code and what it printed on stdout and stderr."""


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


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `mockserver` with arguments; returns the exit code and what was printed on stdout and stderr."""
    for name in list(os.environ):
        if name.upper().startswith("MOCKSERVER_"):
            monkeypatch.delenv(name)

    monkeypatch.setattr(sys.modules["__main__"], "__package__", None)  # or it would be named after whoever runs the tests

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mockserver", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        return int(end.value.code or 0), printed.out, printed.err

    return run
