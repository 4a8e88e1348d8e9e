"""Messages that leave: those of a mailing, which the outbox keeps as one batch, and those that say it is on its way."""

from collections.abc import Sequence
from html import escape
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select, update

from mockserver.core import outbox
from mockserver.core.outbox import Batch, Written
from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts, mailings, messages, personalisation, split_tests
from mockserver.providers.emma.actions.deliveries import MAILING_ID, MEMBER_ID, PLACE, Share, spread
from mockserver.providers.emma.actions.members import MEMBER, ROW
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Delivery, HeadsUp, Link, Member
from mockserver.providers.emma.wire import email_key, stamp

MAILING, HEADS_UP = "mailing", "heads-up"
"""The outbox's words for them."""


_DRAWN, _OF, _WANTED = (bindparam(name, type_=Integer) for name in Share._fields)
_MINE = (MAILING_ID == bindparam("mailing"), spread(_DRAWN, _OF) == _WANTED)
_TO_MEMBER = MEMBER_ID == MEMBER
_HAS_ADDRESS = Member.c.email_key == bindparam("key")


def _last_first(places: Select[Any]) -> Statement:
    page = places.order_by(PLACE.desc()).limit(bindparam("limit", type_=Integer))
    return Statement(page.offset(bindparam("offset", type_=Integer)))


_COUNT = Statement(select(func.count()).select_from(Delivery).where(*_MINE))
_COUNT_TO = Statement(select(func.count()).select_from(Delivery).join(Member, _TO_MEMBER).where(*_MINE, _HAS_ADDRESS))
_PLACES = _last_first(select(PLACE).where(*_MINE))
_PLACES_TO = _last_first(select(PLACE).join(Member, _TO_MEMBER).where(*_MINE, _HAS_ADDRESS))
_RECIPIENT = Statement(select(*ROW).join(Delivery, _TO_MEMBER).where(*_MINE, PLACE == bindparam("place")))
_LINKS = Statement(select(Link.c.target).where(Link.c.mailing_id == bindparam("mailing")).order_by(Link.c.order, Link.c.id))
_TOLD = (HeadsUp.c.mailing_id == bindparam("mailing"), HeadsUp.c.sent_ts.is_(None))
_TO_TELL = Statement(select(HeadsUp.c.email).where(*_TOLD).order_by(HeadsUp.c.id))
_TELL = Statement(update(HeadsUp).where(*_TOLD).values(sent_ts=bindparam("now")))

_HEADS_UP_TEXT = 'The mailing "{name}" is on its way to {count} recipients, with this content:\n\n{text}'
_HEADS_UP_HTML = (
    "<p>The mailing &quot;{name}&quot; is on its way to {count} recipients, with this content:</p>\n<hr>\n{text}"
)


def post(context: EmmaContext, mailing: Any, share: Share, count: int) -> None:
    """Put the messages to some recipients into the outbox; each is written when somebody reads it."""
    account = accounts.get(context)
    sender = (mailing.sender, account.sender_email)
    reference = {"mailing": mailing.id, **share._asdict()}
    # Room for all of them: a message has the number of its recipient's place, and those of other shares are gaps.
    outbox.send_batch(
        context, kind=MAILING, sender=sender, count=mailing.recipient_count if count else 0, reference=reference
    )


def tell(context: EmmaContext, mailing: Any) -> None:
    """Send the heads-up messages: once, however often the mailing is resumed."""
    account = accounts.get(context)
    for (email,) in context.tuples(_TO_TELL, mailing=mailing.id):
        outbox.send(
            context,
            kind=HEADS_UP,
            sender=(account.sender_name, account.sender_email),
            recipient=email,
            subject=f"Heads up: {mailing.subject}",
            text=_HEADS_UP_TEXT.format(name=mailing.name, count=mailing.recipient_count, text=mailing.plaintext),
            html=_HEADS_UP_HTML.format(name=escape(mailing.name), count=mailing.recipient_count, text=mailing.html_body),
            details={"mailing_id": mailing.id},
        )
    context.run(_TELL, mailing=mailing.id, now=stamp(context.now, context.settings))


def _count(context: EmmaContext, reference: Any, recipient: str | None) -> int:
    if recipient is None:
        return int(context.value(_COUNT, **reference))
    return int(context.value(_COUNT_TO, key=email_key(recipient), **reference))


def _places(context: EmmaContext, reference: Any, recipient: str | None, limit: int, offset: int) -> Sequence[int]:
    window = {"limit": limit, "offset": offset, **reference}
    rows = (
        context.tuples(_PLACES, **window)
        if recipient is None
        else context.tuples(_PLACES_TO, key=email_key(recipient), **window)
    )
    return [place for (place,) in rows]


def _write(context: EmmaContext, reference: Any, place: int) -> Written | None:
    """The message to the recipient at a place; in plain text alone, if the member prefers that."""
    member = context.first(_RECIPIENT, place=place, **reference)
    if member is None:
        return None
    mailing = mailings.find(context, str(reference["mailing"]))
    message = messages.written(context, mailing, member)
    plain = mailing.plaintext_only or member.plaintext_preferred
    content = messages.content(context, mailing, member.id)
    return Written(
        recipient=member.email or "",
        subject=message["subject"],
        text=message["plaintext"],
        html="" if plain else message["html_body"],
        details={
            "mailing_id": mailing.id,
            "member_id": member.id,
            "reply_to": mailing.reply_to,
            "webview_url": message["webview_url"],
            "links": [target for (target,) in context.tuples(_LINKS, mailing=content.id)],
            **({} if content.id == mailing.id else {"variation_id": content.id}),
        },
    )


def _subject(context: EmmaContext, reference: Any) -> str | None:
    """What all of them read, if nothing in it is about one of them."""
    mailing = mailings.find(context, str(reference["mailing"]))
    differs = split_tests.contents(context, mailing) or personalisation.has_tags(mailing.subject)
    return None if differs else str(mailing.subject)


BATCH = Batch(count=_count, places=_places, write=_write, subject=_subject)
