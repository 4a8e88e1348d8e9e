"""What contacts did, and what happened to them, as it is asked for."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from mockserver.providers.emfluence.actions import accounts, activities, contact_fields, contacts, users
from mockserver.providers.emfluence.dates import Moment, second_after
from mockserver.providers.emfluence.errors import ParameterMissing, WrongValue
from mockserver.providers.emfluence.schemas.activity_search import ActivitySearch, activity_row
from mockserver.providers.emfluence.schemas.contacts import ContactKey
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Activity, Contact, Email
from mockserver.providers.emfluence.wire import Page

MOST_RECORDS = 250

_KINDS = (
    activities.SENT,
    activities.VIEWED,
    activities.CLICKED,
    activities.WEB_VIEWED,
    activities.FORWARDED,
    activities.SHARED,
    activities.BOUNCED,
    activities.COMPLAINED,
    activities.UNSUBSCRIBED,
    "WEBTRACKING:PAGEVIEW",
    "LANDINGPAGE:CLICK",
    "LANDINGPAGE:CONVERSION",
    "LANDINGPAGE:VIEW",
    "SURVEY:STARTED",
    "SURVEY:COMPLETED",
    "SMS:SENT",
    "SMS:FAILED",
    "SMS:UNSUBSCRIBED",
    "SMS:INCOMINGMESSAGE",
)
_FIELDS = ("contactID", "email")
_LONGEST = timedelta(days=366)
_ID, _DATE, _CONTACT_ID = Activity.c.id, Activity.c.date, Activity.c.contact_id
_KIND = Activity.c.kind
_KIND_UNSORTED = _KIND + ""
"""The same, but so that SQLite goes through an index by date, and need not sort."""
_SHOWN = (_DATE, _KIND, Activity.c.email_id, Activity.c.detail, Email.c.subject)


def search(context: EmfluenceContext, asked: ActivitySearch, page: Page) -> tuple[int, list[dict[str, Any]]]:
    """How many activities of some kinds there were between two moments, and a page of them, the oldest first."""
    kinds = _kinds(asked)
    conditions = [*_between(context, asked), *_whose(context, asked)]
    fields = contact_fields.chosen(context, asked.contact_fields or _FIELDS, "contactFields")
    total = context.execute(select(func.count()).select_from(Activity).where(*conditions, _KIND.in_(kinds))).scalar_one()
    ids = select(_ID).where(*conditions, _KIND_UNSORTED.in_(kinds)).order_by(_DATE, _ID).limit(page.size).offset(page.offset)
    found = (
        select(*_SHOWN, *(column.label(f"contact_{name}") for name, column in fields.items()))
        .join(Contact, Contact.c.id == _CONTACT_ID)
        .outerjoin(Email, Email.c.id == Activity.c.email_id)
        .where(_ID.in_(ids))
        .order_by(_DATE, _ID)
    )
    return total, [activity_row(row, dict(zip(fields, row[len(_SHOWN) :], strict=True))) for row in context.execute(found)]


def _between(context: EmfluenceContext, asked: ActivitySearch) -> Iterator[ColumnElement[bool]]:
    """From a moment to another one, both included; a year at most."""
    start, end = _moment(context, "startDate", asked.start_date), _moment(context, "endDate", asked.end_date)
    if not timedelta(0) <= end - start <= _LONGEST:
        said = f"endDate: expected a moment up to one year after startDate, found {end:%Y-%m-%d %H:%M:%S}"
        raise WrongValue(said, rule="emf.list_activities.span")
    yield _DATE >= start
    yield _DATE < second_after(end)


def _moment(context: EmfluenceContext, name: str, given: Moment | None) -> datetime:
    if given is None:
        raise ParameterMissing(f"{name} is required")
    return given.at(accounts.get(context).time_zone, context.settings)


def _kinds(asked: ActivitySearch) -> list[str]:
    """Those that are named, and with `EMAIL:*` all of them."""
    if not asked.activities:
        raise ParameterMissing("activities is required")
    wanted: set[str] = set()
    for name in asked.activities:
        group, _, kind = name.strip().upper().partition(":")
        fitting = [
            known for known in _KINDS if known == f"{group}:{kind}" or (kind == "*" and known.startswith(f"{group}:"))
        ]
        if not fitting:
            said = f"activities: expected {', '.join(_KINDS)}, or one with * behind the colon; found {name[:80]!r}"
            raise WrongValue(said, rule="emf.list_activities.kinds")
        wanted.update(fitting)
    return sorted(wanted)


def _whose(context: EmfluenceContext, asked: ActivitySearch) -> Iterator[ColumnElement[bool]]:
    if asked.contact_id is not None:
        yield _CONTACT_ID == contacts.require(context, ContactKey(contactID=asked.contact_id)).id
    elif users.is_restricted(context):
        own = select(Contact.c.id).where(Contact.c.user_id == users.current(context).id)
        yield _CONTACT_ID.in_(own)
