"""emfluence, the third of the siblings; read Ether Mailer first."""

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from mockserver.core.provider import Credential, Provider, Reads
from mockserver.core.statements import Statement
from mockserver.core.workspace import Workspace
from mockserver.providers.emfluence import access, app, errors, fixture, planting
from mockserver.providers.emfluence.settings import EmfluenceContext, EmfluenceSettings
from mockserver.providers.emfluence.tables import (
    METADATA,
    Contact,
    CustomField,
    Email,
    Group,
    Template,
    Token,
    User,
)

_EVENTS_OF_EMMA = re.compile(r"/v1/\d+(/|$)")
_TOKENS = Statement(select(*Token.c, User.c.username).join(User, User.c.id == Token.c.user_id).order_by(User.c.id))
_USERNAMES = Statement(select(User.c.username).where(User.c.active).order_by(User.c.id))


def _claims(path: str) -> bool:
    """`/v1/...`, but not with a number behind it: that is an event of another vendor."""
    return path.lower().startswith("/v1/") and _EVENTS_OF_EMMA.match(path) is None


def _named_credential(workspace: Workspace) -> Credential:
    return _token(f"ws-{workspace.name}", "")


def _planted_credentials(context: EmfluenceContext) -> Iterator[Credential]:
    """Every token, those of deactivated users among them: they are known, and refused by a code of their own."""
    for token in context.all(_TOKENS):
        yield _token(token.secret, token.username)


def _issued_credentials(workspace: Workspace) -> Iterator[Credential]:
    """An upper-case GUID for every active user."""
    for row in workspace.database.all(_USERNAMES, {}):
        digits = workspace.ids.token("emfluence-token").upper()
        guid = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
        yield _token(guid, row.username)


def _token(secret: str, username: str) -> Credential:
    return Credential(secret, {"access_token": secret, **({"username": username} if username else {})})


def _headers(credential: Credential) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential.secret}"}


def _counts(context: EmfluenceContext) -> dict[str, int]:
    tables = {
        "contacts": Contact,
        "groups": Group,
        "emails": Email,
        "templates": Template,
        "users": User,
        "custom_fields": CustomField,
    }
    return {name: context.execute(select(func.count()).select_from(table)).scalar_one() for name, table in tables.items()}


EMFLUENCE = Provider(
    name=access.NAME,
    title="emfluence",
    hosts=("api.emailer.emfluence.com",),
    claims=_claims,
    folder=Path(__file__).parent,
    rule_prefix="emf",
    schema=METADATA,
    settings=EmfluenceSettings,
    fixture=fixture.EmfluenceFixture,
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
    security={
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "The access token, bare or as `Bearer`.",
    },
    tasks=app.tasks,
    etiquette=app.etiquette,
    refusals=app.refusals,
    counts=_counts,
    samples=app.samples,
    deeds=app.deeds,
    click=app.click,
    batches=app.batches,
    reads=Reads(
        parameters=frozenset({access.TOKEN, ""}),
        secrets=frozenset({access.TOKEN}),
        query_is_body=True,
        folds_case=True,
        bodies=frozenset({"POST"}),
    ),
    normal_path=access.normal_path,
)
