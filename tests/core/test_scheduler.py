"""Due work: when it runs, in which order, and what happens when it fails."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlmodel import col
from starlette.testclient import TestClient

from mockserver.app import Switchboard, doors
from mockserver.core import scheduler
from mockserver.core.context import Context
from mockserver.core.fixtures import find_set
from mockserver.core.provider import Provider
from mockserver.core.runtime import Runtime
from mockserver.core.scheduler import run_due, schedule, tick
from mockserver.core.tables import Memory, Task
from mockserver.core.workspace import Workspace
from mockserver.core.workspaces import Workspaces
from mockserver.providers.ethermailer import ETHERMAILER
from mockserver.settings import Settings
from tests.workspace import Workspace as Controlled

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

Ran = list[tuple[str, datetime]]


class World:
    """A server with a provider that notes which of its work ran, and at which instant."""

    def __init__(self) -> None:
        self.ran: Ran = []
        kinds = {"note": self._note, "fail": self._fail, "again": self._again, "remember": self._remember}
        self.provider: Provider = replace(ETHERMAILER, tasks=kinds)
        self.runtime = Runtime(
            providers=[self.provider],
            settings={"ethermailer": ETHERMAILER.settings()},
            fixtures=[find_set("empty")],
            throttle="off",
            clock=NOW,
        )
        self.workspaces: Workspaces = self.runtime.workspaces
        self.workspace: Workspace = self.workspaces.default

    def plan(self, name: str, after: timedelta, kind: str = "note", workspace: Workspace | None = None) -> None:
        """Schedule a piece of work, in a transaction of its own."""
        with (workspace or self.workspace).transaction(self.provider) as context:
            schedule(context, kind=kind, due=NOW + after, payload={"name": name})

    def pass_time(self, by: timedelta) -> int:
        self.workspace.clock.advance(by)
        return asyncio.run(run_due(self.workspace))

    def waiting(self) -> list[tuple[str, str | None]]:
        """What is in the table of tasks: names, and failures."""
        found = self.workspace.database.execute(select(col(Task.payload), col(Task.failure)).order_by(col(Task.id)))
        return [(row.payload["name"], row.failure) for row in found]

    def remembered(self) -> list[str]:
        keys = select(col(Memory.key)).where(col(Memory.key).like("test.%"))
        return list(self.workspace.database.execute(keys).scalars())

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.ran]

    def _note(self, context: Context[Any], payload: dict[str, Any]) -> None:
        self.ran.append((payload["name"], context.now))

    def _remember(self, context: Context[Any], payload: dict[str, Any]) -> None:
        context.execute(insert(Memory), {"key": f"test.{payload['name']}", "value": None})

    def _fail(self, context: Context[Any], payload: dict[str, Any]) -> None:
        self._remember(context, payload)
        self._note(context, payload)
        raise RuntimeError(f"{payload['name']} went wrong")

    def _again(self, context: Context[Any], payload: dict[str, Any]) -> None:
        self._note(context, payload)
        schedule(context, kind="again", due=context.now + MINUTE, payload=payload)


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.workspaces.close()


# When and in which order


def test_work_waits_for_its_moment(world: World) -> None:
    world.plan("later", MINUTE)
    early = world.pass_time(MINUTE - timedelta(microseconds=1))
    due = world.pass_time(timedelta(microseconds=1))

    assert (0, 1) == (early, due)
    assert ["later"] == world.names
    assert [] == world.waiting()


def test_work_runs_in_the_order_of_its_moments(world: World) -> None:
    world.plan("third", 3 * MINUTE)
    world.plan("first", MINUTE)
    world.plan("second", 2 * MINUTE)
    count = world.pass_time(timedelta(days=1))

    assert 3 == count
    assert ["first", "second", "third"] == world.names


def test_work_of_the_same_moment_runs_in_the_order_it_was_planned(world: World) -> None:
    for name in ("one", "two", "three"):
        world.plan(name, MINUTE)
    world.pass_time(MINUTE)

    assert ["one", "two", "three"] == world.names


def test_each_piece_happens_at_the_instant_it_was_due(world: World) -> None:
    world.plan("first", MINUTE)
    world.plan("second", 2 * MINUTE)
    world.pass_time(timedelta(days=1))

    assert [("first", NOW + MINUTE), ("second", NOW + 2 * MINUTE)] == world.ran


def test_work_may_plan_further_work_that_runs_in_the_same_go(world: World) -> None:
    world.plan("hourly", MINUTE, "again")
    world.plan("between", 2.5 * MINUTE)
    count = world.pass_time(3 * MINUTE)

    assert 4 == count
    assert ["hourly", "hourly", "between", "hourly"] == world.names
    assert [("hourly", None)] == world.waiting()


def test_work_planned_for_the_past_runs_at_the_next_occasion(world: World) -> None:
    world.plan("late", -MINUTE)

    assert 1 == asyncio.run(run_due(world.workspace))
    assert [("late", NOW - MINUTE)] == world.ran


def test_work_runs_once(world: World) -> None:
    world.plan("once", MINUTE)

    assert [1, 0, 0] == [world.pass_time(MINUTE) for _ in range(3)]


def test_work_of_a_refused_call_was_never_planned(world: World) -> None:
    with suppress(RuntimeError), world.workspace.transaction(world.provider) as context:
        schedule(context, kind="note", due=NOW + MINUTE, payload={"name": "refused"})
        raise RuntimeError("refused")

    assert 0 == world.pass_time(MINUTE)
    assert [] == world.names


def test_a_clock_that_is_set_back_holds_work_back(world: World) -> None:
    world.plan("later", MINUTE)
    world.workspace.clock.set(NOW - timedelta(days=1))
    early = world.pass_time(MINUTE)

    assert 0 == early
    assert 1 == world.pass_time(timedelta(days=1))


def test_a_reset_forgets_what_was_planned(world: World) -> None:
    world.plan("forgotten", MINUTE)
    world.workspaces.reset(world.workspace)

    assert 0 == world.pass_time(timedelta(days=1))
    assert [] == world.names


def test_each_workspace_does_its_own_work(world: World) -> None:
    other = world.workspaces.open("other")
    world.plan("mine", MINUTE)
    world.plan("theirs", MINUTE, workspace=other)
    world.pass_time(MINUTE)

    assert ["mine"] == world.names


# Failure


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The log, for tests that let something fail."""
    caplog.set_level(logging.CRITICAL + 1, logger=scheduler.__name__)
    return caplog


