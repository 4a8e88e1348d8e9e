"""The pytest plugin: `mock`, a workspace of one's own for each test, on a server that the whole run shares.

It is found by itself once the package is installed. The server runs in a thread on a free port, or is the one that
`MOCKSERVER_URL` names; each process of pytest-xdist has its own, or its own workspaces of the named one.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4  # noqa: TID251 - runs that share a server must not share names

import pytest

if TYPE_CHECKING:
    import httpx2

    from mockserver.testing.control import Control

URL_VARIABLE = "MOCKSERVER_URL"
TOKEN_VARIABLE = "MOCKSERVER_CONTROL_TOKEN"  # noqa: S105 - the name of one
MARKER = "mockserver"

_run = uuid4().hex[:8]
_numbers = count(1)
_MOCK = pytest.StashKey["Control"]()
_SHOWN_CALLS = 20


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        f"{MARKER}(fixtures=None, throttle=None, clock=None, fail_on_manners=False): the workspace of the fixture `mock`: "
        "the fixture set (or list of them) that it starts from; enforce, observe or off; the moment at which its clock "
        "stands; whether the test fails when its client has misbehaved.",
    )


@pytest.fixture(scope="session")
def mockserver() -> Iterator[str]:
    """The URL of the server that the run uses."""
    url = os.environ.get(URL_VARIABLE)
    if url:
        yield url.rstrip("/")
        return
    from mockserver.testing.server import serving  # noqa: PLC0415 - only a run that uses it waits for it

    with serving() as own:
        yield own


@pytest.fixture(scope="session")
def _mockserver_client(mockserver: str) -> Iterator["httpx2.Client"]:
    """One for all tests: making one takes longer than making a workspace."""
    from mockserver.testing.connection import new_client  # noqa: PLC0415 - see above

    with new_client(mockserver) as client:
        yield client


@pytest.fixture
def mock(mockserver: str, _mockserver_client: "httpx2.Client", request: pytest.FixtureRequest) -> Iterator["Control"]:
    """A fresh workspace: base URLs and credentials of the providers, clock, outbox, journal, faults and so on."""
    from mockserver.testing.control import Control  # noqa: PLC0415 - see above

    asked = _asked(request.node)
    judged = asked.pop("fail_on_manners", False)
    name = f"{_run}-{next(_numbers)}"
    with Control(mockserver, name, os.environ.get(TOKEN_VARIABLE), client=_mockserver_client) as control:
        control.create(**{"throttle": "observe", **asked})
        request.node.stash[_MOCK] = control
        yield control
        complaints = _complaints(control) if judged else ""
        del request.node.stash[_MOCK]
        control.delete()
    if complaints:
        pytest.fail(complaints, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Show the calls of a test that failed, with what the server thought of each."""
    report = yield
    control = item.stash.get(_MOCK, None)
    if report.failed and control is not None:
        from mockserver.testing.calls import told  # noqa: PLC0415 - see above

        report.sections.append(("mockserver: calls of the workspace", told(control, _SHOWN_CALLS)))
    return report


def _asked(node: pytest.Item) -> dict[str, Any]:
    """What the markers say; the nearest one wins."""
    asked: dict[str, Any] = {}
    for mark in reversed(list(node.iter_markers(MARKER))):
        unknown = set(mark.kwargs) - {"fixtures", "throttle", "clock", "fail_on_manners"}
        if unknown or mark.args:
            raise pytest.UsageError(
                f"{node.nodeid}: the marker mockserver takes no {', '.join(map(str, unknown or mark.args))}"
            )
        asked |= mark.kwargs
    if asked.get("fixtures") is not None:
        asked["fixtures"] = [_name(each) for each in _several(asked["fixtures"])]
    if isinstance(asked.get("clock"), datetime):
        asked["clock"] = asked["clock"].isoformat()
    return asked


def _several(fixtures: Any) -> list[Any]:
    return [fixtures] if isinstance(fixtures, str | os.PathLike) else list(fixtures)


def _name(fixtures: "str | os.PathLike[str]") -> str:
    """A set by its name, or a folder where the test run finds it: the server may look from elsewhere."""
    return str(Path(fixtures).absolute()) if Path(fixtures).is_dir() else str(fixtures)


def _complaints(control: "Control") -> str:
    findings = [finding for finding in control.manners().findings if finding.severity != "advice"]
    if not findings:
        return ""
    lines = [f"{finding.severity}: {finding.advice} ({finding.rule}; calls {finding.calls})" for finding in findings]
    return "\n".join(["the client has misbehaved:", *lines])
