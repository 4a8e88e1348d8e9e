"""What Emma remembers.

Moments are kept as they travel, `@D:2011-01-03T15:54:13`: wall time of the account's zone, which sorts and compares as it
is, and costs a page of members nothing. `wire.stamp` makes them. Ids rise with creation. They are plain integers, which in
SQLite hold 64 bits and, as a primary key, are the row's own number: a BIGINT would be looked up in a second tree.
"""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, MetaData, String, Table, text

from mockserver.core.redaction import SECRET
from mockserver.core.relations import refers_to

METADATA = MetaData()

Account = Table(
    "emma_account",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("sender_name", String, nullable=False),
    Column("sender_email", String, nullable=False),  # Who confirmation and heads-up messages are from.
    Column("user_id", Integer, nullable=False),  # The person in whose name keys act: `cancel_by_user_id`.
    Column("tracker", String),  # Address of the vendor's web views; unset: the pages of this server.
)
"""The one account of a workspace."""

ApiKey = Table(
    "emma_api_key",
    METADATA,
    Column("secret", String, primary_key=True, info=SECRET),  # The public key, or the access token.
    Column("private_key", String, info=SECRET),  # Unset: an access token.
    Column("revoked", Boolean, nullable=False, default=False),
)
"""What a client may present: a pair of keys, or an OAuth access token."""

Member = Table(
    "emma_member",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("email", String),  # None when the address was none, with the switch `invalid_email` on keep_as_error.
    Column("email_key", String, nullable=False, unique=True),  # The address as it is compared: trimmed, case folded.
    Column("status", String, nullable=False),  # a, e, o or f.
    # By shortcut name. They are written and read as a whole, so they have no table of their own.
    Column("fields", JSON, nullable=False),
    Column("sms", JSON(none_as_null=True)),  # As it travels.
    Column("email_error", String),
    Column("bounce_count", Integer, nullable=False, default=0),
    Column("plaintext_preferred", Boolean, nullable=False, default=False),
    Column("consent_to_tracking", Boolean),  # `subscriber_consent_tracking`; no answer shows it.
    Column("confirmed_opt_in", String),
    Column("member_since", String, nullable=False),
    Column("last_modified_at", String),
    Column("deleted_at", String),  # When it was archived.
    Index("emma_member_live", "id", sqlite_where=text("deleted_at IS NULL")),
    Index("emma_member_archived", "deleted_at", "id", sqlite_where=text("deleted_at IS NOT NULL")),
)

Optout = Table(
    "emma_optout",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("member_id", Integer, nullable=False, index=True, info=refers_to("emma_member")),
    Column("timestamp", String, nullable=False),
    Column("mailing_id", Integer, info=refers_to("emma_mailing")),
)
"""One opt-out in a member's history."""

MemberField = Table(
    "emma_field",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("shortcut_name", String, nullable=False),
    Column("display_name", String, nullable=False),
    Column("short_display_name", String),
    Column("field_type", String, nullable=False),
    Column("widget_type", String, nullable=False),
    Column("column_order", Integer, nullable=False),
    Column("required", Boolean, nullable=False, default=False),
    Column("options", JSON(none_as_null=True)),
    Column("deleted_at", String),
)
"""A custom field of members."""

Group = Table(
    "emma_group",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("type", String, nullable=False, default="g"),  # g, t or h.
    Column("deleted_at", String),
    Column("purged_at", String),
)

Membership = Table(
    "emma_membership",
    METADATA,
    Column("member_id", Integer, primary_key=True, info=refers_to("emma_member")),
    Column("group_id", Integer, primary_key=True, info=refers_to("emma_group")),
    Index("emma_membership_by_group", "group_id", "member_id"),
)
"""A member in a group. It outlives the archiving of the member, who comes back with it."""

Import = Table(
    "emma_import",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("status", String, nullable=False),  # q, p, o or e.
    Column("style", String),  # add_only or add_and_update.
    Column("source_name", String),
    Column("source_filename", String),
    Column("created_at", String, nullable=False),
    Column("import_started", String),
    Column("import_finished", String),
    Column("num_members", Integer, nullable=False, default=0),
    Column("num_members_added", Integer, nullable=False, default=0),
    Column("num_members_updated", Integer, nullable=False, default=0),
    Column("num_duplicates", Integer, nullable=False, default=0),
    Column("num_skipped", Integer, nullable=False, default=0),
    Column("num_errors", Integer, nullable=False, default=0),
    Column("num_added_by_group", JSON, nullable=False),
    Column("groups_updated", JSON, nullable=False, info=refers_to("emma_group")),  # Ids of groups,
    Column("fields_updated", JSON, nullable=False, info=refers_to("emma_field")),  # and of fields.
    Column("error_message", String),
    Column("automated_field_changes", Boolean),
    Column("deleted_at", String),
)

ImportSlice = Table(
    "emma_import_slice",
    METADATA,
    Column("import_id", Integer, primary_key=True, info=refers_to("emma_import")),
    Column("place", Integer, primary_key=True),
    Column("sent", String, nullable=False),  # JSON, an array. One row for each member would take ten times as long to keep.
)
"""Some hundred members of an import as they were sent, until it has run."""

