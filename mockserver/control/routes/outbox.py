from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from mockserver.control.schemas import Deleted
from mockserver.control.schemas.outbox import (
    AwaitedMessage,
    LinkView,
    ListedMessages,
    MessageSummary,
    MessageView,
    WantedMessages,
)
from mockserver.core import eml, links, outbox
from mockserver.core.backstage import Declined, ProviderDep, WorkspaceDep
from mockserver.core.codes import codes
from mockserver.core.news import until
from mockserver.core.outbox import Kept
from mockserver.core.outbox_search import TooMuchToSearch, Wanted, Watch, search
from mockserver.core.pages import letter
from mockserver.core.slices import run_in_slices
from mockserver.core.workspace import Workspace

router = APIRouter(tags=["outbox"])

EML = "message/rfc822"


def _answered(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": "The message", "content": {media_type: {"schema": {"type": "string"}}}}}


@router.get("/outbox")
async def list_messages(
    workspace: WorkspaceDep, _provider: ProviderDep, wanted: Annotated[ListedMessages, Query()]
) -> list[MessageSummary]:
    """List the messages that would have been sent, the newest first.

    Messages of a mailing are written when they are read. A search by subject writes all of them, if their subjects differ.
    """
    work = search(workspace, _fitting(wanted), limit=wanted.limit, offset=wanted.offset)
    with _bounded(workspace):
        return [MessageSummary(**_summary(message)) for message in await run_in_slices(workspace, work)]


@router.get("/outbox/wait")
async def wait_for_message(
    workspace: WorkspaceDep, _provider: ProviderDep, wanted: Annotated[AwaitedMessage, Query()]
) -> MessageView:
    """Wait until a message is there that fits, and get the newest one whole; 408 when the time is over."""
    with _bounded(workspace):
        message = await until(workspace, Watch(workspace, _fitting(wanted)).look, wanted.timeout)
    if message is None:
        newest = await run_in_slices(workspace, search(workspace, Wanted(), limit=1))
        there = f'the newest one is to {newest[0].recipient}: "{newest[0].subject}"' if newest else "the outbox is empty"
        raise Declined(408, f"no such message came within {wanted.timeout:g} seconds; {there}")
    return _view(workspace, message)


@router.get("/outbox/{message_id}")
async def get_message(workspace: WorkspaceDep, message_id: int) -> MessageView:
    """Get one message whole, with its headers, links and codes."""
    return _view(workspace, _find(workspace, message_id))


@router.get("/outbox/{message_id}/eml", response_class=Response, responses=_answered(EML))
async def get_eml(workspace: WorkspaceDep, message_id: int) -> Response:
    """Get one message as mail programs exchange it."""
    content = bytes(eml.written(_find(workspace, message_id), workspace.name))
    name = f'attachment; filename="{workspace.name}-{message_id}.eml"'
    return Response(content, media_type=EML, headers={"Content-Disposition": name})


@router.get("/outbox/{message_id}/html", response_class=Response, responses=_answered("text/html"))
async def get_html(workspace: WorkspaceDep, message_id: int) -> Response:
    """Get the HTML of one message as a page on which nothing runs; a message without HTML is shown as text."""
    message = _find(workspace, message_id)
    return letter(message.html, message.text)


@router.get("/outbox/{message_id}/text", response_class=Response, responses=_answered("text/plain"))
async def get_text(workspace: WorkspaceDep, message_id: int) -> Response:
    """Get the plain text of one message."""
    return Response(_find(workspace, message_id).text, media_type="text/plain")


@router.delete("/outbox")
async def clear_outbox(workspace: WorkspaceDep) -> Deleted:
    """Throw all messages away."""
    return Deleted(deleted=outbox.clear(workspace))


@contextmanager
def _bounded(workspace: Workspace) -> Iterator[None]:
    try:
        yield
    except TooMuchToSearch as problem:
        most = workspace.limits.outbox_search
        raise Declined(
            400,
            f"subject: no more than {most} messages of mailings are written to look at their subjects "
            "(MOCKSERVER_LIMITS__OUTBOX_SEARCH); say more of what you look for: recipient, provider, kind, after or since",
        ) from problem


def _fitting(wanted: WantedMessages) -> Wanted:
    return Wanted(**{name: getattr(wanted, name) for name in Wanted.__slots__})


def _find(workspace: Workspace, message_id: int) -> Kept:
    message = outbox.message(workspace, message_id) if 0 < message_id < 2**63 else None
    if message is None:
        raise Declined(404, f"the outbox has no message {message_id}")
    return message


def _view(workspace: Workspace, message: Kept) -> MessageView:
    return MessageView(
        **_summary(message),
        text=message.text,
        html=message.html,
        headers=eml.headers(message, workspace.name),
        links=[LinkView(url=link.url, text=link.text) for link in links.links(message.html, message.text)],
        codes=codes(message.subject, message.text, links.visible_text(message.html)),
        details=message.details,
    )


def _summary(message: Kept) -> dict[str, object]:
    return {
        "id": message.id,
        "provider": message.provider,
        "kind": message.kind,
        "sent_at": message.sent_at,
        "sender": f"{message.sender_name} <{message.sender_email}>",
        "recipient": message.recipient,
        "subject": message.subject,
    }
