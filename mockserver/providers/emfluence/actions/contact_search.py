"""Searching contacts."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic_core import to_json
from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, func, literal, or_, select, true

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import accounts, contact_fields, globs, groups, memberships, users
from mockserver.providers.emfluence.errors import WrongValue
from mockserver.providers.emfluence.schemas.contact_fields import FIELDS, SHORT, ShortContact, custom_field, short_contacts
from mockserver.providers.emfluence.schemas.contact_search import ContactCriteria, ContactSearch
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact
from mockserver.providers.emfluence.wire import Page, email_key

MOST_RECORDS, _MOST_IDS = 250, 100

ACTIVE = ~Contact.c.suppressed & ~Contact.c.held
"""Whoever gets mail."""

_CONTACT = Contact.c.id
_PATTERNS = {
    "customer_id": Contact.c.customer_id,
    "last_name": Contact.c.last_name,
    "company": Contact.c.company,
    "title": Contact.c.title,
    "phone": Contact.c.phone,
    "fax": Contact.c.fax,
    "city": Contact.c.city,
    "state": Contact.c.state,
    "zip_code": Contact.c.zip_code,
    "country": Contact.c.country,
    "purl": Contact.c.purl,
}
_EQUAL = {"user_id": Contact.c.user_id, "suppressed": Contact.c.suppressed, "held": Contact.c.held}
_DATES: dict[str, tuple[Any, str | None]] = {
    "last_activity_date": (Contact.c.last_activity, "last_activity_type"),
    "last_click_date": (Contact.c.last_click, "last_click_type"),
    "date_added": (Contact.c.date_added, None),
    "date_modified": (Contact.c.date_modified, None),
}
_BIRTH = {"dob_year": (1, 4, "04d"), "dob_month": (6, 2, "02d"), "dob_day": (9, 2, "02d")}
"""Where they stand in a date, and how."""
_SORTED: dict[str, Any] = {
    "contactid": _CONTACT,
    "email": Contact.c.email_key,
    "datemodified": Contact.c.date_modified,
    "contactscore": literal(0),
}
_COUNT = Statement(select(func.count()).select_from(Contact))
_PARAMETERS = frozenset(ContactCriteria.model_fields)


class Order(NamedTuple):
    field: str
    descending: bool


def search(
    context: EmfluenceContext, asked: ContactSearch, page: Page
) -> tuple[list[ShortContact] | list[dict[str, Any]], int]:
    """A page of the contacts that fit, flat, and how many there are in all."""
    order = _order(asked)
    names = tuple(asked.fields_) or SHORT
    columns = contact_fields.chosen(context, names)
    conditions = list(_conditions(context, asked)) if asked.model_fields_set & _PARAMETERS else []
    context.cite("emf.search_contacts.fields" if asked.fields_ else "emf.search_contacts.default_fields")
    if users.is_restricted(context):
        context.cite("emf.search_contacts.restricted")
        conditions.append(Contact.c.user_id == users.current(context).id)
    found: Sequence[Any]
    if conditions:
        fits = and_(*conditions)
        found = context.execute(_select(columns, order).where(fits).limit(page.size).offset(page.offset)).all()
        total = context.execute(select(func.count()).select_from(Contact).where(fits)).scalar_one()
    else:
        found = context.tuples(_page(tuple(columns), order), limit=page.size, offset=page.offset)
        total = context.value(_COUNT)
    if not asked.fields_:
        return short_contacts(found), total
    return [dict(zip(columns, row, strict=True)) for row in found], total


def condition(context: EmfluenceContext, criteria: ContactCriteria) -> ColumnElement[bool]:
    """The condition that a contact fits all the criteria that are given."""
    return and_(true(), *_conditions(context, criteria))


def _conditions(context: EmfluenceContext, criteria: ContactCriteria) -> Iterator[ColumnElement[bool]]:
    if criteria.contact_ids:
        yield _among(criteria.contact_ids)
    if criteria.group_id is not None:
        yield memberships.condition(context, groups.require(context, criteria.group_id))
    for name, column in _EQUAL.items():
        value = getattr(criteria, name)
        if value is not None:
            yield column == value
    yield from _texts(context, criteria)
    yield from _births(context, criteria)
    for name, (column, kind) in _DATES.items():
        yield from _dates(context, criteria, name, column, kind)


def _among(contact_ids: Sequence[int]) -> ColumnElement[bool]:
    if len(contact_ids) > _MOST_IDS:
        said = f"contactIDs: expected at most {_MOST_IDS}, found {len(contact_ids)}"
        raise WrongValue(said, rule="emf.search_contacts.most_ids")
    # Not a list of parameters: conditions may be compiled for good (see `group_ids.py`).
    listed = func.json_each(literal(to_json(contact_ids).decode(), Text)).table_valued("value")
    return _CONTACT.in_(select(listed.c.value))


def _texts(context: EmfluenceContext, criteria: ContactCriteria) -> Iterator[ColumnElement[bool]]:
    context.cite("emf.search_contacts.all_of")
    if criteria.email.strip():
        key = email_key(criteria.email)
        yield globs.fits(Contact.c.email_key, key) if "*" in key else Contact.c.email_key == key
    for name, column in _PATTERNS.items():
        pattern = getattr(criteria, name).strip()
        if pattern:
            context.cite("emf.search_contacts.wildcards")
            yield globs.fits(column, pattern)


def _births(context: EmfluenceContext, criteria: ContactCriteria) -> Iterator[ColumnElement[bool]]:
    """Year, month and day of a birthday; those of whom it is not known do not fit."""
    year = criteria.dob_year
    if year is not None and not 1900 <= year <= context.now.year:
        said = f"dobYear: expected 1900 to {context.now.year}, found {year}"
        raise WrongValue(said, rule="emf.search_contacts.birth")
    for name, (start, length, form) in _BIRTH.items():
        value = getattr(criteria, name)
        if value is not None:
            context.cite("emf.search_contacts.birth")
            yield func.substr(Contact.c.date_of_birth, start, length) == format(value, form)


def _dates(
    context: EmfluenceContext, criteria: ContactCriteria, name: str, column: Any, kind: str | None
) -> Iterator[ColumnElement[bool]]:
    """From a moment to another one, both included; "inactive" turns it round, and includes whoever never was active."""
    zone = accounts.get(context).time_zone
    start, end = (
        moment and moment.at(zone, context.settings)
        for moment in (getattr(criteria, f"{name}_start"), getattr(criteria, f"{name}_end"))
    )
    if start is None and end is None:
        return
    context.cite("emf.search_contacts.ranges")
    within = and_(
        true() if start is None else column >= start, true() if end is None else column <= end.replace(microsecond=999_999)
    )
    if kind is not None and getattr(criteria, kind) == "inactive":
        context.cite("emf.search_contacts.inactive")
        yield or_(column.is_(None), ~within)
    else:
        yield within


def _order(asked: ContactSearch) -> Order:
    field, direction = asked.sort_field.strip().lower() or "contactid", asked.sort_direction.strip().lower() or "asc"
    if field not in _SORTED:
        said = f"sortField: expected contactID, email, dateModified or contactScore, found {asked.sort_field!r}"
        raise WrongValue(said, rule="emf.search_contacts.sort")
    if direction not in {"asc", "desc"}:
        said = f"sortDirection: expected asc or desc, found {asked.sort_direction!r}"
        raise WrongValue(said, rule="emf.search_contacts.sort")
    return Order(field, direction == "desc")


def _select(columns: Mapping[str, ColumnElement[Any]], order: Order) -> Select[*tuple[Any, ...]]:
    column = _SORTED[order.field]
    ordered = column.desc() if order.descending else column.asc()
    return select(*columns.values()).order_by(ordered, _CONTACT)


@lru_cache(maxsize=50)
def _page(names: tuple[str, ...], order: Order) -> Statement:
    """A page of all contacts, which is asked for most often."""
    columns = {name: FIELDS[name] if name in FIELDS else custom_field(name) for name in names}
    return Statement(_select(columns, order).limit(bindparam("limit")).offset(bindparam("offset")))
