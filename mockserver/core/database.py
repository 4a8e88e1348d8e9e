"""One workspace's SQLite database, and why its handlers are coroutines without an `await`.

A workspace has one connection, and it is used on the event loop only. A handler is `async def` and awaits
nothing, so that from the first look into the tables to the commit no other call can come in between: one call is
one critical section. That rules out races by construction (forty addresses posted eight times at once give forty
contacts, with the unique index never touched) and saves the hop to a thread and back. A SQLite statement here takes
microseconds; work that takes longer is cut into slices that announce themselves (`core/slices.py`).

Tables are SQLAlchemy's own, without an object mapper: nothing here loads an object, a call reads named rows and writes
columns. SQLModel's classes said the same, and with three providers they took 170 ms more to start and 11 MB more to be idle.

Transactions are begun and ended by hand (`isolation_level=None`, SQLAlchemy in AUTOCOMMIT mode): Python's implicit
ones skip the BEGIN before a SAVEPOINT, and SQLAlchemy's own bookkeeping costs more than the statement it guards.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, CursorResult, Engine, MetaData, StaticPool, Table, create_engine
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement
from sqlalchemy.sql import Executable
from sqlalchemy.util import LRUCache

from mockserver.core.statements import Row, Statement

# One dialect and one cache of compiled statements serve all workspaces: a statement is compiled once per process.
_ENGINE = create_engine("sqlite://", json_serializer=lambda value: to_json(value).decode(), json_deserializer=from_json)
_ENGINE.connect().close()  # the dialect learns about its driver at the first connection, and only from its own engine
_COMPILED = LRUCache[Any, Any](500)
"""Bounded, because what clients search for becomes statements of every shape."""

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Database:
    """A SQLite database in memory, or in a file that survives the process."""

    def __init__(self, path: Path | None = None, *, read_only: bool = False) -> None:
        self.survives = path is not None
        """Whether it is a file, and there after the process."""
        address = ":memory:" if path is None else f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        self._raw = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        if path is not None and not read_only:
            # A killed process loses no acknowledged write: the log is handed to the operating system at each commit.
            self._raw.execute("PRAGMA journal_mode = WAL")
            self._raw.execute("PRAGMA synchronous = NORMAL")
        self._changes = 0
        pool = StaticPool(lambda: self._raw)  # type: ignore[arg-type] # the driver's own connection
        engine = Engine(pool, _ENGINE.dialect, _ENGINE.url)
        self._connection = engine.connect().execution_options(compiled_cache=_COMPILED, isolation_level="AUTOCOMMIT")

    @classmethod
    def load(cls, data: bytes) -> Self:
        """A database in memory that holds what a file did; what is wrong with the file is met when it is read.

        Of a file from somewhere else nothing is believed: its schema may call no function that has side effects.
        """
        database = cls()
        database._raw.execute("PRAGMA trusted_schema = OFF")
        database._raw.execute("PRAGMA cell_size_check = ON")
        database._raw.deserialize(_without_log(data))
        return database

    def dump(self) -> bytes:
        """The same as a file has it."""
        return _without_log(self._raw.serialize())

    @property
    def connection(self) -> Connection:
        return self._connection

    def execute(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[Any]:
        return self._connection.execute(statement, parameters)

    def all(self, statement: Statement, values: Mapping[str, Any]) -> list[Any]:
        return statement.rows(self._raw.execute(statement.sql, statement.parameters(values)))

    def tuples(self, statement: Statement, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return statement.tuples(self._raw.execute(statement.sql, statement.parameters(values)))

    def each(self, statement: Statement) -> Iterator[Row]:
        """All rows as SQLite has them, unconverted and one at a time, however many there are."""
        return self._raw.execute(statement.sql)

    def objects(self) -> set[tuple[str, str, str, str | None]]:
        """Everything that the schema defines: type, name, table and SQL; an index of SQLite's own has none."""
        return set(self._raw.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))

    def is_sound(self) -> bool:
        """Whether SQLite finds its pages and rows in order."""
        return bool(self._raw.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))

    def take(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows of all columns, as SQLite has them."""
        places = ", ".join("?" * len(table.columns))
        self._raw.executemany(f'INSERT INTO "{table.name}" VALUES ({places})', rows)  # noqa: S608 - a name of ours

    def run(self, statement: Statement, values: Mapping[str, Any]) -> int:
        """Run a statement that changes rows; returns how many it changed."""
        return self._raw.execute(statement.sql, statement.parameters(values)).rowcount

    def run_many(self, statement: Statement, rows: Iterable[Mapping[str, Any]]) -> None:
        self._raw.executemany(statement.sql, [statement.parameters(row) for row in rows])

    def begin(self) -> None:
        self._raw.execute("BEGIN")
        self._changes = self._raw.total_changes

    @property
    def changed(self) -> bool:
        """Whether a row was changed since the transaction began."""
        return self._raw.total_changes != self._changes

    @property
    def writes(self) -> int:
        """How many rows were changed since it was opened."""
        return self._raw.total_changes

    def overlook(self, rows: int) -> None:
        """Do not count so many of them: they are bookkeeping, and change nothing that anybody sees."""
        self._changes += rows

    def commit(self) -> None:
        self._raw.commit()

    def rollback(self) -> None:
        self._raw.rollback()

    @property
    def in_transaction(self) -> bool:
        return self._raw.in_transaction

    def copy_from(self, template: "Database") -> None:
        """Become a copy of `template`, page by page: a tenth of a millisecond for a small one."""
        template._raw.backup(self._raw)

    @property
    def size(self) -> int:
        """Bytes of the file that it is, or would be."""
        pages, page = (self._raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        return int(pages * page)

    def is_empty(self) -> bool:
        return bool(self._raw.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,))

    def close(self) -> None:
        self._connection.close()
        self._raw.close()


def _without_log(data: bytes) -> bytes:
    """A file's header, as of one whose changes are all in the file: a copy of a WAL database claims a log beside it."""
    return data if data[18:20] != b"\x02\x02" else data[:18] + b"\x01\x01" + data[20:]


def create_tables(database: Database, schema: Iterable[MetaData]) -> None:
    for metadata in schema:
        for definition in _definitions(metadata):
            database.connection.exec_driver_sql(definition)


def fingerprint(schema: Iterable[MetaData]) -> str:
    """A short text that changes whenever a table, a column or an index does."""
    digest = hashlib.sha256()
    for metadata in schema:
        for definition in _definitions(metadata):
            digest.update(definition.encode())
    return digest.hexdigest()[:16]


@cache
def _definitions(metadata: MetaData) -> list[str]:
    """The SQL of all tables and indexes, in an order that does not change; written once, all tables being known by then."""
    found: list[ExecutableDDLElement] = []
    for table in metadata.sorted_tables:
        found.append(CreateTable(table))
        found.extend(CreateIndex(index) for index in sorted(table.indexes, key=lambda index: str(index.name)))
    return [str(definition.compile(_ENGINE)) for definition in found]
