"""Due work: when it runs, in which order, and what happens when it fails."""

import asyncio
import logging
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from mockserver.app import Switchboard, doors
from mockserver.core import scheduler
from mockserver.core.context import Context
from mockserver.core.fixtures import find_set
from mockserver.core.provider import Provider
from mockserver.core.provider import Task as ProviderTask
from mockserver.core.scheduler import run_due, schedule, tick
from mockserver.core.tables import Memory, Task
from mockserver.core.workspace import Workspace
from mockserver.core.workspaces import Workspaces
from mockserver.providers.ethermailer import ETHERMAILER
from mockserver.settings import Settings
from tests.runtime import NOON, new_runtime
from tests.workspace import Workspace as Controlled

MINUTE = timedelta(minutes=1)
DEFAULT_KEY = "100000000000000001-00000000-0000-0000"

Ran = list[tuple[str, datetime]]


class World:
    """A server with a provider that notes which of its work ran, and at which instant."""

    def __init__(self) -> None:
        self.ran: Ran = []
        self.pause = 1
        """How many turns of the event loop there are between two slices."""
        kinds: dict[str, ProviderTask] = {
            "note": self._note,
            "fail": self._fail,
            "again": self._again,
            "remember": self._remember,
            "slices": self._slices,
            "stumble": self._stumble,
        }
        self.provider: Provider = replace(ETHERMAILER, tasks=lambda: kinds)
        self.runtime = new_runtime(self.provider, fixtures=[find_set("empty")], throttle="off")
        self.workspaces: Workspaces = self.runtime.workspaces
        self.workspace: Workspace = self.workspaces.default

    def plan(self, name: str, after: timedelta, kind: str = "note", workspace: Workspace | None = None) -> None:
        """Schedule a piece of work, in a transaction of its own."""
        with (workspace or self.workspace).transaction(self.provider) as context:
            schedule(context, kind=kind, due=NOON + after, payload={"name": name})

    def pass_time(self, by: timedelta) -> int:
        self.workspace.clock.advance(by)
        return asyncio.run(run_due(self.workspace))

    def waiting(self) -> list[tuple[str, str | None]]:
        """What is in the table of tasks: names, and failures."""
        found = self.workspace.database.execute(select(Task.c.payload, Task.c.failure).order_by(Task.c.id))
        return [(row.payload["name"], row.failure) for row in found]

    def remembered(self) -> list[str]:
        keys = select(Memory.c.key).where(Memory.c.key.like("test.%"))
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

    def _slices(self, context: Context[Any], payload: dict[str, Any]) -> Generator[None, None, None]:
        """Work in five slices."""
        for piece in range(5):
            for _ in range(self.pause if piece else 0):
                yield
            named = {"name": f"{payload['name']}.{piece}"}
            self._remember(context, named)
            self._note(context, named)

    def _stumble(self, context: Context[Any], payload: dict[str, Any]) -> Generator[None, None, None]:
        yield from self._slices(context, payload)
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

    assert [("first", NOON + MINUTE), ("second", NOON + 2 * MINUTE)] == world.ran


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
    assert [("late", NOON - MINUTE)] == world.ran


def test_work_runs_once(world: World) -> None:
    world.plan("once", MINUTE)

    assert [1, 0, 0] == [world.pass_time(MINUTE) for _ in range(3)]


def test_work_of_a_refused_call_was_never_planned(world: World) -> None:
    with suppress(RuntimeError), world.workspace.transaction(world.provider) as context:
        schedule(context, kind="note", due=NOON + MINUTE, payload={"name": "refused"})
        raise RuntimeError("refused")

    assert 0 == world.pass_time(MINUTE)
    assert [] == world.names


def test_a_clock_that_is_set_back_holds_work_back(world: World) -> None:
    world.plan("later", MINUTE)
    world.workspace.clock.set(NOON - timedelta(days=1))
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


# Work in slices


PIECES = [f"bread.{piece}" for piece in range(5)]


async def note_turns(world: World, turns: int) -> None:
    """Somebody who has nothing to do with the workspace, and notes each turn of the event loop."""
    for turn in range(turns):
        world.ran.append((f"turn {turn}", NOON))
        await asyncio.sleep(0)


async def see(world: World, pieces: int) -> None:
    """Let others have their turns until so many pieces of work are done."""
    for _ in range(1000):
        if len(world.ran) >= pieces:
            return
        await asyncio.sleep(0)


