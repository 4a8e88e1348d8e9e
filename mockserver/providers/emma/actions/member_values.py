"""Values of member fields: checked against the definitions, and brought into the form in which they are kept."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from mockserver.providers.emma.actions import fields
from mockserver.providers.emma.errors import BadRequest, shown
from mockserver.providers.emma.settings import EmmaContext, EmmaSettings
from mockserver.providers.emma.wire import stamp_of_wall

_NUMBER = re.compile(r"[+-]?\d{1,300}(\.\d*)?([eE][+-]?\d{1,3})?", re.ASCII)
_MOMENT = re.compile(r"(?:@D:)?(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d))?", re.ASCII)
_WORDS = {"true": True, "1": True, "false": False, "0": False}
_LARGEST = 1e300
_TOLD = 20
"""Faults that a refusal names; nobody reads more."""


def checked(context: EmmaContext, values: Mapping[str, Any], where: str = "fields") -> dict[str, Any]:
    """Values by shortcut name as they are kept, None for one to take away; or a refusal that names the faulty ones."""
    definitions = fields.definitions(context)
    found, faults = check(values, definitions, context.settings)
    rule = "emma.member_values.type"
    if not values.keys() <= definitions.keys():
        context.cite("emma.member_values.unknown")
        rule = "emma.member_values.unknown" if context.settings.unknown_fields == "refuse" else rule
    if faults:
        raise BadRequest("; ".join(f"{where}.{fault}" for fault in faults[:_TOLD]), rule)
    return found


def check(
    values: Mapping[str, Any], definitions: Mapping[str, Any], settings: EmmaSettings
) -> tuple[dict[str, Any], list[str]]:
    """The good values as they are kept, and a sentence for each bad one, which begins with the field's name."""
    found: dict[str, Any] = {}
    faults: list[str] = []
    for name, value in values.items():
        definition = definitions.get(name)
        if definition is not None:
            try:
                found[name] = _read(value, definition.field_type)
            except ValueError:
                faults.append(f"{name}: expected {_TYPES[definition.field_type][0]}, found {shown(value)}")
        elif settings.unknown_fields == "refuse":
            faults.append(f"{shown(name)[1:-1]}: expected the shortcut name of a field, found none of this name")
    return found, faults


def _read(value: Any, field_type: str) -> Any:
    """A value as it is kept; only a text can be blank."""
    if value is None or (field_type != "text" and isinstance(value, str) and not value.strip()):
        return None
    return _TYPES[field_type][1](value)


# One reader for each type: a ValueError for what does not fit.


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or _is_number(value):
        return to_json(value).decode()
    raise ValueError


def _texts(value: Any) -> list[str]:
    return [_text(each) for each in (value if isinstance(value, list) else [value])]


def _numeric(value: Any) -> int | float:
    if isinstance(value, str) and (match := _NUMBER.fullmatch(value.strip())):
        value = float(match[0]) if match[1] or match[2] else int(match[0])
    if isinstance(value, bool) or not _is_number(value):
        raise ValueError
    found: int | float = value
    return found


def _is_number(value: Any) -> bool:
    """Whether it is one that JSON and other programs can hold."""
    return isinstance(value, int | float) and -_LARGEST < value < _LARGEST


def _boolean(value: Any) -> bool:
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    if word not in _WORDS:
        raise ValueError
    return _WORDS[word]


def _moment(value: Any) -> str:
    match = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError
    return stamp_of_wall(datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00:00'}"))


_DATE = "a moment as @D:YYYY-MM-DDTHH:MM:SS or YYYY-MM-DD"
_TYPES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "text": ("a text", _text),
    "text[]": ("an array of texts", _texts),
    "numeric": ("a number", _numeric),
    "boolean": ("a boolean", _boolean),
    "date": (_DATE, _moment),
    "timestamp": (_DATE, _moment),
}
