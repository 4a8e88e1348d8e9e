"""Emails on their way to contacts, one row for each recipient."""

from typing import Any

from sqlalchemy import ColumnElement, DateTime, Select, exists, func, insert, literal, select
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from mockserver.providers.emfluence.actions import activities
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact, Delivery

CONTACT = Contact.c.id
REACHABLE = ~Contact.c.suppressed & ~Contact.c.held
"""Contacts that may get an email."""

_KEPT = tuple(Delivery.c.keys())
_DEFAULTS = {
    column.key: column.default.arg for column in Delivery.c if isinstance(column.default, ScalarElementColumnDefault)
}


def count(context: EmfluenceContext, who: ColumnElement[bool]) -> int:
    """For how many contacts a condition holds."""
    return int(context.execute(select(func.count()).select_from(Contact).where(who)).scalar_one())


def place(context: EmfluenceContext, email_id: int, after: int, who: ColumnElement[bool]) -> int:
    """Send an email to the contacts for whom a condition holds, and who have not got it; returns how many those are."""
    number = after + func.row_number().over(order_by=CONTACT)
    values = {
        **{name: literal(_DEFAULTS[name]) for name in _KEPT if name in _DEFAULTS},
        "contact_id": CONTACT,
        "email_id": literal(email_id),
        "place": number,
        "date_sent": literal(context.now, DateTime),
    }
    found: Select[Any] = select(*(values[name] for name in _KEPT)).where(who, ~_got(email_id))
    placed = context.execute(insert(Delivery).from_select(list(_KEPT), found)).rowcount
    new = (Delivery.c.email_id == email_id) & Delivery.c.place.between(after + 1, after + placed)
    if placed:
        activities.note_deliveries(context, new, activities.SENT)
    return placed


def _got(email_id: int) -> ColumnElement[bool]:
    mine = select(Delivery.c.place).where(Delivery.c.contact_id == CONTACT, Delivery.c.email_id == email_id)
    return exists(mine.correlate(Contact))
