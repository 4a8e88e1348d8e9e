"""How a fixture becomes Ether Mailer's world, and what can be wrong with it beyond its form."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table, delete, func, insert, select

from mockserver.core.crowd import Person, crowd
from mockserver.core.fixtures import Fault, Generate, resolve
from mockserver.core.wording import unknown_name
from mockserver.providers.ethermailer.actions import contacts, drafts, extra_fields
from mockserver.providers.ethermailer.actions.drafts import Draft, Surroundings
from mockserver.providers.ethermailer.fixture import (
    AccountFixture,
    ContactFixture,
    EtherMailerFixture,
    ExtraFieldFixture,
    GroupFixture,
    SenderProfileFixture,
)
from mockserver.providers.ethermailer.schemas.contacts import ContactPayload, ExtraFieldInput, GroupReference
from mockserver.providers.ethermailer.schemas.extra_fields import ExtraFieldRow
from mockserver.providers.ethermailer.settings import EtherContext
from mockserver.providers.ethermailer.tables import Account, Contact, ContactGroup, ExtraField, SenderProfile
from mockserver.providers.ethermailer.wire import email_key, is_email, never_again, new_ids

_CHUNK = 10_000


def plant(context: EtherContext, fixture: EtherMailerFixture) -> Iterator[Fault]:
    """Put a fixture into the world, and yield what is wrong with it."""
    _plant_account(context, fixture.account)
    yield from _plant_sender_profiles(context, fixture.sender_profiles)
    yield from _plant_groups(context, fixture.groups)
    yield from _plant_extra_fields(context, fixture.extra_fields)
    yield from _plant_contacts(context, fixture.contacts)
    if fixture.generate is not None:
        yield from _plant_crowd(context, fixture.generate)


def _plant_account(context: EtherContext, account: AccountFixture | None) -> None:
    """The last set that has an account decides; a world without one has the default account."""
    exists = context.execute(select(func.count()).select_from(Account)).scalar_one()
    if account is None and exists:
        return
    fields = (account or AccountFixture()).model_dump(exclude={"created"})
    created = resolve((account or AccountFixture()).created, context.now)
    context.execute(delete(Account))
    context.execute(insert(Account), {"id": 1, "created_at": created, "failing_sends": 0, **fields})


def _plant_sender_profiles(context: EtherContext, profiles: Sequence[SenderProfileFixture]) -> Iterator[Fault]:
    taken = _taken(context, SenderProfile)
    for place, profile in enumerate(profiles):
        if not is_email(profile.email):
            yield Fault(f"sender_profiles[{place}].email", f'found "{profile.email}"; expected an e-mail address')
        yield from _unique(f"sender_profiles[{place}]", profile, taken)
        context.execute(insert(SenderProfile), {**profile.model_dump(), "id": _new_id(context, profile.id, taken)})


def _plant_groups(context: EtherContext, groups: Sequence[GroupFixture]) -> Iterator[Fault]:
    taken = _taken(context, ContactGroup)
    for place, group in enumerate(groups):
        yield from _unique(f"groups[{place}]", group, taken)
        context.execute(insert(ContactGroup), {**group.model_dump(), "id": _new_id(context, group.id, taken)})


def _plant_extra_fields(context: EtherContext, fields: Sequence[ExtraFieldFixture]) -> Iterator[Fault]:
    taken = _taken(context, ExtraField)
    for place, each in enumerate(fields):
        yield from _unique(f"extra_fields[{place}]", each, taken)
        if bool(each.options) != (each.type == "OPTIONS"):
            expected = "at least one option" if each.type == "OPTIONS" else f"none for the type {each.type}"
            yield Fault(f"extra_fields[{place}].options", f"found {each.options!r}; expected {expected}")
        field_id = _new_id(context, each.id, taken)
        option_ids = new_ids(context.ids, len(each.options))
        options = [{"optionId": str(id_), "text": text} for id_, text in zip(option_ids, each.options, strict=True)]
        context.execute(insert(ExtraField), {**each.model_dump(), "id": field_id, "options": options})
    context.workspace.settled.clear()


def _plant_contacts(context: EtherContext, fixtures: Sequence[ContactFixture]) -> Iterator[Fault]:
    groups = {row.name: row.id for row in context.execute(select(ContactGroup.c.id, ContactGroup.c.name))}
    around = _everything(context)
    taken = _Taken(set(context.execute(select(Contact.c.id)).scalars()), set())
    addresses = set(context.execute(select(Contact.c.email_key)).scalars())
    for place, fixture in enumerate(fixtures):
        where = f"contacts[{place}]"
        payload, faults = _payload(where, fixture, groups, around)
        draft, violations = drafts.check(payload, around)
        faults += [Fault(f"{where}.{_fixture_key(each.object_name)}", each.description) for each in violations]
        if draft.key in addresses:
            faults.append(Fault(f"{where}.email", f'there is another contact with the address "{draft.email}"'))
        yield from faults
        yield from _unique(where, fixture, taken)
        if not faults:
            addresses.add(draft.key)
            _plant_contact(context, fixture, draft, _new_id(context, fixture.id, taken))


def _plant_contact(context: EtherContext, fixture: ContactFixture, draft: Draft, contact: int) -> None:
    deleted_at = resolve(fixture.deleted, context.now) if fixture.deleted is not None else None
    context.run(contacts.ADD, **{**contacts.new_row(contact, draft), "deleted_at": deleted_at})
    contacts.join(context, contact, draft.groups)


def _payload(
    where: str, fixture: ContactFixture, groups: dict[str, int], around: Surroundings
) -> tuple[ContactPayload, list[Fault]]:
    """The contact as a client would send it: names become ids."""
    faults = [
        Fault(f"{where}.groups[{place}]", unknown_name("group", name, groups))
        for place, name in enumerate(fixture.groups)
        if name not in groups
    ]
    fields = {definition["name"]: definition for definition in around.fields.values()}
    faults += [
        fault for name, value in fixture.extra.items() for fault in _extra_faults(f"{where}.extra", name, value, fields)
    ]
    payload = ContactPayload(
        email=fixture.email,
        name=fixture.name,
        surname=fixture.surname,
        groups=[GroupReference(groupId=str(groups[name])) for name in fixture.groups if name in groups],
        extraFieldValues=[
            ExtraFieldInput(fieldId=fields[name]["fieldId"], value=_sent_value(value, fields[name]))
            for name, value in fixture.extra.items()
            if name in fields and not list(_extra_faults(where, name, value, fields))
        ],
    )
    return payload, faults


def _extra_faults(where: str, name: str, value: object, fields: dict[str, ExtraFieldRow]) -> Iterator[Fault]:
    """A name of no field, or a text of no option."""
    if name not in fields:
        yield Fault(where, unknown_name("extra field", name, fields))
    elif fields[name]["type"] == "OPTIONS" and value not in (
        texts := [option["text"] for option in fields[name]["options"]]
    ):
        yield Fault(f"{where}.{name}", unknown_name("option", str(value), texts))


def _sent_value(value: str | int | bool | date, definition: ExtraFieldRow) -> str:
    """A value as a client sends it; an option is written by its text and sent by its id."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return next((option["optionId"] for option in definition["options"] if option["text"] == text), text)