def run_beside(world: World, *others: Any) -> list[Any]:
    """Run due work while others have their turns; returns what everything returned."""

    async def live() -> list[Any]:
        return await asyncio.gather(run_due(world.workspace), *others)

    return asyncio.run(live())


def test_work_in_slices_is_one_piece_of_work_at_one_instant(world: World) -> None:
    world.plan("bread", MINUTE, "slices")
    count = world.pass_time(timedelta(days=1))

    assert 1 == count
    assert [(name, NOON + MINUTE) for name in PIECES] == world.ran
    assert [f"test.{name}" for name in PIECES] == world.remembered()
    assert [] == world.waiting()


def test_others_have_a_turn_between_two_slices(world: World) -> None:
    world.plan("bread", -MINUTE, "slices")
    run_beside(world, note_turns(world, 5))

    assert ["bread.0", "turn 0", "bread.1", "turn 1", "bread.2", "turn 2"] == world.names[:6]


def test_other_workspaces_do_their_own_work_in_between(world: World) -> None:
    other = world.workspaces.open("other")
    world.plan("bread", -MINUTE, "slices")
    world.plan("theirs", -MINUTE, workspace=other)

    assert [1, 1] == run_beside(world, run_due(other))
    assert ["bread.0", "theirs", *PIECES[1:]] == world.names


def test_further_work_of_the_same_workspace_comes_after_all_slices(world: World) -> None:
    world.plan("bread", -MINUTE, "slices")
    world.plan("later", timedelta())

    assert [2, 0] == run_beside(world, run_due(world.workspace))
    assert [*PIECES, "later"] == world.names


def test_calls_of_the_workspace_wait_for_all_slices_and_calls_of_others_do_not(world: World) -> None:
    switchboard = Switchboard(world.runtime, doors(Settings()))
    world.workspaces.open("other")
    world.plan("bread", -MINUTE, "slices")

    async def call(key: str) -> None:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(switchboard), base_url="http://127.0.0.1") as client:
            response = await client.get("/ethermailer/user", headers={"Authorization": f"API {key}"})
        world.ran.append((f"{key} {response.status_code}", NOON))

    async def race() -> None:
        """The first call meets the due work, the second finds it under way."""
        calls = [asyncio.create_task(call(key)) for key in (DEFAULT_KEY, DEFAULT_KEY)]
        await see(world, 1)
        await call("ws-other")
        await asyncio.gather(*calls)

    world.pause = 50
    asyncio.run(race())

    assert "ws-other 200" in world.names
    assert world.names.index("ws-other 200") < world.names.index("bread.4")
    assert [f"{DEFAULT_KEY} 200"] * 2 == world.names[-2:]


@pytest.mark.usefixtures("quiet")
def test_work_that_fails_in_a_later_slice_changes_nothing_and_is_kept_with_its_failure(world: World) -> None:
    world.plan("bread", MINUTE, "stumble")
    world.plan("butter", MINUTE, "remember")
    count = world.pass_time(MINUTE)

    assert 2 == count
    assert PIECES == world.names
    assert ["test.butter"] == world.remembered()
    assert [("bread", "RuntimeError('bread went wrong')")] == world.waiting()


@pytest.mark.usefixtures("quiet")
def test_a_workspace_whose_work_failed_in_a_later_slice_is_at_rest(world: World) -> None:
    world.plan("bread", -MINUTE, "stumble")
    world.plan("butter", timedelta())

    assert [2, 0] == run_beside(world, run_due(world.workspace))
    assert world.workspace.busy is None
    assert not world.workspace.database.in_transaction
    assert "butter" == world.names[-1]


def test_work_that_is_cut_off_between_two_slices_is_still_to_do(world: World) -> None:
    """As when the server ends: nothing of it stays, and the next server finds it due."""
    world.plan("bread", -MINUTE, "slices")

    async def cut_off() -> None:
        under_way = asyncio.create_task(run_due(world.workspace))
        await see(world, 3)
        under_way.cancel()
        with suppress(asyncio.CancelledError):
            await under_way

    asyncio.run(cut_off())

    assert [] == world.remembered()
    assert [("bread", None)] == world.waiting()
    assert 1 == asyncio.run(run_due(world.workspace))
    assert [f"test.{name}" for name in PIECES] == world.remembered()


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
    client.get("/user", headers={"Authorization": f"API {DEFAULT_KEY}"})

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
