"""What emfluence remembers.

Texts that are empty are empty here as they are on the wire; moments are UTC, which is what the wire calls GMT.
"""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, MetaData, String, Table, text

from mockserver.core.moments import UtcDateTime
from mockserver.core.redaction import SECRET
from mockserver.core.relations import refers_to

METADATA = MetaData()

ClientAccount = Table(
    "emf_account",
    METADATA,
    Column("id", Integer, primary_key=True, default=1),
    Column("name", String, nullable=False),
    Column("address", String, nullable=False),
    Column("city", String, nullable=False),
    Column("state", String, nullable=False),
    Column("zip", String, nullable=False),
    Column("time_zone", String, nullable=False),
    Column("closed", Boolean, nullable=False, default=False),  # Whether its tokens answer code 201.
)
"""The one client account of a workspace."""

User = Table(
    "emf_user",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("username", String, nullable=False),
    Column("active", Boolean, nullable=False, default=True),  # A deactivated one's tokens answer code 202.
    Column("permissions", JSON, nullable=False),  # Labels of roles and permissions.
    Column("profile", JSON, nullable=False),  # What else users/lookup shows: names, address, phones.
    Column("date_added", UtcDateTime, nullable=False),
    Column("date_modified", UtcDateTime),
)

Token = Table(
    "emf_token",
    METADATA,
    Column("secret", String, primary_key=True, info=SECRET),
    Column("user_id", Integer, nullable=False, index=True, info=refers_to("emf_user")),
    # One of the retired application-only kind: it answers code 203.
    Column("application", Boolean, nullable=False, default=False),
)
"""An access token. One user may have several."""

CustomField = Table(
    "emf_custom_field",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("label", String, nullable=False),
)
"""A custom field of contacts; `custom1` is the one with number 1."""

Contact = Table(
    "emf_contact",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("email", String, nullable=False),
    Column("email_key", String, nullable=False, unique=True),  # The address as it is compared: trimmed, case folded.
    Column("user_id", Integer, nullable=False, index=True, info=refers_to("emf_user")),  # The owner.
    Column("suppressed", Boolean, nullable=False, default=False),
    Column("date_suppressed", UtcDateTime),
    Column("held", Boolean, nullable=False, default=False),
    Column("date_held", UtcDateTime),
    Column("first_name", String, nullable=False, default=""),
    Column("last_name", String, nullable=False, default=""),
    Column("customer_id", String, nullable=False, default=""),
    Column("original_source", String, nullable=False, default=""),
    Column("company", String, nullable=False, default=""),
    Column("title", String, nullable=False, default=""),
    Column("mobile_number", String, nullable=False, default=""),
    Column("phone", String, nullable=False, default=""),
    Column("fax", String, nullable=False, default=""),
    Column("address1", String, nullable=False, default=""),
    Column("address2", String, nullable=False, default=""),
    Column("city", String, nullable=False, default=""),
    Column("state", String, nullable=False, default=""),
    Column("zip_code", String, nullable=False, default=""),
    Column("country", String, nullable=False, default=""),
    Column("purl", String, nullable=False, default=""),
    Column("date_of_birth", String, nullable=False, default=""),  # yyyy-mm-dd; the year 1900 means month and day only.
    Column("ip_address", String, nullable=False, default=""),
    Column("notes", String, nullable=False, default=""),
    Column("memo", String, nullable=False, default=""),
    Column("custom_fields", JSON, nullable=False),  # Values by name, `custom1` and so on,
    Column("content_variables", JSON, nullable=False),  # and `content1` and so on.
    Column("date_added", UtcDateTime, nullable=False),
    Column("date_modified", UtcDateTime),
    Column("last_activity", UtcDateTime),
    Column("last_click", UtcDateTime),
    Index("emf_contact_purl", text("lower(purl)"), sqlite_where=text("purl <> ''")),
)

Group = Table(
    "emf_group",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False, index=True),  # The name as it is compared: trimmed, case folded.
    Column("friendly_name", String, nullable=False),
    Column("description", String, nullable=False, default=""),
    Column("notes", String, nullable=False, default=""),
    Column("external_id", String, nullable=False, default=""),
    Column("type", String, nullable=False, default="Static"),  # Static or Dynamic.
    Column("status", String, nullable=False, default="Active"),  # Active or Archived.
    # Whether it is All, which has every contact and cannot be left.
    Column("built_in", Boolean, nullable=False, default=False),
    Column("rule", JSON(none_as_null=True)),  # Of a dynamic group: the contacts/search parameters that its members fit.
    Column("protected", Boolean, nullable=False, default=False),
    Column("private", Boolean, nullable=False, default=True),
    Column("send_tests", Boolean, nullable=False, default=False),
    Column("user_id", Integer, info=refers_to("emf_user")),
    Column("user_ids", JSON, nullable=False, info=refers_to("emf_user")),
    Column("auto_response_email_id", Integer, info=refers_to("emf_email")),  # The automated email whose source it is.
    Column("date_added", UtcDateTime, nullable=False),
    Column("date_modified", UtcDateTime),
    Column("date_last_email_sent", UtcDateTime),
)

