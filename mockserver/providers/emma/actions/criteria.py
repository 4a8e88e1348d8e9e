"""The grammar of searches: filters of a term, an operator and its arguments, in predicates that nest.

    criteria   ["and", criteria, ...] | ["or", criteria, ...] | ["not", criteria] | filter
    filter     [term] | [term, operator, argument, ...] | [term, id] | [term, id, operator, argument, ...]

`terms` says what a term means, `operators` what an operator tests.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_

from mockserver.core.bodies import read_json
from mockserver.providers.emma.actions import operators, terms
from mockserver.providers.emma.actions.kinds import Kind
from mockserver.providers.emma.actions.operators import FilterError, Test
from mockserver.providers.emma.errors import BadRequest, shown
from mockserver.providers.emma.settings import EmmaContext

MOST_FILTERS = 500
"""SQLite takes expressions of a thousand parts,"""
DEEPEST = 20
"""and brackets some thirty deep, of which the statement around the criteria needs a few."""

_PREDICATES = ("and", "or", "not")


def condition(context: EmmaContext, criteria: Any, *, where: str = "criteria") -> ColumnElement[bool]:
    """The condition on members that criteria state; a BadRequest that names the faulty part by its place.

    Archived members are not left out. The condition is true or false of every member, and may be part of any statement.
    """
    if isinstance(criteria, str):
        raise BadRequest(f"{where}: expected an array, found a text; send the array itself", "emma.criteria.as_text")
    return _Reader(context, lenient=False).condition(criteria, where)


def kept_condition(context: EmmaContext, criteria: Any) -> ColumnElement[bool]:
    """The same of criteria that were found good when they were stored: what has become faulty since matches nobody."""
    return _Reader(context, lenient=True).condition(criteria, "criteria")


def filter_condition(context: EmmaContext, text: str | None) -> ColumnElement[bool] | None:
    """The condition that the JSON of a query parameter states; None if nothing is asked for."""
    if text is None or not text.strip():
        return None
    context.cite("emma.list_members.filter")
    try:
        criteria = read_json(text.encode())
    except ValueError as problem:
        raise BadRequest(f"filter: expected a JSON array; {problem}", "emma.list_members.bad_filter") from problem
    return condition(context, criteria, where="filter")


class _Reader:
    def __init__(self, context: EmmaContext, *, lenient: bool) -> None:
        self._context = context
        self._lenient = lenient
        self._filters = 0

    def condition(self, part: Any, where: str, depth: int = 1) -> ColumnElement[bool]:
        if not isinstance(part, list) or not part:
            raise _unreadable(
                where, f'expected an array such as ["email", "contains", "*@example.com"], found {shown(part)}'
            )
        if depth > DEEPEST:
            raise BadRequest(f"{where}: nested more than {DEEPEST} deep", "emma.criteria.limits")
        if part[0] in _PREDICATES:
            return self._predicate(part, where, depth)
        self._filters += 1
        if self._filters > MOST_FILTERS:
            raise BadRequest(f"{where}: more than {MOST_FILTERS} filters", "emma.criteria.limits")
        return self._filter(part, where)

    def _predicate(self, part: list[Any], where: str, depth: int) -> ColumnElement[bool]:
        name, *operands = part
        if not operands or (name == "not" and len(operands) > 1):
            needed = "exactly one array" if name == "not" else "one array or more"
            raise _unreadable(where, f'"{name}" takes {needed}, found {len(operands)}')
        conditions = list(self._operands(operands, where, depth))
        if name == "not":
            return not_(*conditions)
        return and_(*conditions) if name == "and" else or_(*conditions)

    def _operands(self, operands: list[Any], where: str, depth: int) -> Iterator[ColumnElement[bool]]:
        for place, operand in enumerate(operands, 1):
            yield self.condition(operand, f"{where}[{place}]", depth + 1)

    def _filter(self, part: list[Any], where: str) -> ColumnElement[bool]:
        try:
            return _filter(self._context, part)
        except FilterError as problem:
            if self._lenient:
                self._context.cite("emma.criteria.faulty_since")
                return false()
            raise BadRequest(f"{where}[{problem.place}]: {problem}", problem.rule) from problem


def _filter(context: EmmaContext, part: list[Any]) -> ColumnElement[bool]:
    term = terms.term(context, part[0])
    record, rest = terms.split(term, part[1:])
    test = _test(context, term.kind, rest, place=len(part) - len(rest)) if rest else terms.has_value
    if term.holds_of is None or record is None:
        return term.holds(test)
    context.cite("emma.criteria.record")
    return term.holds_of(record, test)


def _test(context: EmmaContext, kind: Kind, rest: list[Any], place: int) -> Test:
    """The test that the parts behind the term put; `place` is that of the operator, which mostly comes second."""
    operator, *arguments = rest
    try:
        return operators.test(context, kind, operator, arguments)
    except FilterError as problem:
        problem.place += place - 1
        raise


def _unreadable(where: str, said: str) -> BadRequest:
    return BadRequest(f"{where}: {said}", "emma.criteria.form")