@pytest.mark.usefixtures("quiet")
def test_work_that_fails_is_kept_with_its_failure(world: World) -> None:
    world.plan("cake", MINUTE, "fail")
    world.pass_time(MINUTE)

    assert [("cake", "RuntimeError('cake went wrong')")] == world.waiting()


@pytest.mark.usefixtures("quiet")
def test_work_that_fails_changes_nothing(world: World) -> None:
    world.plan("cake", MINUTE, "fail")
    world.plan("bread", MINUTE, "remember")
    world.pass_time(MINUTE)

    assert ["test.bread"] == world.remembered()


@pytest.mark.usefixtures("quiet")
def test_work_that_failed_does_not_run_again(world: World) -> None:
    world.plan("cake", MINUTE, "fail")

    assert [1, 0, 0] == [world.pass_time(MINUTE) for _ in range(3)]
    assert ["cake"] == world.names


@pytest.mark.usefixtures("quiet")
def test_work_that_fails_does_not_stop_other_work(world: World) -> None:
    world.plan("cake", MINUTE, "fail")
    world.plan("bread", MINUTE)
    world.plan("butter", 2 * MINUTE)
    count = world.pass_time(2 * MINUTE)

    assert 3 == count
    assert ["cake", "bread", "butter"] == world.names


@pytest.mark.usefixtures("quiet")
def test_work_of_an_unknown_kind_is_a_failure_like_any_other(world: World) -> None:
    world.plan("cake", MINUTE, "juggle")
    world.plan("bread", 2 * MINUTE)
    world.pass_time(2 * MINUTE)

    assert [("cake", "KeyError('juggle')")] == world.waiting()
    assert ["bread"] == world.names


