"""What a person would do in Ether Mailer's web application, or with a message it sent."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from mockserver.core.backstage import Declined, WorkspaceDep
from mockserver.core.pages import page
from mockserver.providers.ethermailer.access import NAME
from mockserver.providers.ethermailer.actions import registrations
from mockserver.providers.ethermailer.settings import EtherContext

router = APIRouter(tags=["ethermailer"])
links = APIRouter()
"""What the messages link to: pages for whoever reads the mail."""


class Waiting(BaseModel):
    """A registration that nobody has confirmed yet."""

    email: str
    name: str | None
    surname: str | None
    token: str
    registered_at: datetime


class Who(BaseModel):
    """Whose registration: by address, or by the token of the opt-in message."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"email": "new@example.com"}]})

    email: str | None = None
    token: str | None = None


class Confirmed(BaseModel):
    contact_id: str


class Sends(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"count": 1}]})

    count: int = Field(1, ge=0, le=1_000_000, description="How many of the next opt-in messages do not go out; 0 ends it.")


async def backstage_context(workspace: WorkspaceDep) -> AsyncIterator[EtherContext]:
    with workspace.transaction(workspace.runtime.providers[NAME]) as context:
        yield context


# The scope ends the transaction before the answer leaves.
BackstageDep = Annotated[EtherContext, Depends(backstage_context, scope="function")]


@router.get("/registrations")
async def list_registrations(context: BackstageDep) -> list[Waiting]:
    """List the registrations that wait for confirmation, the oldest first."""
    return [_waiting(row) for row in registrations.pending(context)]


@router.post("/confirm")
async def confirm_registration(context: BackstageDep, who: Who) -> Confirmed:
    """Confirm a double opt-in, as the owner of the address does: the contact appears in the lists."""
    if (who.email is None) == (who.token is None):
        raise Declined(400, "name the registration by email or by token, one of the two")
    token = who.token
    if who.email is not None:
        row = registrations.find(context, who.email)
        token = row.token if row is not None else ""
    contact = registrations.confirm(context, token or "")
    if contact is None:
        raise Declined(404, f"no registration waits under {who.email or who.token}")
    return Confirmed(contact_id=str(contact))


@links.get("/opt-in/{token}", response_class=HTMLResponse)
async def follow_link(context: BackstageDep, token: str) -> HTMLResponse:
    """The link of the opt-in message, for a browser: confirms, and says so on a page."""
    contact = registrations.confirm(context, token)
    if contact is None:
        return page("Nothing to confirm", "This link was used before, or was replaced by a newer message.", 404)
    return page("Confirmed", f"Thank you. You are now contact {contact}.")


@router.put("/failing-sends")
async def fail_next_sends(context: BackstageDep, sends: Sends) -> Sends:
    """Let the next opt-in messages not go out: their calls answer `doubleOptinEmailSent: false`."""
    registrations.fail_next_sends(context, sends.count)
    return sends


def _waiting(row: Any) -> Waiting:
    draft = row.draft
    return Waiting(
        email=draft["email"],
        name=draft["name"],
        surname=draft["surname"],
        token=row.token,
        registered_at=row.registered_at,
    )
