"""What every list call answers: some rows, or how many there are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mockserver.core.statements import Statement
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.wire import Window

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Listing(Generic[RowT]):
    """The rows that a call is about. Nothing is read until it is known whether they or their number are asked for."""

    count: Callable[[], int]
    rows: Callable[[Window], list[RowT]]


def selected(
    context: EmmaContext,
    rows: Statement,
    count: Statement,
    shape: Callable[[Iterable[tuple[Any, ...]]], list[RowT]],
    **values: Any,
) -> Listing[RowT]:
    """The listing of two statements with the same parameters; `rows` takes `start` and `limit` besides."""
    return Listing(
        count=lambda: int(context.value(count, **values)),
        rows=lambda window: shape(context.tuples(rows, start=window.start, limit=window.limit, **values)),
    )


def held(rows: list[RowT]) -> Listing[RowT]:
    """The listing of rows that are there already, for short lists."""
    return Listing(count=lambda: len(rows), rows=lambda window: rows[window.start : window.start + window.limit])
