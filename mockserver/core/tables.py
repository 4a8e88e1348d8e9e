"""What the core itself remembers in a workspace's database, beside the providers' tables."""

from sqlalchemy import JSON, Column, Integer, MetaData, String, Table

from mockserver.core.moments import UtcDateTime

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
