"""Emma, a sibling of Ether Mailer; read that one first."""

import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from mockserver.core.provider import Credential, Provider
from mockserver.core.statements import Statement
from mockserver.core.workspace import Workspace
from mockserver.providers.emma import access, app, errors, fixture, planting
from mockserver.providers.emma.actions import accounts
from mockserver.providers.emma.settings import EmmaContext, EmmaSettings
from mockserver.providers.emma.tables import (
    METADATA,
    Account,
    ApiKey,
    Group,
    Import,
    Mailing,
    Member,
    MemberField,
    Search,
    SignupForm,
    Webhook,
)

_BARE_PATH = re.compile(r"/\d+(/|$)|/v1/\d+/events$")
_KEYS = Statement(select(*ApiKey.c))
_ACCOUNT_ID = Statement(select(*Account.c))


def _claims(path: str) -> bool:
    return _BARE_PATH.match(path) is not None


def _named_credential(workspace: Workspace) -> Credential:
    return _keys(_account_id(workspace), f"ws-{workspace.name}", access.ANY_PRIVATE_KEY)


def _planted_credentials(context: EmmaContext) -> Iterator[Credential]:
    account = str(accounts.get(context).id)
    for key in context.all(_KEYS):
        if key.private_key is None:
            fields = {"account_id": account, "access_token": key.secret}
            yield Credential(key.secret, fields, revoked=key.revoked)
        else:
            yield _keys(account, key.secret, key.private_key, revoked=key.revoked)


def _issued_credentials(workspace: Workspace) -> Iterator[Credential]:
    """A pair of keys in the shape of the vendor's samples: 20 hexadecimal digits each."""
    public_key, private_key = (workspace.ids.token(f"emma-{part}")[:20] for part in ("public-key", "private-key"))
    yield _keys(_account_id(workspace), public_key, private_key)


def _account_id(workspace: Workspace) -> str:
    return str(workspace.database.all(_ACCOUNT_ID, {})[0].id)


def _keys(account: str, public_key: str, private_key: str, *, revoked: bool = False) -> Credential:
    fields = {"account_id": account, "public_key": public_key, "private_key": private_key}
    return Credential(public_key, fields, revoked=revoked)


def _headers(credential: Credential) -> dict[str, str]:
    private_key = credential.fields.get("private_key")
    if private_key is None:
        return {"Authorization": f"Bearer {credential.secret}"}
    return {"Authorization": f"Basic {b64encode(f'{credential.secret}:{private_key}'.encode()).decode()}"}


def _counts(context: EmmaContext) -> dict[str, int]:
    tables = {
        "members": Member,
        "groups": Group,
        "fields": MemberField,
        "searches": Search,
        "imports": Import,
        "mailings": Mailing,
        "signup_forms": SignupForm,
        "webhooks": Webhook,
    }
    return {name: context.execute(select(func.count()).select_from(table)).scalar_one() for name, table in tables.items()}


EMMA = Provider(
    name=access.NAME,
    title="Emma",
    hosts=("api.e2ma.net", "events.e2ma.net"),
    claims=_claims,
    folder=Path(__file__).parent,
    rule_prefix="emma",
    schema=METADATA,
    settings=EmmaSettings,
    fixture=fixture.EmmaFixture,
    plant=planting.plant,
    credentials=_planted_credentials,
    named_credential=_named_credential,
    headers=_headers,
    issue_credentials=_issued_credentials,
    routers=app.routers,
    build=app.build,
    gates=app.GATES,
    translate=errors.translate,
    backstage=app.backstage,
    links=app.links,
    security={"type": "http", "scheme": "basic", "description": "Public key as user, private key as password."},
    tasks=app.tasks,
    etiquette=app.etiquette,
    refusals=app.refusals,
    counts=_counts,
    samples=app.samples,
    deeds=app.deeds,
    click=app.click,
    events=app.events,
    batches=app.batches,
    normal_path=access.normal_path,
)
