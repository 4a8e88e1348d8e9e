"""Patterns of paths, in which `*` is any characters, beside the templates of operations, in which `{name}` is a segment."""

import re

_STAR = "*"
_ONE, _MORE = "{", "}"
"""Of a template's segment: its first character, and any others. None of them is a slash."""


def can_meet(pattern: str, template: str) -> bool:
    """Whether some path fits both."""
    left, right = list(pattern), _parts(template)
    waiting, seen = [(0, 0)], set[tuple[int, int]]()
    while waiting:
        place = waiting.pop()
        if place == (len(left), len(right)):
            return True
        if place not in seen:
            seen.add(place)
            waiting += _steps(left, right, *place)
    return False


def _parts(template: str) -> list[str]:
    return list(re.sub(r"\{\w+\}", _ONE + _MORE, template))


def _steps(left: list[str], right: list[str], i: int, j: int) -> list[tuple[int, int]]:
    """Where one may be after one more character of a path, or of none where a part needs none."""
    one = left[i] if i < len(left) else ""
    other = right[j] if j < len(right) else ""
    steps = [(i + 1, j)] if one == _STAR else []
    if other == _MORE:
        steps.append((i, j + 1))
    if one and other and _agree(one, other):
        steps.append((i + (one != _STAR), j + (other != _MORE)))
    return steps


def _agree(one: str, other: str) -> bool:
    if one == _STAR:
        return True
    return one != "/" if other in {_ONE, _MORE} else one == other
