"""Every message that a provider would have sent, kept instead of sent.

A message to one person is stored as it was written. What goes to thousands at once is stored as one batch, and each of
its messages is written when somebody reads it: the provider remembers the recipients anyway.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select

from mockserver.core.statements import Statement
from mockserver.core.tables import Message

if TYPE_CHECKING:
    from mockserver.core.context import Context
    from mockserver.core.workspace import Workspace

_ADD = Statement(insert(Message))
_ROWS = select(*Message.c).order_by(Message.c.id.desc())
_HOLDING = Statement(_ROWS.where(Message.c.id <= bindparam("message")).limit(1))
_COUNT = Statement(select(func.coalesce(func.sum(Message.c.last - Message.c.id + 1), 0)))
_TRIM = Statement(delete(Message).where(Message.c.number <= bindparam("oldest")))


@dataclass(frozen=True, slots=True)
class Written:
    """A message of a batch, written for whoever reads it."""

    recipient: str
    subject: str
    text: str
    html: str
    details: dict[str, Any] = field(default_factory=dict)


def _personalised(_context: "Context[Any]", _reference: Any) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Batch:
    """How a provider finds the recipients of a batch, and writes to one of them.

    Each function takes a context and the batch's reference. Places count from 1; a recipient who was erased leaves a gap.
    """

    count: "Callable[[Context[Any], Any, str | None], int]"
    """How many recipients there are; or, with an address, how many have it."""
    places: "Callable[[Context[Any], Any, str | None, int, int], Sequence[int]]"
    """Their places, the last first, by limit and offset."""
    write: "Callable[[Context[Any], Any, int], Written | None]"
    """The message to the recipient at a place; None for a gap."""
    subject: "Callable[[Context[Any], Any], str | None]" = _personalised
    """The subject that everybody gets; None when it may differ."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message in the outbox."""

    id: int
    provider: str
    kind: str
    sent_at: datetime
    sender_name: str
    sender_email: str
    recipient: str
    subject: str
    text: str
    html: str
    details: dict[str, Any]


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
    written = {"recipient": recipient, "subject": subject, "text": text, "html": html, "details": details or {}}
    return _keep(context, kind=kind, sender=sender, count=1, reference=None, **written)


def send_batch(context: "Context[Any]", *, kind: str, sender: tuple[str, str], count: int, reference: Any) -> None:
    """Put `count` messages into the outbox that the provider's batch `kind` writes when they are read."""
    if count:
        nothing = {"recipient": "", "subject": "", "text": "", "html": "", "details": {}}
        _keep(context, kind=kind, sender=sender, count=count, reference=reference, **nothing)


def message(workspace: "Workspace", message_id: int) -> Kept | None:
    rows = workspace.database.all(_HOLDING, {"message": message_id})
    if not rows or message_id > rows[0].last:
        return None
    return read(workspace, rows[0], message_id - rows[0].id + 1)


def count(workspace: "Workspace") -> int:
    """How many messages were put into the outbox and are there still, those to recipients erased since among them."""
    return int(workspace.database.tuples(_COUNT, {})[0][0])


def size(workspace: "Workspace", message_id: int) -> int | None:
    """How many messages are in the batch that a message is of, or 1; None when it is not there."""
    rows = workspace.database.all(_HOLDING, {"message": message_id})
    return size_of(workspace, rows[0]) if rows and message_id <= rows[0].last else None


def clear(workspace: "Workspace") -> int:
    """Delete all messages; returns how many there were."""
    count = sum(size_of(workspace, row) for row in workspace.database.execute(_ROWS))
    workspace.database.execute(delete(Message))
    return count


# Rows, each of one message or of a batch


def size_of(workspace: "Workspace", row: Any, recipient: str | None = None) -> int:
    """How many messages to the recipient (or to anybody) a row stands for."""
    if row.reference is None:
        return 1
    batch, context = _batch(workspace, row)
    return batch.count(context, row.reference, recipient)


def places_of(workspace: "Workspace", row: Any, recipient: str | None, limit: int, offset: int) -> Sequence[int]:
    """Those places of a batch, the last first, at which the recipient (or anybody) is."""
    batch, context = _batch(workspace, row)
    return batch.places(context, row.reference, recipient, limit, offset)


def common_subject(workspace: "Workspace", row: Any) -> str | None:
    """The subject that everybody gets; None when they differ."""
    batch, context = _batch(workspace, row)
    return batch.subject(context, row.reference)


def read(workspace: "Workspace", row: Any, place: int) -> Kept | None:
    """The message at a place, from 1; None for a gap."""
    written = row
    if row.reference is not None:
        batch, context = _batch(workspace, row)
        written = batch.write(context, row.reference, place)
        if written is None:
            return None
    return Kept(
        id=row.id + place - 1,
        **{name: getattr(row, name) for name in ("provider", "kind", "sent_at", "sender_name", "sender_email")},
        **{name: getattr(written, name) for name in ("recipient", "subject", "text", "html", "details")},
    )


def _keep(context: "Context[Any]", *, count: int, sender: tuple[str, str], **columns: Any) -> int:
    ids = context.ids.numbers("message", count)
    number = context.ids.number("outbox")
    context.run(
        _ADD,
        id=ids[0],
        last=ids[-1],
        number=number,
        provider=context.provider,
        sent_at=context.now,
        sender_name=sender[0],
        sender_email=sender[1],
        **columns,
    )
    context.run(_TRIM, oldest=number - context.workspace.limits.outbox_messages)
    if context.workspace.runtime.relay is not None:
        context.workspace.outgoing.append(ids)
    return ids[0]


def _batch(workspace: "Workspace", row: Any) -> "tuple[Batch, Context[Any]]":
    provider = workspace.runtime.providers[row.provider]
    return provider.batches()[row.kind], workspace.context(provider)
