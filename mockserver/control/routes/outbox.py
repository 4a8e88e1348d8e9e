from typing import Annotated

from fastapi import APIRouter, Query

from mockserver.control.schemas import Deleted
from mockserver.control.schemas.outbox import MessageSummary, MessageView
from mockserver.core import outbox
from mockserver.core.backstage import Declined, ProviderDep, WorkspaceDep

router = APIRouter(tags=["outbox"])


@router.get("/outbox")
async def list_messages(
    workspace: WorkspaceDep,
    provider: ProviderDep,
    recipient: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> list[MessageSummary]:
    """List the messages that would have been sent, the newest first."""
    found = outbox.messages(workspace, provider=provider, recipient=recipient, limit=limit, offset=offset)
    return [MessageSummary(**_summary(message)) for message in found]


@router.get("/outbox/{message_id}")
async def get_message(workspace: WorkspaceDep, message_id: int) -> MessageView:
    """Get one message whole."""
    message = outbox.message(workspace, message_id) if 0 < message_id < 2**63 else None
    if message is None:
        raise Declined(404, f"the outbox has no message {message_id}")
    return MessageView(**_summary(message), text=message.text, html=message.html, details=message.details)


@router.delete("/outbox")
async def clear_outbox(workspace: WorkspaceDep) -> Deleted:
    """Throw all messages away."""
    return Deleted(deleted=outbox.clear(workspace))


def _summary(message: outbox.Kept) -> dict[str, object]:
    return {
        "id": message.id,
        "provider": message.provider,
        "kind": message.kind,
        "sent_at": message.sent_at,
        "sender": f"{message.sender_name} <{message.sender_email}>",
        "recipient": message.recipient,
        "subject": message.subject,
    }
