"""Erasing members for ever: their right to be forgotten."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from mockserver.core import id_ranges
from mockserver.providers.emma.actions import bulk, imports
from mockserver.providers.emma.actions.members import LIVE, MEMBER
from mockserver.providers.emma.schemas.bulk import ArchivedPurge, MembersPurge
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import (
    Click,
    Confirmation,
    Delivery,
    ImportMember,
    MailingTarget,
    Member,
    Membership,
    Optout,
)

_SLICE = 500
"""Members erased between two turns for other workspaces; each has traces in many tables."""
_TRACES: tuple[tuple[Any, ColumnElement[bool] | None], ...] = (
    *((table.c.member_id, None) for table in (Membership, Optout, ImportMember, Delivery, Click, Confirmation)),
    (MailingTarget.c.target_id, MailingTarget.c.kind == "member"),
)
"""Every column that names members, and in which rows it does."""


def purge(context: EmmaContext, payload: MembersPurge) -> bulk.Work:
    """Erase members, archived or not; ids of none are passed over."""
    erased: set[str] = set()
    do = partial(_erase, context, erased)
    yield from id_ranges.change_named(MEMBER, payload.member_ids, do, most=_SLICE)
    yield from imports.forget(context, erased)
    return True


def purge_archived(context: EmmaContext, payload: ArchivedPurge) -> bulk.Work:
    """Erase archived members, or those of some statuses or of one group among them."""
    erased: set[str] = set()
    who = ~LIVE & bulk.of_statuses("member_status_id", payload.member_status_id)
    if payload.member_group_id is not None:
        who &= bulk.in_group(context, payload.member_group_id, "emma.purge_archived_members.unknown_group")
    ids = select(MEMBER).where(who)
    yield from id_ranges.change(context, ids, lambda range_: _erase(context, erased, who & range_), most=_SLICE)
    yield from imports.forget(context, erased)
    return True


def _erase(context: EmmaContext, erased: set[str], who: ColumnElement[bool]) -> int:
    """Erase the members and whatever names them; `erased` gathers the addresses for what only knows those."""
    found = context.execute(select(MEMBER, Member.c.email_key).where(who)).all()
    ids: Sequence[int] = [row.id for row in found]  # looked up once: `who` may ask for what is erased on the way
    for column, such in _TRACES:
        named = column.in_(ids) if such is None else column.in_(ids) & such
        context.execute(delete(column.table).where(named))
    context.execute(delete(Member).where(MEMBER.in_(ids)))
    erased.update(row.email_key for row in found)
    return len(ids)
