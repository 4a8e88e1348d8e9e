"""Compares an answer with the sample that a document prints of it, value by value.

A path names a place of the sample: `[0].sms.phone_number` starts at a row, `recipient_members[0].email` at a key, and ""
is the whole. There are no wildcards: what differs in two rows is told twice.

A sample and its answer may differ only where a `Difference` says so:

    flag          stands at    allows
    (none)        a value      another value of the same shape: the same keys and JSON types; null goes with every type
    extra_rows    a list       more rows in the answer, among which the sample's stand in their order
    extra_keys    an object    more keys in the answer
    missing       a row        that the answer leaves the row out
    may_agree                  (beside one of the others) that nothing differs after all

Without `may_agree`, a difference that is not there is a fault too, so that the list of differences stays honest.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from pydantic import BaseModel, ConfigDict

_PATH = re.compile(r"(\w+|\[\d+\])(\.\w+|\[\d+\])*|")
_STEP = re.compile(r"\[(\d+)\]|(\w+)")
_NOTHING = object()


class Difference(BaseModel):
    """A place where a sample cannot agree with its answer, and the reason."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str
    because: str
    extra_rows: bool = False
    extra_keys: bool = False
    missing: bool = False
    may_agree: bool = False

    @property
    def in_value(self) -> bool:
        """Whether the value itself differs, not only how many rows or keys there are."""
        return not (self.extra_rows or self.extra_keys or self.missing)


Object = dict[str, Any]
Rows = Sequence[tuple[str, Any]]
Differences = Mapping[str, Difference]


def faults(sample: Any, answer: Any, differs: Iterable[Difference] = ()) -> list[str]:
    """Whatever keeps the answer from being the sample, each fault with its path and both values."""
    return _compare(sample, answer, "", {each.at: each for each in differs})


def steps(path: str) -> list[str | int]:
    """The keys and row numbers that lead to a place."""
    if not _PATH.fullmatch(path):
        raise ValueError(f"{path!r} is no path")
    return [int(row) if row else key for row, key in _STEP.findall(path)]


def value_at(sample: Any, path: str) -> Any:
    """The sample's value there; a path that leads nowhere is a KeyError, an IndexError or a TypeError."""
    for step in steps(path):
        sample = sample[step]
    return sample


def _compare(sample: Any, answer: Any, at: str, differs: Differences) -> list[str]:
    difference = differs.get(at)
    if difference is not None and difference.in_value:
        return _misshapen(sample, answer, at) or _needless(difference, not _compare(sample, answer, at, {}))
    if _kind(sample) != _kind(answer):
        return [_fault(at, sample, answer)]
    match sample:
        case dict():
            return _compare_objects(sample, answer, at, differs)
        case list():
            return _compare_lists(sample, answer, at, differs)
        case _:
            return [] if sample == answer else [_fault(at, sample, answer)]


def _compare_objects(sample: Object, answer: Object, at: str, differs: Differences) -> list[str]:
    difference = differs.get(at)
    if difference is not None and difference.extra_keys:
        found = _needless(difference, answer.keys() <= sample.keys())
    else:
        found = _foreign_keys(sample, answer, at)
    inside = (_compare(sample[key], answer[key], _key(at, key), differs) for key in sample if key in answer)
    return [*found, *_lacking_keys(sample, answer, at), *chain.from_iterable(inside)]


def _compare_lists(sample: list[Any], answer: list[Any], at: str, differs: Differences) -> list[str]:
    rows = {f"{at}[{number}]": row for number, row in enumerate(sample)}
    missing = {place: row for place, row in rows.items() if place in differs and differs[place].missing}
    expected = [(place, row) for place, row in rows.items() if place not in missing]
    found = [fault for place, row in missing.items() for fault in _seen_after_all(row, answer, differs[place], differs)]
    if at in differs and differs[at].extra_rows:
        return found + _among(expected, answer, differs) + _needless(differs[at], len(answer) <= len(expected))
    return found + _row_by_row(expected, answer, at, differs)


def _row_by_row(expected: Rows, answer: list[Any], at: str, differs: Differences) -> list[str]:
    both = zip(expected, answer, strict=False)
    found = [_compare(row, answered, place, differs) for (place, row), answered in both]
    lacking = [_fault(place, row, _NOTHING) for place, row in expected[len(answer) :]]
    foreign = [_fault(f"{at}[{number}]", _NOTHING, row) for number, row in enumerate(answer) if number >= len(expected)]
    return [*chain.from_iterable(found), *lacking, *foreign]


def _among(expected: Rows, answer: list[Any], differs: Differences) -> list[str]:
    """The rows must be among the answer's in their order; of a row that is not, what parts it from the nearest."""
    found: list[str] = []
    rest = answer
    for place, row in expected:
        tries = [_compare(row, answered, place, differs) for answered in rest]
        if [] in tries:
            rest = rest[tries.index([]) + 1 :]
        else:
            nearest = min(tries, key=len, default=[_fault(place, row, _NOTHING)])
            found += nearest
    return found


def _seen_after_all(row: Any, answer: list[Any], difference: Difference, differs: Differences) -> list[str]:
    seen = any(not _compare(row, answered, difference.at, differs) for answered in answer)
    return _needless(difference, seen)


def _misshapen(sample: Any, answer: Any, at: str) -> list[str]:
    """Where keys or JSON types differ; lists may differ in length, their rows have the shape of the sample's first."""
    if sample is None or answer is None:
        return []
    if _kind(sample) != _kind(answer):
        return [_fault(at, sample, answer)]
    match sample:
        case dict():
            inside = [_misshapen(sample[key], answer[key], _key(at, key)) for key in sample if key in answer]
            return [*_foreign_keys(sample, answer, at), *_lacking_keys(sample, answer, at), *chain.from_iterable(inside)]
        case [first, *_]:
            return [*chain.from_iterable(_misshapen(first, row, f"{at}[{n}]") for n, row in enumerate(answer))]
        case _:
            return []


def _foreign_keys(sample: Object, answer: Object, at: str) -> list[str]:
    return [_fault(_key(at, key), _NOTHING, answer[key]) for key in answer if key not in sample]


def _lacking_keys(sample: Object, answer: Object, at: str) -> list[str]:
    return [_fault(_key(at, key), sample[key], _NOTHING) for key in sample if key not in answer]


def _needless(difference: Difference, agrees: bool) -> list[str]:
    if not agrees or difference.may_agree:
        return []
    return [f"{_place(difference.at)}: differs needlessly, for sample and answer agree here ({difference.because})"]


def _kind(value: Any) -> str:
    """The JSON type."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _key(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


def _fault(at: str, sample: Any, answer: Any) -> str:
    return f"{_place(at)}: the sample has {_shown(sample)}, the answer has {_shown(answer)}"


def _place(at: str) -> str:
    return at or "the whole"


def _shown(value: Any) -> str:
    return "nothing" if value is _NOTHING else json.dumps(value, ensure_ascii=False)
