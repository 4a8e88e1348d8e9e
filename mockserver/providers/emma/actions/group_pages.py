"""Pages of the members of a group, which may be as many as the account has."""

from functools import partial
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, bindparam, func, literal, select

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts
from mockserver.providers.emma.actions.listings import Listing
from mockserver.providers.emma.actions.members import LIVE, MEMBER, ROW
from mockserver.providers.emma.schemas.members import MemberRow, member_rows
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Membership
from mockserver.providers.emma.wire import Window

_JOINED = Membership.c.member_id
_IN_GROUP = Membership.c.group_id == bindparam("group")
_LIMIT, _START = (bindparam(name, type_=Integer) for name in ("limit", "start"))
_COUNT_ALL = Statement(select(func.count()).select_from(Membership).where(_IN_GROUP))
_ARCHIVED_IDS = select(MEMBER).where(~LIVE)
_COUNT_ARCHIVED = Statement(select(func.count()).select_from(Membership).where(_IN_GROUP, _JOINED.in_(_ARCHIVED_IDS)))


class _Statements(NamedTuple):
    """Some ids of the members of a group, counted from either end, and the rows between two of them."""

    from_the_start: Statement
    from_the_end: Statement
    between: Statement


def _statements(among: ColumnElement[bool], shown: ColumnElement[bool]) -> _Statements:
    ids = select(_JOINED).where(_IN_GROUP, among).limit(_LIMIT).offset(_START)
    rows = select(*ROW).join(Membership, _JOINED == MEMBER).where(_IN_GROUP, shown).order_by(_JOINED)
    between = rows.where(_JOINED >= bindparam("first"), _JOINED <= bindparam("last"))
    return _Statements(*map(Statement, (ids.order_by(_JOINED), ids.order_by(_JOINED.desc()), between)))


_ALL = _statements(literal(value=True), literal(value=True))
_LIVE = _statements(_JOINED.not_in(_ARCHIVED_IDS), LIVE)
"""The archived ones are few, as a rule: SQLite remembers them, and need not look for every member that it skips."""


def listing(context: EmmaContext, group: int, *, archived_too: bool) -> Listing[MemberRow]:
    """The members of a group by age."""
    count = partial(_count, context, group, archived_too=archived_too)
    return Listing(count=count, rows=partial(_rows, context, _ALL if archived_too else _LIVE, group, count))


def _count(context: EmmaContext, group: int, *, archived_too: bool) -> int:
    archived = 0 if archived_too else context.value(_COUNT_ARCHIVED, group=group)
    return int(context.value(_COUNT_ALL, group=group)) - int(archived)


def _rows(
    context: EmmaContext, statements: _Statements, group: int, count: "partial[int]", window: Window
) -> list[MemberRow]:
    """A window of them, found from the nearer end (see `members`)."""
    total = count()
    limit = min(window.limit, total - window.start)
    if limit <= 0:
        return []
    if window.start <= total // 2:
        ids = context.tuples(statements.from_the_start, group=group, start=window.start, limit=limit)
        first, last = ids[0][0], ids[-1][0]
    else:
        ids = context.tuples(statements.from_the_end, group=group, start=total - window.start - limit, limit=limit)
        first, last = ids[-1][0], ids[0][0]
    rows = context.tuples(statements.between, group=group, first=first, last=last)
    return member_rows(rows, accounts.get(context).id)
