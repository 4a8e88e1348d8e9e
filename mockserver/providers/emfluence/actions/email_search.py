"""Searching emails."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal, not_, or_, select

from mockserver.core import id_ranges
from mockserver.providers.emfluence.actions import accounts, emails, globs, metrics, users
from mockserver.providers.emfluence.dates import second_after
from mockserver.providers.emfluence.errors import WrongValue
from mockserver.providers.emfluence.schemas.email_search import EmailSearch
from mockserver.providers.emfluence.schemas.emails import short_email_row
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Email
from mockserver.providers.emfluence.wire import Page

MOST_RECORDS = 250

_TYPES = {kind.lower(): kind for kind in (emails.MANUAL, emails.AUTOMATED, emails.TRANSACTIONAL)}
_STATUSES = {status.lower(): status for status in (emails.DRAFT, emails.SCHEDULED, emails.SENDING, emails.SENT)}
_ID, _STATUS, _SENT_AT = Email.c.id, Email.c.status, Email.c.date_sent
_SORTED: dict[str, Any] = {
    "emailID": _ID,
    "userID": Email.c.user_id,
    "title": func.lower(Email.c.title),
    "subject": func.lower(Email.c.subject),
    "dateAdded": Email.c.date_added,
    "dateModified": Email.c.date_modified,
    "dateSent": _SENT_AT,
}
_FIELDS = {name.lower(): name for name in _SORTED}
_HALF_A_YEAR = timedelta(days=183)


def search(context: EmfluenceContext, asked: EmailSearch, page: Page) -> tuple[int, list[dict[str, Any]]]:
    """How many emails fit, and a page of them."""
    kind = _one_of("deliveryType", asked.delivery_type, _TYPES, "manual")
    statuses = [_one_of("status", status, _STATUSES, "") for status in asked.status] or [emails.SENT]
    conditions = [*_kind(asked, kind, statuses), *_texts(asked), *_ids(context, asked), *_sent(context, asked)]
    found = select(*emails.COLUMNS).where(*conditions).order_by(*_order(asked, kind, statuses))
    total = context.execute(select(func.count()).select_from(Email).where(*conditions)).scalar_one()
    rows = context.execute(found.limit(page.size).offset(page.offset)).all()
    return total, [short_email_row(row, metrics.shown(row.metrics)) for row in rows]


def _kind(asked: EmailSearch, kind: str, statuses: list[str]) -> Iterator[ColumnElement[bool]]:
    """Of automated emails, they themselves or each of their sends; only those of a person are in several statuses."""
    yield Email.c.delivery_type == kind
    if kind == emails.MANUAL:
        yield _STATUS.in_(statuses)
    elif kind == emails.AUTOMATED:
        results = _one_of("automatedResults", asked.automated_results, {"summary": False, "detail": True}, "summary")
        if asked.parent_email_id is None:
            yield Email.c.parent_email_id.is_not(None) if results else Email.c.parent_email_id.is_(None)
    elif asked.transactional_category.strip():
        yield func.lower(Email.c.transactional_category) == asked.transactional_category.strip().lower()


def _texts(asked: EmailSearch) -> Iterator[ColumnElement[bool]]:
    for column, pattern in ((Email.c.title, asked.title.strip()), (Email.c.subject, asked.subject.strip())):
        if pattern:
            yield globs.fits(column, pattern)


def _ids(context: EmfluenceContext, asked: EmailSearch) -> Iterator[ColumnElement[bool]]:
    if asked.email_ids is not None:
        yield id_ranges.listed(_ID, asked.email_ids)
    for column, value in ((Email.c.user_id, asked.user_id), (Email.c.parent_email_id, asked.parent_email_id)):
        if value is not None:
            yield column == value
    if asked.campaign_id is not None:
        campaigns = func.json_each(Email.c.campaign_ids).table_valued("value")
        yield literal(asked.campaign_id).in_(select(campaigns.c.value))
    if users.is_restricted(context):
        yield Email.c.user_id == users.current(context).id


def _sent(context: EmfluenceContext, asked: EmailSearch) -> Iterator[ColumnElement[bool]]:
    """When they were sent, both ends included; says nothing of those that were not."""
    zone = accounts.get(context).time_zone
    first, last = (moment and moment.at(zone, context.settings) for moment in (asked.sent_from, asked.sent_to))
    if first is None:
        context.cite("emf.search_emails.half_a_year")
    since: datetime = first or context.now - _HALF_A_YEAR
    until: datetime = last or context.now
    yield or_(not_(_STATUS == emails.SENT), (_SENT_AT >= since) & (_SENT_AT < second_after(until)))


def _order(asked: EmailSearch, kind: str, statuses: list[str]) -> tuple[Any, ...]:
    """The newest first, unless it is asked for otherwise."""
    all_sent = statuses == [emails.SENT] if kind == emails.MANUAL else kind == emails.TRANSACTIONAL
    field = _one_of("sortField", asked.sort_field, _FIELDS, "datesent" if all_sent else "dateadded")
    ways = {"asc": False, "desc": True}
    descending = _one_of("sortDirection", asked.sort_direction, ways, "desc" if field.startswith("date") else "asc")
    column = _SORTED[field]
    return (column.desc(), _ID.desc()) if descending else (column.asc(), _ID.asc())


def _one_of(name: str, found: str, allowed: dict[str, Any], default: str) -> Any:
    """What a word stands for, in whatever letter case; a blank stands for the default."""
    word = found.strip().lower() or default
    if word not in allowed:
        raise WrongValue(f"{name}: expected {' or '.join(allowed)}, found {found[:80]!r}", rule="emf.search_emails.words")
    return allowed[word]