ImportMember = Table(
    "emma_import_member",
    METADATA,
    Column("import_id", Integer, primary_key=True, info=refers_to("emma_import")),
    Column("member_id", Integer, primary_key=True, index=True, info=refers_to("emma_member")),
    Column("change_type", String, nullable=False),  # a, c, d, n, u, r, s or t.
    Column("added_to_group", Boolean, nullable=False, default=False),
)
"""What an import did to one member."""

Search = Table(
    "emma_search",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("criteria", JSON, nullable=False),
    Column("active_count", Integer, nullable=False, default=0),
    Column("optout_count", Integer, nullable=False, default=0),
    Column("error_count", Integer, nullable=False, default=0),
    Column("last_run_at", String),
    Column("cached_at", String),  # Shown only with the mailings of a search.
    Column("deleted_at", String),
    Column("purged_at", String),
)

SignupForm = Table(
    "emma_signup_form",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
)

Confirmation = Table(
    "emma_confirmation",
    METADATA,
    Column("token", String, primary_key=True),
    Column("member_id", Integer, nullable=False, index=True, info=refers_to("emma_member")),
    Column("signed_up_at", String, nullable=False),
    Column("confirmed_at", String),  # When the link was followed, which works once.
)
"""A signup that waits for its owner to follow the link of the confirmation message."""

Mailing = Table(
    "emma_mailing",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("type", String, nullable=False, default="m"),  # m, t, r, s or c.
    Column("status", String, nullable=False),  # p, a, i, s, x, c, w, u or f.
    Column("name", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("reply_to", String),
    Column("html_body", String, nullable=False, default=""),
    Column("plaintext", String, nullable=False, default=""),
    Column("public_webview_url", String),
    Column("parent_mailing_id", Integer, index=True, info=refers_to("emma_mailing")),
    Column("signup_form_id", Integer, info=refers_to("emma_signup_form")),
    Column("recipient_count", Integer, nullable=False, default=0),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("plaintext_only", Boolean, nullable=False, default=False),
    Column("datacenter", String),
    Column("created_ts", String, nullable=False),
    Column("send_at", String),
    Column("send_started", String),
    Column("send_finished", String),
    Column("started_or_finished", String),
    Column("cancel_ts", String),
    Column("cancel_by_user_id", Integer),
    Column("failure_ts", String),
    Column("failure_message", String),
    Column("archived_ts", String),
    Column("deleted_at", String),
    Column("purged_at", String),
    # Of a split test: the variation whose content the remaining members get.
    Column("winner_mailing_id", Integer, info=refers_to("emma_mailing")),
)

MailingTarget = Table(
    "emma_mailing_target",
    METADATA,
    Column("mailing_id", Integer, primary_key=True, info=refers_to("emma_mailing")),
    Column("role", String, primary_key=True),  # recipient or suppressed.
    Column("kind", String, primary_key=True),  # group, search, member or segment.
    Column("target_id", Integer, primary_key=True),
    Column("name", String),  # Of a segment, which exists only in mailings.
)
"""Who a mailing is for, or not for."""

Link = Table(
    "emma_link",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("mailing_id", Integer, nullable=False, index=True, info=refers_to("emma_mailing")),
    Column("name", String, nullable=False),
    Column("target", String, nullable=False),
    Column("order", Integer, nullable=False),
    Column("plaintext", Boolean, nullable=False, default=False),
)
"""A link in a mailing."""

HeadsUp = Table(
    "emma_heads_up",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("mailing_id", Integer, nullable=False, index=True, info=refers_to("emma_mailing")),
    Column("email", String, nullable=False),
    Column("sent_ts", String),
)
"""An address that is told when a mailing goes out."""

Delivery = Table(
    "emma_delivery",
    METADATA,
    Column("member_id", Integer, primary_key=True, info=refers_to("emma_member")),
    Column("mailing_id", Integer, primary_key=True, info=refers_to("emma_mailing")),
    Column("place", Integer, nullable=False),  # Counts the recipients of the mailing from 1; the outbox knows them by it.
    # In a split test: the mailing whose content this member gets.
    Column("variation_id", Integer, info=refers_to("emma_mailing")),
    Column("sent", String),
    Column("delivery_type", String),  # d delivered, s soft bounce, b hard bounce.
    Column("delivery_ts", String),
    Column("opened", String),
    Column("clicked", String),
    Column("forwarded", String),
    Column("shared", String),
    Index("emma_delivery_by_place", "mailing_id", "place", unique=True),
)
"""A mailing on its way to one member, and what became of it: a row of the member's history."""

Click = Table(
    "emma_click",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("mailing_id", Integer, nullable=False, info=refers_to("emma_mailing")),
    Column("link_id", Integer, nullable=False, index=True, info=refers_to("emma_link")),
    Column("member_id", Integer, nullable=False, index=True, info=refers_to("emma_member")),
    Column("timestamp", String, nullable=False),
)
"""One click on one link, for searches that ask for it."""

Webhook = Table(
    "emma_webhook",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("event", String, nullable=False),
    Column("url", String, nullable=False),
    Column("method", String, nullable=False),  # GET or POST.
)
"""Who is told when something happens."""
