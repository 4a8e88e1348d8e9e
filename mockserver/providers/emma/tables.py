"""What Emma remembers.

Moments are kept as they travel, `@D:2011-01-03T15:54:13`: wall time of the account's zone, which sorts and compares as it
is, and costs a page of members nothing. `wire.stamp` makes them. Ids rise with creation. They are plain integers, which in
SQLite hold 64 bits and, as a primary key, are the row's own number: a BIGINT would be looked up in a second tree.
"""

from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import registry
from sqlmodel import JSON, Column, Field, SQLModel


class EmmaTable(SQLModel, registry=registry()):
    """Base of this provider's tables."""

    model_config = {"defer_build": True}  # rows are read and written, never validated


class Account(EmmaTable, table=True):
    """The one account of a workspace."""

    __tablename__ = "emma_account"

    id: int = Field(primary_key=True)
    name: str
    sender_name: str
    sender_email: str
    """Who confirmation and heads-up messages are from."""
    user_id: int
    """The person in whose name keys act: `cancel_by_user_id`."""
    tracker: str | None = None
    """Address of the vendor's web views; unset: the pages of this server."""


class ApiKey(EmmaTable, table=True):
    """What a client may present: a pair of keys, or an OAuth access token."""

    __tablename__ = "emma_api_key"

    secret: str = Field(primary_key=True)
    """The public key, or the access token."""
    private_key: str | None = None
    """Unset: an access token."""
    revoked: bool = False


class Member(EmmaTable, table=True):
    __tablename__ = "emma_member"
    __table_args__ = (
        Index("emma_member_live", "id", sqlite_where=text("deleted_at IS NULL")),
        Index("emma_member_archived", "deleted_at", "id", sqlite_where=text("deleted_at IS NOT NULL")),
    )

    id: int = Field(primary_key=True)
    email: str | None = None
    """None when the address was none, with the switch `invalid_email` on keep_as_error."""
    email_key: str = Field(unique=True)
    """The address as it is compared: trimmed, case folded."""
    status: str
    """a, e, o or f."""
    fields: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """By shortcut name. They are written and read as a whole, so they have no table of their own."""
    sms: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    """As it travels."""
    email_error: str | None = None
    bounce_count: int = 0
    plaintext_preferred: bool = False
    consent_to_tracking: bool | None = None
    """`subscriber_consent_tracking`; no answer shows it."""
    confirmed_opt_in: str | None = None
    member_since: str
    last_modified_at: str | None = None
    deleted_at: str | None = None
    """When it was archived."""


class Optout(EmmaTable, table=True):
    """One opt-out in a member's history."""

    __tablename__ = "emma_optout"

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(index=True)
    timestamp: str
    mailing_id: int | None = Field(default=None)


