"""Contacts: finding, looking up, saving, deleting."""

from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import contact_rows, contact_values, group_ids, memberships, users
from mockserver.providers.emfluence.errors import (
    DuplicateRecord,
    InvalidAction,
    ParameterMissing,
    RecordNotFound,
    WrongValue,
)
from mockserver.providers.emfluence.schemas.contact_fields import WRITTEN, WholeContact, whole_contact
from mockserver.providers.emfluence.schemas.contacts import ContactKey, ContactLookup, ContactSave
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Activity, Contact, Delivery, Membership
from mockserver.providers.emfluence.wire import email_key

ADD, EDIT, DELETE = "Contacts (Add)", "Contacts (Edit)", "Contacts (Delete)"
MOST_LOOKED_UP = 100

_CONTACT = Contact.c.id


class _Reading(NamedTuple):
    """The same columns of one contact, by its id and by its address. Each column costs: most calls need few of them."""

    by_id: Statement
    by_email: Statement


def _reading(*columns: Any) -> _Reading:
    one = select(*columns)
    return _Reading(
        Statement(one.where(_CONTACT == bindparam("contact"))),
        Statement(one.where(Contact.c.email_key == bindparam("key"))),
    )


_ROW = _reading(*Contact.c)
_STORED = _reading(*(Contact.c[name] for name in contact_values.STORED))
_WHOLE = _reading(_CONTACT, Contact.c.user_id, WRITTEN)
_DELETED = [
    Statement(delete(table).where(column == bindparam("contact")))
    for table, column in (
        (Contact, _CONTACT),
        (Membership, Membership.c.contact_id),
        (Delivery, Delivery.c.contact_id),
        (Activity, Activity.c.contact_id),
    )
]


def find(context: EmfluenceContext, contact_id: int) -> Any | None:
    return context.first(_ROW.by_id, contact=contact_id)


def by_email(context: EmfluenceContext, email: str) -> Any | None:
    """The contact with this address, in whatever letter case."""
    return context.first(_ROW.by_email, key=email_key(email))


def require(context: EmfluenceContext, payload: Any) -> Any:
    """The contact that the payload's `contact_id` names, else its `email`; refuses what names none, or somebody else's."""
    return _require(context, payload, _ROW)


def lookup(context: EmfluenceContext, payload: ContactLookup) -> WholeContact | list[WholeContact]:
    """One contact; or, asked by a list of ids, those of them that there are, in the order of the list."""
    asked = list(dict.fromkeys(payload.contact_ids))
    if not asked:
        return _shape(context, _require(context, payload, _WHOLE))
    if len(asked) > MOST_LOOKED_UP:
        said = f"contactIDs: expected at most {MOST_LOOKED_UP}, found {len(asked)}"
        raise WrongValue(said, rule="emf.lookup_contacts.most")
    context.cite("emf.lookup_contacts.list")
    own = users.current(context).id if users.is_restricted(context) else None
    rows = (context.first(_WHOLE.by_id, contact=contact_id) for contact_id in asked)
    return [_shape(context, row) for row in rows if row is not None and own in (None, row.user_id)]


def shape(context: EmfluenceContext, contact_id: int) -> WholeContact:
    """A contact as it travels, whole."""
    return _shape(context, context.first(_WHOLE.by_id, contact=contact_id))


def save_permitted(context: EmfluenceContext, payload: ContactSave) -> int:
    """Save a contact for a user, who needs one permission for new ones and another one for those that exist."""
    known = _named(context, payload, _STORED)
    context.cite("emf.save_contact.permissions")
    users.require(context, EDIT if known else ADD)
    return _save(context, payload, known)


def save(context: EmfluenceContext, payload: ContactSave) -> Any:
    """Update the contact that the payload names, or add one; returns its row."""
    return find(context, _save(context, payload, _named(context, payload, _STORED)))


def remove(context: EmfluenceContext, contact_id: int | None) -> None:
    """Delete a contact with all that hangs on it."""
    context.cite("emf.delete_contact.permission")
    if contact_id is None:
        raise ParameterMissing("contactID is required")
    if _require(context, ContactKey(contactID=contact_id), _STORED).suppressed:
        context.cite("emf.delete_contact.suppressed")
        if context.settings.delete_suppressed == "refuse":
            said = f"The contact {contact_id} is suppressed, and suppressed contacts cannot be deleted"
            raise InvalidAction(said, rule="emf.delete_contact.suppressed")
    context.cite("emf.delete_contact.remains")
    for statement in _DELETED:
        context.run(statement, contact=contact_id)


def _require(context: EmfluenceContext, payload: Any, reading: _Reading) -> Any:
    found = _named(context, payload, reading)
    if found is None:
        raise RecordNotFound(f'There is no contact with the email "{payload.email}"', rule="emf.contacts.unknown")
    return found


def _named(context: EmfluenceContext, payload: Any, reading: _Reading) -> Any | None:
    """The contact that a payload names by its id, which must exist, else by its address, which need not."""
    if payload.contact_id is not None:
        found = context.first(reading.by_id, contact=payload.contact_id)
        if found is None:
            raise RecordNotFound(f"There is no contact {payload.contact_id}", rule="emf.contacts.unknown")
    elif key := email_key(payload.email):
        context.cite("emf.contacts.email_case")
        found = context.first(reading.by_email, key=key)
    else:
        raise ParameterMissing("contactID or email is required", rule="emf.contacts.no_key")
    if found is not None:
        users.require_own(context, found.user_id, f"The contact {found.id}")
    return found


def _shape(context: EmfluenceContext, row: Any) -> WholeContact:
    return whole_contact(row.written, group_ids.of(context, row.id), contact_values.labels(context))


def _save(context: EmfluenceContext, payload: ContactSave, known: Any | None) -> int:
    contact_id = _add(context, payload) if known is None else _change(context, payload, known)
    if payload.group_ids or payload.remove_group_ids:
        context.cite("emf.save_contact.groups")
        fitting = group_ids.not_chosen(context, contact_id) if known else ()
        memberships.join(context, [contact_id], [each for each in payload.group_ids if each not in fitting])
        memberships.leave(context, [contact_id], payload.remove_group_ids)
    return contact_id


def _add(context: EmfluenceContext, payload: ContactSave) -> int:
    row = contact_rows.added(context, users.current(context).id, contact_values.columns(context, payload, None))
    contact_rows.insert_all(context, [row])
    context.cite("emf.save_contact.added")
    return int(row["id"])


def _change(context: EmfluenceContext, payload: ContactSave, known: Any) -> int:
    _refuse_email_of_another(context, payload.email, known)
    values = contact_values.columns(context, payload, known)
    contact_rows.update_all(context, [contact_rows.changed(context, known.id, values)])
    context.cite("emf.save_contact.changed")
    context.cite("emf.contacts.modified")
    return int(known.id)


def _refuse_email_of_another(context: EmfluenceContext, email: str, known: Any) -> None:
    key = email_key(email)
    other = context.first(_STORED.by_email, key=key) if key and key != known.email_key else None
    if other is not None:
        said = f'Email "{email}" belongs to another record.'
        raise DuplicateRecord(said, rule="emf.save_contact.duplicate", data={"contactID": other.id})
