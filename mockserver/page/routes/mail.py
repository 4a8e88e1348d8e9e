from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from mockserver.control import PREFIX
from mockserver.control.routes.outbox import get_message, list_messages
from mockserver.control.schemas.outbox import LinkView, ListedMessages
from mockserver.core import outbox
from mockserver.core.deeds import Deed
from mockserver.core.outbox import Kept
from mockserver.core.workspace import Workspace
from mockserver.page.asked import AskedProviderDep, OffsetNumber, ShownDep
from mockserver.page.paging import by_offset
from mockserver.page.rendering import render

router = APIRouter()

_PAGE = 50


@dataclass(frozen=True, slots=True)
class MessageLink:
    """A link of the message, and what becomes of it when the recipient follows it."""

    url: str
    text: str
    click: Deed | None
    """The backstage call that counts it."""
    page: str | None
    """Where it leads, if that is a page of this server."""


@router.get("/{workspace}/mail")
async def show_mail(
    request: Request, workspace: ShownDep, provider: AskedProviderDep, q: str = "", offset: OffsetNumber = 0
) -> Response:
    """The messages that would have been sent, the newest first; searched by recipient or by words of the subject."""
    wanted = ListedMessages(provider=provider, limit=_PAGE + 1, offset=offset, **_searched(q.strip()))
    found = await list_messages(workspace, provider, wanted)
    return render(
        request,
        "mail.html",
        workspace,
        section="mail",
        title="Mail",
        messages=found[:_PAGE],
        pager=by_offset(request, offset, _PAGE, more=len(found) > _PAGE),
        total=outbox.count(workspace),
        providers=workspace.runtime.providers,
        provider=provider,
        q=q,
    )


@router.get("/{workspace}/mail/{message_id}")
async def show_message(request: Request, workspace: ShownDep, message_id: int) -> Response:
    """One message, and what its recipient can do with it."""
    message = await get_message(workspace, message_id)
    kept = outbox.message(workspace, message_id)
    assert kept is not None, "it was there just now"
    return render(
        request,
        "message.html",
        workspace,
        section="mail",
        title=message.subject or "Message",
        message=message,
        deeds=list(workspace.runtime.providers[message.provider].deeds(kept)),
        links=[_link(workspace, kept, link) for link in message.links],
    )


def _searched(text: str) -> dict[str, str]:
    """What is searched for: an address is a recipient, anything else a part of the subject."""
    if not text:
        return {}
    return {"recipient" if "@" in text and " " not in text else "subject": text}


def _link(workspace: Workspace, message: Kept, link: LinkView) -> MessageLink:
    click = workspace.runtime.providers[message.provider].click(message, link.url)
    server = workspace.runtime.url
    is_ours = link.url.startswith(f"{server}{PREFIX}/links/")
    return MessageLink(link.url, link.text, click, link.url.removeprefix(server) if is_ours else None)