Membership = Table(
    "emf_membership",
    METADATA,
    Column("contact_id", Integer, primary_key=True, info=refers_to("emf_contact")),
    Column("group_id", Integer, primary_key=True, info=refers_to("emf_group")),
    Column("suppressed", Boolean, nullable=False, default=False),  # Opted out of this group only.
    Column("date_added", UtcDateTime, nullable=False),
    Index("emf_membership_by_group", "group_id", "contact_id"),
)
"""A contact in a static group."""

Template = Table(
    "emf_template",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("type", String, nullable=False, default="HTML"),
    Column("html_version", String, nullable=False, default=""),
    Column("text_version", String, nullable=False, default=""),
    Column("html_head_editable", Boolean, nullable=False, default=False),
    Column("override_approval_process", Boolean, nullable=False, default=False),
    Column("thumbnail", String, nullable=False, default=""),
    Column("defaults", JSON, nullable=False),
    Column("user_ids", JSON, nullable=False, info=refers_to("emf_user")),
    Column("date_added", UtcDateTime, nullable=False),
    Column("date_modified", UtcDateTime),
)

Email = Table(
    "emf_email",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("delivery_type", String, nullable=False, default="Manual"),  # Manual, Automated or Transactional.
    # Draft, Scheduled, Sending or Sent; an automated one is Active or Inactive.
    Column("status", String, nullable=False, default="Draft"),
    Column("template_id", Integer, info=refers_to("emf_template")),
    Column("user_id", Integer, nullable=False, index=True, info=refers_to("emf_user")),
    Column("parent_email_id", Integer, index=True, info=refers_to("emf_email")),
    Column("title", String, nullable=False, default=""),
    Column("subject", String, nullable=False, default=""),
    Column("preheader", String, nullable=False, default=""),
    Column("from_name", String, nullable=False, default=""),
    Column("from_address", String, nullable=False, default=""),
    Column("reply_to_name", String, nullable=False, default=""),
    Column("reply_to_address", String, nullable=False, default=""),
    Column("bcc_address", String, nullable=False, default=""),
    Column("html_version_editable", Boolean, nullable=False, default=False),
    Column("content", JSON, nullable=False),  # body_slot1 to body_slot10, htmlHead, htmlVersion, textVersion.
    Column("recipients", JSON, nullable=False),  # contactIDs, groupIDs, excludeGroupIDs.
    Column("throttling", JSON, nullable=False),
    Column("tracking", JSON, nullable=False),
    Column("campaign_ids", JSON, nullable=False),
    Column("approvals_required", Integer, nullable=False, default=0),
    Column("approvals_current", Integer, nullable=False, default=0),
    Column("transactional_category", String, nullable=False, default="", info=refers_to("emf_transactional_category")),
    Column("source_group_id", Integer, info=refers_to("emf_group")),  # Of an automated one.
    Column("date_added", UtcDateTime, nullable=False),
    Column("date_modified", UtcDateTime),
    Column("date_scheduled", UtcDateTime),
    Column("date_sent", UtcDateTime),
    # What was counted of its deliveries, and of those of its children (see `actions/metrics.py`).
    Column("metrics", JSON, nullable=False),
)

Delivery = Table(
    "emf_delivery",
    METADATA,
    Column("contact_id", Integer, primary_key=True, info=refers_to("emf_contact")),
    Column("email_id", Integer, primary_key=True, info=refers_to("emf_email")),
    Column("place", Integer, nullable=False),  # Counts the recipients of the email from 1; the outbox knows them by it.
    Column("date_sent", UtcDateTime, nullable=False),
    Column("views", Integer, nullable=False, default=0),
    Column("clicks", Integer, nullable=False, default=0),
    Column("forwards", Integer, nullable=False, default=0),
    Column("shares", Integer, nullable=False, default=0),
    Column("web_views", Integer, nullable=False, default=0),
    Column("unsubscribed", Boolean, nullable=False, default=False),
    Column("complained", Boolean, nullable=False, default=False),
    Column("bounce_type", String, nullable=False, default=""),  # HB for a hard one; anything else is a soft one.
    Column("bounce_description", String, nullable=False, default=""),
    Index("emf_delivery_by_place", "email_id", "place", unique=True),
)
"""An email on its way to one contact, and what became of it."""

Activity = Table(
    "emf_activity",
    METADATA,
    Column("id", Integer, primary_key=True),  # The database counts them: most come many at a time.
    Column("contact_id", Integer, nullable=False, index=True, info=refers_to("emf_contact")),
    Column("kind", String, nullable=False),  # EMAIL:SENT, EMAIL:VIEWED, ...
    Column("date", UtcDateTime, nullable=False),
    Column("email_id", Integer, index=True, info=refers_to("emf_email")),
    Column("detail", String, nullable=False, default=""),  # A link, the reason of a bounce.
    Index("emf_activity_by_date", "date"),
    Index("emf_activity_by_kind", "kind", "date"),
)
"""Something that a contact did, or that happened to it."""

EmailLog = Table(
    "emf_email_log",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("email_id", Integer, nullable=False, index=True, info=refers_to("emf_email")),
    Column("user_id", Integer, nullable=False, info=refers_to("emf_user")),
    Column("action", String, nullable=False),
    Column("date", UtcDateTime, nullable=False),
)
"""Who did what to an email, and when."""

TransactionalCategory = Table(
    "emf_transactional_category",
    METADATA,
    Column("name", String, primary_key=True),
    Column("date_added", UtcDateTime, nullable=False),
)
