"""Reading any table a page at a time, the newest rows first.

A row is known by its number, SQLite's own, which every table here has whatever its primary key is. Pages go down by it, so
that a page far down costs no more than the first. What no index finds is looked for in slices of the table, because a
hundred thousand members take longer than a turn of the loop (see `core/slices.py`). Secrets are blacked out, and neither
searched nor compared.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, Boolean, Column, Integer, String, Table, and_, func, literal, literal_column, or_, select, true
from sqlalchemy import cast as converted
from sqlalchemy import type_coerce as taken_as
from sqlalchemy.sql.elements import ColumnElement

from mockserver.core.database import Database
from mockserver.core.moments import UtcDateTime
from mockserver.core.redaction import REDACTED, SECRET, redacted_url
from mockserver.core.relations import target

_NUMBER: ColumnElement[int] = literal_column("_rowid_", Integer)
_SLICE = 2000
"""Rows that are looked through in a turn of the loop."""
_LONGEST_ID = 18
"""Digits, which are a number of 64 bits for sure."""
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_TITLES = ("name", "email", "title", "subject", "label", "display_name", "username", "event")
"""Columns by which a person knows a row."""

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: those that fit everything given."""

    text: str = ""
    """A part of any text or JSON, in any letter case; or all of a key."""
    column: Column[Any] | None = None
    value: str = ""
    """All of what is in the column; of JSON, one of the values in it."""
    before: int | None = None
    """Only rows with a lower number."""


