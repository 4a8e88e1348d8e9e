"""What Ether Mailer remembers.

Ids are integers here and decimal strings on the wire. They rise with creation, so ordering by id is ordering by age. Plain
integers hold 64 bits in SQLite and, as a primary key, are the row's own number; a BIGINT would need a second tree.
"""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table

from mockserver.core.moments import UtcDateTime
from mockserver.core.redaction import SECRET
from mockserver.core.relations import refers_to

METADATA = MetaData()

Account = Table(
    "ether_account",
    METADATA,
    Column("id", Integer, primary_key=True, default=1),
    Column("api_key", String, nullable=False, info=SECRET),
    Column("username", String, nullable=False),
    Column("company", String, nullable=False),
    Column("email", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # How many of the next opt-in messages will fail to go out (backstage).
    Column("failing_sends", Integer, nullable=False, default=0),
)
"""The one account of a workspace."""

SenderProfile = Table(
    "ether_sender_profile",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("spf", Boolean, nullable=False),
    Column("dkim", Boolean, nullable=False),
)

ContactGroup = Table(
    "ether_contact_group",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("can_delete", Boolean, nullable=False, default=True),
)

ExtraField = Table(
    "ether_extra_field",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("type", String, nullable=False),
    Column("required", Boolean, nullable=False, default=False),
    Column("options", JSON, nullable=False),  # As they travel: `{"optionId": ..., "text": ...}`.
)
"""An extra field of contacts, defined in the web application (here: in fixtures)."""

Contact = Table(
    "ether_contact",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("email", String, nullable=False),
    Column("email_key", String, nullable=False, unique=True),  # The address as it is compared: trimmed, case folded.
    Column("name", String),
    Column("surname", String),
    # By field id. They are written and read as a whole, so they have no table of their own.
    Column("extra_values", JSON, nullable=False),
    Column("deleted_at", UtcDateTime),
)

Membership = Table(
    "ether_membership",
    METADATA,
    Column("contact_id", Integer, ForeignKey("ether_contact.id"), primary_key=True),
    Column("group_id", Integer, ForeignKey("ether_contact_group.id"), primary_key=True),
    Index("ether_membership_by_group", "group_id", "contact_id"),
)
"""A contact in a group. It outlives the contact's deletion, because a restored contact is in its groups again."""

Registration = Table(
    "ether_registration",
    METADATA,
    Column("email_key", String, primary_key=True),
    Column("token", String, nullable=False, unique=True),
    Column("sender_profile_id", Integer, nullable=False, info=refers_to("ether_sender_profile")),
    Column("draft", JSON, nullable=False),
    Column("registered_at", UtcDateTime, nullable=False),
)
"""A contact that waits for its owner to confirm (double opt-in)."""
