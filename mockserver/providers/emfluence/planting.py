"""How a fixture becomes emfluence's world, and what can be wrong with it beyond its form."""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete, func, insert, select

from mockserver.core.fixtures import Fault
from mockserver.core.wording import unknown_name
from mockserver.core.zones import zone_fault
from mockserver.providers.emfluence.actions import contact_search
from mockserver.providers.emfluence.errors import EmfluenceRefusal, misfits
from mockserver.providers.emfluence.fixture import (
    ALL_GROUP,
    DEFAULT_TOKEN,
    PERMISSIONS,
    AccountFixture,
    CustomFieldFixture,
    EmfluenceFixture,
    GroupFixture,
    TemplateFixture,
    TokenFixture,
    UserFixture,
)
from mockserver.providers.emfluence.planting_contacts import plant_contacts, plant_crowd
from mockserver.providers.emfluence.planting_emails import plant_emails
from mockserver.providers.emfluence.planting_names import Names, certain_moment
from mockserver.providers.emfluence.schemas.contact_search import ContactCriteria
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import ClientAccount, Contact, CustomField, Group, Template, Token, User
from mockserver.providers.emfluence.wire import name_key

_DEFAULT_USERNAME = "admin"
_OWNS_NOTHING = ~select(Contact.c.id).where(Contact.c.user_id == User.c.id).exists()
_DEFAULT_USERS = (
    UserFixture(username=_DEFAULT_USERNAME, permissions=["Client admin"], tokens=[TokenFixture(token=DEFAULT_TOKEN)]),
)


def plant(context: EmfluenceContext, fixture: EmfluenceFixture) -> Iterator[Fault]:
    """Put a fixture into the world, and yield what is wrong with it."""
    faults: list[Fault] = []
    _plant_account(context, fixture.account, faults)
    users = _plant_users(context, fixture.users, faults)
    _plant_custom_fields(context, fixture.custom_fields, faults)
    groups = _plant_groups(context, fixture.groups, users, faults)
    plant_contacts(context, fixture.contacts, users, groups, faults)
    templates = _plant_templates(context, fixture.templates, users, faults)
    plant_emails(context, fixture.emails, users, groups, templates, faults)
    if fixture.generate is not None:
        plant_crowd(context, fixture.generate, min(users.ids.values()))
    context.workspace.settled.clear()
    yield from faults


def _plant_account(context: EmfluenceContext, account: AccountFixture | None, faults: list[Fault]) -> None:
    """The last set that has an account decides; a world without one has the default account."""
    exists = context.execute(select(func.count()).select_from(ClientAccount)).scalar_one()
    if account is not None or not exists:
        account = account or AccountFixture()
        fault = zone_fault(account.time_zone)
        if fault is not None:
            faults.append(Fault("account.time_zone", fault))
        context.execute(delete(ClientAccount))
        context.execute(insert(ClientAccount), {"id": 1, **account.model_dump()})


def _plant_users(context: EmfluenceContext, users: Sequence[UserFixture], faults: list[Fault]) -> Names:
    """Those of a set come to those of earlier sets; a world that names none has one administrator of its own."""
    if users:
        context.execute(delete(User).where(User.c.username == _DEFAULT_USERNAME, _OWNS_NOTHING))
    known = Names("user", {row.username: row.id for row in context.execute(select(User.c.id, User.c.username))})
    for place, user in enumerate(users or (() if known.ids else _DEFAULT_USERS)):
        where = f"users[{place}]"
        strange = [label for label in user.permissions if label not in PERMISSIONS]
        faults += [Fault(f"{where}.permissions", unknown_name("permission", label, PERMISSIONS)) for label in strange]
        user_id = known.add(context, where, user.id, user.username, faults)
        _plant_user(context, user_id, user)
    return known