@dataclass(frozen=True, slots=True)
class Found:
    """One row: its number, and its values by the names of the columns."""

    number: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and whether more follow."""

    rows: list[Found]
    more: bool


@dataclass(frozen=True, slots=True)
class Named:
    """Where the row of a key is, and by what a person knows it, if by anything."""

    number: int
    title: str


def look(database: Database, table: Table, wanted: Wanted, limit: int) -> Generator[None, None, Page]:
    """The newest rows that fit; yields between slices."""
    fits, rows = _fitting(table, wanted), list[Found]()
    for piece in _pieces(database, table, wanted):
        rows += _rows(database, table, and_(piece, fits), limit + 1 - len(rows))
        if len(rows) > limit:
            break
        yield
    return Page(rows[:limit], len(rows) > limit)


def tally(database: Database, table: Table, wanted: Wanted) -> Generator[None, None, int]:
    """How many rows fit; yields between slices."""
    counted, fits, total = select(func.count()).select_from(table), _fitting(table, wanted), 0
    for piece in _pieces(database, table, wanted):
        total += database.execute(counted.where(piece, fits)).scalar_one()
        yield
    return total


def find(database: Database, table: Table, number: int) -> Found | None:
    """One row, or None."""
    return next(iter(_rows(database, table, _NUMBER == number, 1)), None)


def named(database: Database, table: Table, keys: Iterable[Any]) -> dict[str, Named]:
    """By key as text, where those rows are that a table has; it has a primary key of one column."""
    key, title = next(iter(table.primary_key)), title_column(table)
    shown: ColumnElement[Any] = literal("", String) if title is None else title
    wanted = list({clean(str(each)) for each in keys})
    found: Iterable[Any] = database.execute(select(key, _NUMBER, shown).where(taken_as(key, String).in_(wanted)))
    return {str(row[0]): Named(row[1], str(row[2] or "")) for row in found}


def title_column(table: Table) -> Column[Any] | None:
    """The column by which a person knows a row, unless it is the key."""
    columns = (table.columns.get(name) for name in _TITLES)
    return next((each for each in columns if each is not None and not each.primary_key and not is_secret(each)), None)


def is_secret(column: Column[Any]) -> bool:
    return column.info == SECRET


def clean(text: str) -> str:
    """A text without what no text in a database has."""
    return _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)


# Rows


def _rows(database: Database, table: Table, fits: Condition, limit: int) -> list[Found]:
    """First the numbers alone: what an index knows is not read for rows that are not on the page."""
    numbers = select(_NUMBER).select_from(table).where(fits).order_by(_NUMBER.desc()).limit(limit).correlate(None)
    statement = select(_NUMBER, *table.columns).where(_NUMBER.in_(numbers.scalar_subquery())).order_by(_NUMBER.desc())
    return [Found(row[0], _shown(table, row[1:])) for row in database.execute(statement)]


def _shown(table: Table, values: Iterable[Any]) -> dict[str, Any]:
    pairs = zip(table.columns, values, strict=True)
    return {column.name: _redacted(value) if not is_secret(column) else value and REDACTED for column, value in pairs}


def _redacted(value: Any) -> Any:
    return redacted_url(value) if isinstance(value, str) else value


def _pieces(database: Database, table: Table, wanted: Wanted) -> Iterator[Condition]:
    """A table in pieces, the newest first; one is enough when no row is looked at in vain."""
    below = true() if wanted.before is None else _NUMBER < wanted.before
    if not wanted.text and (wanted.column is None or _is_indexed(wanted.column)):
        yield below
        return
    last = select(_NUMBER).select_from(table).order_by(_NUMBER.desc()).limit(1).offset(_SLICE - 1)
    while (lowest := database.execute(last.where(below)).scalar()) is not None:
        yield and_(below, _NUMBER >= lowest)
        below = _NUMBER < lowest
    yield below


def _is_indexed(column: Column[Any]) -> bool:
    whole = [index for index in column.table.indexes if index.dialect_options["sqlite"]["where"] is None]
    leading = [next(iter(column.table.primary_key), None), *(index.expressions[0] for index in whole)]
    return not isinstance(column.type, JSON | UtcDateTime) and (
        bool(column.unique) or any(each is column for each in leading)
    )


# What fits


def _fitting(table: Table, wanted: Wanted) -> Condition:
    has_value = true() if wanted.column is None else _equals(wanted.column, clean(wanted.value))
    return and_(has_value, _contains(table, clean(wanted.text))) if wanted.text else has_value


def _equals(column: Column[Any], value: str) -> Condition:
    """The value goes to SQLite as text, which takes it for what the column holds: no number is too large for that."""
    match column.type:
        case JSON():
            each = func.json_each(column).table_valued("value", name="each_value")
            return select(literal(1)).select_from(each).where(converted(each.c.value, String) == value).exists()
        case UtcDateTime():
            return taken_as(column, String).startswith(_as_kept(value), autoescape=True)
        case Boolean():
            value = {"true": "1", "false": "0"}.get(value.lower(), value)
    return taken_as(column, String) == literal(value, String)


def _as_kept(moment: str) -> str:
    return moment.replace("T", " ").removesuffix("Z").removesuffix("+00:00")


def _contains(table: Table, text: str) -> Condition:
    found: list[Condition] = []
    for column in table.columns:
        if is_secret(column):
            continue
        if isinstance(column.type, JSON):
            texts = sorted({text, to_json(text).decode()[1:-1]})
        elif isinstance(column.type, String):
            texts = [text]
        else:
            found += [taken_as(column, String) == literal(text, String)] if _is_key(column) and _is_id(text) else []
            continue
        found += [_has(taken_as(column, String), each) for each in texts]
    return or_(*found) if found else literal_column("0", Boolean)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID


def _is_key(column: Column[Any]) -> bool:
    return column.primary_key or target(column) is not None


def _has(words: ColumnElement[str], text: str) -> Condition:
    """SQLite knows the two cases of ASCII only. Other letters are asked for in each, once the rest of the text is found."""
    if text.isascii():
        return words.contains(text, autoescape=True)
    cases = {_ascii_lower(each) for each in (text, text.lower(), text.upper(), text.title())}
    shape = "".join("_" if not each.isascii() else f"/{each}" if each in "%_/" else each for each in text)
    return and_(
        words.like(f"%{shape}%", escape="/"), or_(*(words.contains(each, autoescape=True) for each in sorted(cases)))
    )


def _ascii_lower(text: str) -> str:
    return "".join(each.lower() if each.isascii() else each for each in text)
