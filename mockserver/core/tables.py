"""What the core itself remembers in a workspace's database, beside the providers' tables."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import registry
from sqlmodel import JSON, Column, Field, SQLModel


class CoreTable(SQLModel, registry=registry()):
    """Base of the core's tables: a registry of its own, so that providers may use any class name."""

    model_config = {"defer_build": True}  # rows are read and written, never validated


class Memory(CoreTable, table=True):
    """What a workspace knows of itself: clock, counters, credentials, schema."""

    __tablename__ = "mock_memory"

    key: str = Field(primary_key=True)
    value: Any = Field(default=None, sa_column=Column(JSON))


class Task(CoreTable, table=True):
    """Work that waits for its moment on the workspace's clock."""

    __tablename__ = "mock_task"

    id: int | None = Field(default=None, primary_key=True)
    due: datetime = Field(index=True)
    provider: str
    kind: str
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    failure: str | None = None


class Message(CoreTable, table=True):
    """One message that a provider would have sent, or a batch of them (see `core/outbox.py`)."""

    __tablename__ = "mock_message"

    id: int | None = Field(default=None, primary_key=True)
    """The message's, or that of the first in a batch,"""
    last: int
    """and that of the last."""
    number: int = Field(index=True)
    """Counts the rows, for the bound on them."""
    provider: str = Field(index=True)
    kind: str
    sent_at: datetime
    sender_name: str
    sender_email: str
    recipient: str = Field(index=True)
    subject: str
    text: str
    html: str
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    reference: Any = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    """What the batch is about, in its provider's terms; none for a single message."""
