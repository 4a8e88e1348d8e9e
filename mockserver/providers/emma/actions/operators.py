"""Operators of search criteria: each makes of its arguments a test of a value."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_, select

from mockserver.providers.emma.actions import moments
from mockserver.providers.emma.actions.globs import glob
from mockserver.providers.emma.actions.kinds import OPERATORS, Kind
from mockserver.providers.emma.actions.moments import DAY_OF_STAMP, Span
from mockserver.providers.emma.errors import shown, unknown
from mockserver.providers.emma.settings import EmmaContext

Test = Callable[[SQLColumnExpression[Any]], ColumnElement[bool]]
"""The condition that a value, given as SQL, passes."""
Make = Callable[[EmmaContext, Kind, Sequence[Any]], Test]

_SIGNS = {"=": "eq", "<": "lt", ">": "gt"}
_MEANT = {"==": "eq", "equals": "eq", "is": "eq", "less than": "lt", "greater than": "gt", "like": "contains"}
"""What people write who know other languages."""
_RADII = ("5", "10", "15", "20", "25", "50")
_LONGEST_PATTERN = 1000
_ZIP = 5
"""Digits of a postal code; an extension behind them says nothing about distance."""


class FilterError(ValueError):
    """Something wrong with a filter, in the part at `place`."""

    def __init__(self, place: int, said: str, rule: str) -> None:
        super().__init__(said)
        self.place = place
        self.rule = rule


class _Operator(NamedTuple):
    fewest: int
    most: int | None
    make: Make


def test(context: EmmaContext, kind: Kind, written: Any, arguments: Sequence[Any]) -> Test:
    """The test that a filter of a kind of values puts; a FilterError if there is something wrong with it."""
    name, argument = _read(written)
    operator = _MAKERS[name]
    if len(arguments) < operator.fewest or (operator.most is not None and len(arguments) > operator.most):
        needed = f"{operator.fewest} or more" if operator.most is None else operator.fewest
        raise FilterError(1, f'"{written}" takes {needed} argument(s), found {len(arguments)}', "emma.criteria.operator")
    if name not in kind.operators:
        known = ", ".join(kind.operators)
        raise FilterError(
            1, f'{kind.called} cannot be searched with "{written}"; expected one of {known}', "emma.criteria.kinds"
        )
    if argument:
        context.cite("emma.criteria.zip_radius")
    return operator.make(context, kind, arguments)


def one_of(value: SQLColumnExpression[Any], wanted: Sequence[Any]) -> ColumnElement[bool]:
    """Any number of values as one parameter."""
    if len(wanted) == 1:
        same: ColumnElement[bool] = value == wanted[0]
        return same
    each = func.json_each(json.dumps(wanted)).table_valued("value")
    return value.in_(select(each.c.value))


def _read(written: Any) -> tuple[str, str]:
    """The operator's name and its argument, which only `zip-radius` has."""
    if not isinstance(written, str):
        raise FilterError(1, f"expected an operator, found {shown(written)}", "emma.criteria.operator")
    name, colon, argument = written.partition(":")
    name = _SIGNS.get(name, name)
    if name not in OPERATORS or (colon and name != "zip-radius"):
        raise FilterError(1, _unknown(written), "emma.criteria.operator")
    if name == "zip-radius" and argument not in _RADII:
        raise FilterError(1, f"expected zip-radius:N with N one of {', '.join(_RADII)}", "emma.criteria.operator")
    return name, argument


def _unknown(written: str) -> str:
    if written.lower() in _MEANT:
        return f'no operator is called "{written}"; did you mean "{_MEANT[written.lower()]}"?'
    return unknown("operator", written, OPERATORS)


def _spans(kind: Kind, arguments: Sequence[Any]) -> list[Span]:
    return [_argument(place, argument, kind.read) for place, argument in enumerate(arguments, 2)]


def _argument(place: int, argument: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return read(argument)
    except ValueError as problem:
        raise FilterError(place, str(problem), "emma.criteria.argument") from problem


# What each of them makes


def _equal(_: EmmaContext, kind: Kind, arguments: Sequence[Any]) -> Test:
    spans = _spans(kind, arguments)
    exact = [first for first, last in spans if first == last]
    days = [first[:DAY_OF_STAMP] for first, last in spans if first != last]

    def is_equal(value: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        of_days = [one_of(func.substr(value, 1, DAY_OF_STAMP), days)] if days else []
        return or_(*([one_of(value, exact)] if exact else []), *of_days)

    return is_equal


def _less(_: EmmaContext, kind: Kind, arguments: Sequence[Any]) -> Test:
    [span] = _spans(kind, arguments)
    return lambda value: value < span.first


def _greater(_: EmmaContext, kind: Kind, arguments: Sequence[Any]) -> Test:
    [span] = _spans(kind, arguments)
    return lambda value: value > span.last


def _between(_: EmmaContext, kind: Kind, arguments: Sequence[Any]) -> Test:
    low, high = _spans(kind, arguments)
    return lambda value: value.between(low.first, high.last)


def _within(reach: Callable[[EmmaContext, Any], Span]) -> Make:
    def within(context: EmmaContext, _: Kind, arguments: Sequence[Any]) -> Test:
        span = _argument(2, arguments[0], partial(reach, context))
        return lambda value: value.between(*span)

    return within


def _on_date(_: EmmaContext, __: Kind, arguments: Sequence[Any]) -> Test:
    parts = _argument(2, arguments[0], moments.date_parts)
    return lambda value: and_(*(part.has(value, number) for part, number in parts))


def _fits(_: EmmaContext, __: Kind, arguments: Sequence[Any]) -> Test:
    pattern = glob(_argument(2, arguments[0], _pattern))
    return lambda value: value.op("GLOB", is_comparison=True)(pattern)


def _pattern(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_PATTERN:
        raise ValueError(f"expected a pattern such as *foo* of {_LONGEST_PATTERN} characters at most, found {shown(value)}")
    return value


def _near(_: EmmaContext, __: Kind, arguments: Sequence[Any]) -> Test:
    """This mock has no geography: whoever has the same postal code is near, and of nobody else it is known."""
    postal_code = _argument(2, arguments[0], _postal_code)
    return lambda value: func.substr(value, 1, _ZIP) == postal_code


def _postal_code(value: Any) -> str:
    text = f"{value:05}" if type(value) is int and value >= 0 else value.strip() if isinstance(value, str) else ""
    digits = text[:_ZIP]
    if len(digits) < _ZIP or not digits.isascii() or not digits.isdigit() or text[_ZIP:][:1] not in {"", "-"}:
        raise ValueError(f"expected a postal code such as 97202, found {shown(value)}")
    return digits


_MAKERS = {
    "eq": _Operator(1, 1, _equal),
    "in": _Operator(1, None, _equal),
    "any": _Operator(1, None, _equal),
    "lt": _Operator(1, 1, _less),
    "gt": _Operator(1, 1, _greater),
    "between": _Operator(2, 2, _between),
    "in last": _Operator(1, 1, _within(moments.in_last)),
    "in next": _Operator(1, 1, _within(moments.in_next)),
    "datematch": _Operator(1, 1, _on_date),
    "contains": _Operator(1, 1, _fits),
    "zip-radius": _Operator(1, 1, _near),
}
