"""What a form says, as the JSON that the control API takes.

The name of a field is its path: `match.provider` is `{"match": {"provider": ...}}`. A mark at its end tells what the text
means, where a text is not meant: `#` an id or else a name, `[]` a list with one on each line, `[]#` the same of ids or
names, `{}` JSON. A field that is left empty says nothing.
"""

import json
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any
from urllib.parse import parse_qsl

from mockserver.core.backstage import Declined

_MOST_FIELDS = 200
_DEEPEST, _LONGEST_ID = 10, 20
"""Dots of a name that mean something; digits of an id."""


def read_form(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form in their order. Raises Declined for what is none."""
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, strict_parsing=bool(body))
    except ValueError as problem:
        raise Declined(400, f"this is not what a form sends: {problem}") from problem


def as_json(fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """One object out of all fields. Raises Declined, naming the field, for JSON that is none."""
    found: dict[str, Any] = {}
    for name, text in fields:
        if text.strip():
            *path, last = name.rstrip("#[]{}").split(".", _DEEPEST)
            inner = found
            for part in path:
                inner = inner.setdefault(part, {})
                if not isinstance(inner, dict):
                    raise Declined(400, f"{name}: {part} is no object")
            inner[last] = _value(name, text.replace("\r\n", "\n"))
    return found


def as_fields(body: Mapping[str, Any]) -> dict[str, str]:
    """The other way round: the fields that say the same."""
    return dict(_field(name, value) for name, value in body.items())


def _field(name: str, value: Any) -> tuple[str, str]:
    if isinstance(value, str):
        return name, value
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{name}#", str(value)
    return f"{name}{{}}", json.dumps(value)


def _value(name: str, text: str) -> Any:
    if name.endswith("{}"):
        try:
            return json.loads(text, parse_float=_finite, parse_constant=_finite)
        except (ValueError, RecursionError) as problem:
            raise Declined(400, f"{name[:-2]}: this is no JSON: {problem}") from problem
    if name.endswith(("[]", "[]#")):
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return [_id_or_name(line) for line in lines] if name.endswith("#") else lines
    return _id_or_name(text.strip()) if name.endswith("#") else text


def _finite(text: str) -> float:
    """A number that JSON has: Python would read `NaN`, and a number that is too large as infinite."""
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text[:40]} is no number there")
    return number


def _id_or_name(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID else text
