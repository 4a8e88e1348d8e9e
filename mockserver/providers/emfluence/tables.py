"""What emfluence remembers.

Texts that are empty are empty here as they are on the wire; moments are UTC, which is what the wire calls GMT.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import registry
from sqlmodel import JSON, Column, Field, SQLModel


class EmfluenceTable(SQLModel, registry=registry()):
    """Base of this provider's tables."""


class ClientAccount(EmfluenceTable, table=True):
    """The one client account of a workspace."""

    __tablename__ = "emf_account"

    id: int = Field(default=1, primary_key=True)
    name: str
    address: str
    city: str
    state: str
    zip: str
    time_zone: str
    closed: bool = False
    """Whether its tokens answer code 201."""


class User(EmfluenceTable, table=True):
    __tablename__ = "emf_user"

    id: int = Field(primary_key=True)
    username: str
    active: bool = True
    """A deactivated one's tokens answer code 202."""
    permissions: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """Labels of roles and permissions."""
    profile: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """What else users/lookup shows: names, address, phones."""
    date_added: datetime
    date_modified: datetime | None = None


class Token(EmfluenceTable, table=True):
    """An access token. One user may have several."""

    __tablename__ = "emf_token"

    secret: str = Field(primary_key=True)
    user_id: int = Field(index=True)
    application: bool = False
    """One of the retired application-only kind: it answers code 203."""


class CustomField(EmfluenceTable, table=True):
    """A custom field of contacts; `custom1` is the one with number 1."""

    __tablename__ = "emf_custom_field"

    number: int = Field(primary_key=True)
    label: str


class Contact(EmfluenceTable, table=True):
    __tablename__ = "emf_contact"
    __table_args__ = (Index("emf_contact_purl", text("lower(purl)"), sqlite_where=text("purl <> ''")),)

    id: int = Field(primary_key=True)
    email: str
    email_key: str = Field(unique=True)
    """The address as it is compared: trimmed, case folded."""
    user_id: int = Field(index=True)
    """The owner."""
    suppressed: bool = False
    date_suppressed: datetime | None = None
    held: bool = False
    date_held: datetime | None = None
    first_name: str = ""
    last_name: str = ""
    customer_id: str = ""
    original_source: str = ""
    company: str = ""
    title: str = ""
    mobile_number: str = ""
    phone: str = ""
    fax: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    country: str = ""
    purl: str = ""
    date_of_birth: str = ""
    """yyyy-mm-dd; the year 1900 means month and day only."""
    ip_address: str = ""
    notes: str = ""
    memo: str = ""
    custom_fields: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """Values by name, `custom1` and so on,"""
    content_variables: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """and `content1` and so on."""
    date_added: datetime
    date_modified: datetime | None = None
    last_activity: datetime | None = None
    last_click: datetime | None = None


class Group(EmfluenceTable, table=True):
    __tablename__ = "emf_group"

    id: int = Field(primary_key=True)
    name: str
    name_key: str = Field(index=True)
    """The name as it is compared: trimmed, case folded."""
    friendly_name: str
    description: str = ""
    notes: str = ""
    external_id: str = ""
    type: str = "Static"
    """Static or Dynamic."""
    status: str = "Active"
    """Active or Archived."""
    built_in: bool = False
    """Whether it is All, which has every contact and cannot be left."""
    rule: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    """Of a dynamic group: the contacts/search parameters that its members fit."""
    protected: bool = False
    private: bool = True
    send_tests: bool = False
    user_id: int | None = None
    user_ids: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    auto_response_email_id: int | None = None
    """The automated email whose source it is."""
    date_added: datetime
    date_modified: datetime | None = None
    date_last_email_sent: datetime | None = None


class Membership(EmfluenceTable, table=True):
    """A contact in a static group."""

    __tablename__ = "emf_membership"
    __table_args__ = (Index("emf_membership_by_group", "group_id", "contact_id"),)

    contact_id: int = Field(primary_key=True)
    group_id: int = Field(primary_key=True)
    suppressed: bool = False
    """Opted out of this group only."""
    date_added: datetime


class Template(EmfluenceTable, table=True):
    __tablename__ = "emf_template"

    id: int = Field(primary_key=True)
    name: str
    type: str = "HTML"
    html_version: str = ""
    text_version: str = ""
    html_head_editable: bool = False
    override_approval_process: bool = False
    thumbnail: str = ""
    defaults: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    user_ids: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    date_added: datetime
    date_modified: datetime | None = None


class Email(EmfluenceTable, table=True):
    __tablename__ = "emf_email"

    id: int = Field(primary_key=True)
    delivery_type: str = "Manual"
    """Manual, Automated or Transactional."""
    status: str = "Draft"
    """Draft, Scheduled, Sending or Sent; an automated one is Active or Inactive."""
    template_id: int | None = None
    user_id: int = Field(index=True)
    parent_email_id: int | None = Field(default=None, index=True)
    title: str = ""
    subject: str = ""
    preheader: str = ""
    from_name: str = ""
    from_address: str = ""
    reply_to_name: str = ""
    reply_to_address: str = ""
    bcc_address: str = ""
    html_version_editable: bool = False
    content: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """body_slot1 to body_slot10, htmlHead, htmlVersion, textVersion."""
    recipients: dict[str, list[int]] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """contactIDs, groupIDs, excludeGroupIDs."""
    throttling: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    tracking: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    campaign_ids: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    approvals_required: int = 0
    approvals_current: int = 0
    transactional_category: str = ""
    source_group_id: int | None = None
    """Of an automated one."""
    date_added: datetime
    date_modified: datetime | None = None
    date_scheduled: datetime | None = None
    date_sent: datetime | None = None
    metrics: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """What was counted of its deliveries, and of those of its children (see `actions/metrics.py`)."""


class Delivery(EmfluenceTable, table=True):
    """An email on its way to one contact, and what became of it."""

    __tablename__ = "emf_delivery"
    __table_args__ = (Index("emf_delivery_by_place", "email_id", "place", unique=True),)

    contact_id: int = Field(primary_key=True)
    email_id: int = Field(primary_key=True)
    place: int
    """Counts the recipients of the email from 1; the outbox knows them by it."""
    date_sent: datetime
    views: int = 0
    clicks: int = 0
    forwards: int = 0
    shares: int = 0
    web_views: int = 0
    unsubscribed: bool = False
    complained: bool = False
    bounce_type: str = ""
    """HB for a hard one; anything else is a soft one."""
    bounce_description: str = ""


class Activity(EmfluenceTable, table=True):
    """Something that a contact did, or that happened to it."""

    __tablename__ = "emf_activity"
    __table_args__ = (Index("emf_activity_by_date", "date"), Index("emf_activity_by_kind", "kind", "date"))

    id: int | None = Field(default=None, primary_key=True)
    """The database counts them: most come many at a time."""
    contact_id: int = Field(index=True)
    kind: str
    """EMAIL:SENT, EMAIL:VIEWED, ..."""
    date: datetime
    email_id: int | None = Field(default=None, index=True)
    detail: str = ""
    """A link, the reason of a bounce."""


class EmailLog(EmfluenceTable, table=True):
    """Who did what to an email, and when."""

    __tablename__ = "emf_email_log"

    id: int = Field(primary_key=True)
    email_id: int = Field(index=True)
    user_id: int
    action: str
    date: datetime


class TransactionalCategory(EmfluenceTable, table=True):
    __tablename__ = "emf_transactional_category"

    name: str = Field(primary_key=True)
    date_added: datetime
