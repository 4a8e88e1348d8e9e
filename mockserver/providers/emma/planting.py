"""How a fixture becomes Emma's world, and what can be wrong with it beyond its form."""

from collections.abc import Iterator, Sequence

from sqlalchemy import delete, func, insert, select

from mockserver.core.fixtures import Fault
from mockserver.providers.emma.fixture import (
    DEFAULT_KEYS,
    DEFAULT_TOKEN,
    AccountFixture,
    EmmaFixture,
    KeyFixture,
)
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Account, ApiKey

_DEFAULT_KEYS = (
    KeyFixture(public_key=DEFAULT_KEYS[0], private_key=DEFAULT_KEYS[1]),
    KeyFixture(access_token=DEFAULT_TOKEN),
)


def plant(context: EmmaContext, fixture: EmmaFixture) -> Iterator[Fault]:
    """Put a fixture into the world, and yield what is wrong with it."""
    _plant_account(context, fixture.account)
    yield from _plant_keys(context, fixture.keys)


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
