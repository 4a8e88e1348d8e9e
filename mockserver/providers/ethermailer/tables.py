"""What Ether Mailer remembers.

Ids are integers here and decimal strings on the wire. They rise with creation, so ordering by id is ordering by age. Plain
integers hold 64 bits in SQLite and, as a primary key, are the row's own number; a BIGINT would need a second tree.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import registry
from sqlmodel import JSON, Column, Field, SQLModel


class EtherTable(SQLModel, registry=registry()):
    """Base of this provider's tables."""

    model_config = {"defer_build": True}  # rows are read and written, never validated


class Account(EtherTable, table=True):
    """The one account of a workspace."""

    __tablename__ = "ether_account"

    id: int = Field(default=1, primary_key=True)
    api_key: str
    username: str
    company: str
    email: str
    active: bool
    verified: bool
    created_at: datetime
    failing_sends: int = 0
    """How many of the next opt-in messages will fail to go out (backstage)."""


class SenderProfile(EtherTable, table=True):
    __tablename__ = "ether_sender_profile"

    id: int = Field(primary_key=True)
    name: str
    email: str
    verified: bool
    spf: bool
    dkim: bool


class ContactGroup(EtherTable, table=True):
    __tablename__ = "ether_contact_group"

    id: int = Field(primary_key=True)
    name: str
    can_delete: bool = True


class ExtraField(EtherTable, table=True):
    """An extra field of contacts, defined in the web application (here: in fixtures)."""

    __tablename__ = "ether_extra_field"

    id: int = Field(primary_key=True)
    name: str
    type: str
    required: bool = False
    options: list[dict[str, str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """As they travel: `{"optionId": ..., "text": ...}`."""


class Contact(EtherTable, table=True):
    __tablename__ = "ether_contact"

    id: int = Field(primary_key=True)
    email: str
    email_key: str = Field(unique=True)
    """The address as it is compared: trimmed, case folded."""
    name: str | None = None
    surname: str | None = None
    extra_values: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """By field id. They are written and read as a whole, so they have no table of their own."""
    deleted_at: datetime | None = None


class Membership(EtherTable, table=True):
    """A contact in a group. It outlives the contact's deletion, because a restored contact is in its groups again."""

    __tablename__ = "ether_membership"
    __table_args__ = (Index("ether_membership_by_group", "group_id", "contact_id"),)

    contact_id: int = Field(primary_key=True, foreign_key="ether_contact.id")
    group_id: int = Field(primary_key=True, foreign_key="ether_contact_group.id")


class Registration(EtherTable, table=True):
    """A contact that waits for its owner to confirm (double opt-in)."""

    __tablename__ = "ether_registration"

    email_key: str = Field(primary_key=True)
    token: str = Field(unique=True)
    sender_profile_id: int
    draft: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    registered_at: datetime
