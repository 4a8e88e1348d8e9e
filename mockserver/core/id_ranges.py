"""Very many records: those of a list of ids, and changes range after range, so that nobody else waits long for a turn."""

from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from typing import Any

from pydantic_core import to_json
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Text, func, literal, select

from mockserver.core.context import Context

RANGE = 2000
"""Records between two turns for other workspaces: about ten milliseconds of work."""
BATCH = 1000
"""Ids in one `IN`."""
_LARGEST_ID = 2**63 - 1

Change = Callable[[ColumnElement[bool]], int]
"""Changes the records for which a condition holds; returns how many those were."""


def listed(column: SQLColumnExpression[int], ids: Iterable[int]) -> ColumnElement[bool]:
    """The condition that a column has one of these ids, however many they are."""
    values = func.json_each(literal(to_json(list(ids)).decode(), Text)).table_valued("value")
    return column.in_(select(values.c.value))


def change(context: Context[Any], ids: Select[int], do: Change, *, most: int = RANGE) -> Generator[None, None, int]:
    """Do something to the records whose ids a statement selects, some thousand at a time; returns how many it was.

    `do` gets a condition on the ids alone: others than the selected ones may lie between them.
    """
    total = 0
    for place, between in enumerate(_ranges(context, ids, most)):
        if place:
            yield
        total += do(between)
    return total


def change_named(
    column: SQLColumnExpression[int], ids: Iterable[int], do: Change, *, most: int = BATCH
) -> Generator[None, None, int]:
    """The same for records that a call names by their ids."""
    total = 0
    for place, batch in enumerate(batches(ids, most)):
        if place:
            yield
        total += do(column.in_(batch))
    return total


def batches(ids: Iterable[int], most: int = BATCH) -> Iterator[list[int]]:
    """The ids that some record may have, each once, as many at a time as go into one statement."""
    rest, seen = iter(ids), set[int]()
    while some := list(islice(rest, most)):
        new = [each for each in dict.fromkeys(some) if 0 < each <= _LARGEST_ID and each not in seen]
        seen.update(new)
        if new:
            yield new


def _ranges(context: Context[Any], ids: Select[int], most: int) -> Iterator[ColumnElement[bool]]:
    (column,) = ids.selected_columns
    last = 0
    while True:
        nearest = ids.where(column > last).order_by(column).limit(most).subquery()
        (nearest_id,) = nearest.columns
        end = context.execute(select(func.max(nearest_id))).scalar_one()
        if end is None:
            return
        yield column.between(last + 1, end)
        last = end
