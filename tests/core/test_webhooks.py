"""Deliveries as they are queued and settled; nobody is told anything here."""

import logging
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from mockserver.core import snapshots, webhooks
from mockserver.core.limits import Limits
from mockserver.core.runtime import Runtime
from mockserver.core.scheduler import NEVER
from mockserver.core.snapshot_files import received
from mockserver.core.snapshots import SnapshotRefused
from mockserver.core.webhooks import Hook, Outcome, Post, Wanted
from mockserver.core.workspace import Workspace
from mockserver.providers.emma import EMMA
from tests.runtime import NOON, new_runtime

MINUTE = timedelta(minutes=1)
FAILED = Outcome(0.1, 500, "the answer has the status 500")
DONE = Outcome(0.1, 200)
REFUSED = Outcome(0.0, error="webhooks never go there", refused=True)


def queue(workspace: Workspace, *bodies: str, hook: str = "1", delays: tuple[float, ...] = (60, 300)) -> None:
    posts = [Post("http://receiver/", body) for body in bodies]
    with workspace.transaction(EMMA) as context:
        webhooks.queue(context, Hook(hook, delays=delays, patience=5), "it", posts)


def settle(workspace: Workspace, outcome: Outcome, *, by_hand: bool = False, after: timedelta = timedelta(0)) -> Any:
    """Record an attempt at the first delivery, and return that as it is then."""
    webhooks.record(workspace, 1, outcome, at=NOON + after, by_hand=by_hand)
    return webhooks.find(workspace, 1)


@pytest.fixture
def runtime() -> Runtime:
    return new_runtime(limits=Limits(webhook_deliveries=3, webhook_attempts=2))


@pytest.fixture
def workspace(runtime: Runtime) -> Workspace:
    return runtime.workspaces.default


def test_a_delivery_waits_from_the_moment_of_its_event(workspace: Workspace) -> None:
    queue(workspace, "a")
    row = webhooks.find(workspace, 1)

    assert row is not None
    assert ("waiting", NOON, NOON, 0, None) == (row.state, row.created, row.due, row.attempts, row.reason)
    assert NOON.timestamp() == workspace.next_delivery
    assert [("emma", "1")] == webhooks.due_hooks(workspace, NOON)


def test_a_delivery_holds_what_it_was_queued_with(workspace: Workspace) -> None:
    hook = Hook("7", "GET", {"X-Name": "\u2603 'quoted'"}, [1.5, 2], 2.5)
    body = '{"name": "\u2603\\n\'"}\n'
    with workspace.transaction(EMMA) as context:
        webhooks.queue(context, hook, "it", [Post("http://receiver/?a=%20", body), Post("http://other/")])
    first, second = (webhooks.find(workspace, each) for each in (1, 2))

    assert first is not None
    assert second is not None
    assert ("http://receiver/?a=%20", body) == (first.url, first.body)
    assert ("http://other/", "") == (second.url, second.body)
    for row in (first, second):
        assert ("emma", "it", "7", "GET") == (row.provider, row.event, row.hook, row.method)
        assert (hook.headers, [1.5, 2], 2.5, NOON) == (row.headers, row.delays, row.patience, row.created)


def test_nothing_is_nothing(workspace: Workspace) -> None:
    queue(workspace)

    assert NEVER == workspace.next_delivery
    assert [] == webhooks.search(workspace, Wanted(), limit=10)


def test_what_is_rolled_back_was_never_queued_and_calls_nobody(workspace: Workspace) -> None:
    workspace.runtime.courier._called.clear()
    workspace.begin()
    webhooks.queue(workspace.context(EMMA), Hook("1"), "it", [Post("http://receiver/")])
    workspace.rollback()

    assert not workspace.runtime.courier._called.is_set()
    assert not workspace.has_post
    assert [] == webhooks.search(workspace, Wanted(), limit=10)


def test_a_commit_calls_the_courier_if_something_was_queued_and_only_then(workspace: Workspace) -> None:
    courier = workspace.runtime.courier
    courier._called.clear()
    with workspace.changes():
        pass
    before = courier._called.is_set()
    queue(workspace, "a")

    assert (False, True) == (before, courier._called.is_set())
    assert not workspace.has_post


def test_attempts_follow_one_another_until_none_is_left(workspace: Workspace) -> None:
    queue(workspace, "a")
    first = settle(workspace, FAILED)
    second = settle(workspace, FAILED, after=MINUTE)
    last = settle(workspace, FAILED, after=6 * MINUTE)

    assert [("waiting", NOON + MINUTE), ("waiting", NOON + 6 * MINUTE), ("failed", None)] == [
        (row.state, row.due) for row in (first, second, last)
    ]
    assert (3, "the answer has the status 500") == (last.attempts, last.reason)
    webhooks.look_ahead(workspace)
    assert NEVER == workspace.next_delivery


def test_a_success_ends_it(workspace: Workspace) -> None:
    queue(workspace, "a")
    settle(workspace, FAILED)
    row = settle(workspace, DONE, after=MINUTE)

    assert ("delivered", None, None, 2) == (row.state, row.due, row.reason, row.attempts)


def test_a_refused_target_is_not_tried_again(workspace: Workspace) -> None:
    queue(workspace, "a")
    row = settle(workspace, REFUSED)

    assert ("refused", None, "webhooks never go there") == (row.state, row.due, row.reason)


def test_an_attempt_by_hand_that_fails_uses_none_up(workspace: Workspace) -> None:
    queue(workspace, "a")
    row = settle(workspace, FAILED, by_hand=True)

    assert ("waiting", NOON, [60, 300], 1) == (row.state, row.due, row.delays, row.attempts)


