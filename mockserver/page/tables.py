"""How rows of a provider's tables are shown: which columns, how much of a value, and where it leads."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Table

from mockserver.core.browsing import Found, Named, is_secret, named, title_column
from mockserver.core.database import Database
from mockserver.core.relations import references
from mockserver.page.rendering import moment, words

_SHORT = 80
"""Characters of a value in a list."""
_LONG = 200
"""Characters of texts that wide tables do not list."""
_COLUMNS = 9
"""How many columns a list has; a table with more is a wide one."""
_LISTED_IDS = 50
"""How many ids of a list are looked up."""


@dataclass(frozen=True, slots=True)
class Link:
    """A key of another table, and where its row is; None when it is gone."""

    key: str
    table: str
    row: Named | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row."""

    column: str
    text: str
    kind: str
    """`none`, `code`, `number` or `text`."""
    links: Sequence[Link] = ()
    """What takes the place of the text: the rows that the value is a key of."""

    @property
    def short(self) -> str:
        return self.text if len(self.text) <= _SHORT else f"{self.text[:_SHORT]}…"

    @property
    def is_long(self) -> bool:
        """Whether it has lines of its own, when it is shown whole."""
        return len(self.text) > _SHORT or "\n" in self.text


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row: its number, its key, what a person knows it by, and its cells."""

    number: int
    key: str
    title: str
    cells: Sequence[Cell]

    @property
    def name(self) -> str:
        return f"{self.key} · {self.title}" if self.title else self.key


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows of a table as a list."""

    columns: Sequence[str]
    rows: Sequence[ShownRow]
    left_out: int
    """How many columns are seen only in the rows themselves."""
    key: str | None
    """The column that leads to a row; None where another table's keys are the key."""


def own_name(table: Table | str) -> str:
    """A table's name without its provider's beginning: `emma_signup_form` is `signup_form`."""
    name = table if isinstance(table, str) else table.name
    return name.partition("_")[2] or name


def plain_name(table: Table) -> str:
    """The same as words: `signup form`."""
    return words(own_name(table))


def shown(database: Database, table: Table, rows: Sequence[Found], *, without: str | None = None) -> Shown:
    """Some rows as a list: of a wide table, the columns that say something; `without` one that is the same in all."""
    columns = [column for column in _listed(table, rows) if column.name != without]
    keys = list(table.primary_key)
    key = keys[0].name if len(keys) == 1 and keys[0].name not in references(table) else None
    listed = [_row(table, row, cells) for row, cells in _cells(database, table, rows, columns)]
    return Shown([column.name for column in columns], listed, len(table.columns) - len(columns), key)


def whole(database: Database, table: Table, row: Found) -> ShownRow:
    """All columns of one row."""
    ((_, cells),) = _cells(database, table, [row], list(table.columns))
    return _row(table, row, cells)


def _row(table: Table, row: Found, cells: Sequence[Cell]) -> ShownRow:
    key = ", ".join(str(row.values[column.name]) for column in table.primary_key)
    title = title_column(table)
    return ShownRow(row.number, key, "" if title is None else str(row.values[title.name] or ""), cells)


def _listed(table: Table, rows: Sequence[Found]) -> list[Column[Any]]:
    columns = list(table.columns)
    if len(columns) <= _COLUMNS:
        return columns
    keys = [column for column in columns if column.primary_key]
    others = [column for column in columns if not column.primary_key and _says_something(column, rows)]
    others = [column for place, column in enumerate(others) if not any(_same(column, each, rows) for each in others[:place])]
    chosen = {*keys, *others[: _COLUMNS - len(keys)]}
    return [column for column in columns if column in chosen]


def _says_something(column: Column[Any], rows: Sequence[Found]) -> bool:
    """Whether a column is filled in any of the rows, with nothing that is too long for a list."""
    values = [row.values[column.name] for row in rows]
    is_too_long = any(isinstance(value, str) and len(value) > _LONG for value in values)
    return not is_too_long and (not rows or any(value not in (None, "", [], {}, False) for value in values))


def _same(one: Column[Any], other: Column[Any], rows: Sequence[Found]) -> bool:
    """Whether two columns of words say the same in all rows, but for letter case."""
    pairs = [(row.values[one.name], row.values[other.name]) for row in rows]
    return bool(pairs) and all(isinstance(a, str) and isinstance(b, str) and a.lower() == b.lower() for a, b in pairs)


def _cells(
    database: Database, table: Table, rows: Sequence[Found], columns: Sequence[Column[Any]]
) -> Iterator[tuple[Found, list[Cell]]]:
    """The cells of rows; the rows that a column refers to are looked up all at once."""
    targets = {column: table.metadata.tables.get(name) for column, name in references(table).items()}
    known = {
        column.name: (target, named(database, target, _all_keys(row.values[column.name] for row in rows)))
        for column in columns
        if (target := targets.get(column.name)) is not None
    }
    for row in rows:
        yield row, [_cell(column, row.values[column.name], known.get(column.name)) for column in columns]


def _cell(column: Column[Any], value: Any, known: tuple[Table, Mapping[str, Named]] | None) -> Cell:
    text, kind = _text(value)
    if known is None or is_secret(column):
        return Cell(column.name, text, "code" if isinstance(column.type, JSON) and kind != "none" else kind)
    target, rows = known
    return Cell(column.name, text, kind, [Link(key, target.name, rows.get(key)) for key in _keys(value)])


def _text(value: Any) -> tuple[str, str]:
    match value:
        case None:
            return "null", "none"
        case bool():
            return str(value).lower(), "text"
        case int() | float():
            return str(value), "number"
        case datetime():
            return moment(value), "text"
        case str():
            return value, "text"
        case _:
            return json.dumps(value, ensure_ascii=False), "code"


def _all_keys(values: Iterable[Any]) -> Iterator[str]:
    return (key for value in values for key in _keys(value))


def _keys(value: Any) -> list[str]:
    """What may be keys in a value: itself, or what is in its list."""
    values = value[:_LISTED_IDS] if isinstance(value, list) else [value]
    return [str(each) for each in values if isinstance(each, int | str) and not isinstance(each, bool) and each != ""]
