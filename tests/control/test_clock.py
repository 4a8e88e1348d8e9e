"""The clock of a workspace: told, set, frozen, advanced, scaled."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.scheduler import schedule
from mockserver.providers.ethermailer import ETHERMAILER
from mockserver.settings import Settings
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Response, Workspace

NOON = "2030-01-01T12:00:00Z"


def send(workspace: Workspace, method: str, path: str, **request: Any) -> Response:
    """Call the control API, whatever it answers."""
    return workspace.server.request(method, f"/_mock/{path}", params={"workspace": workspace.name}, **request)


def time(workspace: Workspace) -> datetime:
    return datetime.fromisoformat(workspace.control("GET", "clock")["now"])


def is_about(moment: datetime, other: datetime) -> bool:
    return abs(moment - other) < timedelta(seconds=10)


def tasks(workspace: Workspace) -> list[dict[str, Any]]:
    """The work of Ether Mailer that waits or has failed."""
    return [task for task in workspace.control("GET", "tasks") if task["provider"] == "ethermailer"]


@pytest.fixture
def other(server: TestClient) -> Iterator[Workspace]:
    """A second workspace."""
    made = Workspace(server, "clock-other")
    made.control("POST", "workspaces", json={"name": made.name})
    yield made
    made.control("DELETE", f"workspaces/{made.name}")


def test_time_is_real_until_somebody_touches_it(workspace: Workspace) -> None:
    clock = workspace.control("GET", "clock")

    assert (False, 1.0) == (clock["frozen"], clock["scale"])
    assert is_about(datetime.now(UTC), time(workspace))


def test_a_frozen_clock_stands_still_to_the_microsecond(workspace: Workspace) -> None:
    answer = workspace.control("PUT", "clock", json={"now": NOON, "frozen": True})

    assert {"now": NOON, "frozen": True, "scale": 1.0, "tasks_run": 0} == answer
    assert {"now": NOON, "frozen": True, "scale": 1.0} == workspace.control("GET", "clock")


def test_a_clock_can_be_frozen_where_it_is(workspace: Workspace) -> None:
    workspace.control("PUT", "clock", json={"frozen": True})
    first, second = time(workspace), time(workspace)

    assert is_about(datetime.now(UTC), first)
    assert first == second


def test_a_clock_that_is_set_goes_on_from_there(workspace: Workspace) -> None:
    clock = workspace.control("PUT", "clock", json={"now": NOON})
    first, second = time(workspace), time(workspace)

    assert clock["frozen"] is False
    assert datetime.fromisoformat(NOON) < first < second
    assert is_about(datetime.fromisoformat(NOON), second)


def test_a_frozen_clock_that_is_set_stays_frozen(workspace: Workspace) -> None:
    workspace.freeze()
    workspace.control("PUT", "clock", json={"now": "2031-06-01T00:00:00+02:00"})

    assert {"now": "2031-05-31T22:00:00Z", "frozen": True, "scale": 1.0} == workspace.control("GET", "clock")


def test_a_resumed_clock_goes_on_from_where_it_stood(workspace: Workspace) -> None:
    workspace.freeze(NOON)
    workspace.control("PUT", "clock", json={"frozen": False})
    first, second = time(workspace), time(workspace)

    assert datetime.fromisoformat(NOON) < first < second
    assert is_about(datetime.fromisoformat(NOON), second)


def test_a_scaled_clock_runs_faster(workspace: Workspace) -> None:
    workspace.control("PUT", "clock", json={"now": NOON, "scale": 1_000_000})

    assert 1_000_000 == workspace.control("GET", "clock")["scale"]
    assert time(workspace) > datetime.fromisoformat(NOON) + timedelta(seconds=100)


def test_nothing_asked_changes_nothing(workspace: Workspace) -> None:
    workspace.freeze(NOON)
    workspace.control("PUT", "clock", json={})

    assert {"now": NOON, "frozen": True, "scale": 1.0} == workspace.control("GET", "clock")


@pytest.mark.parametrize(
    ("by", "now"),
    [
        ({"seconds": 1.5}, "2030-01-01T12:00:01.500000Z"),
        ({"minutes": 5}, "2030-01-01T12:05:00Z"),
        ({"hours": 2}, "2030-01-01T14:00:00Z"),
        ({"days": 31}, "2030-02-01T12:00:00Z"),
        ({"days": 1, "hours": 1, "minutes": 1, "seconds": 1}, "2030-01-02T13:01:01Z"),
        ({}, NOON),
    ],
)
def test_a_clock_advances_by_the_sum_of_what_is_given(workspace: Workspace, by: dict[str, float], now: str) -> None:
    workspace.freeze(NOON)
    answer = workspace.control("POST", "clock/advance", json=by)

    assert {"now": now, "frozen": True, "scale": 1.0, "tasks_run": 0} == answer


def test_a_running_clock_advances_too(workspace: Workspace) -> None:
    workspace.advance(days=1)

    assert is_about(datetime.now(UTC) + timedelta(days=1), time(workspace))


@pytest.mark.reading("ethermailer", confirm_after=60)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "clock/advance", {"minutes": 1}), ("PUT", "clock", {"now": "2030-01-01T12:01:00Z"})],
    ids=["advance", "set"],
)
def test_work_that_became_due_runs_before_the_answer(
    workspace: Workspace, method: str, path: str, body: dict[str, Any]
) -> None:
    ether = EtherMailer(workspace)
    workspace.freeze(NOON)
    for email in ("a@example.com", "b@example.com"):
        ether.post("/user/contact/register", {"senderProfileId": ether.sender_profiles()[0]["id"], "email": email})
    answer = workspace.control(method, path, json=body)

    assert 2 == answer["tasks_run"]
    assert 0 == workspace.control("POST", "clock/advance", json={"days": 1})["tasks_run"]
    assert ["a@example.com", "b@example.com"] == [contact["email"] for contact in ether.contacts()[-2:]]


def test_calls_happen_at_the_moment_of_the_clock(workspace: Workspace) -> None:
    workspace.freeze(NOON)
    EtherMailer(workspace).get("/user")

    assert NOON == workspace.calls()[0]["at"]


def test_the_clock_of_another_workspace_goes_its_own_way(workspace: Workspace, other: Workspace) -> None:
    workspace.freeze(NOON)
    workspace.advance(days=1)

    assert is_about(datetime.now(UTC), time(other))
    assert other.control("GET", "clock")["frozen"] is False


def test_a_server_can_start_with_every_clock_frozen() -> None:
    settings = Settings(clock=datetime(2030, 1, 1, 12, tzinfo=UTC))
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8765") as client:
        client.post("/_mock/workspaces", json={"name": "a"})
        clocks = [client.get(f"/_mock/clock?workspace={name}").json() for name in ("default", "a")]

    assert [{"now": NOON, "frozen": True, "scale": 1.0}] * 2 == clocks


# What is declined


@pytest.mark.parametrize(
    "body",
    [
        {"now": "yesterday"},
        {"now": "2030-01-01T12:00:00"},
        {"now": "1969-12-31T23:59:59Z"},
        {"now": "9000-01-01T00:00:01Z"},
        {"now": "1970-01-01T00:00:00+01:00"},
        {"frozen": "perhaps"},
        {"scale": 0},
        {"scale": -1},
        {"scale": 1_000_001},
        {"speed": 2},
        [],
    ],
)
def test_a_change_that_makes_no_sense_is_declined_and_changes_nothing(workspace: Workspace, body: Any) -> None:
    workspace.freeze(NOON)
    response = send(workspace, "PUT", "clock", json=body)

    assert 400 == response.status_code
    assert {"error"} == set(response.json())
    assert {"now": NOON, "frozen": True, "scale": 1.0} == workspace.control("GET", "clock")


def test_a_bad_moment_changes_neither_freezing_nor_scale(workspace: Workspace) -> None:
    response = send(workspace, "PUT", "clock", json={"now": "9999-01-01T00:00:00Z", "frozen": True, "scale": 5})

    assert 400 == response.status_code
    assert "now: the clock shows dates from 1970 to 9000, not 9999-01-01T00:00:00+00:00" == response.json()["error"]
    assert (False, 1.0) == (workspace.control("GET", "clock")["frozen"], workspace.control("GET", "clock")["scale"])


@pytest.mark.parametrize(
    "body",
    [
        {"seconds": -1},
        {"minutes": "many"},
        {"weeks": 1},
        {"days": 1_000_001},
        {"hours": 10_000_001},
        {"seconds": 1e11},
        {"days": 1_000_000, "hours": 10_000_000, "minutes": 1e8, "seconds": 1e10},
        {"days": 3_000_000},
        None,
    ],
)
def test_an_advance_that_makes_no_sense_is_declined_and_changes_nothing(workspace: Workspace, body: Any) -> None:
    workspace.freeze("8999-01-01T00:00:00Z")
    response = send(workspace, "POST", "clock/advance", json=body)

    assert 400 == response.status_code
    assert {"error"} == set(response.json())
    assert "8999-01-01T00:00:00Z" == workspace.control("GET", "clock")["now"]


@pytest.mark.parametrize(("method", "path"), [("GET", "clock"), ("PUT", "clock"), ("POST", "clock/advance")])
def test_the_clock_of_an_unknown_workspace_is_declined(server: TestClient, method: str, path: str) -> None:
    response = server.request(method, f"/_mock/{path}?workspace=nowhere", json=None if method == "GET" else {})

    assert 404 == response.status_code
    assert {"error": 'there is no workspace "nowhere"; POST /_mock/workspaces makes one'} == response.json()


# Work that waits


@pytest.mark.reading("ethermailer", confirm_after=60)
def test_work_that_waits_is_listed_until_it_is_done(workspace: Workspace) -> None:
    workspace.freeze("2030-01-01T12:00:00Z")
    ether = EtherMailer(workspace)
    profile = ether.sender_profiles()[0]["id"]
    ether.post("/user/contact/register", {"email": "new@example.com", "senderProfileId": profile})
    (waiting,) = tasks(workspace)
    workspace.advance(minutes=1)

    assert ("2030-01-01T12:01:00Z", "ethermailer", "confirm", None) == tuple(
        waiting[name] for name in ("due", "provider", "kind", "failure")
    )
    assert [] == tasks(workspace)


def test_work_that_failed_is_listed_with_the_reason(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime = workspace.server.app.runtime  # type: ignore[attr-defined] # the switchboard's
    world = runtime.workspaces.get(workspace.name)
    failing = replace(ETHERMAILER, tasks=lambda: {"fails": lambda _context, _payload: 1 / 0})
    monkeypatch.setitem(runtime.providers, "ethermailer", failing)
    workspace.freeze("2030-01-01T12:00:00Z")
    with world.transaction(runtime.providers["ethermailer"]) as context:
        schedule(context, kind="fails", due=context.now, payload={})
    (failed,) = tasks(workspace)

    assert "ZeroDivisionError('division by zero')" == failed["failure"]
