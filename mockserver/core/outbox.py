"""Every message that a provider would have sent, kept instead of sent."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, inspect, select
from sqlmodel import col

from mockserver.core.statements import Statement
from mockserver.core.tables import Message

if TYPE_CHECKING:
    from mockserver.core.context import Context
    from mockserver.core.database import Database

_ADD = Statement(insert(Message))
_MESSAGES = select(*inspect(Message).columns)
_TRIM = Statement(delete(Message).where(col(Message.id) <= bindparam("oldest")))


def send(
    context: "Context[Any]",
    *,
    kind: str,
    sender: tuple[str, str],
    recipient: str,
    subject: str,
    text: str,
    html: str,
    details: dict[str, Any] | None = None,
) -> int:
    """Put a message of this provider into the outbox and return its id; `sender` is name and address."""
    message_id = context.ids.number("message")
    context.run(
        _ADD,
        id=message_id,
        provider=context.provider,
        kind=kind,
        sent_at=context.now,
        sender_name=sender[0],
        sender_email=sender[1],
        recipient=recipient,
        subject=subject,
        text=text,
        html=html,
        details=details or {},
    )
    context.run(_TRIM, oldest=message_id - context.workspace.limits.outbox_messages)
    return message_id


def messages(
    database: "Database", *, provider: str | None = None, recipient: str | None = None, limit: int, offset: int = 0
) -> Sequence[Any]:
    """The newest messages first, of one provider or recipient if asked."""
    statement = _MESSAGES.order_by(col(Message.id).desc()).limit(limit).offset(offset)
    if provider is not None:
        statement = statement.where(col(Message.provider) == provider)
    if recipient is not None:
        statement = statement.where(col(Message.recipient) == recipient)
    return database.execute(statement).all()


def message(database: "Database", message_id: int) -> Any | None:
    return database.execute(_MESSAGES.where(col(Message.id) == message_id)).one_or_none()


def clear(database: "Database") -> int:
    """Delete all messages; returns how many there were."""
    return database.execute(delete(Message)).rowcount