def test_the_log_tells_of_work_that_fails(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.plan("cake", MINUTE, "fail")
    world.pass_time(MINUTE)

    assert ["default: fail of ethermailer failed"] == [record.getMessage() for record in caplog.records]


# Occasions


def test_work_runs_before_a_control_call_that_moved_the_clock_answers(workspace: Controlled) -> None:
    workspace.freeze()
    workspace.configure("ethermailer", confirm_after=60)
    _register(workspace)
    moved = workspace.control("POST", "clock/advance", json={"minutes": 1})

    assert 1 == moved["tasks_run"]
    assert [] == workspace.control("GET", "ethermailer/registrations")


def test_work_runs_at_the_start_of_a_call(world: World) -> None:
    client = TestClient(Switchboard(world.runtime, doors(Settings())))  # never entered: nothing ticks
    world.plan("due", MINUTE)
    world.workspace.clock.advance(MINUTE)
    client.get("/user", headers={"Authorization": "API 100000000000000001-00000000-0000-0000"})

    assert ["due"] == world.names


def test_a_call_to_another_workspace_is_no_occasion(world: World) -> None:
    client = TestClient(Switchboard(world.runtime, doors(Settings())))
    world.plan("due", MINUTE)
    world.workspace.clock.advance(MINUTE)
    client.get("/user", headers={"Authorization": "API ws-other"})

    assert [] == world.names


def test_work_runs_by_itself_within_a_moment(world: World) -> None:
    other = world.workspaces.open("other")
    world.plan("mine", -MINUTE)
    world.plan("theirs", -MINUTE, workspace=other)
    _let_it_tick(world, until=lambda: len(world.ran) == 2)

    assert ["mine", "theirs"] == world.names


def test_a_workspace_at_work_on_a_large_call_is_left_alone(world: World) -> None:
    busy = world.workspaces.open("busy")
    busy.busy = asyncio.Event()
    world.plan("theirs", -MINUTE, workspace=busy)
    world.plan("mine", -MINUTE)
    _let_it_tick(world, until=lambda: bool(world.ran))

    assert ["mine"] == world.names


def test_a_workspace_that_is_broken_does_not_stop_the_others(world: World, caplog: pytest.LogCaptureFixture) -> None:
    broken = world.workspaces.open("broken")
    world.plan("theirs", -MINUTE, workspace=broken)
    broken.database.close()
    late = world.workspaces.open("late")
    world.plan("late", -MINUTE, workspace=late)
    _let_it_tick(world, until=lambda: bool(world.ran))

    assert ["late"] == world.names
    assert "due work of workspace broken" in {record.getMessage() for record in caplog.records}


def _register(workspace: Controlled) -> None:
    headers = {"Authorization": f"API {workspace.key}"}
    profiles = workspace.server.get("/ethermailer/user/email-settings/sender-profiles", headers=headers).json()["items"]
    registration = {"email": "v@example.com", "senderProfileId": profiles[0]["id"]}
    answer = workspace.server.post("/ethermailer/user/contact/register", json=registration, headers=headers)

    assert {"doubleOptinEmailSent": True} == answer.json()


def _let_it_tick(world: World, *, until: Callable[[], bool]) -> None:
    """Let real time pass until something happened; two seconds are ten ticks."""

    async def live() -> None:
        ticking = asyncio.create_task(tick(world.workspaces))
        for _ in range(200):
            if until():
                break
            await asyncio.sleep(0.01)
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking

    asyncio.run(live())
