"""Moments in search criteria: how they are written, how far they are from now, and what parts they have.

They are kept as `@D:2011-01-03T15:54:13`, wall time of the account's zone, which compares as text.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, SQLColumnExpression, cast, func

from mockserver.providers.emma.errors import shown, unknown
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.wire import day, day_stamps, stamp, stamp_of_wall

STAMPED = "@D:????-??-??T??:??:??"
"""What a stored moment looks like, as a GLOB."""
DAY_OF_STAMP = len("@D:2011-01-03")

_WRITTEN = re.compile(r"(?:@D:)?([0-9-]{10})(?:[T ]([0-9:]{8}))?")
_UNITS = ("year", "month", "week", "day", "hour", "minute", "second")
_LONGEST_NUMBER = 18


class Span(NamedTuple):
    """What an argument stands for: mostly one value, from itself to itself; for a day all its seconds."""

    first: Any
    last: Any


class Part(NamedTuple):
    """A part of a date: the numbers it may be, and the condition that a moment has one of them."""

    smallest: int
    largest: int
    has: Callable[[SQLColumnExpression[Any], int], ColumnElement[bool]]


def span(value: Any) -> Span:
    """The moment or the whole day that an argument names; a ValueError if it names neither."""
    written = _WRITTEN.fullmatch(value.strip()) if isinstance(value, str) else None
    named = day(written[1]) if written else None
    if written is None or named is None:
        raise ValueError(f"expected a day or a moment such as 2011-01-03 or 2011-01-03T15:54:13, found {shown(value)}")
    if written[2] is None:
        return Span(*day_stamps(named, named))
    exact = stamp_of_wall(datetime.combine(named, time.fromisoformat(written[2])))
    return Span(exact, exact)


def in_last(context: EmmaContext, value: Any) -> Span:
    """From an interval ago to now."""
    now = _now(context)
    return Span(stamp_of_wall(_shifted(now, _interval(value), -1)), stamp_of_wall(now))


def in_next(context: EmmaContext, value: Any) -> Span:
    now = _now(context)
    return Span(stamp_of_wall(now), stamp_of_wall(_shifted(now, _interval(value), 1)))


def date_parts(value: Any) -> list[tuple[Part, int]]:
    """What `datematch` asks for; a ValueError for anything that is no part of a date."""
    asked = [(name, _PARTS[name], number) for name, number in _numbers(value, _PARTS, "part of a date").items()]
    for name, part, number in asked:
        if not part.smallest <= number <= part.largest:
            raise ValueError(f"{name}: expected a number from {part.smallest} to {part.largest}, found {number}")
    return [(part, number) for _, part, number in asked]


def _now(context: EmmaContext) -> datetime:
    """What the clocks of the account's zone show."""
    return datetime.fromisoformat(stamp(context.now, context.settings).removeprefix("@D:"))


def _interval(value: Any) -> dict[str, int]:
    return _numbers(value, _UNITS, "unit of time")


def _numbers(value: Any, known: Collection[str], kind: str) -> dict[str, int]:
    """The numbers by name, which may be written as texts: `{"week": "52"}`."""
    if not isinstance(value, dict) or not value:
        raise ValueError(f'expected an object such as {{"day": 5}}, of {", ".join(known)}; found {shown(value)}')
    for name in value:
        if name not in known:
            raise ValueError(unknown(kind, name, known))
    return {name: _number(name, number) for name, number in value.items()}


def _number(name: str, value: Any) -> int:
    text = value.strip() if isinstance(value, str) else str(value) if type(value) is int else ""
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_NUMBER:
        raise ValueError(f"{name}: expected a whole number, 0 or more, found {shown(value)}")
    return int(text)


def _shifted(moment: datetime, interval: Mapping[str, int], direction: int) -> datetime:
    """A moment earlier or later by the calendar: a month before the 31st of March is the last of February.

    Further than the calendar goes is its first or last day.
    """
    months = interval.get("year", 0) * 12 + interval.get("month", 0)
    units = ("week", "day", "hour", "minute", "second")
    try:
        rest = timedelta(**{f"{unit}s": interval.get(unit, 0) for unit in units})
        return _months_later(moment, direction * months) + direction * rest
    except (OverflowError, ValueError):
        return datetime.combine(date.max if direction > 0 else date.min, time())


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    first = moment.replace(year=year, month=month + 1, day=1)
    return first.replace(day=min(moment.day, monthrange(year, month + 1)[1]))


def _digits(start: int, length: int) -> Callable[[SQLColumnExpression[Any], int], ColumnElement[bool]]:
    return lambda moment, number: func.substr(moment, start, length) == f"{number:0{length}}"


def _is_day_of_week(moment: SQLColumnExpression[Any], number: int) -> ColumnElement[bool]:
    return func.strftime("%w", func.substr(moment, 4)) == str(number)


def _is_week(moment: SQLColumnExpression[Any], number: int) -> ColumnElement[bool]:
    """By ISO 8601, where a week belongs to the year of its Thursday; SQLite learnt to tell it only lately."""
    thursday = func.date(func.substr(moment, 4), "-3 days", "weekday 4")
    return (cast(func.strftime("%j", thursday), Integer) - 1) // 7 == number - 1


_PARTS = {
    "year": Part(1, 9999, _digits(4, 4)),
    "month": Part(1, 12, _digits(9, 2)),
    "week": Part(1, 53, _is_week),
    "day": Part(1, 31, _digits(12, 2)),
    "dow": Part(0, 6, _is_day_of_week),
    "hour": Part(0, 23, _digits(15, 2)),
    "minute": Part(0, 59, _digits(18, 2)),
    "second": Part(0, 59, _digits(21, 2)),
}