def _plant_user(context: EmfluenceContext, user_id: int, user: UserFixture) -> None:
    profile = {
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": user.email,
        "company": user.company,
        "title": user.title,
        "phone": user.phone,
    }
    row = {"id": user_id, **user.model_dump(include={"username", "active", "permissions"}), "profile": profile}
    context.execute(insert(User).prefix_with("OR REPLACE"), {**row, "date_added": certain_moment(context, user.added)})
    for token in user.tokens:
        row = {"secret": token.token, "user_id": user_id, "application": token.application}
        context.execute(insert(Token).prefix_with("OR REPLACE"), row)


def _plant_custom_fields(context: EmfluenceContext, fields: Sequence[CustomFieldFixture], faults: list[Fault]) -> None:
    taken = set(context.execute(select(CustomField.c.number)).scalars())
    for place, field in enumerate(fields):
        if field.number in taken:
            faults.append(Fault(f"custom_fields[{place}].number", f"{field.number} is taken"))
            continue
        taken.add(field.number)
        context.execute(insert(CustomField), field.model_dump())


def _plant_groups(context: EmfluenceContext, groups: Sequence[GroupFixture], users: Names, faults: list[Fault]) -> Names:
    """Every world has the built-in group with the lowest id."""
    known = Names("group", {row.name: row.id for row in context.execute(select(Group.c.id, Group.c.name))})
    if ALL_GROUP not in known.ids:
        everybody = GroupFixture(name=ALL_GROUP, description="Every contact", protected=True)
        _plant_group(context, known.add(context, "groups", None, ALL_GROUP, faults), everybody, None, [])
    for place, group in enumerate(groups):
        where = f"groups[{place}]"
        if (group.type == "Dynamic") != (group.rule is not None):
            faults.append(Fault(f"{where}.rule", "expected one for a dynamic group, and none for a static one"))
        faults += _rule_faults(context, f"{where}.rule", group.rule or {})
        owner = users.find(f"{where}.user", group.user, faults)
        members = users.find_all(f"{where}.users", group.users, faults)
        _plant_group(context, known.add(context, where, group.id, group.name, faults), group, owner, members)
    return known


def _rule_faults(context: EmfluenceContext, where: str, rule: dict[str, Any]) -> list[Fault]:
    """What is wrong with a rule. A parameter that means nothing would let everybody in."""
    known = sorted(field.alias or name for name, field in ContactCriteria.model_fields.items())
    spelled = {name.lower() for name in known}
    strange = [name for name in rule if name.lower() not in spelled]
    try:
        criteria = ContactCriteria.model_validate(rule)
        contact_search.condition(context, criteria.model_copy(update={"group_id": None}))
    except ValidationError as problem:
        return [Fault(where, str(misfits(problem.errors())))]
    except EmfluenceRefusal as problem:
        return [Fault(where, str(problem))]
    return [Fault(where, unknown_name("parameter of contacts/search", name, known)) for name in strange]


def _plant_group(
    context: EmfluenceContext, group_id: int, group: GroupFixture, owner: int | None, users: Sequence[int]
) -> None:
    row = {
        **group.model_dump(exclude={"id", "user", "users", "added"}),
        "name_key": name_key(group.name),
        "friendly_name": group.friendly_name or group.name,
        "built_in": group.name == ALL_GROUP,
        "user_id": owner,
        "user_ids": list(users),
        "date_added": certain_moment(context, group.added),
    }
    context.execute(insert(Group).prefix_with("OR REPLACE"), {**row, "id": group_id})


def _plant_templates(
    context: EmfluenceContext, templates: Sequence[TemplateFixture], users: Names, faults: list[Fault]
) -> Names:
    known = Names("template", {row.name: row.id for row in context.execute(select(Template.c.id, Template.c.name))})
    for place, template in enumerate(templates):
        where = f"templates[{place}]"
        row = {
            **template.model_dump(include={"name", "type", "html_version", "text_version", "html_head_editable"}),
            "defaults": template.model_dump(include={"subject", "title", "from_name", "from_address"}),
            "user_ids": users.find_all(f"{where}.users", template.users, faults),
            "date_added": certain_moment(context, template.added),
        }
        template_id = known.add(context, where, template.id, template.name, faults)
        context.execute(insert(Template).prefix_with("OR REPLACE"), {**row, "id": template_id})
    return known
