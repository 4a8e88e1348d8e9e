"""How contacts of a fixture, and crowds of them, come into emfluence's world."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from sqlalchemy import insert, select

from mockserver.core.crowd import Person, crowd
from mockserver.core.fixtures import Fault, Generate
from mockserver.core.statements import Statement
from mockserver.core.wording import unknown_name
from mockserver.providers.emfluence.fixture import ALL_GROUP, ContactFixture, MembershipFixture
from mockserver.providers.emfluence.planting_names import Names, certain_moment, moment
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact, CustomField, Group, Membership
from mockserver.providers.emfluence.wire import email_key, is_email

_ADD = Statement(insert(Contact))
_JOIN = Statement(insert(Membership).prefix_with("OR IGNORE"))
_CHUNK = 10_000
_TEXTS = (
    "first_name",
    "last_name",
    "customer_id",
    "original_source",
    "company",
    "title",
    "mobile_number",
    "phone",
    "address1",
    "city",
    "state",
    "zip_code",
    "country",
    "purl",
    "notes",
)
_REST = ("fax", "address2", "ip_address", "memo")


def plant_contacts(
    context: EmfluenceContext, contacts: Sequence[ContactFixture], users: Names, groups: Names, faults: list[Fault]
) -> None:
    known = Names("contact", {row.email_key: row.id for row in context.execute(select(Contact.c.id, Contact.c.email_key))})
    labels = {row.label: f"custom{row.number}" for row in context.execute(select(CustomField.c.label, CustomField.c.number))}
    dynamic = set(context.execute(select(Group.c.id).where(Group.c.type == "Dynamic")).scalars())
    for place, contact in enumerate(contacts):
        where = f"contacts[{place}]"
        if not is_email(contact.email):
            faults.append(Fault(f"{where}.email", f'found "{contact.email}"; expected an e-mail address'))
        strange = [label for label in contact.custom if label not in labels]
        faults += [Fault(f"{where}.custom", unknown_name("custom field", label, labels)) for label in strange]
        owner = users.find(f"{where}.owner", contact.owner, faults) or min(users.ids.values())
        contact_id = known.add(context, where, contact.id, email_key(contact.email), faults)
        custom = {labels[label]: value for label, value in contact.custom.items() if label in labels}
        context.run(_ADD, **_row(context, contact_id, contact, owner, custom))
        _plant_memberships(context, where, contact_id, contact, groups, dynamic, faults)


def plant_crowd(context: EmfluenceContext, generate: Generate, owner: int) -> None:
    """Invented contacts; every fourth is in each group, beginning at another one, and a few are suppressed."""
    static = [row.id for row in context.execute(select(Group.c.id).where(Group.c.type == "Static", ~Group.c.built_in))]
    people = crowd(generate)
    while chunk := list(islice(people, _CHUNK)):
        ids = context.ids.numbers("emfluence.contact", len(chunk))
        context.run_many(_ADD, [_invented(context, id_, person, owner) for id_, person in zip(ids, chunk, strict=True)])
        context.run_many(
            _JOIN,
            [
                {"contact_id": id_, "group_id": group, "suppressed": False, "date_added": context.now}
                for id_, person in zip(ids, chunk, strict=True)
                for place, group in enumerate(sorted(static))
                if (person.number + place) % 4 == 0
            ],
        )


def _plant_memberships(
    context: EmfluenceContext,
    where: str,
    contact_id: int,
    contact: ContactFixture,
    groups: Names,
    dynamic: set[int],
    faults: list[Fault],
) -> None:
    for place, given in enumerate(contact.groups):
        membership = given if isinstance(given, MembershipFixture) else MembershipFixture(group=given)
        group = groups.find(f"{where}.groups[{place}]", membership.group, faults)
        if group in dynamic or membership.group == ALL_GROUP:
            faults.append(Fault(f"{where}.groups[{place}]", f'members of "{membership.group}" are not chosen one by one'))
        elif group is not None:
            row = {"contact_id": contact_id, "group_id": group, "suppressed": membership.suppressed}
            context.run(_JOIN, **row, date_added=certain_moment(context, contact.added))


def _row(
    context: EmfluenceContext, contact_id: int, contact: ContactFixture, owner: int, custom: dict[str, str]
) -> dict[str, Any]:
    return {
        **_new(contact_id, contact.email, owner),
        **{name: getattr(contact, name) for name in _TEXTS},
        "suppressed": contact.suppressed is not None,
        "date_suppressed": moment(context, contact.suppressed),
        "held": contact.held is not None,
        "date_held": moment(context, contact.held),
        "date_of_birth": contact.date_of_birth.isoformat() if contact.date_of_birth is not None else "",
        "custom_fields": custom,
        "date_added": certain_moment(context, contact.added),
        "date_modified": moment(context, contact.modified),
    }


def _new(contact_id: int, email: str, owner: int) -> dict[str, Any]:
    return {
        "id": contact_id,
        "email": email,
        "email_key": email_key(email),
        "user_id": owner,
        "content_variables": {},
        "last_activity": None,
        "last_click": None,
        **dict.fromkeys(_REST, ""),
    }


def _invented(context: EmfluenceContext, contact_id: int, person: Person, owner: int) -> dict[str, Any]:
    suppressed = person.chance < 0.02
    return {
        **_new(contact_id, person.email, owner),
        **dict.fromkeys(_TEXTS, ""),
        "first_name": person.first_name,
        "last_name": person.last_name,
        "suppressed": suppressed,
        "date_suppressed": context.now if suppressed else None,
        "held": False,
        "date_held": None,
        "date_of_birth": "",
        "custom_fields": {},
        "date_added": context.now,
        "date_modified": None,
    }