@pytest.mark.parametrize("outcome", [FAILED, REFUSED])
def test_an_attempt_by_hand_that_fails_takes_no_delivery_back(workspace: Workspace, outcome: Outcome) -> None:
    queue(workspace, "a")
    settle(workspace, DONE)
    row = settle(workspace, outcome, by_hand=True)

    assert ("delivered", None, None, 2) == (row.state, row.due, row.reason, row.attempts)


def test_an_attempt_by_hand_delivers_what_had_failed(workspace: Workspace) -> None:
    queue(workspace, "a", delays=())
    failed = settle(workspace, FAILED)
    again = settle(workspace, FAILED, by_hand=True)
    done = settle(workspace, DONE, by_hand=True)

    assert ["failed", "failed", "delivered"] == [row.state for row in (failed, again, done)]


def test_of_many_attempts_the_last_ones_are_kept(workspace: Workspace) -> None:
    queue(workspace, "a")
    for _ in range(4):
        settle(workspace, FAILED, by_hand=True)

    assert [3, 4] == [attempt.number for attempt in webhooks.attempts(workspace, 1)]


def test_of_many_deliveries_the_last_ones_are_kept_and_the_log_tells_of_unsent_ones(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    queue(workspace, "a", "b")
    settle(workspace, DONE)
    with caplog.at_level(logging.WARNING):
        queue(workspace, "c", "d", "e")
    kept = [row.body for row in webhooks.search(workspace, Wanted(), limit=10)]

    assert ["e", "d", "c"] == kept
    assert [] == webhooks.attempts(workspace, 1)
    assert ["default: 1 webhook deliveries are dropped unsent: webhook_deliveries"] == caplog.messages


def test_what_is_deleted_meanwhile_is_not_recorded(workspace: Workspace) -> None:
    queue(workspace, "a")
    with workspace.changes():
        deleted = webhooks.clear(workspace)
    recorded = webhooks.record(workspace, 1, DONE, at=NOON, by_hand=False)

    assert (1, None) == (deleted, recorded)
    assert [] == webhooks.attempts(workspace, 1)


def test_recording_changes_nothing_that_a_client_could_see(workspace: Workspace) -> None:
    queue(workspace, "a")
    before = workspace.revision
    settle(workspace, FAILED)

    assert before == workspace.revision


def test_who_has_waited_longest_comes_first(workspace: Workspace) -> None:
    queue(workspace, "a", hook="2")
    workspace.clock.advance(MINUTE)
    queue(workspace, "b", hook="1")
    settle(workspace, FAILED, after=2 * MINUTE)
    workspace.clock.advance(5 * MINUTE)

    assert [("emma", "1"), ("emma", "2")] == webhooks.due_hooks(workspace, workspace.clock.now())
    first = webhooks.first_due(workspace, "emma", "1")
    assert first is not None
    assert "b" == first.body
    assert webhooks.first_due(workspace, "emma", "3") is None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), ["c", "b", "a"]),
        (Wanted(provider="emma"), ["c", "b", "a"]),
        (Wanted(provider="emfluence"), []),
        (Wanted(hook="2"), ["c"]),
        (Wanted(state="delivered"), ["a"]),
        (Wanted(event="it", state="waiting"), ["c", "b"]),
        (Wanted(event="that"), []),
        (Wanted(after=2), ["c"]),
    ],
)
def test_deliveries_are_searched(workspace: Workspace, wanted: Wanted, found: list[str]) -> None:
    queue(workspace, "a", "b")
    queue(workspace, "c", hook="2")
    settle(workspace, DONE)

    assert found == [row.body for row in webhooks.search(workspace, wanted, limit=10)]
    assert found[1:2] == [row.body for row in webhooks.search(workspace, wanted, limit=1, offset=1)]


def test_what_waits_is_known_again_after_a_reset_of_the_memory(workspace: Workspace) -> None:
    queue(workspace, "a")
    workspace.next_delivery = NEVER
    workspace.take_up()

    assert NOON.timestamp() == workspace.next_delivery


# In files


def file_with(workspace: Workspace, change: str) -> bytes:
    """A snapshot with one delivery, in which somebody has written something else."""
    queue(workspace, "a")
    snapshots.take(workspace, "before")
    with snapshots.opened(workspace, "before") as kept, closing(sqlite3.connect(":memory:")) as file:
        file.deserialize(kept.dump())
        file.execute(f"UPDATE mock_delivery SET {change}")  # noqa: S608 - a test's own
        file.commit()
        return file.serialize()


@pytest.mark.parametrize("change", ["id = id", "state = 'failed', due = NULL", "delays = '[]', attempts = 7"])
def test_a_file_with_a_delivery_is_taken(workspace: Workspace, change: str) -> None:
    received(file_with(workspace, change), workspace.runtime).database.close()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("state = 'sent'", "state: "),
        ("state = 'waiting', due = NULL", "nobody here would have queued it"),
        ("state = 'delivered'", "nobody here would have queued it"),
        ("provider = 'nobody'", "nobody here would have queued it"),
        ("headers = '[]'", "headers: "),
        ("""headers = '{"X": 1}'""", "headers.X: "),
        ("delays = '[-1]'", "delays[0]: "),
        ("delays = '[1e300]'", "delays[0]: "),
        ("delays = '7'", "delays: "),
        ("patience = 0.0", "patience: "),
        ("patience = 1e9", "patience: "),
        ("attempts = -1", "attempts: "),
    ],
)
def test_a_file_with_a_delivery_that_nobody_would_have_queued_is_refused(
    workspace: Workspace, change: str, said: str
) -> None:
    with pytest.raises(SnapshotRefused) as refused:
        received(file_with(workspace, change), workspace.runtime)

    assert f"webhook delivery 1: {said}" in str(refused.value)
