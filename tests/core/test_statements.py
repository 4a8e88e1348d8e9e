"""Statements compiled once: what goes to the driver, and what comes back."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from mockserver.core.database import Database, create_tables
from mockserver.core.moments import UtcDateTime
from mockserver.core.statements import Statement

METADATA = MetaData()
Cake = Table(
    "cake",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String),
    Column("baked", UtcDateTime),
    Column("sold", Boolean, nullable=False),
    Column("layers", JSON),
)

BAKED = datetime(2030, 1, 1, 12, 30, 15, 123456, UTC)
ADD = Statement(insert(Cake))
ALL = Statement(select(Cake.c.id, Cake.c.name, Cake.c.baked, Cake.c.sold, Cake.c.layers).order_by(Cake.c.id))


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database()
    create_tables(made, [METADATA])
    yield made
    made.close()


def add(database: Database, number: int = 1, **fields: Any) -> None:
    database.run(ADD, {"id": number, "name": None, "baked": None, "sold": False, "layers": None, **fields})


def test_rows_are_named_by_their_columns(database: Database) -> None:
    add(database, name="Linzer")
    (row,) = database.all(ALL, {})

    assert (1, "Linzer") == (row.id, row.name)
    assert ("id", "name", "baked", "sold", "layers") == row._fields
    assert {"id": 1, "name": "Linzer", "baked": None, "sold": False, "layers": None} == row._asdict()


@pytest.mark.parametrize("value", [True, False])
def test_booleans_come_back_as_booleans(database: Database, value: bool) -> None:
    add(database, sold=value)

    assert value is database.all(ALL, {})[0].sold


def test_a_moment_comes_back_whole_and_in_utc(database: Database) -> None:
    add(database, baked=BAKED)
    baked = database.all(ALL, {})[0].baked

    assert BAKED == baked
    assert UTC == baked.tzinfo


def test_a_moment_of_another_zone_comes_back_in_utc(database: Database) -> None:
    add(database, baked=BAKED.astimezone(timezone(timedelta(hours=5))))
    baked = database.all(ALL, {})[0].baked

    assert BAKED == baked
    assert UTC == baked.tzinfo


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        add(database, baked=BAKED.replace(tzinfo=None))


def test_moments_are_compared_as_moments(database: Database) -> None:
    add(database, 1, baked=BAKED)
    add(database, 2, baked=BAKED + timedelta(microseconds=1))
    add(database, 3, baked=BAKED.replace(microsecond=0))
    since = Statement(select(Cake.c.id).where(Cake.c.baked >= bindparam("since")).order_by(Cake.c.baked))

    assert [1, 2] == [row.id for row in database.all(since, {"since": BAKED})]


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, True]}, [], {}, "text", "Dvořák", 7, False])
def test_json_comes_back_as_it_was(database: Database, value: Any) -> None:
    add(database, layers=value)

    assert value == database.all(ALL, {})[0].layers


def test_nothing_comes_back_as_none(database: Database) -> None:
    add(database)
    (row,) = database.all(ALL, {})

    assert (None, None, None) == (row.name, row.baked, row.layers)


def test_constants_of_a_statement_need_no_value(database: Database) -> None:
    add(database, 1, name="Linzer", baked=BAKED)
    add(database, 2, name="Sacher", baked=BAKED)
    sell = Statement(update(Cake).where(Cake.c.name == "Linzer", Cake.c.baked == BAKED).values(sold=True, layers=["jam"]))
    changed = database.run(sell, {})

    assert 1 == changed
    assert [(True, ["jam"]), (False, None)] == [(row.sold, row.layers) for row in database.all(ALL, {})]


def test_constants_and_values_go_together(database: Database) -> None:
    for number in range(1, 6):
        add(database, number, sold=number % 2 == 0)
    page = Statement(
        select(Cake.c.id).where(Cake.c.sold.is_(False)).order_by(Cake.c.id).limit(2).offset(bindparam("offset"))
    )

    assert [[1, 3], [5]] == [[row.id for row in database.all(page, {"offset": offset})] for offset in (0, 2)]


def test_a_deletion_tells_how_many_rows_it_met(database: Database) -> None:
    add(database, 1)
    remove = Statement(delete(Cake).where(Cake.c.id == 1))

    assert (1, 0) == (database.run(remove, {}), database.run(remove, {}))


def test_a_statement_is_not_changed_by_its_use(database: Database) -> None:
    find = Statement(select(Cake.c.name).where(Cake.c.id == bindparam("cake")))
    add(database, 1, name="Linzer")
    add(database, 2, name="Sacher")

    assert ["Linzer", "Sacher", "Linzer"] == [database.all(find, {"cake": cake})[0].name for cake in (1, 2, 1)]


def test_a_value_that_is_not_given_is_an_error(database: Database) -> None:
    find = Statement(select(Cake.c.name).where(Cake.c.id == bindparam("cake")))

    with pytest.raises(sqlite3.ProgrammingError):
        database.all(find, {})


def test_labels_name_columns(database: Database) -> None:
    add(database)
    total = Statement(select(func.count().label("cakes"), func.max(Cake.c.baked).label("latest")).select_from(Cake))

    assert {"cakes": 1, "latest": None} == database.all(total, {})[0]._asdict()


def test_a_column_without_a_name_is_found_by_its_place(database: Database) -> None:
    add(database)

    assert 1 == database.all(Statement(select(func.count()).select_from(Cake)), {})[0][0]


def test_columns_of_the_same_name_do_not_hide_each_other(database: Database) -> None:
    add(database, 7)

    assert (7, 7) == database.all(Statement(select(Cake.c.id, Cake.c.id.label("id"))), {})[0]


def test_many_rows_are_converted_each(database: Database) -> None:
    database.run_many(
        ADD,
        [{"id": number, "name": None, "baked": BAKED, "sold": True, "layers": [number]} for number in range(1, 4)],
    )

    assert [(BAKED, True, [number]) for number in range(1, 4)] == [
        (row.baked, row.sold, row.layers) for row in database.all(ALL, {})
    ]


def test_rows_come_as_plain_tuples_when_asked_for(database: Database) -> None:
    add(database, 1, name="Linzer", baked=BAKED, sold=True, layers=["jam"])
    add(database, 2)
    found = database.tuples(ALL, {})

    assert [(1, "Linzer", BAKED, True, ["jam"]), (2, None, None, False, None)] == found
    assert {tuple} == set(map(type, found))


def test_it_stores_what_sqlalchemy_would_store(database: Database) -> None:
    row = {"id": 1, "name": "Linzer", "baked": BAKED, "sold": True, "layers": {"jam": 1}}
    database.execute(insert(Cake), row)
    add(database, 2, name="Linzer", baked=BAKED, sold=True, layers={"jam": 1})
    stored = database.execute(select(Cake).order_by(Cake.c.id))
    by_hand = database.all(ALL, {})

    assert [tuple(row)[1:] for row in stored] == [tuple(row)[1:] for row in by_hand]
    assert by_hand[0][1:] == by_hand[1][1:]
