"""Kinds of values that search criteria compare: which operators they have, and how the arguments are read."""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from mockserver.providers.emma.actions import moments
from mockserver.providers.emma.actions.moments import Span
from mockserver.providers.emma.errors import shown
from mockserver.providers.emma.schemas.members import STATUS_WORDS
from mockserver.providers.emma.wire import email_key

SAME, ORDER, RELATIVE = ("eq", "in", "any"), ("lt", "gt", "between"), ("in last", "in next", "datematch")
OPERATORS = (*SAME, *ORDER, *RELATIVE, "contains", "zip-radius")

_NUMBER = re.compile(r"[+-]?\d{1,300}(?P<beyond>(\.\d*)?([eE][+-]?\d{1,3})?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of values."""

    called: str
    operators: tuple[str, ...]
    read: Callable[[Any], Span]
    """What an argument stands for; a ValueError if the kind has no such values."""


def _exactly(read: Callable[[Any], Any]) -> Callable[[Any], Span]:
    def read_exactly(value: Any) -> Span:
        found = read(value)
        return Span(found, found)

    return read_exactly


def _one_of(known: Iterable[str], expected: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            raise _misfit(expected, value)
        return value

    return read


def _text(value: Any) -> str:
    """A number is as good as its digits: postal codes are often sent as numbers."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return to_json(value).decode()
    raise _misfit("a text", value)


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise _misfit("the name of a group", value)
    return value


def _number(value: Any) -> int | float:
    if isinstance(value, str) and (written := _NUMBER.fullmatch(value.strip())):
        value = float(written[0]) if written["beyond"] else int(written[0])
    if isinstance(value, int | float) and not isinstance(value, bool):
        found = value if abs(value) < 2**63 else _as_float(value)
        if math.isfinite(found):
            return found
    raise _misfit("a number", value)


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _flag(value: Any) -> int:
    """As SQLite keeps it."""
    if value in (True, False):
        return int(value)
    if isinstance(value, str) and value.strip().lower() in {"true", "false", "1", "0"}:
        return int(value.strip().lower() in {"true", "1"})
    raise _misfit("true or false", value)


def _misfit(expected: str, value: Any) -> ValueError:
    return ValueError(f"expected {expected}, found {shown(value)}")


def _anything(value: Any) -> None:
    if not isinstance(value, str | int | float):
        raise _misfit("a text, a number, true or false", value)


TEXT = Kind("a text", (*SAME, *ORDER, "contains", "zip-radius"), _exactly(_text))
EMAIL = Kind("an address", (*SAME, *ORDER, "contains"), _exactly(lambda value: email_key(_text(value))))
GROUP = Kind("the name of a group", (*SAME, "contains"), _exactly(_name))
NUMBER = Kind("a number", (*SAME, *ORDER), _exactly(_number))
FLAG = Kind("true or false", SAME, _exactly(_flag))
MOMENT = Kind("a moment", (*SAME, *ORDER, *RELATIVE), moments.span)
STATUS = Kind("a status", SAME, _exactly(_one_of(STATUS_WORDS, f"one of {', '.join(STATUS_WORDS)}")))
ANYTHING = Kind("anything", OPERATORS, _exactly(_anything))
"""What a field that does not exist might hold."""
