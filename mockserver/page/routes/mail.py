from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from mockserver.control import PREFIX
from mockserver.control.routes.outbox import get_message, list_messages
from mockserver.control.schemas.outbox import LinkView, ListedMessages
from mockserver.core import outbox
from mockserver.core.backstage import chosen_provider
from mockserver.core.deeds import Deed
from mockserver.core.outbox import Kept
from mockserver.core.workspace import Workspace
from mockserver.page.rendering import render
from mockserver.page.workspaces import ShownDep

router = APIRouter()

_PAGE = 50


@dataclass(frozen=True, slots=True)
class Offer:
    """A link of the message, and what becomes of it when the recipient follows it."""

    url: str
    text: str
    click: Deed | None
    """The backstage call that counts it."""
    page: str | None
    """Where it leads, if that is a page of this server."""


@router.get("/{workspace}/mail")
async def show_mail(
    request: Request,
    workspace: ShownDep,
    provider: str = "",
    q: str = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """The messages that would have been sent, the newest first; searched by recipient or by words of the subject."""
    chosen = await chosen_provider(request, provider or None)
    wanted = ListedMessages(provider=chosen, limit=_PAGE, offset=offset, **_searched(q.strip()))
    found = await list_messages(workspace, chosen, wanted)
    values: dict[str, Any] = {
        "messages": found,
        "providers": workspace.runtime.providers.values(),
        "provider": provider,
        "q": q,
        "newer": max(offset - _PAGE, 0) if offset else None,
        "older": offset + _PAGE if len(found) == _PAGE else None,
        "total": outbox.count(workspace),
    }
    return render(request, "mail.html", workspace, section="mail", title="Mail", **values)


@router.get("/{workspace}/mail/{message_id}")
async def show_message(request: Request, workspace: ShownDep, message_id: int) -> Response:
    """One message, and what its recipient can do with it."""
    message = await get_message(workspace, message_id)
    kept = outbox.message(workspace, message_id)
    assert kept is not None, "it was there just now"
    provider = workspace.runtime.providers[message.provider]
    values: dict[str, Any] = {
        "message": message,
        "deeds": list(provider.deeds(kept)),
        "offers": [_offer(workspace, kept, link) for link in message.links],
    }
    return render(request, "message.html", workspace, section="mail", title=message.subject or "Message", **values)


def _searched(text: str) -> dict[str, str]:
    """What is searched for: an address is a recipient, anything else a part of the subject."""
    if not text:
        return {}
    return {"recipient" if "@" in text and " " not in text else "subject": text}


def _offer(workspace: Workspace, message: Kept, link: LinkView) -> Offer:
    click = workspace.runtime.providers[message.provider].click(message, link.url)
    server = workspace.runtime.url
    is_ours = link.url.startswith(f"{server}{PREFIX}/links/")
    return Offer(link.url, link.text, click, link.url.removeprefix(server) if is_ours else None)
