"""Emails on their way to contacts, one row for each recipient."""

from typing import Any

from sqlalchemy import ColumnElement, DateTime, Select, exists, func, insert, literal, select
from sqlmodel import col

from mockserver.providers.emfluence.actions import activities
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact, Delivery

CONTACT = col(Contact.id)
REACHABLE = ~col(Contact.suppressed) & ~col(Contact.held)
"""Contacts that may get an email."""

_KEPT = tuple(Delivery.model_fields)
_DEFAULTS = {name: field.default for name, field in Delivery.model_fields.items() if not field.is_required()}


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
    new = (col(Delivery.email_id) == email_id) & col(Delivery.place).between(after + 1, after + placed)
    if placed:
        activities.note_deliveries(context, new, activities.SENT)
    return placed


def _got(email_id: int) -> ColumnElement[bool]:
    mine = select(col(Delivery.place)).where(col(Delivery.contact_id) == CONTACT, col(Delivery.email_id) == email_id)
    return exists(mine.correlate(Contact))
