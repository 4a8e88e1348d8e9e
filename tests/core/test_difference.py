"""Two databases side by side: what one of them lacks, and what is not the same."""

from collections.abc import Generator, Iterator
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, insert

from mockserver.core.database import Database, create_tables
from mockserver.core.difference import Change, Difference, Room, TableDifference, difference
from mockserver.core.moments import UtcDateTime
from mockserver.core.redaction import SECRET
from tests.runtime import NOON

METADATA = MetaData()
Seat = Table(
    "seat",
    METADATA,
    Column("row", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("guest", String),
    Column("details", JSON(none_as_null=True)),
    Column("since", UtcDateTime),
    Column("ticket", String, info=SECRET),
)
SEAT = {"row": "A", "number": 1, "guest": "Ann", "details": {"vip": True}, "since": NOON, "ticket": "s3cret"}
PLENTY = Room(1000, 1_000_000)

T = TypeVar("T")

_keys = st.tuples(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=3), st.integers(-3, 3))
_halls = st.dictionaries(_keys, st.sampled_from(["Ann", "Bob", None]), max_size=12)


def hall(*seats: dict[str, Any]) -> Database:
    database = Database()
    create_tables(database, [METADATA])
    for seat in seats:
        database.execute(insert(Seat), {**SEAT, **seat})
    return database


def seated(guests: dict[tuple[str, int], str | None]) -> Database:
    return hall(*({"row": row, "number": number, "guest": guest} for (row, number), guest in guests.items()))


def ended(work: Generator[None, None, T]) -> tuple[int, T]:
    """How many turns of the loop some work takes, and what it returns."""
    turns = 1
    while True:
        try:
            next(work)
        except StopIteration as end:
            return turns, end.value
        turns += 1


def compared(before: Database, after: Database, room: Room = PLENTY) -> Difference:
    _, found = ended(difference(before, after, {"hall": [Seat]}, Room(room.rows, room.bytes)))
    before.close()
    after.close()
    return found


def of_seats(found: Difference) -> TableDifference:
    return found["hall"]["seat"]


def test_what_is_the_same_is_not_told() -> None:
    assert {} == compared(hall({}), hall({}))


def test_a_row_is_told_as_python_has_it_with_secrets_blacked_out() -> None:
    added = of_seats(compared(hall(), hall({}))).added

    assert [{**SEAT, "ticket": "***"}] == added.rows


def test_what_was_never_there_is_no_secret() -> None:
    assert [None] == [row["ticket"] for row in of_seats(compared(hall({"ticket": None}), hall())).removed.rows]


def test_a_changed_row_is_told_by_its_key_and_the_columns_that_differ() -> None:
    changed = of_seats(compared(hall({}), hall({"guest": None, "details": {"vip": False}, "ticket": "other"}))).changed

    assert [
        Change(
            key={"row": "A", "number": 1},
            columns={
                "guest": ("Ann", None),
                "details": ({"vip": True}, {"vip": False}),
                "ticket": ("***", "***"),
            },
        )
    ] == changed.rows


@given(before=_halls, after=_halls)
def test_a_difference_is_what_dictionaries_say(
    before: dict[tuple[str, int], str | None], after: dict[tuple[str, int], str | None]
) -> None:
    found = compared(seated(before), seated(after)).get("hall", {}).get("seat", TableDifference())

    assert sorted(after.keys() - before.keys()) == [(row["row"], row["number"]) for row in found.added.rows]
    assert sorted(before.keys() - after.keys()) == [(row["row"], row["number"]) for row in found.removed.rows]
    assert sorted(key for key in before.keys() & after.keys() if before[key] != after[key]) == [
        (change.key["row"], change.key["number"]) for change in found.changed.rows
    ]
    assert all((len(kind.rows) == kind.total) for kind in (found.added, found.removed, found.changed))


def test_past_the_room_rows_are_counted_only() -> None:
    few = of_seats(compared(hall(), hall(*({"number": number} for number in range(9))), Room(2, 1_000_000)))
    short = of_seats(compared(hall(), hall({"guest": "x" * 900}, {"number": 2}), Room(9, 500)))

    assert (9, 2) == (few.added.total, len(few.added.rows))
    assert (2, [2]) == (short.added.total, [row["number"] for row in short.added.rows])


@pytest.fixture
def crowds() -> Iterator[tuple[Database, Database]]:
    crowds = tuple(hall(*({"number": number} for number in range(2000))) for _ in range(2))
    yield crowds[0], crowds[1]
    for crowd in crowds:
        crowd.close()


def test_a_large_table_is_compared_in_slices(crowds: tuple[Database, Database]) -> None:
    turns, found = ended(difference(*crowds, {"hall": [Seat]}, PLENTY))

    assert {} == found
    assert turns > 4
