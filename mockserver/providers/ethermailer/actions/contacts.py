from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select, update

from mockserver.core.statements import Statement
from mockserver.providers.ethermailer.actions import contact_groups, drafts, extra_fields
from mockserver.providers.ethermailer.actions.drafts import Draft
from mockserver.providers.ethermailer.errors import BadRequest, NotFound, Violation
from mockserver.providers.ethermailer.schemas.contacts import ContactPayload
from mockserver.providers.ethermailer.schemas.extra_fields import ExtraFieldRow
from mockserver.providers.ethermailer.settings import EtherContext
from mockserver.providers.ethermailer.tables import Contact, Membership
from mockserver.providers.ethermailer.wire import LARGEST_BATCH, Page, email_key, new_ids, record_id

_CONTACT, _DELETED = Contact.c.id, Contact.c.deleted_at
_ROW = (_CONTACT, Contact.c.email, Contact.c.name, Contact.c.surname, _DELETED)
_LIST = select(*_ROW).order_by(_CONTACT).limit(bindparam("limit")).offset(bindparam("offset"))
_COUNT = select(func.count()).select_from(Contact)
_LIVE = _DELETED.is_(None)
_LISTS = {
    "shown": (Statement(_LIST), Statement(_COUNT)),
    "hidden": (Statement(_LIST.where(_LIVE)), Statement(_COUNT.where(_LIVE))),
}
_ONE = Statement(select(*_ROW, Contact.c.extra_values).where(_CONTACT == bindparam("contact")))
_BY_KEY = Statement(select(_CONTACT, _DELETED).where(Contact.c.email_key == bindparam("key")))
_SELECTED = _CONTACT.in_(bindparam("contacts", expanding=True))
_EXISTING = select(_CONTACT).where(_SELECTED)
_MARK_DELETED = update(Contact).where(_SELECTED, _LIVE).values(deleted_at=bindparam("now"))
_RESTORE = update(Contact).where(_SELECTED, ~_LIVE).values(deleted_at=None)
ADD = Statement(insert(Contact))
JOIN = Statement(insert(Membership).prefix_with("OR IGNORE"))
_CHANGED = ("email", "email_key", "name", "surname", "extra_values", "deleted_at")
CHANGE = Statement(
    update(Contact).where(_CONTACT == bindparam("contact")).values({name: bindparam(f"new_{name}") for name in _CHANGED})
)
_LEAVE_ALL = Statement(delete(Membership).where(Membership.c.contact_id == bindparam("contact")))


class Single(NamedTuple):
    """A contact with its groups and the definitions of all extra fields."""

    row: Any
    groups: Sequence[Any]
    fields: Sequence[ExtraFieldRow]


def page(context: EtherContext, page: Page) -> tuple[Sequence[Any], int]:
    """The contacts of a page by age, deleted ones among them, and how many there are in all."""
    rows, total = _LISTS[context.settings.deleted_in_list]
    context.cite("ether.list_contacts.deleted")
    found = context.tuples(rows, limit=page.limit, offset=page.offset)
    return found, context.value(total)


def get(context: EtherContext, contact: int | None) -> Single:
    hidden = context.settings.deleted_contact == "hidden"
    row = _find(context, contact, "ether.get_contact.unknown", "ether.get_contact.deleted" if hidden else None)
    return Single(row, contact_groups.of_contact(context, row.id), extra_fields.every(context))


def add(context: EtherContext, payload: ContactPayload) -> int:
    """Add a contact and return its id."""
    draft = drafts.checked(context, payload)
    known = find_by_address(context, draft.email)
    if known is not None and known.deleted_at is not None and context.settings.add_deleted_address == "restore":
        replace(context, known.id, draft)
        return int(known.id)
    if known is not None:
        raise BadRequest(already_exists(draft.email, deleted=known.deleted_at is not None))
    return store(context, draft)


def update_one(context: EtherContext, contact: int | None, payload: ContactPayload) -> int:
    """Make a contact what its payload says; with the switch `update` on merge, only where it says something."""
    merging = context.settings.update == "merge"
    if context.settings.update_of_unknown == "contact_first":
        _find_live(context, contact)
    else:
        context.cite("ether.update_contact.order")
    draft = drafts.checked(context, payload, partial=merging)
    row = _find_live(context, contact)
    known = find_by_address(context, draft.email)
    if known is not None and known.id != row.id:
        raise BadRequest(already_exists(draft.email, deleted=known.deleted_at is not None))
    context.cite("ether.update_contact.replace")
    if merging:
        merge(context, row, draft)
    else:
        replace(context, row.id, draft)
    return int(row.id)


