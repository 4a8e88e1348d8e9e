"""What a person would do in emfluence's web application, or with a message it sent."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from mockserver.core.backstage import WorkspaceDep
from mockserver.core.pages import page
from mockserver.core.slices import run_in_slices
from mockserver.providers.emfluence.access import NAME
from mockserver.providers.emfluence.actions import approvals, readers
from mockserver.providers.emfluence.schemas import backstage as shapes
from mockserver.providers.emfluence.settings import EmfluenceContext

router = APIRouter(tags=["emfluence"])
links = APIRouter()
"""What the messages link to: pages for whoever reads the mail."""


async def backstage_context(workspace: WorkspaceDep) -> AsyncIterator[EmfluenceContext]:
    with workspace.transaction(workspace.runtime.providers[NAME]) as context:
        yield context


# The scope ends the transaction before the answer leaves.
BackstageDep = Annotated[EmfluenceContext, Depends(backstage_context, scope="function")]


# Emails


@router.post("/approve")
async def approve_email(context: BackstageDep, which: shapes.WhichSent) -> shapes.EmailState:
    """Give one of the approvals that an email waits for."""
    return approvals.approve(context, which.email_id)


@router.post("/finish-send")
async def finish_send(context: BackstageDep, which: shapes.WhichSent) -> shapes.EmailState:
    """Let an email that is being sent arrive now."""
    return await run_in_slices(context.workspace, approvals.finish(context, which.email_id))


# Readers


@router.post("/view")
async def view_message(context: BackstageDep, who: shapes.Readers) -> shapes.Counted:
    """Let readers view a message."""
    return shapes.Counted(contacts=await run_in_slices(context.workspace, readers.view(context, who)))


@router.post("/web-view")
async def view_in_browser(context: BackstageDep, who: shapes.Readers) -> shapes.Counted:
    """Let readers view a message as a web page."""
    return shapes.Counted(contacts=await run_in_slices(context.workspace, readers.web_view(context, who)))


@router.post("/click")
async def click_link(context: BackstageDep, who: shapes.Click) -> shapes.Counted:
    """Let readers follow a link of a message, which views it as well."""
    return shapes.Counted(contacts=await run_in_slices(context.workspace, readers.click(context, who)))


@router.post("/forward")
async def forward_message(context: BackstageDep, who: shapes.Forwarding) -> shapes.Counted:
    """Let readers send a message on."""
    return shapes.Counted(contacts=await run_in_slices(context.workspace, readers.forward(context, who)))


@router.post("/share")
async def share_message(context: BackstageDep, who: shapes.Sharing) -> shapes.Counted:
    """Let readers share a message in a network."""
    return shapes.Counted(contacts=await run_in_slices(context.workspace, readers.share(context, who)))


@router.post("/unsubscribe")
async def unsubscribe_readers(context: BackstageDep, who: shapes.Readers) -> shapes.Counted:
    """Let readers opt out by the link of a message; counts those who had not."""
    return shapes.Counted(contacts=await run_in_slices(context.workspace, readers.unsubscribe(context, who)))


@router.post("/complain")
async def complain_of_message(context: BackstageDep, who: shapes.Readers) -> shapes.Counted:
    """Let readers call a message spam; they get no more."""
    return shapes.Counted(contacts=await run_in_slices(context.workspace, readers.complain(context, who)))


@router.post("/bounce")
async def bounce_message(context: BackstageDep, bounced: shapes.Bounce) -> shapes.Counted:
    """Let messages come back; after a hard bounce the contact is held."""
    return shapes.Counted(contacts=await run_in_slices(context.workspace, readers.bounce(context, bounced)))


# Pages


@links.get("/unsubscribe/test", response_class=HTMLResponse)
async def follow_link_of_test() -> HTMLResponse:
    """The link of a test, which nobody can opt out by."""
    return page("A test", "This message was a test. Nobody is unsubscribed.")


@links.get("/unsubscribe/{token}", response_class=HTMLResponse)
async def follow_unsubscribe(context: BackstageDep, token: str) -> HTMLResponse:
    """The link by which a reader opts out."""
    if not readers.follow_unsubscribe_link(context, token):
        return page("Nothing to unsubscribe from", "This link is not one of ours.", 404)
    return page("Unsubscribed", "You will get no more emails from us.")
