"""Ether Mailer, the smallest of the providers and the one to read first."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select

from mockserver.core.provider import Credential, Provider
from mockserver.core.workspace import Workspace
from mockserver.providers.ethermailer import app, errors, fixture, planting
from mockserver.providers.ethermailer.access import NAME
from mockserver.providers.ethermailer.actions import users
from mockserver.providers.ethermailer.settings import EtherContext, EtherMailerSettings
from mockserver.providers.ethermailer.tables import (
    METADATA,
    Contact,
    ContactGroup,
    ExtraField,
    Registration,
    SenderProfile,
)
from mockserver.providers.ethermailer.wire import snowflake


def _claims(path: str) -> bool:
    return path == "/user" or path.startswith("/user/")


def _named_credential(workspace: Workspace) -> Credential:
    return _credential(f"ws-{workspace.name}")


def _planted_credentials(context: EtherContext) -> Iterator[Credential]:
    yield _credential(users.get(context).api_key)


def _issued_credentials(workspace: Workspace) -> Iterator[Credential]:
    """A key in the shape of the document's sample: an id, and the first three groups of a random UUID.

    The id is not counted: records have the same ones before and after a reset.
    """
    digits = workspace.ids.token("ethermailer-key")
    yield _credential(f"{snowflake(int(digits[16:24], 16))}-{digits[:8]}-{digits[8:12]}-4{digits[13:16]}")


def _credential(api_key: str) -> Credential:
    return Credential(secret=api_key, fields={"api_key": api_key})


def _headers(credential: Credential) -> dict[str, str]:
    return {"Authorization": f"API {credential.secret}"}


def _counts(context: EtherContext) -> dict[str, int]:
    tables = {
        "contacts": Contact,
        "contact_groups": ContactGroup,
        "extra_fields": ExtraField,
        "sender_profiles": SenderProfile,
        "registrations": Registration,
    }
    return {name: context.execute(select(func.count()).select_from(table)).scalar_one() for name, table in tables.items()}


ETHERMAILER = Provider(
    name=NAME,
    title="Ether Mailer",
    hosts=("api.ethermailer.com",),
    claims=_claims,
    folder=Path(__file__).parent,
    rule_prefix="ether",
    schema=METADATA,
    settings=EtherMailerSettings,
    fixture=fixture.EtherMailerFixture,
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
    security={"type": "apiKey", "in": "header", "name": "Authorization", "description": "`API your_api_key`"},
    tasks=app.tasks,
    etiquette=app.etiquette,
    refusals=app.refusals,
    counts=_counts,
    samples=app.samples,
    deeds=app.deeds,
)
