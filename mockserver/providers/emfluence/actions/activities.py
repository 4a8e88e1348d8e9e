"""What contacts did, and what happened to them, noted when it happens."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, DateTime, insert, literal, select

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Activity, Delivery

SENT, VIEWED, CLICKED, WEB_VIEWED = "EMAIL:SENT", "EMAIL:VIEWED", "EMAIL:CLICKED", "EMAIL:VIEWEDASWEBPAGE"
FORWARDED, SHARED, BOUNCED = "EMAIL:FORWARDED", "EMAIL:SHARED", "EMAIL:BOUNCED"
COMPLAINED, UNSUBSCRIBED = "EMAIL:COMPLAINED", "EMAIL:UNSUBSCRIBED"

_NOTE = Statement(insert(Activity))
_NOTED = ("contact_id", "kind", "date", "email_id", "detail")


def note(context: EmfluenceContext, contact_id: int, kind: str, email_id: int | None = None, detail: str = "") -> None:
    """Something happened to a contact, or it did something, such as `EMAIL:VIEWED`."""
    note_all(context, [contact_id], kind, email_id, detail)


def note_all(
    context: EmfluenceContext, contact_ids: Iterable[int], kind: str, email_id: int | None = None, detail: str = ""
) -> None:
    """The same for several contacts."""
    row = {"id": None, "kind": kind, "date": context.now, "email_id": email_id, "detail": detail}
    context.run_many(_NOTE, [{**row, "contact_id": contact_id} for contact_id in contact_ids])


def note_deliveries(context: EmfluenceContext, who: ColumnElement[bool], kind: str, detail: str = "") -> None:
    """The same for the recipients of deliveries, in one statement."""
    moment = literal(context.now, DateTime)
    found = (
        select(Delivery.c.contact_id, literal(kind), moment, Delivery.c.email_id, literal(detail))
        .where(who)
        .order_by(Delivery.c.place)
    )
    context.execute(insert(Activity).from_select(_NOTED, found))
