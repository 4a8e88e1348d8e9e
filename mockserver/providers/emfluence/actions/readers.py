"""What becomes of messages that were sent: readers view them, follow links, pass them on or want no more; some come back."""

from collections.abc import Callable, Generator
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from mockserver.core import id_ranges
from mockserver.core.backstage import Declined
from mockserver.providers.emfluence.actions import activities, contacts, emails, messages, metrics
from mockserver.providers.emfluence.schemas.backstage import Bounce, Click, Forwarding, Readers, Sharing
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact, Delivery, Email

HARD, SOFT = "HB", "SB"

Work = Generator[None, None, int]
Change = Callable[[ColumnElement[bool]], int]

_CONTACT_ID, _EMAIL_ID, _PLACE = Delivery.c.contact_id, Delivery.c.email_id, Delivery.c.place
_VIEWS, _BOUNCE = Delivery.c.views, Delivery.c.bounce_type
_REACHED = _BOUNCE == ""
_CHILDREN = select(Email.c.id).order_by(Email.c.id.desc()).limit(5)
_SLICE = 1000
"""Deliveries to which something happens between two turns for other workspaces."""


def view(context: EmfluenceContext, readers: Readers) -> Work:
    """Readers look at the message in their mail program."""
    return _reach(context, readers, _REACHED, lambda who: _view(context, readers.email_id, who))


def web_view(context: EmfluenceContext, readers: Readers) -> Work:
    """Readers look at the message in a browser."""

    def do(who: ColumnElement[bool]) -> int:
        return _happen(context, readers.email_id, who, Delivery.c.web_views, "webViews", activities.WEB_VIEWED)

    return _reach(context, readers, _REACHED, do)


def click(context: EmfluenceContext, readers: Click) -> Work:
    """Readers follow a link, which they cannot without having viewed the message."""

    def do(who: ColumnElement[bool]) -> int:
        _view(context, readers.email_id, who & (_VIEWS == 0))
        _stamp(context, who, last_click=context.now)
        email_id = readers.email_id
        return _happen(context, email_id, who, Delivery.c.clicks, "clicks", activities.CLICKED, readers.link)

    return _reach(context, readers, _REACHED, do)


def forward(context: EmfluenceContext, readers: Forwarding) -> Work:
    """Readers send the message on to a friend."""

    def do(who: ColumnElement[bool]) -> int:
        email_id = readers.email_id
        return _happen(context, email_id, who, Delivery.c.forwards, "forwards", activities.FORWARDED, readers.to)

    return _reach(context, readers, _REACHED, do)


def share(context: EmfluenceContext, readers: Sharing) -> Work:
    """Readers show the message to others in some network."""

    def do(who: ColumnElement[bool]) -> int:
        return _happen(context, readers.email_id, who, Delivery.c.shares, "shares", activities.SHARED, readers.network)

    return _reach(context, readers, _REACHED, do)


def unsubscribe(context: EmfluenceContext, readers: Readers) -> Work:
    """Readers want no more emails, and follow the link that says so; counts those who had not by this one."""
    possible = _REACHED & ~Delivery.c.unsubscribed
    return _reach(context, readers, possible, lambda who: _unsubscribe(context, readers.email_id, who))


def complain(context: EmfluenceContext, readers: Readers) -> Work:
    """Readers call the message spam, and get no more."""

    def do(who: ColumnElement[bool]) -> int:
        activities.note_deliveries(context, who, activities.COMPLAINED)
        _suppress(context, who)
        count = _change(context, who, complained=True)
        metrics.add(context, readers.email_id, complaints=count)
        return count

    return _reach(context, readers, _REACHED & ~Delivery.c.complained, do)


def bounce(context: EmfluenceContext, readers: Bounce) -> Work:
    """Messages come back: softly, or for good, after which the address is held."""
    kind = HARD if readers.kind == "hard" else SOFT

    def do(who: ColumnElement[bool]) -> int:
        activities.note_deliveries(context, who, activities.BOUNCED, readers.reason)
        if kind == HARD:
            _stamp(context, who, ~Contact.c.held, held=True, date_held=context.now, date_modified=context.now)
        metrics.add(context, readers.email_id, bounces=_count(context, who & _REACHED))
        return _change(context, who, bounce_type=kind, bounce_description=readers.reason)

    return _reach(context, readers, _BOUNCE != HARD, do)


def follow_unsubscribe_link(context: EmfluenceContext, token: str) -> bool:
    """One reader follows the link of a message; False if it is the link of none."""
    email_id, contact_id, *_ = (int(part) if part.isdecimal() and len(part) < 19 else 0 for part in f"{token}--".split("-"))
    who = (_EMAIL_ID == email_id) & (_CONTACT_ID == contact_id)
    if token != messages.token(context, email_id, contact_id) or not _count(context, who):
        return False
    if _count(context, who & ~Delivery.c.unsubscribed):
        _unsubscribe(context, email_id, who)
    return True


