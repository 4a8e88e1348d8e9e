"""Messages that leave: those of an email, which the outbox keeps as one batch, and tests of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select

from mockserver.core import outbox
from mockserver.core.outbox import Batch, Written
from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import emails, merging, messages
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact, Delivery
from mockserver.providers.emfluence.wire import email_key

TEST = "test"
KINDS = {emails.MANUAL: "email", emails.AUTOMATED: "automated", emails.TRANSACTIONAL: "transactional"}
"""The outbox's words for messages, by the delivery type of their email."""

_PLACE = Delivery.c.place
_MINE = Delivery.c.email_id == bindparam("email", type_=Integer)
_TO_CONTACT = Delivery.c.contact_id == Contact.c.id
_HAS_ADDRESS = Contact.c.email_key == bindparam("key")


def _last_first(places: Select[Any]) -> Statement:
    page = places.order_by(_PLACE.desc()).limit(bindparam("limit", type_=Integer))
    return Statement(page.offset(bindparam("offset", type_=Integer)))


_COUNT = Statement(select(func.count()).select_from(Delivery).where(_MINE))
_COUNT_TO = Statement(select(func.count()).select_from(Delivery).join(Contact, _TO_CONTACT).where(_MINE, _HAS_ADDRESS))
_PLACES = _last_first(select(_PLACE).where(_MINE))
_PLACES_TO = _last_first(select(_PLACE).join(Contact, _TO_CONTACT).where(_MINE, _HAS_ADDRESS))
_RECIPIENT = Statement(
    select(*Contact.c).join(Delivery, _TO_CONTACT).where(_MINE, _PLACE == bindparam("place", type_=Integer))
)
_BY_ADDRESS = Statement(select(*Contact.c).where(_HAS_ADDRESS))


def post(context: EmfluenceContext, email: Any, count: int) -> None:
    """Put the messages of an email into the outbox; each is written when somebody reads it."""
    outbox.send_batch(
        context,
        kind=KINDS[email.delivery_type],
        sender=(email.from_name, email.from_address),
        count=count,
        reference={"email": email.id},
    )


def test(context: EmfluenceContext, email: Any, address: str) -> None:
    """Send somebody an email as it is now: with the contact's own values, if there is one of that address."""
    contact = context.first(_BY_ADDRESS, key=email_key(address))
    link = context.link("unsubscribe/test")
    message = (
        messages.preview(context, email, address, link)
        if contact is None
        else messages.written(context, email, contact, link)
    )
    outbox.send(
        context,
        kind=TEST,
        sender=(email.from_name, email.from_address),
        recipient=address,
        subject=message.subject,
        text=message.text,
        html=message.html,
        details=_details(email, None if contact is None else contact.id, link),
    )


def _count(context: EmfluenceContext, reference: Any, recipient: str | None) -> int:
    if recipient is None:
        return int(context.value(_COUNT, **reference))
    return int(context.value(_COUNT_TO, key=email_key(recipient), **reference))


def _places(context: EmfluenceContext, reference: Any, recipient: str | None, limit: int, offset: int) -> Sequence[int]:
    window = {"limit": limit, "offset": offset, **reference}
    rows = (
        context.tuples(_PLACES, **window)
        if recipient is None
        else context.tuples(_PLACES_TO, key=email_key(recipient), **window)
    )
    return [place for (place,) in rows]


def _write(context: EmfluenceContext, reference: Any, place: int) -> Written | None:
    """The message to the recipient at a place, unless the contact was deleted since."""
    contact = context.first(_RECIPIENT, place=place, **reference)
    if contact is None:
        return None
    email = emails.find(context, reference["email"])
    link = messages.unsubscribe_link(context, reference["email"], contact.id)
    message = messages.written(context, email, contact, link)
    return Written(
        recipient=contact.email,
        subject=message.subject,
        text=message.text,
        html=message.html,
        details=_details(email, contact.id, link),
    )


def _details(email: Any, contact_id: int | None, link: str) -> dict[str, Any]:
    return {
        "email_id": email.id,
        "contact_id": contact_id,
        "reply_to": email.reply_to_address or email.from_address,
        "bcc": email.bcc_address,
        "preheader": email.preheader,
        "unsubscribe_url": link,
    }


def _subject(context: EmfluenceContext, reference: Any) -> str | None:
    """What all of them read, if nothing in it is about one of them."""
    email: Any = emails.find(context, reference["email"])
    return None if merging.has_variables(email.subject) else str(email.subject)


BATCH = Batch(count=_count, places=_places, write=_write, subject=_subject)
BATCHES = dict.fromkeys(KINDS.values(), BATCH)
