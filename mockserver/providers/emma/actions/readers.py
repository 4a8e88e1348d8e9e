"""What becomes of messages that were sent: readers open them, follow links, pass them on or opt out; some come back."""

from collections.abc import Callable, Generator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, insert, literal, or_, select, update

from mockserver.core import id_ranges
from mockserver.core.backstage import Declined
from mockserver.providers.emma.actions import deliveries, events, forwards, references, split_tests, statuses
from mockserver.providers.emma.actions.deliveries import DELIVERY_TYPE, MAILING_ID, MEMBER_ID, PLACE, SENT
from mockserver.providers.emma.actions.members import MEMBER
from mockserver.providers.emma.errors import EmmaRefusal
from mockserver.providers.emma.schemas.backstage import Bounce, Click, Forwarding, Readers, Share
from mockserver.providers.emma.schemas.deliveries import HARD_BOUNCE
from mockserver.providers.emma.schemas.forwards import MessageForward
from mockserver.providers.emma.schemas.webhooks import EventName
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Click as ClickRow
from mockserver.providers.emma.tables import Delivery, Link, Member
from mockserver.providers.emma.wire import stamp

Work = Generator[None, None, int]

_OPENED, _CLICKED, _SHARED = Delivery.c.opened, Delivery.c.clicked, Delivery.c.shared
_REACHED = SENT.is_not(None) & or_(DELIVERY_TYPE.is_(None), DELIVERY_TYPE == "d")
_STATUS = Member.c.status


class _Audience(NamedTuple):
    """The recipients of a mailing, or of one variation of it, for whom something can happen."""

    mailing: int
    subject: str
    who: ColumnElement[bool]


def open_message(context: EmmaContext, readers: Readers) -> Work:
    """Readers open the message: the first time is what counts."""
    audience = _audience(context, readers.mailing_id, _REACHED)

    def do(who: ColumnElement[bool]) -> int:
        _tell(context, "message_open", audience, who)
        return _stamp(context, who, _OPENED)

    return _reach(context, readers, audience, do)


def click(context: EmmaContext, readers: Click) -> Work:
    """Readers follow a link, which they cannot without having opened the message."""
    audience = _audience(context, readers.mailing_id, _REACHED)
    link, now = _link(context, readers), stamp(context.now, context.settings)

    def do(who: ColumnElement[bool]) -> int:
        clicks = select(MAILING_ID, literal(link), MEMBER_ID, literal(now)).where(who)
        context.execute(insert(ClickRow).from_select(["mailing_id", "link_id", "member_id", "timestamp"], clicks))
        _tell(context, "message_open", audience, who & _OPENED.is_(None))
        _tell(context, "message_click", audience, who, link_id=link)
        return _stamp(context, who, _OPENED, _CLICKED)

    return _reach(context, readers, audience, do)


def share(context: EmmaContext, readers: Share) -> Work:
    """Readers show the message to others in some network."""
    audience = _audience(context, readers.mailing_id, _REACHED)

    def do(who: ColumnElement[bool]) -> int:
        _tell(context, "message_share", audience, who, network=readers.network)
        return _stamp(context, who, _SHARED)

    return _reach(context, readers, audience, do)


def opt_out(context: EmmaContext, readers: Readers) -> Work:
    """Readers want no more messages; their history says which one it was."""
    audience = _audience(context, readers.mailing_id, _REACHED)

    def do(who: ColumnElement[bool]) -> int:
        return statuses.change(context, MEMBER.in_(select(MEMBER_ID).where(who)), "o", mailing_id=audience.mailing)

    return _reach(context, readers, audience, do)


def opt_out_one(context: EmmaContext, mailing_id: int, member_id: int) -> None:
    """One reader follows the link by which the message can be opted out of."""
    statuses.change(context, MEMBER == member_id, "o", mailing_id=mailing_id)


def bounce(context: EmmaContext, bounced: Bounce) -> Work:
    """Messages come back: softly, or for good, which makes the address an error."""
    hard, now = bounced.kind == "hard", stamp(context.now, context.settings)
    columns: dict[str, Any] = {"bounce_count": Member.c.bounce_count + 1, "last_modified_at": now}
    if hard:
        columns |= {"status": case((_STATUS == "o", "o"), else_="e"), "email_error": bounced.reason}

    def do(who: ColumnElement[bool]) -> int:
        context.execute(update(Member).where(MEMBER.in_(select(MEMBER_ID).where(who))).values(**columns))
        letter = HARD_BOUNCE if hard else "s"
        return context.execute(update(Delivery).where(who).values(delivery_type=letter, delivery_ts=now)).rowcount

    possible = SENT.is_not(None) & DELIVERY_TYPE.is_distinct_from(HARD_BOUNCE)
    return _reach(context, bounced, _audience(context, bounced.mailing_id, possible), do)


