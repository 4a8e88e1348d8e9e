"""Looking for messages in an outbox: what is found, and how much is done for it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from time import perf_counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.core import outbox
from mockserver.core.outbox_search import TooMuchToSearch, Wanted, Watch, search
from mockserver.core.slices import Turn
from tests.core.test_outbox import EVERYTHING, SENDER, World, new_world, world
from tests.runtime import NOON

__all__ = ["new_world", "world"]


def write(world: World, recipient: str, subject: str = "Hello", kind: str = "single") -> None:
    with world.workspace.transaction(world.provider) as context:
        message: dict[str, Any] = {"recipient": recipient, "subject": subject, "text": "t", "html": "h"}
        outbox.send(context, kind=kind, sender=SENDER, **message)


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ("ann@example.com", "Ann@Example.COM"),
        ("ANN@example.com", "ann@example.com"),
        ("ann@example.com", " ann@example.com "),
        ("José@example.com", "JOSÉ@EXAMPLE.COM"),
        ("ΝΙΚΟΣ@example.com", "νικος@example.com"),
    ],
)
def test_a_recipient_is_found_in_any_letter_case(world: World, kept: str, asked: str) -> None:
    write(world, kept)
    write(world, "bob@example.com")

    assert [1] == world.ids(recipient=asked)


@pytest.mark.parametrize("asked", ["ann", "example.com", "ann@example.co", "%@example.com", "ann@example_com", ""])
def test_a_part_of_an_address_is_no_recipient(world: World, asked: str) -> None:
    write(world, "ann@example.com")

    assert [] == world.ids(recipient=asked)


@pytest.mark.parametrize(
    ("subject", "asked"), [("Grüße aus Köln", "GRÜSSE"), ("100 % off", "0 % O"), ("a_b", "A_B"), ("Hello", "hello")]
)
def test_a_subject_is_found_by_any_part_in_any_letter_case(world: World, subject: str, asked: str) -> None:
    write(world, "ann@example.com", subject)
    write(world, "bob@example.com", "else")

    assert [1] == world.ids(subject=asked)


@pytest.mark.parametrize("asked", ["%", "_", "hello world", "b_"])
def test_a_subject_has_no_wildcards(world: World, asked: str) -> None:
    write(world, "ann@example.com", "Hello")

    assert [] == world.ids(subject=asked)


def test_messages_are_found_by_kind_and_moment(world: World) -> None:
    write(world, "ann@example.com", kind="opt-in")
    world.workspace.clock.advance(timedelta(hours=1))
    world.send_circular("bob", "cleo")

    assert ([1], [3, 2]) == (world.ids(kind="opt-in"), world.ids(kind="circular"))
    assert [3, 2] == world.ids(since=NOON + timedelta(minutes=1))
    assert [3, 2, 1] == world.ids(since=NOON)


def test_only_newer_messages_of_a_batch_are_found(world: World) -> None:
    world.send_circular("ann", "bob", "cleo", "dan")

    assert [4, 3] == world.ids(after=2)
    assert [3] == world.ids(after=2, offset=1)
    assert [] == world.ids(after=4)
    assert ["dan", "cleo"] == world.written[:2]


people = st.sampled_from(["ann", "bob", "cleo"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sendings=st.lists(people | st.lists(people, max_size=4), max_size=5),
    common=st.booleans(),
    wanted=st.none() | people,
    subject=st.none() | st.sampled_from(["news", "for ANN", "Hello", "nothing"]),
    after=st.none() | st.integers(0, 12),
    limit=st.integers(1, 6),
    offset=st.integers(0, 12),
)
def test_every_page_is_a_part_of_the_whole_list(
    world: World,
    sendings: list[str | list[str]],
    common: bool,
    wanted: str | None,
    subject: str | None,
    after: int | None,
    limit: int,
    offset: int,
) -> None:
    """Whatever is asked, and however the messages came."""
    world.workspaces.reset(world.workspace)
    world.subject = "News" if common else None
    for sending in sendings:
        world.send(sending) if isinstance(sending, str) else world.send_circular(*sending)
    fitting = [
        message
        for message in world.read()
        if wanted in {None, message.recipient.partition("@")[0]}
        and (subject is None or subject.casefold() in message.subject.casefold())
        and message.id > (after or 0)
    ]
    recipient = wanted and f"{wanted}@example.com"

    assert fitting[offset : offset + limit] == world.read(
        recipient=recipient, subject=subject, after=after, limit=limit, offset=offset
    )


# How much is done for it


def test_no_message_is_written_of_a_batch_whose_only_subject_does_not_fit(world: World) -> None:
    world.subject = "News"
    world.send_circular(*(f"n{number}" for number in range(500)))

    assert [] == world.ids(subject="else")
    assert [] == world.written


def test_only_a_page_is_written_of_a_batch_whose_only_subject_fits(world: World) -> None:
    world.subject = "News"
    world.send_circular(*(f"n{number}" for number in range(500)))

    assert [399, 398] == world.ids(subject="new", limit=2, offset=101)
    assert ["n398", "n397"] == world.written


def test_only_the_messages_to_the_recipient_are_written_to_look_at_their_subjects(world: World) -> None:
    world.send_circular(*(f"n{number}" for number in range(500)))

    assert [8] == world.ids(recipient="n7@example.com", subject="news")
    assert ["n7"] == world.written


def test_a_search_ends_with_the_last_message_that_was_asked_for(world: World) -> None:
    world.send_circular(*(f"n{number}" for number in range(500)))

    assert [500] == world.ids(subject="news", limit=1)
    assert 1 == len(world.written)


def test_a_search_is_given_up_when_too_many_messages_would_be_written(new_world: Callable[..., World]) -> None:
    world = new_world(outbox_search=3)
    world.send_circular("ann", "bob", "cleo")
    found = world.ids(subject="ann")
    world.send("dan")
    world.send_circular("eve")

    assert [1] == found
    with pytest.raises(TooMuchToSearch):
        world.ids(subject="ann")
    assert [4] == world.ids(subject="hello", limit=1)


def test_a_search_yields_whenever_its_turn_is_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turn, "over", True)
    world.send("ann")
    world.send_circular("bob", "cleo")
    turns = len(list(search(world.workspace, Wanted(subject="x"), limit=EVERYTHING)))

    assert turns >= 3


def test_a_turn_is_over_after_some_milliseconds() -> None:
    turn, began = Turn(), perf_counter()
    while not turn.over:
        pass
    took = perf_counter() - began
    turn.begin()

    assert 0.005 < took < 0.05
    assert not turn.over


# Looking again and again


def look(watch: Watch) -> int | None:
    found = asyncio.run(watch.look())
    return None if found is None else found.id


def watch(world: World, **wanted: Any) -> Watch:
    return Watch(world.workspace, Wanted(**wanted))


def test_a_watch_looks_at_each_message_once(world: World) -> None:
    world.send_circular("ann", "bob")
    watching = watch(world, subject="for cleo")
    found = [look(watching), look(watching)]
    world.send_circular("cleo", "dan")
    found.append(look(watching))

    assert [None, None, 3] == found
    assert ["bob", "ann", "dan", "cleo"] == world.written


def test_a_watch_begins_where_it_is_told_to(world: World) -> None:
    world.send("ann")
    watching = watch(world, after=1)
    before = look(watching)
    world.send("ann")

    assert (None, 2) == (before, look(watching))


def test_a_watch_looks_at_another_world_from_its_beginning(world: World) -> None:
    world.send("ann")
    watching = watch(world, recipient="bob@example.com")
    before = look(watching)
    world.workspaces.reset(world.workspace)
    world.send("bob")

    assert (None, 1) == (before, look(watching))