def _fixture_key(object_name: str) -> str:
    return "extra" if object_name.startswith("extraFieldValues") else object_name


def _plant_crowd(context: EtherContext, generate: Generate) -> Iterator[Fault]:
    """Invented contacts: a quarter in each group, one in a hundred deleted, required extra fields filled."""
    addresses = set(context.execute(select(Contact.c.email_key)).scalars())
    around = _everything(context)
    rows: list[dict[str, Any]] = []
    memberships: list[dict[str, int]] = []
    for person in crowd(generate):
        if email_key(person.email) in addresses:
            yield Fault("generate", f'there is another contact with the address "{person.email}"')
            return
        draft = _invented(person, around)
        contact = new_ids(context.ids, 1)[0]
        deleted_at = context.now - timedelta(days=1 + person.number % 90) if person.number % 100 == 0 else None
        rows.append({**contacts.new_row(contact, draft), "deleted_at": deleted_at})
        memberships += [{"contact_id": contact, "group_id": group} for group in draft.groups]
        if len(rows) == _CHUNK:
            _write_crowd(context, rows, memberships)
    _write_crowd(context, rows, memberships)


def _write_crowd(context: EtherContext, rows: list[dict[str, Any]], memberships: list[dict[str, int]]) -> None:
    context.run_many(contacts.ADD, rows)
    context.run_many(contacts.JOIN, memberships)
    rows.clear()
    memberships.clear()


def _invented(person: Person, around: Surroundings) -> Draft:
    values: dict[str, str | None] = {
        field_id: _invented_value(person, definition)
        for field_id, definition in around.fields.items()
        if definition["required"]
    }
    groups = [group for place, group in enumerate(sorted(around.groups)) if (person.number + place) % 4 == 0]
    return Draft(person.email, person.first_name, person.last_name, groups, values)


def _invented_value(person: Person, definition: ExtraFieldRow) -> str:
    match definition["type"]:
        case "DATE":
            return (date(1950, 1, 1) + timedelta(days=int(person.chance * 20_000))).isoformat()
        case "INTEGER":
            return str(int(person.chance * 100))
        case "BOOLEAN":
            return "true" if person.chance < 0.5 else "false"
        case "OPTIONS":
            options = [str(option["optionId"]) for option in definition["options"]] or [
                ""
            ]  # to have none is a fault already
            return options[int(person.chance * len(options))]
        case "TEXT":
            return person.last_name


def _everything(context: EtherContext) -> Surroundings:
    groups = set(context.execute(select(ContactGroup.c.id)).scalars())
    fields = {field["fieldId"]: field for field in extra_fields.every(context)}
    settings = context.settings.model_copy(update={"option_value": "id"})  # however clients name options, these are ids
    return Surroundings(groups, fields, settings)


class _Taken:
    """Ids and names that a table has already."""

    def __init__(self, ids: set[int], names: set[str]) -> None:
        self.ids = ids
        self.names = names


def _taken(context: EtherContext, table: Table) -> _Taken:
    rows = context.execute(select(table.c.id, table.c.name)).all()
    return _Taken({row.id for row in rows}, {row.name for row in rows})


def _unique(where: str, fixture: Any, taken: _Taken) -> Iterator[Fault]:
    if fixture.id in taken.ids:
        yield Fault(f"{where}.id", f"{fixture.id} is taken")
    if not isinstance(fixture, ContactFixture):
        if fixture.name in taken.names:
            yield Fault(f"{where}.name", f'there is another one called "{fixture.name}"')
        taken.names.add(fixture.name)


def _new_id(context: EtherContext, wanted: int | None, taken: _Taken) -> int:
    """The id that the fixture asks for, or the next one; a taken one (a fault already) makes way."""
    if wanted is None or wanted in taken.ids:
        wanted = new_ids(context.ids, 1)[0]
    else:
        never_again(context.ids, wanted)
    taken.ids.add(wanted)
    return wanted
