"""A workspace's database: transactions by hand, copies, files, fingerprints."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Index, Integer, MetaData, String, Table, bindparam, insert, select, update

from mockserver.core.database import Database, create_tables, fingerprint
from mockserver.core.statements import Statement
from mockserver.core.tables import METADATA
from mockserver.providers import PROVIDERS

BAKERY = MetaData()
Cake = Table("cake", BAKERY, Column("id", Integer, primary_key=True), Column("name", String, nullable=False, unique=True))

ADD = Statement(insert(Cake))
NAMES = Statement(select(Cake.c.name).order_by(Cake.c.id))
RENAME = Statement(update(Cake).where(Cake.c.id > bindparam("above")).values(name=Cake.c.name + "!"))


@pytest.fixture
def database() -> Iterator[Database]:
    made = new()
    yield made
    made.close()


def new(path: Path | None = None) -> Database:
    made = Database(path)
    create_tables(made, [BAKERY])
    return made


def add(database: Database, number: int, name: str) -> None:
    database.run(ADD, {"id": number, "name": name})


def names(database: Database) -> list[str]:
    return [row.name for row in database.all(NAMES, {})]


# Transactions


def test_a_commit_keeps_what_was_written(database: Database) -> None:
    database.begin()
    add(database, 1, "Linzer")
    database.commit()
    database.rollback()

    assert ["Linzer"] == names(database)


def test_a_rollback_undoes_what_was_written(database: Database) -> None:
    add(database, 1, "Linzer")
    database.begin()
    add(database, 2, "Sacher")
    database.run(RENAME, {"above": 0})
    database.rollback()

    assert ["Linzer"] == names(database)


def test_what_is_written_outside_of_a_transaction_stays_at_once(database: Database) -> None:
    add(database, 1, "Linzer")
    database.rollback()

    assert ["Linzer"] == names(database)


def test_it_knows_whether_a_transaction_is_open(database: Database) -> None:
    before = database.in_transaction
    database.begin()
    during = database.in_transaction
    database.commit()

    assert (False, True, False) == (before, during, database.in_transaction)


def test_a_statement_that_fails_leaves_the_transaction_open(database: Database) -> None:
    database.begin()
    add(database, 1, "Linzer")
    with pytest.raises(sqlite3.IntegrityError):
        add(database, 2, "Linzer")
    open_still = database.in_transaction
    database.commit()

    assert open_still
    assert ["Linzer"] == names(database)


def test_any_other_statement_shares_the_transaction(database: Database) -> None:
    database.begin()
    database.execute(insert(Cake), [{"id": 1, "name": "Linzer"}, {"id": 2, "name": "Sacher"}])
    seen = names(database)
    database.rollback()

    assert ["Linzer", "Sacher"] == seen
    assert [] == names(database)


def test_a_change_tells_how_many_rows_it_met(database: Database) -> None:
    database.run_many(ADD, [{"id": number, "name": f"Cake {number}"} for number in range(5)])

    assert [4, 0] == [database.run(RENAME, {"above": above}) for above in (0, 9)]


def test_to_run_a_statement_for_no_rows_is_fine(database: Database) -> None:
    database.run_many(ADD, [])

    assert [] == names(database)


# Copies


def test_a_copy_has_everything_and_shares_nothing(database: Database) -> None:
    add(database, 1, "Linzer")
    copy = Database()
    copy.copy_from(database)
    add(copy, 2, "Sacher")
    add(database, 3, "Dobos")

    assert ["Linzer", "Sacher"] == names(copy)
    assert ["Linzer", "Dobos"] == names(database)
    copy.close()


def test_a_copy_replaces_what_was_there(database: Database) -> None:
    add(database, 1, "Linzer")
    copy = new()
    add(copy, 1, "Sacher")
    add(copy, 2, "Dobos")
    copy.copy_from(database)

    assert ["Linzer"] == names(copy)
    copy.close()


def test_a_database_is_empty_until_it_has_a_table() -> None:
    made = Database()
    before = made.is_empty()
    create_tables(made, [BAKERY])

    assert before
    assert not made.is_empty()
    made.close()


# Files


def test_a_file_keeps_what_was_committed(tmp_path: Path) -> None:
    made = new(tmp_path / "a.sqlite")
    add(made, 1, "Linzer")
    made.close()
    again = Database(tmp_path / "a.sqlite")

    assert ["Linzer"] == names(again)
    again.close()


def test_another_connection_sees_a_commit_at_once(tmp_path: Path) -> None:
    made = new(tmp_path / "a.sqlite")
    other = Database(tmp_path / "a.sqlite", read_only=True)
    made.begin()
    add(made, 1, "Linzer")
    before = names(other)
    made.commit()

    assert ([], ["Linzer"]) == (before, names(other))
    other.close()
    made.close()


def test_a_copy_into_a_file_keeps_writing_ahead(database: Database, tmp_path: Path) -> None:
    add(database, 1, "Linzer")
    copy = Database(tmp_path / "a.sqlite")
    copy.copy_from(database)
    mode = copy.connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    synchronous = copy.connection.exec_driver_sql("PRAGMA synchronous").scalar()

    assert ("wal", 1) == (mode, synchronous)
    assert ["Linzer"] == names(copy)
    copy.close()


def test_looking_does_not_change_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a b#c%20.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE cake (id INTEGER, name TEXT)")
    connection.close()
    before = path.read_bytes()
    looking = Database(path, read_only=True)
    found = names(looking)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        add(looking, 1, "Linzer")
    looking.close()

    assert [] == found
    assert before == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


# Fingerprints


def schema(*extra: Any, kind: type = String, nullable: bool = True, name: str = "cake") -> list[MetaData]:
    """A table, and what a later version might make of it."""
    metadata = MetaData()
    Table(name, metadata, Column("id", Integer, primary_key=True), Column("name", kind, nullable=nullable), *extra)
    return [metadata]


def test_the_same_tables_have_the_same_fingerprint() -> None:
    assert fingerprint(schema()) == fingerprint(schema())
    assert 16 == len(fingerprint(schema()))


@pytest.mark.parametrize(
    "changed",
    [
        schema(Column("sold", Boolean)),
        schema(Column("layers", JSON)),
        schema(kind=Integer),
        schema(nullable=False),
        schema(name="pie"),
        schema(Index("by_name", "name")),
        schema(Index("by_name", "name", unique=True)),
        schema() + schema(name="pie"),
        [],
    ],
)
def test_a_changed_table_column_or_index_changes_the_fingerprint(changed: list[MetaData]) -> None:
    assert fingerprint(schema()) != fingerprint(changed)


def test_an_index_counts_by_its_columns_and_not_by_its_place() -> None:
    one, other = Index("by_name", "name"), Index("by_id", "id")
    same = Index("by_id", "id"), Index("by_name", "name")

    assert fingerprint(schema(one, other)) == fingerprint(schema(*same))
    assert fingerprint(schema(Index("by_name", "name"))) != fingerprint(schema(Index("by_name", "id")))


def test_the_fingerprint_of_the_server_is_the_same_each_time() -> None:
    served = [METADATA, *(provider.schema for provider in PROVIDERS)]

    assert fingerprint(served) == fingerprint(served)
