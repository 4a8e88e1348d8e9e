"""Which rows belong together: a column says whose key it holds, and nothing enforces it.

Services like these forget a row and still remember what it did, so a foreign key would say too much. Where a database may
hold on to one, `ForeignKey` says the same.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Table

_REFERS_TO = "refers to"


def refers_to(table: str) -> dict[Any, Any]:
    """What is said (`info`) of a column that holds the primary key of a row of `table`, or a JSON list of such keys."""
    return {_REFERS_TO: table}


def target(column: Column[Any]) -> str | None:
    """The name of the table whose key a column holds, if it holds one."""
    declared: str | None = column.info.get(_REFERS_TO)
    return declared or next((key.column.table.name for key in column.foreign_keys), None)


def references(table: Table) -> dict[str, str]:
    """By column, the tables that a table refers to."""
    return {column.name: name for column in table.columns if (name := target(column)) is not None}


def referrers(table: Table) -> Iterator[tuple[Table, Column[Any]]]:
    """The columns of its schema that hold keys of a table."""
    for other in table.metadata.sorted_tables:
        for column in other.columns:
            if target(column) == table.name:
                yield other, column
