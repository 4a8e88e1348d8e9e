"""The outbox from within: single messages and batches, which are written when somebody reads them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.core import outbox
from mockserver.core.context import Context
from mockserver.core.limits import Limits
from mockserver.core.outbox import Batch, Kept, Written
from mockserver.core.outbox_search import Wanted, search
from mockserver.core.workspace import Workspace
from mockserver.providers.ethermailer import ETHERMAILER
from tests.runtime import NOON, new_runtime
from tests.slices import at_once

SENDER = ("Olive Grove", "news@olivegrove.example")
EVERYTHING = 1000


class World:
    """A workspace whose provider writes circulars to lists of names."""

    def __init__(self, **limits: int) -> None:
        self.written: list[str] = []
        """Who was written to, in the order of the reading."""
        self.erased: set[str] = set()
        """Who is no longer there to be written to."""
        self.subject: str | None = None
        """That of all circulars; None when it has the name of the reader in it."""
        circulars = Batch(
            count=self._count, places=self._places, write=self._write, subject=lambda _context, _reference: self.subject
        )
        self.provider = replace(ETHERMAILER, batches=lambda: {"circular": circulars})
        self.workspaces = new_runtime(self.provider, limits=Limits(**limits)).workspaces
        self.workspace: Workspace = self.workspaces.default

    def send(self, name: str) -> None:
        """One message to one person."""
        with self.workspace.transaction(self.provider) as context:
            to = f"{name}@example.com"
            outbox.send(context, kind="single", sender=SENDER, recipient=to, subject="Hello", text="t", html="h")

    def send_circular(self, *names: str) -> None:
        """One message to each of them, as a batch."""
        with self.workspace.transaction(self.provider) as context:
            outbox.send_batch(context, kind="circular", sender=SENDER, count=len(names), reference={"names": names})

    def read(self, **wanted: Any) -> list[Kept]:
        limit, offset = wanted.pop("limit", EVERYTHING), wanted.pop("offset", 0)
        return at_once(search(self.workspace, Wanted(**wanted), limit=limit, offset=offset))

    def recipients(self, **wanted: Any) -> list[str]:
        return [message.recipient.partition("@")[0] for message in self.read(**wanted)]

    def ids(self, **wanted: Any) -> list[int]:
        return [message.id for message in self.read(**wanted)]

    def _count(self, context: Context[Any], reference: Any, recipient: str | None) -> int:
        return len(self._places(context, reference, recipient, EVERYTHING, 0))

    def _places(
        self, _context: Context[Any], reference: Any, recipient: str | None, limit: int, offset: int
    ) -> Sequence[int]:
        names = enumerate(reference["names"], start=1)
        found = [place for place, name in names if name not in self.erased and recipient in {None, f"{name}@example.com"}]
        return found[::-1][offset : offset + limit]

    def _write(self, _context: Context[Any], reference: Any, place: int) -> Written | None:
        name = reference["names"][place - 1]
        self.written.append(name)
        if name in self.erased:
            return None
        return Written(
            f"{name}@example.com", self.subject or f"News for {name}", f"Dear {name}", f"<p>Dear {name}", {"place": place}
        )


@pytest.fixture
def new_world() -> Iterator[Callable[..., World]]:
    """Make worlds, which end with the test."""
    made: list[World] = []

    def make(**limits: int) -> World:
        made.append(World(**limits))
        return made[-1]

    yield make
    for each in made:
        each.workspaces.close()


@pytest.fixture
def world(new_world: Callable[..., World]) -> World:
    return new_world()


# Reading


def test_each_message_of_a_batch_is_a_message_in_the_outbox(world: World) -> None:
    world.send_circular("ann", "bob")
    bob, ann = world.read()

    assert 1 == ann.id
    assert (
        Kept(
            id=2,
            provider="ethermailer",
            kind="circular",
            sent_at=NOON,
            sender_name="Olive Grove",
            sender_email="news@olivegrove.example",
            recipient="bob@example.com",
            subject="News for bob",
            text="Dear bob",
            html="<p>Dear bob",
            details={"place": 2},
        )
        == bob
    )


def test_batches_and_single_messages_are_listed_the_newest_first(world: World) -> None:
    world.send("first")
    world.send_circular("ann", "bob", "cleo")
    world.send("between")
    world.send_circular("dan")
    world.send("last")

    assert ["last", "dan", "between", "cleo", "bob", "ann", "first"] == world.recipients()
    assert [7, 6, 5, 4, 3, 2, 1] == world.ids()


def test_a_batch_keeps_the_moment_at_which_it_was_sent(world: World) -> None:
    world.send_circular("ann", "bob")
    world.workspace.clock.advance(timedelta(days=1))

    assert [NOON, NOON] == [message.sent_at for message in world.read()]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, EVERYTHING])
@pytest.mark.parametrize("offset", range(9))
def test_a_page_may_begin_and_end_within_a_batch(world: World, limit: int, offset: int) -> None:
    world.send("first")
    world.send_circular("ann", "bob", "cleo")
    world.send_circular("dan", "eve")
    world.send("last")
    everybody = ["last", "eve", "dan", "cleo", "bob", "ann", "first"]

    assert everybody[offset : offset + limit] == world.recipients(limit=limit, offset=offset)


people = st.sampled_from(["ann", "bob", "cleo"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sendings=st.lists(people | st.lists(people, max_size=4), max_size=5),
    wanted=st.none() | people,
    limit=st.integers(1, 6),
    offset=st.integers(0, 12),
)
def test_every_page_is_a_part_of_the_whole_list(
    world: World, sendings: list[str | list[str]], wanted: str | None, limit: int, offset: int
) -> None:
    """Whoever asks, and however the messages came."""
    world.workspaces.reset(world.workspace)
    for sending in sendings:
        world.send(sending) if isinstance(sending, str) else world.send_circular(*sending)
    names = [name for sending in sendings for name in ([sending] if isinstance(sending, str) else sending)]
    everything = [(at, name) for at, name in enumerate(names, start=1) if wanted in {None, name}][::-1]
    recipient = wanted and f"{wanted}@example.com"
    page = world.read(recipient=recipient, limit=limit, offset=offset)

    assert everything[offset : offset + limit] == [(each.id, each.recipient.partition("@")[0]) for each in page]


def test_messages_to_one_recipient_are_found_in_batches_as_well(world: World) -> None:
    world.send("ann")
    world.send_circular("bob", "ann", "cleo", "ann")
    world.send_circular("bob")
    world.send("bob")

    assert [5, 3, 1] == world.ids(recipient="ann@example.com")
    assert [3, 1] == world.ids(recipient="ann@example.com", offset=1)
    assert [3] == world.ids(recipient="ann@example.com", limit=1, offset=1)
    assert [] == world.ids(recipient="nobody@example.com")


def test_messages_of_one_provider_are_found_in_batches_as_well(world: World) -> None:
    world.send("ann")
    world.send_circular("bob", "cleo")

    assert [3, 2, 1] == world.ids(provider="ethermailer")
    assert [] == world.ids(provider="postcard")


@pytest.mark.parametrize(("message", "recipient"), [(1, "first"), (2, "ann"), (3, "bob"), (4, "cleo"), (5, "last")])
def test_one_message_is_found_by_its_id(world: World, message: int, recipient: str) -> None:
    world.send("first")
    world.send_circular("ann", "bob", "cleo")
    world.send("last")
    found = outbox.message(world.workspace, message)

    assert found is not None
    assert (message, f"{recipient}@example.com") == (found.id, found.recipient)


@pytest.mark.parametrize("message", [0, -1, 4, 2**62])
def test_an_id_before_or_past_all_messages_is_that_of_none(world: World, message: int) -> None:
    world.send_circular("ann", "bob", "cleo")

    assert outbox.message(world.workspace, message) is None


def test_a_batch_of_nobody_is_no_message(world: World) -> None:
    world.send_circular()
    world.send("ann")

    assert [1] == world.ids()


def test_messages_of_a_batch_are_written_only_for_whoever_reads_them(world: World) -> None:
    world.send_circular(*(f"n{number}" for number in range(1, 501)))
    nobody = list(world.written)
    world.read(limit=2, offset=100)
    outbox.message(world.workspace, 7)

    assert [] == nobody
    assert ["n400", "n399", "n7"] == world.written


# Gaps


def test_an_erased_recipient_of_a_batch_leaves_a_gap(world: World) -> None:
    world.send("first")
    world.send_circular("ann", "bob", "cleo")
    world.erased.add("bob")

    assert [4, 2, 1] == world.ids()
    assert [2, 1] == world.ids(limit=2, offset=1)
    assert outbox.message(world.workspace, 3) is None
    assert outbox.message(world.workspace, 4) is not None


def test_a_batch_whose_recipients_are_all_erased_is_no_message_any_more(world: World) -> None:
    world.send("first")
    world.send_circular("ann")
    world.erased.add("ann")

    assert [1] == world.ids()
    assert [1] == world.ids(limit=1)
    assert 1 == outbox.clear(world.workspace)


# Room


def test_a_cleared_outbox_had_as_many_messages_as_were_in_it_and_its_numbers_go_on(world: World) -> None:
    world.send("first")
    world.send_circular("ann", "bob", "cleo")
    world.erased.add("bob")
    count = outbox.clear(world.workspace)
    empty = world.ids()
    world.send_circular("dan", "eve")

    assert 3 == count
    assert [] == empty
    assert [6, 5] == world.ids()
    assert outbox.message(world.workspace, 4) is None
    assert 2 == outbox.clear(world.workspace)


def test_the_bound_counts_a_batch_once(new_world: Callable[..., World]) -> None:
    world = new_world(outbox_messages=2)
    world.send("first")
    world.send_circular("ann", "bob", "cleo")
    world.send("last")

    assert [5, 4, 3, 2] == world.ids()
    assert outbox.message(world.workspace, 1) is None


def test_a_batch_that_makes_room_goes_whole(new_world: Callable[..., World]) -> None:
    world = new_world(outbox_messages=2)
    world.send_circular("ann", "bob", "cleo")
    world.send("dan")
    world.send("eve")

    assert [5, 4] == world.ids()
    assert outbox.message(world.workspace, 3) is None


# Transactions


def test_a_batch_of_a_refused_call_was_never_sent(world: World) -> None:
    with suppress(RuntimeError), world.workspace.transaction(world.provider) as context:
        outbox.send_batch(context, kind="circular", sender=SENDER, count=2, reference={"names": ["ann", "bob"]})
        raise RuntimeError("refused")

    assert [] == world.ids()


def test_each_workspace_has_batches_of_its_own(world: World) -> None:
    other = world.workspaces.open("other")
    world.send_circular("ann", "bob")

    assert [] == at_once(search(other, Wanted(), limit=EVERYTHING))
