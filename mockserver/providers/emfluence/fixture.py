"""How emfluence's world starts: the form of `emfluence.toml`. How it is planted is in `planting.py`."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from mockserver.core.fixtures import FixtureModel, Generate, Moment

DEFAULT_TOKEN = "00000000-0000-0000-0000-000000000001"  # noqa: S105 - it opens nothing but this mock
ALL_GROUP = "All"

PERMISSIONS = (
    "Restricted user",
    "Notifications-only user",
    "Client admin",
    "Connections Admin",
    "Manage Signatures",
    "Upload Images",
    "Content Blocks",
    "Manage QR Codes",
    "Send Mail",
    "Compose Mail",
    "Approve Mail",
    "Pre-Flight",
    "Manage Templates",
    "Email Coder",
    "Create Groups",
    "Contacts (Delete)",
    "Contacts (Add)",
    "Contacts (Edit)",
    "Contacts (Import)",
    "Contacts (Export)",
    "List Cleanse",
    "Manage Landing Pages",
    "Reseller Admininistrator",  # spelled so by the vendor
    "SMS Admin",
    "SMS Viewer",
    "Survey Admin",
    "Survey Viewer",
)
"""The labels of all roles and permissions."""

_Id = Annotated[int | None, Field(ge=1, le=2**31 - 1, description="Unset: the next free one.")]


class AccountFixture(FixtureModel):
    name: str = "Example Company"
    address: str = "1 Example Street"
    city: str = "Kansas City"
    state: str = "MO"
    zip: str = "64108"
    time_zone: str = "America/Chicago"
    closed: bool = Field(False, description="Whether every call is refused with code 201.")


class TokenFixture(FixtureModel):
    token: str = Field(min_length=1, pattern=r"^\S+$")
    application: bool = Field(False, description="Of the retired application-only kind: code 203.")


class UserFixture(FixtureModel):
    id: _Id = None
    username: str = Field(min_length=1)
    active: bool = Field(True, description="Else its tokens are refused with code 202.")
    permissions: list[str] = Field(default_factory=list, description="Labels of roles and permissions.")
    tokens: list[TokenFixture] = Field(default_factory=list)
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    company: str = ""
    title: str = ""
    phone: str = ""
    added: Moment = timedelta(days=-365)


class CustomFieldFixture(FixtureModel):
    number: int = Field(ge=1, le=255)
    label: str = Field(min_length=1)


class GroupFixture(FixtureModel):
    id: _Id = None
    name: str = Field(min_length=1)
    friendly_name: str | None = Field(None, description="Unset: the name.")
    description: str = ""
    notes: str = ""
    external_id: str = ""
    type: Literal["Static", "Dynamic"] = "Static"
    rule: dict[str, Any] | None = Field(None, description="Of a dynamic one: what its members fit, as in contacts/search.")
    status: Literal["Active", "Archived"] = "Active"
    protected: bool = False
    private: bool = True
    user: str | None = Field(None, description="Username of its owner.")
    users: list[str] = Field(default_factory=list, description="Usernames of those who may use it.")
    added: Moment = timedelta(days=-300)


class MembershipFixture(FixtureModel):
    group: str
    suppressed: bool = False


class ContactFixture(FixtureModel):
    id: _Id = None
    email: str
    owner: str | None = Field(None, description="Username; unset: the first user.")
    groups: list[str | MembershipFixture] = Field(default_factory=list, description="By name.")
    suppressed: Moment | None = Field(None, description="When it opted out.")
    held: Moment | None = Field(None, description="When its address was found to be bad.")
    first_name: str = ""
    last_name: str = ""
    customer_id: str = ""
    original_source: str = "Unknown"
    company: str = ""
    title: str = ""
    mobile_number: str = ""
    phone: str = ""
    address1: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    country: str = ""
    purl: str = ""
    date_of_birth: date | None = None
    notes: str = ""
    custom: dict[str, str] = Field(default_factory=dict, description="Values by the label of the custom field.")
    added: Moment = timedelta(days=-200)
    modified: Moment | None = None


class TemplateFixture(FixtureModel):
    id: _Id = None
    name: str = Field(min_length=1)
    type: Literal["HTML", "Text"] = "HTML"
    html_version: str = ""
    text_version: str = ""
    html_head_editable: bool = False
    subject: str = ""
    title: str = ""
    from_name: str = ""
    from_address: str = ""
    users: list[str] = Field(default_factory=list)
    added: Moment = timedelta(days=-300)


class DeliveryFixture(FixtureModel):
    """What became of an email for one contact."""

    contact: str = Field(description="By address.")
    views: int = Field(0, ge=0)
    clicks: int = Field(0, ge=0)
    unsubscribed: bool = False
    complained: bool = False
    bounce_type: str = ""
    bounce_description: str = ""


class EmailFixture(FixtureModel):
    id: _Id = None
    delivery_type: Literal["Manual", "Automated", "Transactional"] = "Manual"
    status: Literal["Draft", "Scheduled", "Sent", "Active", "Inactive"] = "Draft"
    template: str | None = Field(None, description="By name.")
    owner: str | None = Field(None, description="Username; unset: the first user.")
    title: str = Field(min_length=1)
    subject: str = ""
    preheader: str = ""
    from_name: str = ""
    from_address: str = ""
    reply_to_name: str = ""
    reply_to_address: str = ""
    html_version_editable: bool = False
    content: dict[str, str] = Field(default_factory=dict, description="body_slot1 ..., htmlHead, htmlVersion, textVersion.")
    contacts: list[str] = Field(default_factory=list, description="Recipients by address,")
    groups: list[str] = Field(default_factory=list, description="by group,")
    exclude_groups: list[str] = Field(default_factory=list, description="and who in them does not get it.")
    approvals_required: int = Field(0, ge=0)
    category: str = Field("", description="Of a transactional one.")
    source_group: str | None = Field(None, description="Of an automated one.")
    added: Moment = timedelta(days=-60)
    scheduled: Moment | None = None
    sent: Moment | None = None
    deliveries: list[DeliveryFixture] = Field(default_factory=list)


class EmfluenceFixture(FixtureModel):
    """One `emfluence.toml`."""

    account: AccountFixture | None = None
    users: list[UserFixture] = Field(default_factory=list)
    custom_fields: list[CustomFieldFixture] = Field(default_factory=list)
    groups: list[GroupFixture] = Field(default_factory=list)
    contacts: list[ContactFixture] = Field(default_factory=list)
    templates: list[TemplateFixture] = Field(default_factory=list)
    emails: list[EmailFixture] = Field(default_factory=list)
    generate: Generate | None = None
