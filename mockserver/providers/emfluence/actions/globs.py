"""Patterns with `*` for anything, as SQLite's GLOB understands them, in any letter case."""

import re
from typing import Any

from sqlalchemy import ColumnElement

_PART = re.compile(r"\*+|[\s\S]")


def fits(column: Any, pattern: str) -> ColumnElement[bool]:
    """The condition that a column's text is as the pattern says. LIKE minds the case outside of ASCII, GLOB everywhere."""
    found: ColumnElement[bool] = column.op("GLOB", is_comparison=True)(glob(pattern))
    return found


def glob(pattern: str) -> str:
    return "".join(map(_translated, _PART.findall(pattern)))


def _translated(part: str) -> str:
    if part[0] == "*":
        return "*"
    cases = sorted({case for case in (part, part.lower(), part.upper()) if len(case) == 1})
    return f"[{''.join(cases)}]" if len(cases) > 1 or part in "?[" else part
