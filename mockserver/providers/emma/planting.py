"""How a fixture becomes Emma's world, and what can be wrong with it beyond its form."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select

from mockserver.core.fixtures import Fault
from mockserver.providers.emma.actions.criteria import condition
from mockserver.providers.emma.actions.webhooks import url_fault
from mockserver.providers.emma.errors import BadRequest
from mockserver.providers.emma.fixture import (
    DEFAULT_KEYS,
    DEFAULT_TOKEN,
    AccountFixture,
    EmmaFixture,
    FieldFixture,
    GroupFixture,
    KeyFixture,
    SearchFixture,
    SignupFormFixture,
    WebhookFixture,
)
from mockserver.providers.emma.planting_mailings import plant_imports, plant_mailings
from mockserver.providers.emma.planting_members import plant_crowd, plant_members
from mockserver.providers.emma.planting_names import Taken, wall
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Account, ApiKey, Group, MemberField, Search, SignupForm, Webhook

_DEFAULT_KEYS = (
    KeyFixture(public_key=DEFAULT_KEYS[0], private_key=DEFAULT_KEYS[1]),
    KeyFixture(access_token=DEFAULT_TOKEN),
)


def plant(context: EmmaContext, fixture: EmmaFixture) -> Iterator[Fault]:
    """Put a fixture into the world, and yield what is wrong with it."""
    _plant_account(context, fixture.account)
    yield from _plant_keys(context, fixture.keys)
    yield from _plant_fields(context, fixture.fields)
    yield from _plant_groups(context, fixture.groups)
    yield from plant_members(context, fixture.members)
    yield from _plant_searches(context, fixture.searches)
    yield from _plant_forms(context, fixture.signup_forms)
    yield from _plant_webhooks(context, fixture.webhooks)
    yield from plant_imports(context, fixture.imports)
    yield from plant_mailings(context, fixture.mailings)
    if fixture.generate is not None:
        plant_crowd(context, fixture.generate)


def _plant_account(context: EmmaContext, account: AccountFixture | None) -> None:
    """The last set that has an account decides; a world without one has the default account."""
    exists = context.execute(select(func.count()).select_from(Account)).scalar_one()
    if account is not None or not exists:
        context.execute(delete(Account))
        context.execute(insert(Account), (account or AccountFixture()).model_dump())
    context.workspace.settled.clear()


def _plant_keys(context: EmmaContext, keys: Sequence[KeyFixture]) -> Iterator[Fault]:
    """Those of a set come to those of earlier sets; a world that names none has the default ones."""
    exists = context.execute(select(func.count()).select_from(ApiKey)).scalar_one()
    for place, key in enumerate(keys or (() if exists else _DEFAULT_KEYS)):
        secret = key.access_token or key.public_key
        if secret is None or (key.public_key is None) != (key.private_key is None) or (key.access_token and key.public_key):
            yield Fault(f"keys[{place}]", "expected public_key and private_key, or access_token")
            continue
        row = {"secret": secret, "private_key": key.private_key, "revoked": key.revoked}
        context.execute(insert(ApiKey).prefix_with("OR REPLACE"), row)


def _plant_fields(context: EmmaContext, fields: Sequence[FieldFixture]) -> Iterator[Fault]:
    taken = Taken.of(context, MemberField, MemberField.c.shortcut_name, kind="field")
    for place, field in enumerate(fields):
        yield from taken.faults(f"fields[{place}]", field.id, "shortcut_name", field.shortcut_name)
        row = {**field.model_dump(exclude={"deleted"}), "column_order": len(taken.ids) + 1}
        field_id = taken.new_id(context, field.id, field.shortcut_name)
        context.execute(insert(MemberField), {**row, "id": field_id, "deleted_at": wall(context, field.deleted)})
    context.workspace.settled.clear()


def _plant_groups(context: EmmaContext, groups: Sequence[GroupFixture]) -> Iterator[Fault]:
    taken = Taken.of(context, Group, Group.c.name, kind="group")
    for place, group in enumerate(groups):
        yield from taken.faults(f"groups[{place}]", group.id, "name", group.name)
        group_id = taken.new_id(context, group.id, group.name)
        row = {"id": group_id, "name": group.name, "type": group.type, "deleted_at": wall(context, group.deleted)}
        context.execute(insert(Group), row)


def _plant_searches(context: EmmaContext, searches: Sequence[SearchFixture]) -> Iterator[Fault]:
    """Counts are what the fixture says of the last run."""
    taken = Taken.of(context, Search, Search.c.name, kind="search")
    for place, search in enumerate(searches):
        yield from taken.faults(f"searches[{place}]", search.id, "name", search.name)
        yield from _criteria_faults(context, f"searches[{place}].criteria", search.criteria)
        row = search.model_dump(exclude={"last_run", "cached", "deleted"})
        moments = {"last_run_at": search.last_run, "cached_at": search.cached, "deleted_at": search.deleted}
        walls = {name: wall(context, moment) for name, moment in moments.items()}
        context.execute(insert(Search), {**row, **walls, "id": taken.new_id(context, search.id, search.name)})


def _criteria_faults(context: EmmaContext, where: str, criteria: Sequence[Any]) -> Iterator[Fault]:
    try:
        condition(context, criteria, where=where)
    except BadRequest as problem:
        place, _, said = problem.said.partition(": ")
        yield Fault(place, said)


def _plant_forms(context: EmmaContext, forms: Sequence[SignupFormFixture]) -> Iterator[Fault]:
    taken = Taken.of(context, SignupForm, SignupForm.c.name, kind="signup_form")
    for place, form in enumerate(forms):
        yield from taken.faults(f"signup_forms[{place}]", form.id, "name", form.name)
        context.execute(insert(SignupForm), {"id": taken.new_id(context, form.id, form.name), "name": form.name})


def _plant_webhooks(context: EmmaContext, hooks: Sequence[WebhookFixture]) -> Iterator[Fault]:
    """What later sets let happen is told to nobody: a world starts with it."""
    taken = Taken("webhook", {}, {id_ for (id_,) in context.execute(select(Webhook.c.id))})
    for place, hook in enumerate(hooks):
        if hook.id in taken.ids:
            yield Fault(f"webhooks[{place}].id", f"{hook.id} is taken")
        if (fault := url_fault(hook.url)) is not None:
            yield Fault(f"webhooks[{place}].url", fault)
        context.execute(insert(Webhook), {**hook.model_dump(), "id": taken.new_id(context, hook.id, hook.url)})
    context.workspace.settled.clear()