def forward(context: EmmaContext, forwarding: Forwarding) -> Generator[None, None, int]:
    """A reader sends the message on; returns the id of the new mailing."""
    member = references.find(context, "member", forwarding.member)
    payload = MessageForward(recipient_emails=forwarding.recipient_emails, note=forwarding.note)
    try:
        return (yield from forwards.forward(context, str(forwarding.mailing_id), str(member), payload))
    except EmmaRefusal as refusal:
        raise Declined(getattr(refusal, "status", 400), refusal.said) from None


def _audience(context: EmmaContext, mailing_id: int, possible: ColumnElement[bool]) -> _Audience:
    mailing = references.mailing(context, mailing_id)
    if split_tests.is_variation(mailing):
        test = int(mailing.parent_mailing_id)
        return _Audience(test, mailing.subject, (MAILING_ID == test) & (Delivery.c.variation_id == mailing_id) & possible)
    return _Audience(mailing_id, mailing.subject, (MAILING_ID == mailing_id) & possible)


def _reach(context: EmmaContext, readers: Readers, audience: _Audience, do: Callable[[ColumnElement[bool]], int]) -> Work:
    """Do something for one recipient, or for a share of them that is evenly spread; returns for how many."""
    if (readers.member is None) == (readers.share is None):
        raise Declined(400, "name one member, or a share of all recipients")
    if readers.member is not None:
        who = audience.who & (MEMBER_ID == references.find(context, "member", readers.member))
        if not _count(context, who):
            raise Declined(404, f"the mailing {readers.mailing_id} has not reached {readers.member}")
        return do(who)
    return (yield from _reach_share(context, readers.share or 0, audience, do))


def _reach_share(context: EmmaContext, part: float, audience: _Audience, do: Callable[[ColumnElement[bool]], int]) -> Work:
    places = select(PLACE).where(MAILING_ID == audience.mailing)
    total = yield from id_ranges.change(
        context, places, lambda between: _count(context, audience.who & between), most=deliveries.SLICE
    )
    wanted, seen = round(total * part), 0

    def some(between: ColumnElement[bool]) -> int:
        nonlocal seen
        numbered = _numbered(audience.who & between, seen)
        seen += _count(context, audience.who & between)
        number = numbered.c.number
        chosen = select(numbered.c.place).where((number * wanted) // total > ((number - 1) * wanted) // total)
        return do((MAILING_ID == audience.mailing) & PLACE.in_(chosen))

    return (yield from id_ranges.change(context, places, some, most=deliveries.SLICE)) if total else 0


def _numbered(who: ColumnElement[bool], after: int) -> Any:
    number = after + func.row_number().over(order_by=PLACE)
    return select(PLACE.label("place"), number.label("number")).where(who).subquery()


def _count(context: EmmaContext, who: ColumnElement[bool]) -> int:
    return int(context.execute(select(func.count()).select_from(Delivery).where(who)).scalar_one())


def _stamp(context: EmmaContext, who: ColumnElement[bool], *columns: Any) -> int:
    """Set the moments that are not set yet."""
    now = stamp(context.now, context.settings)
    values = {str(column.key): func.coalesce(column, now) for column in columns}
    return context.execute(update(Delivery).where(who).values(values)).rowcount


def _tell(context: EmmaContext, event: EventName, audience: _Audience, who: ColumnElement[bool], **facts: Any) -> None:
    """Tell webhooks of what happens to some of an audience."""
    if events.wanted(context, event):
        members = context.execute(select(MEMBER_ID).where(who).order_by(PLACE)).scalars()
        facts |= {"mailing_id": audience.mailing, "subject": audience.subject}
        events.happened_to(context, event, members, **facts)


def _link(context: EmmaContext, readers: Click) -> int:
    links: Select[Any] = select(Link.c.id).where(Link.c.mailing_id == readers.mailing_id)
    named = readers.link
    if named is not None:
        is_it = Link.c.id == named if isinstance(named, int) else or_(Link.c.name == named, Link.c.target == named)
        links = links.where(is_it)
    found = context.execute(links.order_by(Link.c.order, Link.c.id).limit(1)).scalar()
    if found is None:
        raise Declined(404, f"the mailing {readers.mailing_id} has no link {'' if named is None else named}".rstrip())
    return int(found)
