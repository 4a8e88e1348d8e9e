"""What differs between two worlds: per table, the rows that one of them lacks, and those that are not the same.

Both sides are read in the order of the primary key, side by side, so that a table may be of any size. It is work in
slices (see `core/slices.py`), because a table of a hundred thousand members takes longer than a turn of the loop.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import Table, select

from mockserver.core.database import Database
from mockserver.core.redaction import REDACTED, SECRET
from mockserver.core.statements import Row, Statement
from mockserver.core.tables import METADATA, Memory

if TYPE_CHECKING:
    from mockserver.core.runtime import Runtime

CORE = "mockserver"
"""Whose the tables are that no provider has: outbox and scheduled work."""
_SLICE = 500
"""Pairs of rows in a turn of the loop."""

T = TypeVar("T")
Pair = tuple[Row | None, Row | None]


@dataclass(frozen=True, slots=True)
class Change:
    """A row on both sides, and those of its columns that differ, as before and after."""

    key: dict[str, Any]
    columns: dict[str, tuple[Any, Any]]


@dataclass(slots=True)
class Listed(Generic[T]):
    """How many there are, and the first of them."""

    total: int = 0
    rows: list[T] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TableDifference:
    """What happened to one table on the way from one side to the other."""

    added: Listed[dict[str, Any]] = field(default_factory=Listed)
    removed: Listed[dict[str, Any]] = field(default_factory=Listed)
    changed: Listed[Change] = field(default_factory=Listed)

    def __bool__(self) -> bool:
        return bool(self.added.total or self.removed.total or self.changed.total)


@dataclass(slots=True)
class Room:
    """How much of a difference is listed: so many rows of a kind in each table, and so many bytes in all."""

    rows: int
    bytes: int

    def has_place(self, listed: Listed[Any], *values: Iterable[Any]) -> bool:
        """Whether a row with such values is listed; if so, it takes its place up."""
        size = sum(len(value) if isinstance(value, str) else 8 for row in values for value in row)
        if len(listed.rows) >= self.rows or size > self.bytes:
            return False
        self.bytes -= size
        return True


Difference = dict[str, dict[str, TableDifference]]
"""By provider (or `CORE`) and table; without what is the same on both sides."""


def difference(
    before: Database, after: Database, tables: Mapping[str, Sequence[Table]], room: Room
) -> Generator[None, None, Difference]:
    """Compare the tables of each owner; yields between slices. Neither side may change meanwhile."""
    found: Difference = {}
    for owner, owned in tables.items():
        for table in owned:
            one = yield from _compared(before, after, table, room)
            if one:
                found.setdefault(owner, {})[table.name] = one
    return found


def tables_of(runtime: "Runtime", provider: str | None) -> dict[str, list[Table]]:
    """All tables that tell of the world by whose they are, or those of one provider."""
    if provider is not None:
        return {provider: runtime.providers[provider].schema.sorted_tables}
    owned = {each.name: each.schema.sorted_tables for each in runtime.providers.values()}
    return {**owned, CORE: [table for table in METADATA.sorted_tables if table is not Memory]}


def _compared(before: Database, after: Database, table: Table, room: Room) -> Generator[None, None, TableDifference]:
    statement, found = _in_order(table), TableDifference()
    pairs = _paired(before.each(statement), after.each(statement), _key(table))
    yield
    for count, (old, new) in enumerate(pairs, start=1):
        if old != new:
            _note(found, table, (old, new), room)
        if not count % _SLICE:
            yield
    return found


def _note(found: TableDifference, table: Table, pair: Pair, room: Room) -> None:
    old, new = pair
    if old is None or new is None:
        listed, row = (found.added, new) if old is None else (found.removed, old)
        listed.total += 1
        if row is not None and room.has_place(listed, row):
            listed.rows.append(_shown(table, row))
        return
    found.changed.total += 1
    if room.has_place(found.changed, *((a, b) for a, b in zip(old, new, strict=True) if a != b)):
        found.changed.rows.append(_change(table, old, new))


def _change(table: Table, old: Row, new: Row) -> Change:
    differing = [column.name for column, a, b in zip(table.columns, old, new, strict=True) if a != b]
    before, after = _shown(table, old), _shown(table, new)
    return Change(
        key={column.name: before[column.name] for column in table.primary_key},
        columns={name: (before[name], after[name]) for name in differing},
    )


def _shown(table: Table, row: Row) -> dict[str, Any]:
    """A row by its columns' names, with values as Python has them; secrets are blacked out."""
    (values,) = _in_order(table).tuples([row])
    return {
        column.name: REDACTED if column.info == SECRET and value is not None else value
        for column, value in zip(table.columns, values, strict=True)
    }


def _paired(before: Iterator[Row], after: Iterator[Row], key: Any) -> Iterator[Pair]:
    """The rows of two sides that are in the order of their keys, those with the same key together."""
    old, new = next(before, None), next(after, None)
    while old is not None or new is not None:
        if new is None or (old is not None and key(old) < key(new)):
            yield old, None
            old = next(before, None)
        elif old is None or key(new) < key(old):
            yield None, new
            new = next(after, None)
        else:
            yield old, new
            old, new = next(before, None), next(after, None)


@cache
def _in_order(table: Table) -> Statement:
    return Statement(select(table).order_by(*table.primary_key))


def _key(table: Table) -> Any:
    names = table.columns.keys()
    return itemgetter(*(names.index(column.key) for column in table.primary_key))