class MemberField(EmmaTable, table=True):
    """A custom field of members."""

    __tablename__ = "emma_field"

    id: int = Field(primary_key=True)
    shortcut_name: str
    display_name: str
    short_display_name: str | None = None
    field_type: str
    widget_type: str
    column_order: int
    required: bool = False
    options: list[str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    deleted_at: str | None = None


class Group(EmmaTable, table=True):
    __tablename__ = "emma_group"

    id: int = Field(primary_key=True)
    name: str
    type: str = "g"
    """g, t or h."""
    deleted_at: str | None = None
    purged_at: str | None = None


class Membership(EmmaTable, table=True):
    """A member in a group. It outlives the archiving of the member, who comes back with it."""

    __tablename__ = "emma_membership"
    __table_args__ = (Index("emma_membership_by_group", "group_id", "member_id"),)

    member_id: int = Field(primary_key=True)
    group_id: int = Field(primary_key=True)


class Import(EmmaTable, table=True):
    __tablename__ = "emma_import"

    id: int = Field(primary_key=True)
    status: str
    """q, p, o or e."""
    style: str | None = None
    """add_only or add_and_update."""
    source_name: str | None = None
    source_filename: str | None = None
    created_at: str
    import_started: str | None = None
    import_finished: str | None = None
    num_members: int = 0
    num_members_added: int = 0
    num_members_updated: int = 0
    num_duplicates: int = 0
    num_skipped: int = 0
    num_errors: int = 0
    num_added_by_group: list[dict[str, int]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    groups_updated: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """Ids of groups,"""
    fields_updated: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """and of fields."""
    error_message: str | None = None
    automated_field_changes: bool | None = None
    deleted_at: str | None = None


class ImportSlice(EmmaTable, table=True):
    """Some hundred members of an import as they were sent, until it has run."""

    __tablename__ = "emma_import_slice"

    import_id: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    sent: str
    """JSON, an array. One row for each member would take ten times as long to keep."""


class ImportMember(EmmaTable, table=True):
    """What an import did to one member."""

    __tablename__ = "emma_import_member"

    import_id: int = Field(primary_key=True)
    member_id: int = Field(primary_key=True, index=True)
    change_type: str
    """a, c, d, n, u, r, s or t."""
    added_to_group: bool = False


class Search(EmmaTable, table=True):
    __tablename__ = "emma_search"

    id: int = Field(primary_key=True)
    name: str
    criteria: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    active_count: int = 0
    optout_count: int = 0
    error_count: int = 0
    last_run_at: str | None = None
    cached_at: str | None = None
    """Shown only with the mailings of a search."""
    deleted_at: str | None = None
    purged_at: str | None = None


class SignupForm(EmmaTable, table=True):
    __tablename__ = "emma_signup_form"

    id: int = Field(primary_key=True)
    name: str


class Confirmation(EmmaTable, table=True):
    """A signup that waits for its owner to follow the link of the confirmation message."""

    __tablename__ = "emma_confirmation"

    token: str = Field(primary_key=True)
    member_id: int = Field(index=True)
    signed_up_at: str
    confirmed_at: str | None = None
    """When the link was followed, which works once."""


class Mailing(EmmaTable, table=True):
    __tablename__ = "emma_mailing"

    id: int = Field(primary_key=True)
    type: str = "m"
    """m, t, r, s or c."""
    status: str
    """p, a, i, s, x, c, w, u or f."""
    name: str
    subject: str
    sender: str
    reply_to: str | None = None
    html_body: str = ""
    plaintext: str = ""
    public_webview_url: str | None = None
    parent_mailing_id: int | None = Field(default=None, index=True)
    signup_form_id: int | None = Field(default=None)
    recipient_count: int = 0
    disabled: bool = False
    plaintext_only: bool = False
    datacenter: str | None = None
    created_ts: str
    send_at: str | None = None
    send_started: str | None = None
    send_finished: str | None = None
    started_or_finished: str | None = None
    cancel_ts: str | None = None
    cancel_by_user_id: int | None = Field(default=None)
    failure_ts: str | None = None
    failure_message: str | None = None
    archived_ts: str | None = None
    deleted_at: str | None = None
    purged_at: str | None = None
    winner_mailing_id: int | None = Field(default=None)
    """Of a split test: the variation whose content the remaining members get."""


class MailingTarget(EmmaTable, table=True):
    """Who a mailing is for, or not for."""

    __tablename__ = "emma_mailing_target"

    mailing_id: int = Field(primary_key=True)
    role: str = Field(primary_key=True)
    """recipient or suppressed."""
    kind: str = Field(primary_key=True)
    """group, search, member or segment."""
    target_id: int = Field(primary_key=True)
    name: str | None = None
    """Of a segment, which exists only in mailings."""


class Link(EmmaTable, table=True):
    """A link in a mailing."""

    __tablename__ = "emma_link"

    id: int = Field(primary_key=True)
    mailing_id: int = Field(index=True)
    name: str
    target: str
    order: int
    plaintext: bool = False


class HeadsUp(EmmaTable, table=True):
    """An address that is told when a mailing goes out."""

    __tablename__ = "emma_heads_up"

    id: int | None = Field(default=None, primary_key=True)
    mailing_id: int = Field(index=True)
    email: str
    sent_ts: str | None = None


class Delivery(EmmaTable, table=True):
    """A mailing on its way to one member, and what became of it: a row of the member's history."""

    __tablename__ = "emma_delivery"
    __table_args__ = (Index("emma_delivery_by_place", "mailing_id", "place", unique=True),)

    member_id: int = Field(primary_key=True)
    mailing_id: int = Field(primary_key=True)
    place: int
    """Counts the recipients of the mailing from 1; the outbox knows them by it."""
    variation_id: int | None = Field(default=None)
    """In a split test: the mailing whose content this member gets."""
    sent: str | None = None
    delivery_type: str | None = None
    """d delivered, s soft bounce, b hard bounce."""
    delivery_ts: str | None = None
    opened: str | None = None
    clicked: str | None = None
    forwarded: str | None = None
    shared: str | None = None


class Click(EmmaTable, table=True):
    """One click on one link, for searches that ask for it."""

    __tablename__ = "emma_click"

    id: int | None = Field(default=None, primary_key=True)
    mailing_id: int
    link_id: int = Field(index=True)
    member_id: int = Field(index=True)
    timestamp: str
