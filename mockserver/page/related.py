"""What refers to a row."""

from collections.abc import Generator
from dataclasses import dataclass

from sqlalchemy import Table

from mockserver.core.browsing import Found, Wanted, look, tally
from mockserver.core.database import Database
from mockserver.core.relations import referrers
from mockserver.page.tables import Shown, plain_name, shown

_FIRST = 5
"""Rows of a related table that are shown at once."""


@dataclass(frozen=True, slots=True)
class Related:
    """The rows of a table whose column holds a key."""

    table: str
    plain: str
    column: str
    rows: int
    first: Shown


def related(database: Database, table: Table, row: Found) -> Generator[None, None, list[Related]]:
    """The tables that can refer to a row, with those of their rows that do, which may be none; yields between slices."""
    if len(table.primary_key) != 1:
        return []
    found: list[Related] = []
    key = str(row.values[next(iter(table.primary_key)).name])
    for other, column in referrers(table):
        wanted = Wanted(column=column, value=key)
        rows = yield from tally(database, other, wanted)
        page = (yield from look(database, other, wanted, _FIRST)).rows if rows else []
        first = shown(database, other, page, without=column.name)
        found.append(Related(other.name, plain_name(other), column.name, rows, first))
    return found
