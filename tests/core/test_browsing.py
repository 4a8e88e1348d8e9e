"""Reading tables a page at a time: which rows, in which order, and how long a turn of the loop is held."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Column, Index, Integer, MetaData, String, Table, insert, text

from mockserver.core import browsing
from mockserver.core.browsing import Found, Page, Wanted, find, look, named, tally
from mockserver.core.database import Database, create_tables
from mockserver.core.moments import UtcDateTime
from mockserver.core.redaction import SECRET
from mockserver.core.relations import refers_to
from tests.core.test_difference import ended
from tests.runtime import NOON
from tests.slices import at_once

METADATA = MetaData()
Guest = Table(
    "guest",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("email", String),
    Column("ticket", String, info=SECRET),
    Column("details", JSON(none_as_null=True)),
    Column("since", UtcDateTime),
    Column("vip", Boolean),
    Column("host_id", Integer, info=refers_to("guest")),
    Column("table_ids", JSON(none_as_null=True), info=refers_to("seat")),
    Index("guest_hosts", "host_id", sqlite_where=text("vip")),
)
Seat = Table(
    "seat",
    METADATA,
    Column("row", String, primary_key=True),
    Column("guest_id", Integer, index=True, info=refers_to("guest")),
)


@pytest.fixture
def party(monkeypatch: pytest.MonkeyPatch) -> Database:
    """An empty one, where a turn of the loop is over after three rows."""
    monkeypatch.setattr(browsing, "_SLICE", 3)
    return hall()


def hall() -> Database:
    database = Database()
    create_tables(database, [METADATA])
    return database


def invite(database: Database, *guests: dict[str, Any]) -> None:
    for guest in guests:
        database.execute(insert(Guest), guest)


def page(database: Database, *, limit: int = 50, table: Table = Guest, **wanted: Any) -> Page:
    return at_once(look(database, table, Wanted(**wanted), limit))


def ids(database: Database, **wanted: Any) -> list[int]:
    return [row.number for row in page(database, **wanted).rows]


def test_the_newest_rows_come_first_and_older_ones_on_the_pages_after(party: Database) -> None:
    invite(party, *({"email": f"{number}@example.com"} for number in range(1, 6)))
    first, second = page(party, limit=3), page(party, limit=3, before=3)

    assert ([5, 4, 3], True) == ([row.number for row in first.rows], first.more)
    assert ([2, 1], False) == ([row.number for row in second.rows], second.more)


def test_a_row_has_all_its_values_as_python_knows_them(party: Database) -> None:
    invite(party, {"id": 7, "email": "ann@example.com", "details": {"diet": ["none"]}, "since": NOON, "vip": True})
    found = find(party, Guest, 7)

    assert (
        Found(
            7,
            {
                "id": 7,
                "email": "ann@example.com",
                "ticket": None,
                "details": {"diet": ["none"]},
                "since": NOON,
                "vip": True,
                "host_id": None,
                "table_ids": None,
            },
        )
        == found
    )
    assert None is find(party, Guest, 8)


def test_rows_without_a_number_of_their_own_are_known_by_that_of_the_database(party: Database) -> None:
    party.execute(insert(Seat), [{"row": "A", "guest_id": 1}, {"row": "B", "guest_id": 2}])

    assert [(2, "B"), (1, "A")] == [(row.number, row.values["row"]) for row in page(party, table=Seat).rows]


# Searching


@pytest.mark.parametrize(
    "sought", ["ANN@", "ann@example", "Köln", "KÖLN", "köLN", "a \\ b", 'say "hi"', "100 %", "a_b", "7"]
)
def test_a_part_of_any_text_or_json_is_found_in_any_letter_case(party: Database, sought: str) -> None:
    details = {"city": "Köln", "note": 'they say "hi"', "path": "a \\ b", "share": "100 %", "name": "a_b"}
    invite(party, {"id": 7, "email": "Ann@example.com", "details": details}, {"email": "bob@host.example", "details": {}})

    assert [7] == ids(party, text=sought)


@pytest.mark.parametrize("sought", ["%", "_", "an%", "nobody", "ö", "\0", "\ud800", "x" * 5000, "1" * 500, "NaN", "1e400"])
def test_a_search_has_no_wildcards_and_fails_for_no_text(party: Database, sought: str) -> None:
    invite(party, {"email": "ann@example.com", "details": {"a": 1}})

    assert [] == ids(party, text=sought)


def test_a_number_finds_the_keys_that_are_it_and_no_part_of_others(party: Database) -> None:
    invite(party, {"id": 12}, {"id": 120}, {"id": 7, "host_id": 12})

    assert [12, 7] == ids(party, text="12")


def test_a_search_looks_through_a_slice_of_the_table_at_a_time(party: Database) -> None:
    invite(party, *({"email": f"{number}@example.com"} for number in range(1, 11)))
    turns, found = ended(look(party, Guest, Wanted("1@example"), 50))

    assert [1] == [row.number for row in found.rows]
    assert 5 == turns


def test_a_search_ends_with_the_page_that_it_is_for(party: Database) -> None:
    invite(party, *({"email": f"{number}@example.com"} for number in range(1, 11)))
    turns, found = ended(look(party, Guest, Wanted("example"), 2))

    assert ([10, 9], True) == ([row.number for row in found.rows], found.more)
    assert 1 == turns


# Columns


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", "7"),
        ("id", "7.0"),
        ("email", "Ann@example.com"),
        ("details", "vegan"),
        ("since", "2030-01-01 12:00:00"),
        ("since", "2030-01-01T12:00:00Z"),
        ("vip", "true"),
        ("vip", "1"),
        ("host_id", "3"),
        ("table_ids", "21"),
    ],
)
def test_a_column_is_compared_as_a_whole(party: Database, column: str, value: str) -> None:
    ann = {"email": "Ann@example.com", "details": {"diet": "vegan"}, "since": NOON, "vip": True, "host_id": 3}
    invite(party, {"id": 7, "table_ids": [20, 21], **ann}, {"id": 8, "vip": False, "host_id": 33, "table_ids": [210]})

    assert [7] == ids(party, column=Guest.c[column], value=value)


@pytest.mark.parametrize("value", ["1" * 400, "-1", "NaN", "inf", "\0", "\ud800", "ann", "'; DROP TABLE guest; --"])
@pytest.mark.parametrize("column", ["id", "email", "details", "since", "vip", "table_ids"])
def test_a_value_that_nothing_has_finds_nothing(party: Database, column: str, value: str) -> None:
    invite(party, {"id": 1, "email": "ann@example.com", "details": {}, "since": NOON, "vip": True, "table_ids": [2]})

    assert [] == ids(party, column=Guest.c[column], value=value)


def test_what_an_index_finds_takes_one_turn_and_anything_else_takes_slices(party: Database) -> None:
    invite(party, *({"email": "a", "host_id": 1} for _ in range(10)))
    party.execute(insert(Seat), [{"row": str(number), "guest_id": 1} for number in range(10)])

    assert (2, 10) == ended(tally(party, Seat, Wanted(column=Seat.c.guest_id, value="1")))
    assert (5, 10) == ended(tally(party, Guest, Wanted(column=Guest.c.host_id, value="1")))


_guests = st.lists(st.sampled_from(["ann", "bob", "cleo"]), max_size=12)


@settings(deadline=None)
@given(guests=_guests, sought=st.sampled_from(["", "a", "o"]), limit=st.integers(1, 5), host=st.sampled_from(["", "1"]))
def test_the_pages_together_are_the_whole_table(guests: list[str], sought: str, limit: int, host: str) -> None:
    party = hall()
    invite(party, *({"email": name, "host_id": number % 2} for number, name in enumerate(guests)))
    wanted: dict[str, Any] = {"text": sought, "column": Guest.c.host_id if host else None, "value": host}
    fitting = [n + 1 for n, name in enumerate(guests) if sought in name and (not host or n % 2)]
    seen, before, more = list[int](), None, True
    while more:
        one = page(party, limit=limit, before=before, **wanted)
        seen += [row.number for row in one.rows]
        before, more = (seen or [0])[-1], one.more

    assert fitting[::-1] == seen
    assert len(fitting) == at_once(tally(party, Guest, Wanted(**wanted)))


# Secrets


def test_secrets_are_blacked_out_and_not_found(party: Database) -> None:
    invite(party, {"id": 1, "email": "https://ann:pass@host.example/", "ticket": "s3cret"}, {"id": 2})

    assert [None, "***"] == [row.values["ticket"] for row in page(party).rows]
    assert "https://***@host.example/" == page(party).rows[1].values["email"]
    assert [] == ids(party, text="s3cret")


# Keys


def test_rows_are_told_by_their_keys_and_by_what_a_person_calls_them(party: Database) -> None:
    invite(party, {"id": 7, "email": "ann@example.com"}, {"id": 8})
    found = named(party, Guest, [7, "8", 9, "ann", "1" * 400, "\ud800", {"no": "key"}])

    assert {"7": (7, "ann@example.com"), "8": (8, "")} == {key: (row.number, row.title) for key, row in found.items()}
