"""What was sent to a contact, and what became of it."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, func, select

from mockserver.providers.emfluence.actions import accounts, contacts
from mockserver.providers.emfluence.dates import second_after
from mockserver.providers.emfluence.errors import WrongValue
from mockserver.providers.emfluence.schemas.email_history import EmailHistory, HistoryRow, history_row
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Delivery, Email
from mockserver.providers.emfluence.wire import Page

MOST_RECORDS = 250

_SENT_AT, _EMAIL_ID = Delivery.c.date_sent, Delivery.c.email_id
_SHOWN = (
    _EMAIL_ID,
    Email.c.subject,
    _SENT_AT,
    Delivery.c.views,
    Delivery.c.clicks,
    Delivery.c.unsubscribed,
    Delivery.c.complained,
    Delivery.c.bounce_type,
    Delivery.c.bounce_description,
)


def search(context: EmfluenceContext, asked: EmailHistory, page: Page) -> tuple[int, list[HistoryRow]]:
    """How many emails a contact got, and a page of them."""
    contact = contacts.require(context, asked)
    conditions = [Delivery.c.contact_id == contact.id, *_sent(context, asked), *_became(asked)]
    descending = _descending(asked)
    order = (_SENT_AT.desc(), _EMAIL_ID.desc()) if descending else (_SENT_AT.asc(), _EMAIL_ID.asc())
    found = select(*_SHOWN).join(Email, Email.c.id == _EMAIL_ID).where(*conditions).order_by(*order)
    total = context.execute(select(func.count()).select_from(Delivery).where(*conditions)).scalar_one()
    return total, [history_row(row) for row in context.execute(found.limit(page.size).offset(page.offset))]


def _sent(context: EmfluenceContext, asked: EmailHistory) -> Iterator[ColumnElement[bool]]:
    zone = accounts.get(context).time_zone
    if asked.sent_from is not None:
        yield _SENT_AT >= asked.sent_from.at(zone, context.settings)
    if asked.sent_to is not None:
        yield _SENT_AT < second_after(asked.sent_to.at(zone, context.settings))


def _became(asked: EmailHistory) -> Iterator[ColumnElement[bool]]:
    wanted: tuple[tuple[bool | None, ColumnElement[bool]], ...] = (
        (asked.viewed, Delivery.c.views > 0),
        (asked.clicked, Delivery.c.clicks > 0),
        (asked.suppressed, Delivery.c.unsubscribed.is_(True)),
        (asked.complained, Delivery.c.complained.is_(True)),
    )
    for value, holds in wanted:
        if value is not None:
            yield holds if value else ~holds


def _descending(asked: EmailHistory) -> bool:
    """The only field to sort by is the date, the newest first unless it is asked for otherwise."""
    for name, found, allowed in (
        ("sortField", asked.sort_field, {"", "datesent"}),
        ("sortDirection", asked.sort_direction, {"", "asc", "desc"}),
    ):
        if found.strip().lower() not in allowed:
            expected = "dateSent" if name == "sortField" else "asc or desc"
            raise WrongValue(f"{name}: expected {expected}, found {found[:80]!r}", rule="emf.list_email_history.sort")
    return asked.sort_direction.strip().lower() != "asc"
