"""Mailings on their way to members, one by one: how far each is, and the history that a member sees of it."""

from collections.abc import Generator
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, bindparam, func, select, update
from sqlalchemy.orm import aliased

from mockserver.core import id_ranges
from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts, members
from mockserver.providers.emma.actions.listings import Listing, held, selected
from mockserver.providers.emma.errors import NotFound
from mockserver.providers.emma.schemas.deliveries import MemberMailing, member_mailings
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Delivery, Mailing
from mockserver.providers.emma.wire import stamp

MEMBER_ID, MAILING_ID, PLACE = Delivery.c.member_id, Delivery.c.mailing_id, Delivery.c.place
SENT, DELIVERY_TYPE = Delivery.c.sent, Delivery.c.delivery_type
SLICE = 2000
"""Deliveries that change between two turns for other workspaces: about ten milliseconds of work."""


class Share(NamedTuple):
    """Some of the recipients of a mailing: so many of so many, evenly spread; or the others."""

    drawn: int
    of: int
    wanted: bool = True


EVERYBODY = Share(1, 1)

_Variation = aliased(Mailing)
_HISTORY = (MEMBER_ID == bindparam("member"), MAILING_ID == Mailing.c.id, SENT.is_not(None))
_ROWS = Statement(
    select(
        MAILING_ID,
        Mailing.c.name,
        func.coalesce(_Variation.c.subject, Mailing.c.subject).label("subject"),
        DELIVERY_TYPE,
        Delivery.c.delivery_ts,
        SENT,
        Delivery.c.opened,
        Delivery.c.clicked,
        Delivery.c.forwarded,
        Delivery.c.shared,
    )
    .select_from(Delivery)
    .join(Mailing, MAILING_ID == Mailing.c.id)
    .outerjoin(_Variation, Delivery.c.variation_id == _Variation.c.id)
    .where(*_HISTORY)
    .order_by(SENT, MAILING_ID)
    .limit(bindparam("limit", type_=Integer))
    .offset(bindparam("start", type_=Integer))
)
_COUNT = Statement(select(func.count()).select_from(Delivery).join(Mailing, MAILING_ID == Mailing.c.id).where(*_HISTORY))


def history(context: EmmaContext, member_id: str) -> Listing[MemberMailing]:
    """What was sent to a member, archived or not, by the moment at which it was; the newest comes last."""
    member = members.find(context, member_id)
    if member is None:
        context.cite("emma.list_member_mailings.unknown")
        if context.settings.unknown_ids == "strict":
            raise NotFound(f"there is no member {member_id}", "emma.list_member_mailings.unknown")
        return held([])
    shape = partial(member_mailings, account_id=accounts.get(context).id, hard_bounce=context.settings.hard_bounce)
    return selected(context, _ROWS, _COUNT, shape, member=member.id)


def among(share: Share) -> ColumnElement[bool]:
    """The deliveries of a share of the recipients."""
    chosen = spread(share.drawn, share.of)
    return chosen if share.wanted else ~chosen


def spread(count: int | ColumnElement[int], of: int | ColumnElement[int]) -> ColumnElement[bool]:
    """`count` recipients `of` so many, evenly spread over their places; always the same ones."""
    return (PLACE * count) // of > ((PLACE - 1) * count) // of


def change(
    context: EmmaContext, mailing_id: int, among: ColumnElement[bool], do: id_ranges.Change
) -> Generator[None, None, int]:
    """Do something to some deliveries of a mailing, slice by slice of their places; returns how many it was."""
    who = (MAILING_ID == mailing_id) & among
    ids = select(PLACE).where(MAILING_ID == mailing_id)
    return (yield from id_ranges.change(context, ids, lambda between: do(who & between), most=SLICE))


def stamp_all(
    context: EmmaContext, mailing_id: int, among: ColumnElement[bool], **values: Any
) -> Generator[None, None, int]:
    """Give some deliveries of a mailing new values."""

    def do(who: ColumnElement[bool]) -> int:
        return context.execute(update(Delivery).where(who).values(**values)).rowcount

    return (yield from change(context, mailing_id, among, do))


def send(context: EmmaContext, mailing_id: int, among: ColumnElement[bool]) -> Generator[None, None, int]:
    """The messages to these recipients leave."""
    return (yield from stamp_all(context, mailing_id, among, sent=stamp(context.now, context.settings)))


def deliver(context: EmmaContext, mailing_id: int) -> Generator[None, None, int]:
    """What has left arrives, unless it bounced before."""
    pending = SENT.is_not(None) & DELIVERY_TYPE.is_(None)
    now = stamp(context.now, context.settings)
    return (yield from stamp_all(context, mailing_id, pending, delivery_type="d", delivery_ts=now))
