"""Terms of search criteria: where a member has the values that a filter tests."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, exists, false, func, or_, select, true

from mockserver.providers.emma.actions import fields
from mockserver.providers.emma.actions.kinds import ANYTHING, EMAIL, FLAG, GROUP, MOMENT, NUMBER, STATUS, TEXT, Kind
from mockserver.providers.emma.actions.moments import STAMPED
from mockserver.providers.emma.actions.operators import FilterError, Test
from mockserver.providers.emma.errors import shown, unknown
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Click, Delivery, Group, Member, Membership
from mockserver.providers.emma.wire import record_id

_MEMBER, _FIELDS = Member.c.id, Member.c.fields
_FIELD = "member_field"
_IS_NO_PATH = re.compile(r'["\\\x00-\x1f]')
"""What a path into JSON cannot name; no field is called so."""


@dataclass(frozen=True, slots=True)
class Term:
    """What a filter is about."""

    kind: Kind
    holds: Callable[[Test], ColumnElement[bool]]
    """The condition that some value of the member passes a test: true or false, never SQL's unknown."""
    holds_of: Callable[[int, Test], ColumnElement[bool]] | None = None
    """The same of one record, for terms that may be followed by an id."""


def term(context: EmmaContext, written: Any) -> Term:
    """The term that a filter begins with; a FilterError if there is none of that name."""
    if not isinstance(written, str):
        raise FilterError(0, f"expected a term, or one of and, or, not; found {shown(written)}", "emma.criteria.term")
    name, colon, argument = written.partition(":")
    if name == _FIELD and argument:
        return _field(context, argument)
    if name == _FIELD:
        said = f'"{_FIELD}" needs the shortcut name of a field after a colon: "{_FIELD}:first_name"'
    elif name not in TERMS:
        said = unknown("term", written, NAMES)
    elif colon:
        said = f'"{name}" takes no argument after a colon'
    else:
        return TERMS[name]
    raise FilterError(0, said, "emma.criteria.term")


def split(target: Term, parts: list[Any]) -> tuple[int | None, list[Any]]:
    """The id behind a term that may have one, and the rest of the filter: `["opened", 200, "in last", ...]`."""
    number = str(parts[0]) if parts and type(parts[0]) is int else None
    if target.holds_of is None or number is None:
        return None, parts
    record = record_id(number)
    if record is None:
        raise FilterError(1, f"expected an id, found {number}", "emma.criteria.argument")
    return record, parts[1:]


def has_value(value: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """The test of a filter that is nothing but a term."""
    return value.is_not(None)


# Attributes of members


def _attribute(kind: Kind, value: SQLColumnExpression[Any]) -> Term:
    return Term(kind, lambda test: _surely(test(value)))


def _surely(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A comparison with nothing is false, so that its opposite is true."""
    return condition.is_(true())


# Fields


def _field(context: EmmaContext, name: str) -> Term:
    definition = fields.definitions(context).get(name)
    if definition is None or _IS_NO_PATH.search(name):
        context.cite("emma.criteria.unknown_field")
        return Term(ANYTHING, lambda _: false())
    path = f'$."{name}"'
    value, found = func.json_extract(_FIELDS, path), func.json_type(_FIELDS, path)
    match definition.field_type:
        case "text[]":
            return Term(TEXT, lambda test: _any_element(path, test))
        case "numeric":
            return _attribute(NUMBER, case((or_(found == "integer", found == "real"), value)))
        case "boolean":
            return _attribute(FLAG, case((or_(found == "true", found == "false"), value)))
        case "date" | "timestamp":
            return _attribute(MOMENT, case((and_(found == "text", value.op("GLOB")(STAMPED)), value)))
        case _:
            return _attribute(TEXT, case((found == "text", value)))


def _any_element(path: str, test: Test) -> ColumnElement[bool]:
    element = func.json_each(_FIELDS, path).table_valued("value", "type")
    found = select(element.c.value).where(element.c.type == "text", test(element.c.value))
    return exists(found.correlate(Member))


# Groups and mailings


def _group(test: Test) -> ColumnElement[bool]:
    found = (
        select(Membership.c.group_id)
        .join(Group, Group.c.id == Membership.c.group_id)
        .where(Membership.c.member_id == _MEMBER, Group.c.deleted_at.is_(None), test(Group.c.name))
    )
    return exists(found.correlate(Member))


def _delivered(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    found = select(Delivery.c.mailing_id).where(Delivery.c.member_id == _MEMBER, *conditions)
    return exists(found.correlate(Member))


def _clicked(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    found = select(Click.c.id).where(Click.c.member_id == _MEMBER, *conditions)
    return exists(found.correlate(Member))


def _opened_mailing(mailing: int, test: Test) -> ColumnElement[bool]:
    """A variation of a split test counts as its own mailing and as the test."""
    is_it = or_(Delivery.c.mailing_id == mailing, Delivery.c.variation_id == mailing)
    return _delivered(is_it, test(Delivery.c.opened))


def _clicked_anything(test: Test) -> ColumnElement[bool]:
    return or_(_delivered(test(Delivery.c.clicked)), _clicked(test(Click.c.timestamp)))


def _clicked_link(link: int, test: Test) -> ColumnElement[bool]:
    return _clicked(Click.c.link_id == link, test(Click.c.timestamp))


TERMS = {
    "email": _attribute(EMAIL, Member.c.email_key),
    "member_since": _attribute(MOMENT, Member.c.member_since),
    "member_status_id": _attribute(STATUS, Member.c.status),
    "group": Term(GROUP, _group),
    "opened": Term(MOMENT, lambda test: _delivered(test(Delivery.c.opened)), _opened_mailing),
    "clicked": Term(MOMENT, _clicked_anything, _clicked_link),
}
NAMES = (_FIELD, *TERMS)
