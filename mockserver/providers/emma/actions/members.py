"""Members one by one, and how they are found."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, select

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts
from mockserver.providers.emma.actions.listings import Listing, held, selected
from mockserver.providers.emma.errors import BadRequest, NotFound
from mockserver.providers.emma.schemas.members import MemberRow, OptoutRow, base_rows, member_rows, optout_rows
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Member, Optout
from mockserver.providers.emma.wire import Window, day, day_stamps, email_key, record_id, wall_day

MEMBER, DELETED = Member.c.id, Member.c.deleted_at
LIVE = DELETED.is_(None)
ROW = (
    MEMBER,
    Member.c.email,
    Member.c.status,
    Member.c.fields,
    Member.c.sms,
    Member.c.email_error,
    Member.c.bounce_count,
    Member.c.plaintext_preferred,
    Member.c.confirmed_opt_in,
    Member.c.member_since,
    Member.c.last_modified_at,
    DELETED,
)
"""What an answer shows of a member; `schemas.members` unpacks it."""

_LIMIT, _START = (bindparam(name, type_=Integer) for name in ("limit", "start"))
_ONE = Statement(select(*ROW).where(MEMBER == bindparam("member")))
_BY_KEY = Statement(select(*ROW).where(Member.c.email_key == bindparam("key")))
_ALL = Statement(select(*ROW).order_by(MEMBER).limit(_LIMIT).offset(_START))
_COUNT_ALL = Statement(select(func.count()).select_from(Member))
_COUNT_ARCHIVED = Statement(select(func.count()).select_from(Member).where(~LIVE))
_IDS = select(MEMBER).where(LIVE).limit(_LIMIT).offset(_START)
_NEAR = 500
"""Rows that are skipped sooner than counted."""
_FIRST_PAGES = Statement(select(*ROW).where(LIVE).order_by(MEMBER).limit(_LIMIT).offset(_START))
_FROM_THE_START = Statement(_IDS.order_by(MEMBER))
_FROM_THE_END = Statement(_IDS.order_by(MEMBER.desc()))
_BETWEEN = Statement(select(*ROW).where(LIVE, MEMBER >= bindparam("first"), MEMBER <= bindparam("last")).order_by(MEMBER))
_OPTED_OUT = Optout.c.member_id == bindparam("member")
_OPTOUTS = Statement(
    select(Optout.c.timestamp, Optout.c.mailing_id).where(_OPTED_OUT).order_by(Optout.c.id).limit(_LIMIT).offset(_START)
)
_COUNT_OPTOUTS = Statement(select(func.count()).select_from(Optout).where(_OPTED_OUT))


def listing(
    context: EmmaContext,
    *,
    archived_too: bool = False,
    archived_only: bool = False,
    archived_range: str | None = None,
    base_only: bool = False,
    fit: ColumnElement[bool] | None = None,
) -> Listing[MemberRow]:
    """The members of the account by age: live ones, archived ones as well, or only those archived in some days.

    With a condition, only those that fit it.
    """
    shape = partial(base_rows if base_only else member_rows, account_id=accounts.get(context).id)
    fits = () if fit is None else (fit,)
    if archived_range and archived_range.strip():
        context.cite("emma.list_members.deleted_range")
        return where(context, and_(DELETED.between(*_range(context, archived_range)), *fits), shape)
    if archived_only:
        return where(context, and_(~LIVE, *fits), shape)
    if fit is not None:
        return where(context, fit if archived_too else and_(LIVE, fit), shape)
    if archived_too:
        return selected(context, _ALL, _COUNT_ALL, shape)
    return Listing(count=partial(_count_live, context), rows=partial(_live_rows, context, shape))


def where(context: EmmaContext, condition: ColumnElement[bool], shape: Callable[..., list[MemberRow]]) -> Listing[MemberRow]:
    """The members for which a condition holds, by age."""
    rows = select(*ROW).where(condition).order_by(MEMBER).limit(_LIMIT).offset(_START)
    count = select(func.count()).select_from(Member).where(condition)
    return selected(context, Statement(rows), Statement(count), shape)


def get(context: EmmaContext, member_id: str, *, archived_too: bool) -> MemberRow:
    return _shown(context, find(context, member_id), archived_too=archived_too, said=f"there is no member {member_id}")


def get_by_email(context: EmmaContext, email: str, *, archived_too: bool) -> MemberRow:
    row = context.first(_BY_KEY, key=email_key(email))
    return _shown(context, row, archived_too=archived_too, said=f"there is no member with the address {email}")


def optouts(context: EmmaContext, member_id: str) -> Listing[OptoutRow]:
    """How a member was opted out, if the member is so now; the reading of an unknown one is that of a setting."""
    row = find(context, member_id)
    if row is None and context.settings.unknown_ids != "lenient":
        raise NotFound(f"there is no member {member_id}", "emma.get_member_optout.unknown")
    if row is None or row.status != "o":
        context.cite("emma.get_member_optout.unknown" if row is None else "emma.get_member_optout.not_opted_out")
        return held([])
    return selected(context, _OPTOUTS, _COUNT_OPTOUTS, optout_rows, member=row.id)


def find(context: EmmaContext, member_id: str) -> Any | None:
    """The member of an id from a path, archived or not; None if there is none."""
    return context.first(_ONE, member=record_id(member_id))


def _shown(context: EmmaContext, row: Any | None, *, archived_too: bool, said: str) -> MemberRow:
    if row is None:
        raise NotFound(said, "emma.members.unknown")
    if row.deleted_at is not None and not archived_too:
        raise NotFound(f"{said}; it is archived, and shown with deleted=true", "emma.members.archived")
    return member_rows([row], accounts.get(context).id)[0]


def _count_live(context: EmmaContext) -> int:
    """Counting what is archived is quicker than counting what is not: SQLite knows the size of a whole table."""
    return int(context.value(_COUNT_ALL)) - int(context.value(_COUNT_ARCHIVED))


def _live_rows(context: EmmaContext, shape: Callable[..., list[MemberRow]], window: Window) -> list[MemberRow]:
    """A window of the live members. SQLite walks to an offset row by row, so it starts from the nearer end, over an index
    that holds nothing but ids; the rows themselves lie between the first and the last id found."""
    if window.start <= _NEAR:
        return shape(context.tuples(_FIRST_PAGES, limit=window.limit, start=window.start))
    total = _count_live(context)
    limit = min(window.limit, total - window.start)
    if limit <= 0:
        return []
    if window.start <= total // 2:
        ids = context.tuples(_FROM_THE_START, start=window.start, limit=limit)
        first, last = ids[0][0], ids[-1][0]
    else:
        ids = context.tuples(_FROM_THE_END, start=total - window.start - limit, limit=limit)
        first, last = ids[-1][0], ids[0][0]
    return shape(context.tuples(_BETWEEN, first=first, last=last))


def _range(context: EmmaContext, text: str) -> tuple[str, str]:
    """`A~B`, `A~`, `~B` or a single day; a side that is left out is the beginning of time, or now."""
    first, tilde, last = text.partition("~")
    today = wall_day(context.now, context.settings)
    days = _day(first) if first.strip() else date.min, _day(last) if last.strip() else today
    return day_stamps(days[0], days[1] if tilde else days[0])


def _day(text: str) -> date:
    found = day(text.strip())
    if found is None:
        raise BadRequest(f"deleted_range: expected YYYY-MM-DD~YYYY-MM-DD, found {text!r}", "emma.bad_date")
    return found
