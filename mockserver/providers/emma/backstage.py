"""What a person would do in Emma's web application, or with a message it sent."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from mockserver.core.backstage import Declined, WorkspaceDep
from mockserver.core.pages import letter, page
from mockserver.core.slices import run_in_slices
from mockserver.providers.emma.access import NAME
from mockserver.providers.emma.actions import composing, import_runs, messages, readers, references, signups, waiting_signups
from mockserver.providers.emma.errors import NotFound
from mockserver.providers.emma.schemas import backstage as shapes
from mockserver.providers.emma.settings import EmmaContext

router = APIRouter(tags=["emma"])
links = APIRouter()
"""What the messages link to: pages for whoever reads the mail."""


async def backstage_context(workspace: WorkspaceDep) -> AsyncIterator[EmmaContext]:
    with workspace.transaction(workspace.runtime.providers[NAME]) as context:
        yield context


# The scope ends the transaction before the answer leaves.
BackstageDep = Annotated[EmmaContext, Depends(backstage_context, scope="function")]


# Mailings


@router.post("/compose")
async def compose_mailing(context: BackstageDep, written: shapes.Composition) -> shapes.Composed:
    """Write a mailing, or a split test with its variations."""
    mailing_id, variations = composing.compose(context, written)
    return shapes.Composed(mailing_id=mailing_id, variations=variations)


@router.post("/send")
async def send_mailing(context: BackstageDep, which: shapes.WhichMailing) -> shapes.MailingState:
    """Let a mailing go out now; the next call finds it on its way."""
    composing.send(context, which.mailing_id)
    return _state(context, which.mailing_id)


@router.post("/approve")
async def approve_mailing(context: BackstageDep, which: shapes.WhichMailing) -> shapes.MailingState:
    """Approve a mailing that waits for it."""
    composing.approve(context, which.mailing_id)
    return _state(context, which.mailing_id)


@router.post("/fail")
async def fail_mailing(context: BackstageDep, failure: shapes.Failure) -> shapes.MailingState:
    """Let a mailing fail, as when the vendor's mail servers do."""
    composing.fail(context, failure.mailing_id, failure.reason)
    return _state(context, failure.mailing_id)


# Imports


@router.post("/finish-import")
async def finish_import(context: BackstageDep, which: shapes.WhichImport) -> shapes.ImportState:
    """Let an import that waits or runs finish now."""
    return await run_in_slices(context.workspace, import_runs.finish(context, which.import_id))


# Readers


@router.post("/open")
async def open_message(context: BackstageDep, who: shapes.Readers) -> shapes.Counted:
    """Let readers open a message."""
    return shapes.Counted(members=await run_in_slices(context.workspace, readers.open_message(context, who)))


@router.post("/click")
async def click_link(context: BackstageDep, who: shapes.Click) -> shapes.Counted:
    """Let readers follow a link of a message, which opens it as well."""
    return shapes.Counted(members=await run_in_slices(context.workspace, readers.click(context, who)))


@router.post("/share")
async def share_message(context: BackstageDep, who: shapes.Share) -> shapes.Counted:
    """Let readers share a message in a network."""
    return shapes.Counted(members=await run_in_slices(context.workspace, readers.share(context, who)))


@router.post("/opt-out")
async def opt_out_readers(context: BackstageDep, who: shapes.Readers) -> shapes.Counted:
    """Let readers opt out by the link of a message; counts those who had not."""
    return shapes.Counted(members=await run_in_slices(context.workspace, readers.opt_out(context, who)))


@router.post("/bounce")
async def bounce_message(context: BackstageDep, bounced: shapes.Bounce) -> shapes.Counted:
    """Let messages come back; after a hard bounce the member is in error."""
    return shapes.Counted(members=await run_in_slices(context.workspace, readers.bounce(context, bounced)))


@router.post("/forward")
async def forward_as_reader(context: BackstageDep, forwarding: shapes.Forwarding) -> shapes.WhichMailing:
    """Let a reader send a message on to others."""
    made = await run_in_slices(context.workspace, readers.forward(context, forwarding))
    return shapes.WhichMailing(mailing_id=made)


# Signups


@router.get("/signups")
async def list_waiting_signups(context: BackstageDep) -> list[shapes.Waiting]:
    """List the signups that wait for confirmation, the oldest first."""
    return [shapes.Waiting(**row._asdict()) for row in waiting_signups.pending(context)]


@router.post("/confirm")
async def confirm_signup(context: BackstageDep, who: shapes.Confirming) -> shapes.Confirmed:
    """Confirm a signup, as the owner of the address does."""
    if (who.email is None) == (who.token is None):
        raise Declined(400, "name the signup by email or by token, one of the two")
    token = who.token if who.email is None else waiting_signups.token_of(context, who.email)
    member = signups.confirm(context, token or "")
    if member is None:
        raise Declined(404, f"no signup waits under {who.email or who.token}")
    return shapes.Confirmed(member_id=member)


# Pages


@links.get("/opt-in/{token}", response_class=HTMLResponse)
async def follow_opt_in(context: BackstageDep, token: str) -> HTMLResponse:
    """The first link of a confirmation message."""
    if signups.confirm(context, token) is None:
        return page("Nothing to confirm", "This link was used before, or it never was one.", 404)
    return page("Confirmed", "Thank you. You will hear from us.")


@links.get("/opt-out/{token}", response_class=HTMLResponse)
async def follow_opt_out(context: BackstageDep, token: str) -> HTMLResponse:
    """The second link of a confirmation message."""
    if signups.decline(context, token) is None:
        return page("Nothing to opt out of", "This link is not one of ours.", 404)
    return page("Opted out", "You will not hear from us.")


@links.get("/opt-out/{mailing_id}/{member_id}", response_class=HTMLResponse)
async def follow_opt_out_of_mailing(context: BackstageDep, mailing_id: str, member_id: str) -> HTMLResponse:
    """The link of a mailing by which its reader opts out."""
    try:
        mailing, member = messages.find(context, mailing_id, member_id)
    except NotFound:
        return page("Nothing to opt out of", "This link is not one of ours.", 404)
    readers.opt_out_one(context, mailing.id, member.id)
    return page("Opted out", "You will not hear from us any more.")


@links.get("/message/{mailing_id}/{member_id}", response_class=HTMLResponse)
async def view_message(context: BackstageDep, mailing_id: str, member_id: str) -> HTMLResponse:
    """A message in the browser, in a frame of its own that runs no scripts."""
    try:
        mailing, member = messages.find(context, mailing_id, member_id)
    except NotFound:
        return page("No message", "There is no such message, or not any more.", 404)
    message = messages.written(context, mailing, member)
    return letter(message["html_body"])


def _state(context: EmmaContext, mailing_id: int) -> shapes.MailingState:
    return shapes.MailingState(mailing_id=mailing_id, status=references.mailing(context, mailing_id).status)
