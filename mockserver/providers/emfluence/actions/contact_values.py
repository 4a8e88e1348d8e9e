"""What a call says of a contact, checked against the world, as columns of its row."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, func, select, text

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import users
from mockserver.providers.emfluence.errors import DuplicateRecord, RecordForbidden, WrongValue
from mockserver.providers.emfluence.schemas.contacts import ContactSave
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact, CustomField
from mockserver.providers.emfluence.wire import email_key

Columns = dict[str, Any]

STORED = ("id", "email_key", "user_id", "suppressed", "held", "custom_fields", "content_variables")
"""The columns of a known contact that decide what becomes of given values."""
_NO_COLUMNS = {"contact_id", "group_ids", "remove_group_ids"}
_BY_PURL = Statement(
    select(Contact.c.id).where(
        func.lower(Contact.c.purl) == bindparam("purl"), text("purl <> ''"), Contact.c.id != bindparam("contact")
    )
)
_LABELS = Statement(select(CustomField.c.number, CustomField.c.label).order_by(CustomField.c.number))
_SETTLED_LABELS = "emfluence.custom_field_labels"


def labels(context: EmfluenceContext) -> dict[str, str]:
    """The labels of the custom fields by name. They come from fixtures and no call can change them."""
    settled = context.workspace.settled
    if _SETTLED_LABELS not in settled:
        settled[_SETTLED_LABELS] = {f"custom{number}": label for number, label in context.tuples(_LABELS)}
    found: dict[str, str] = settled[_SETTLED_LABELS]
    return found


def columns(context: EmfluenceContext, payload: ContactSave, known: Any | None) -> Columns:
    """The columns that a call gives a contact, known or new, or a refusal of what it gives."""
    found: Columns = {}
    given = payload.__dict__
    for name in payload.model_fields_set:
        value = given[name]
        if name in _MADE:
            found |= _MADE[name](context, value, known)
        elif name not in _NO_COLUMNS:
            found[name] = value
    return found


def _email(_: EmfluenceContext, email: str, known: Any | None) -> Columns:
    if not email:
        assert known is not None, "a new contact has an address"
        raise WrongValue("email: a contact cannot do without; expected an e-mail address", rule="emf.contacts.email_cleared")
    return {"email": email, "email_key": email_key(email)}


def _owner(context: EmfluenceContext, user_id: int | None, known: Any | None) -> Columns:
    """A blank is not given."""
    if user_id is None or (known is not None and known.user_id == user_id):
        return {}
    if all(user.id != user_id for user in users.every(context)):
        raise WrongValue(f"userID: expected a user of the account, found {user_id}", rule="emf.contacts.owner")
    if users.is_restricted(context) and user_id != users.current(context).id:
        raise RecordForbidden("userID: a restricted user owns its contacts itself", rule="emf.contacts.owner_restricted")
    return {"user_id": user_id}


def _flag(name: str, rule: str) -> "Maker":
    """A flag has the date at which it was set; setting it again keeps the date, and a blank keeps the flag."""

    def make(context: EmfluenceContext, value: bool | None, known: Any | None) -> Columns:
        was = known is not None and getattr(known, name)
        if value is None or value == was:
            return {}
        context.cite(rule)
        return {name: value, f"date_{name}": context.now if value else None}

    return make


def _purl(context: EmfluenceContext, purl: str, known: Any | None) -> Columns:
    other = context.first(_BY_PURL, purl=purl.lower(), contact=known.id if known else 0) if purl else None
    if other is not None:
        said = f'PURL "{purl}" belongs to another record.'
        raise DuplicateRecord(said, rule="emf.contacts.purl_unique", data={"contactID": other.id})
    return {"purl": purl}


def _birthday(context: EmfluenceContext, value: Any, _: Any | None) -> Columns:
    if value is not None and datetime(value.year, value.month, value.day, tzinfo=UTC) > context.now:
        raise WrongValue(f"dateOfBirth: expected a day of the past, found {value}", rule="emf.contacts.birthday")
    return {"date_of_birth": value.isoformat() if value is not None else ""}


def _custom_fields(context: EmfluenceContext, given: Mapping[str, str], known: Any | None) -> Columns:
    unknown = [name for name in given if name not in labels(context)]
    if unknown:
        there_are = ", ".join(labels(context)) or "none"
        said = f"customFields: there is no custom field {', '.join(unknown)}; there are {there_are}"
        raise WrongValue(said, rule="emf.contacts.unknown_custom_field")
    return {"custom_fields": _laid_over(known.custom_fields if known else {}, given)}


def _content_variables(_: EmfluenceContext, given: Mapping[str, str], known: Any | None) -> Columns:
    return {"content_variables": _laid_over(known.content_variables if known else {}, given)}


def _laid_over(stored: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """What is not given stays, and a blank takes away."""
    return {name: value for name, value in {**stored, **given}.items() if value}


Maker = Callable[[EmfluenceContext, Any, Any | None], Columns]
_MADE: dict[str, Maker] = {
    "email": _email,
    "user_id": _owner,
    "suppressed": _flag("suppressed", "emf.contacts.suppressed"),
    "held": _flag("held", "emf.contacts.held"),
    "purl": _purl,
    "date_of_birth": _birthday,
    "custom_fields": _custom_fields,
    "content_variables": _content_variables,
}
"""Where a value is not its column as it is."""
