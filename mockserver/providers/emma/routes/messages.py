from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from mockserver.core.answers import as_json
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import messages
from mockserver.providers.emma.arguments import MailingId, MemberId
from mockserver.providers.emma.schemas.messages import Message, MessagePart

router = APIRouter(prefix="/{account_id}", tags=["mailings"])

Part = Annotated[str | None, Query(alias="type", description="all, html, plaintext, subject or webview_url.")]


@router.get("/mailings/{mailing_id}/messages/{member_id}", response_model=Message | MessagePart)
async def get_message(request: Request, mailing_id: MailingId, member_id: MemberId, part: Part = None) -> Response:
    """Get the message of a mailing as a member got it."""
    context = context_of(request)
    return as_json(messages.get(context, mailing_id, member_id, part or "all"))
