"""What the core itself remembers in a workspace's database, beside the providers' tables."""

from sqlalchemy import JSON, Column, Float, Index, Integer, MetaData, String, Table, text

from mockserver.core.moments import UtcDateTime
from mockserver.core.relations import refers_to

METADATA = MetaData()

Memory = Table(
    "mock_memory",
    METADATA,
    Column("key", String, primary_key=True),
    Column("value", JSON),
)
"""What a workspace knows of itself: clock, counters, credentials, schema."""

Task = Table(
    "mock_task",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("due", UtcDateTime, nullable=False, index=True),
    Column("provider", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("failure", String),
)
"""Work that waits for its moment on the workspace's clock."""

Message = Table(
    "mock_message",
    METADATA,
    Column("id", Integer, primary_key=True),  # The message's, or that of the first in a batch,
    Column("last", Integer, nullable=False),  # and that of the last.
    Column("number", Integer, nullable=False, index=True),  # Counts the rows, for the bound on them.
    Column("provider", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("sender_name", String, nullable=False),
    Column("sender_email", String, nullable=False),
    Column("recipient", String, nullable=False, index=True),
    Column("subject", String, nullable=False),
    Column("text", String, nullable=False),
    Column("html", String, nullable=False),
    Column("details", JSON, nullable=False),
    # What the batch is about, in its provider's terms; none for a single message.
    Column("reference", JSON(none_as_null=True)),
)
"""One message that a provider would have sent, or a batch of them (see `core/outbox.py`)."""

Delivery = Table(
    "mock_delivery",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("provider", String, nullable=False),
    Column("event", String, nullable=False),
    Column("hook", String, nullable=False),  # In its provider's terms, who wants to be told.
    Column("url", String, nullable=False),
    Column("method", String, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("body", String, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("state", String, nullable=False),  # waiting, delivered, failed or refused.
    Column("due", UtcDateTime),  # When the next attempt is made; only of those that wait.
    Column("delays", JSON, nullable=False),  # Seconds from a failed attempt to the next, for as many as may follow.
    Column("patience", Float, nullable=False),  # Seconds that an answer may take.
    Column("attempts", Integer, nullable=False, default=0),
    Column("reason", String),  # What was wrong with the last attempt.
    Index("mock_delivery_due", "provider", "hook", "due", sqlite_where=text("due IS NOT NULL")),
)
"""What somebody outside is told of something that happened, or is to be (see `core/webhooks.py`)."""

Attempt = Table(
    "mock_attempt",
    METADATA,
    Column("delivery_id", Integer, primary_key=True, info=refers_to("mock_delivery")),
    Column("number", Integer, primary_key=True),  # Counted from 1.
    Column("at", UtcDateTime, nullable=False),
    Column("status", Integer),  # Of the answer, if there was one.
    Column("error", String),  # Unset: it was delivered.
    Column("seconds", Float, nullable=False),  # Real ones.
    Column("answer", String, nullable=False),  # The beginning of its body.
)
"""One attempt at a delivery, and what came of it."""