# What happens to some deliveries of an email


def _view(context: EmfluenceContext, email_id: int, who: ColumnElement[bool]) -> int:
    return _happen(context, email_id, who, Delivery.c.views, "views", activities.VIEWED)


def _happen(
    context: EmfluenceContext, email_id: int, who: ColumnElement[bool], counter: Any, name: str, kind: str, detail: str = ""
) -> int:
    """Something that a reader can do again and again, and that shows that it is there."""
    first = _count(context, who & (counter == 0))
    activities.note_deliveries(context, who, kind, detail)
    _stamp(context, who, last_activity=context.now)
    count = _change(context, who, **{counter.key: counter + 1})
    metrics.add(context, email_id, **{name: count, f"unique{name[0].upper()}{name[1:]}": first})
    return count


def _unsubscribe(context: EmfluenceContext, email_id: int, who: ColumnElement[bool]) -> int:
    activities.note_deliveries(context, who, activities.UNSUBSCRIBED)
    _suppress(context, who)
    count = _change(context, who, unsubscribed=True)
    metrics.add(context, email_id, unsubscribes=count)
    return count


def _suppress(context: EmfluenceContext, who: ColumnElement[bool]) -> None:
    now = context.now
    fresh = ~Contact.c.suppressed
    _stamp(context, who, fresh, suppressed=True, date_suppressed=now, date_modified=now)


def _stamp(context: EmfluenceContext, who: ColumnElement[bool], *also: ColumnElement[bool], **values: Any) -> None:
    """Change the contacts of some deliveries."""
    whom = Contact.c.id.in_(select(_CONTACT_ID).where(who))
    context.execute(update(Contact).where(whom, *also).values(**values))


def _change(context: EmfluenceContext, who: ColumnElement[bool], **values: Any) -> int:
    return context.execute(update(Delivery).where(who).values(**values)).rowcount


def _count(context: EmfluenceContext, who: ColumnElement[bool]) -> int:
    return int(context.execute(select(func.count()).select_from(Delivery).where(who)).scalar_one())


# Whose deliveries


def _reach(context: EmfluenceContext, readers: Readers, possible: ColumnElement[bool], do: Change) -> Work:
    """Do something for one recipient, or for a share of them that is evenly spread; returns for how many."""
    if (readers.contact is None) == (readers.share is None):
        raise Declined(400, "name one contact, or a share of all recipients")
    _require_sent(context, readers.email_id)
    who = (_EMAIL_ID == readers.email_id) & possible
    if readers.contact is not None:
        yield from ()
        return do(_one(context, readers, who))
    return (yield from _reach_share(context, readers.email_id, readers.share or 0, who, do))


def _require_sent(context: EmfluenceContext, email_id: int) -> None:
    email = emails.find(context, email_id)
    if email is None:
        raise Declined(404, f"there is no email {email_id}")
    if email.status != emails.SENT:
        children = context.execute(_CHILDREN.where(Email.c.parent_email_id == email_id)).scalars().all()
        goes_out = f"; it goes out as {', '.join(map(str, children))}" if children else ""
        raise Declined(400, f"the email {email_id} was not sent, its status is {email.status}{goes_out}")


def _one(context: EmfluenceContext, readers: Readers, who: ColumnElement[bool]) -> ColumnElement[bool]:
    """The delivery to the one contact that is named."""
    named = readers.contact
    found = contacts.find(context, named) if isinstance(named, int) else contacts.by_email(context, named or "")
    if found is None:
        raise Declined(404, f"there is no contact {named}")
    his: ColumnElement[bool] = who & (_CONTACT_ID == found.id)
    if not _count(context, his):
        raise Declined(404, f"the email {readers.email_id} has not reached {named}, or this has happened before")
    return his


def _reach_share(context: EmfluenceContext, email_id: int, part: float, who: ColumnElement[bool], do: Change) -> Work:
    """Each so many-th of the deliveries for which it is possible, by their places."""
    places = select(_PLACE).where(_EMAIL_ID == email_id)
    total = yield from id_ranges.change(context, places, lambda between: _count(context, who & between), most=_SLICE)
    wanted, seen = round(total * part), 0

    def some(between: ColumnElement[bool]) -> int:
        nonlocal seen
        here = list(context.execute(select(_PLACE).where(who, between).order_by(_PLACE)).scalars())
        numbered, seen = enumerate(here, seen + 1), seen + len(here)
        chosen = [place for number, place in numbered if number * wanted // total > (number - 1) * wanted // total]
        return do((_EMAIL_ID == email_id) & id_ranges.listed(_PLACE, chosen)) if chosen else 0

    return (yield from id_ranges.change(context, places, some, most=_SLICE))