def delete_many(context: EtherContext, ids: Sequence[str]) -> None:
    """Mark contacts as deleted, now; those that are already keep their date."""
    context.execute(_MARK_DELETED, {"contacts": _selection(context, ids), "now": context.now})


def restore_many(context: EtherContext, ids: Sequence[str]) -> None:
    """Take the mark of deletion away; groups and extra values were never gone."""
    context.execute(_RESTORE, {"contacts": _selection(context, ids)})


# What registrations, imports and fixtures share with the operations above.


def find_by_address(context: EtherContext, email: str) -> Any | None:
    """Id and moment of deletion of the contact with this address, in whatever case."""
    return context.first(_BY_KEY, key=email_key(email))


def already_exists(email: str, *, deleted: bool) -> Violation:
    """The documented violation. The address of a deleted contact stays reserved: its owner may be restored."""
    rule = "ether.contacts.duplicate_deleted" if deleted else "ether.contacts.duplicate"
    return Violation("email", "AlreadyExists", f"A contact with the email {email} already exists", rule)


def store(context: EtherContext, draft: Draft) -> int:
    contact = new_ids(context.ids, 1)[0]
    context.run(ADD, **new_row(contact, draft))
    join(context, contact, draft.groups)
    return contact


def new_row(contact: int, draft: Draft) -> dict[str, Any]:
    return {
        "id": contact,
        "email": draft.email,
        "email_key": draft.key,
        "name": draft.name,
        "surname": draft.surname,
        "extra_values": draft.values,
        "deleted_at": None,
    }


def replace(context: EtherContext, contact: int, draft: Draft) -> None:
    """The contact becomes the draft; what the draft lacks is gone."""
    context.run(CHANGE, **changed_row(new_row(contact, draft)))
    context.run(_LEAVE_ALL, contact=contact)
    join(context, contact, draft.groups)


def merge(context: EtherContext, row: Any, draft: Draft) -> None:
    """The draft is laid over the contact; what the draft lacks stays."""
    context.run(CHANGE, **changed_row(merged_row(row._asdict(), draft)))
    join(context, row.id, draft.groups)


def merged_row(row: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    """What becomes of a stored row when a draft is laid over it."""
    values = {**row["extra_values"], **draft.extra_values}
    return {
        "id": row["id"],
        "email": draft.email or row["email"],
        "email_key": email_key(draft.email or row["email"]),
        "name": draft.name if "name" in draft.given else row["name"],
        "surname": draft.surname if "surname" in draft.given else row["surname"],
        "extra_values": {field: value for field, value in values.items() if value is not None},
        "deleted_at": None,
    }


def changed_row(row: dict[str, Any]) -> dict[str, Any]:
    """A row as the parameters of CHANGE."""
    return {"contact": row["id"], **{f"new_{name}": value for name, value in row.items() if name != "id"}}


def join(context: EtherContext, contact: int, groups: Sequence[int]) -> None:
    context.run_many(JOIN, [{"contact_id": contact, "group_id": group} for group in groups])


def _find(context: EtherContext, contact: int | None, unknown: str, deleted: str | None) -> Any:
    row = context.first(_ONE, contact=contact)
    if row is None:
        raise NotFound("contactId", "there is no such contact", unknown)
    if deleted is not None and row.deleted_at is not None:
        raise NotFound("contactId", "the contact is deleted", deleted)
    return row


def _find_live(context: EtherContext, contact: int | None) -> Any:
    return _find(context, contact, "ether.update_contact.unknown", "ether.update_contact.deleted")


def _selection(context: EtherContext, given: Sequence[str]) -> list[int]:
    """The records that a list of ids means: a lone value may hold several, joined by commas."""
    ids = given[0].split(",") if len(given) == 1 else list(given)
    if not any(each.strip() for each in ids):
        raise BadRequest(Violation("contactIds", "NotEmpty", "contactIds must not be empty", "ether.bulk.empty"))
    if len(ids) > LARGEST_BATCH:
        said = f"contactIds must be at most {LARGEST_BATCH} ids, not {len(ids)}"
        raise BadRequest(Violation("contactIds", "Size", said, "ether.bulk.size"))
    contacts = list({number: None for number in map(record_id, ids) if number is not None})
    if len(_existing(context, contacts)) < len(set(filter(None, ids))):
        if context.settings.unknown_ids == "not_found":
            raise NotFound("contactIds", "at least one of the contacts does not exist", "ether.bulk.unknown")
        context.cite("ether.bulk.unknown")
    return contacts


def _existing(context: EtherContext, contacts: Sequence[int]) -> Sequence[Any]:
    return context.execute(_EXISTING, {"contacts": contacts}).all()
