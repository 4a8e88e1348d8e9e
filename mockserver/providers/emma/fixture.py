"""How Emma's world starts: the form of `emma.toml`. How it is planted is in `planting.py`.

A moment without a zone is wall time as the API prints it; one with a zone, or relative to the clock's start, becomes that.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from mockserver.core.fixtures import FixtureModel, Generate, read_moment
from mockserver.providers.emma.schemas.members import MemberStatus
from mockserver.providers.emma.schemas.webhooks import EventName, Method

DEFAULT_ACCOUNT = 100
DEFAULT_KEYS = ("a1b2c3d4e5f6a7b8c9d0", "d0c9b8a7f6e5d4c3b2a1")
DEFAULT_TOKEN = "b0b1b2b3b4b5b6b7b8b9"  # noqa: S105 - it opens nothing but this mock

_Id = Annotated[int | None, Field(ge=1, le=10**18 - 1, description="Unset: the next free one.")]


def _wall(value: Any) -> datetime | timedelta:
    return value if isinstance(value, datetime) and value.tzinfo is None else read_moment(value)


Wall = Annotated[datetime | timedelta, BeforeValidator(_wall)]


class AccountFixture(FixtureModel):
    id: int = Field(DEFAULT_ACCOUNT, ge=1, le=10**18 - 1)
    name: str = "Example Company"
    sender_name: str = "Example Company"
    sender_email: str = "news@company.example"
    user_id: int = Field(1, ge=1, description="Who cancels what a key cancels.")
    tracker: str | None = Field(None, description="Address of the vendor's web views; unset: pages of this server.")


class KeyFixture(FixtureModel):
    """A pair of keys, or an access token."""

    public_key: str | None = Field(None, min_length=1, pattern=r"^[^\s:]+$")
    private_key: str | None = Field(None, min_length=1)
    access_token: str | None = Field(None, min_length=1, pattern=r"^\S+$")
    revoked: bool = False


class FieldFixture(FixtureModel):
    id: _Id = None
    shortcut_name: str = Field(min_length=1)
    display_name: str = Field(min_length=1)
    short_display_name: str | None = None
    field_type: Literal["text", "text[]", "numeric", "boolean", "date", "timestamp"] = "text"
    widget_type: str = "text"
    required: bool = False
    options: list[str] | None = None
    deleted: Wall | None = None


class GroupFixture(FixtureModel):
    id: _Id = None
    name: str = Field(min_length=1)
    type: Literal["g", "t", "h"] = "g"
    deleted: Wall | None = None


class SmsFixture(FixtureModel):
    phone_number: str
    transactional_status: Literal["a", "o"] = "a"
    promotional_status: Literal["a", "o"] = "o"
    updated: datetime | None = Field(None, description="When the statuses were set; unset: now.")


class OptoutFixture(FixtureModel):
    at: Wall
    mailing: int | None = Field(None, description="Id of the mailing that led to it, which may be gone.")


class MemberFixture(FixtureModel):
    id: _Id = None
    email: str
    status: MemberStatus = "a"
    fields: dict[str, Any] = Field(default_factory=dict, description="By shortcut name.")
    sms: SmsFixture | None = None
    groups: list[str] = Field(default_factory=list, description="By name.")
    since: Wall = timedelta(0)
    modified: Wall | None = None
    confirmed: Wall | None = None
    archived: Wall | None = None
    bounce_count: int = Field(0, ge=0)
    email_error: str | None = None
    plaintext_preferred: bool = False
    optouts: list[OptoutFixture] = Field(default_factory=list)


class SearchFixture(FixtureModel):
    id: _Id = None
    name: str = Field(min_length=1)
    criteria: list[Any]
    active_count: int = Field(0, ge=0, description="What its last run found.")
    optout_count: int = Field(0, ge=0)
    error_count: int = Field(0, ge=0)
    last_run: Wall | None = None
    cached: Wall | None = None
    deleted: Wall | None = None


class SignupFormFixture(FixtureModel):
    id: _Id = None
    name: str = Field(min_length=1)


class WebhookFixture(FixtureModel):
    """Who is told from the start on when something happens."""

    id: _Id = None
    event: EventName
    url: str
    method: Method = "POST"


class ImportMemberFixture(FixtureModel):
    member: str = Field(description="By address.")
    change_type: Literal["a", "c", "d", "n", "u", "r", "s", "t"] = "a"
    added_to_group: bool = False


class ImportFixture(FixtureModel):
    id: _Id = None
    status: Literal["o", "e"] = "o"
    style: Literal["add_only", "add_and_update"] | None = None
    source_filename: str | None = None
    started: Wall
    finished: Wall | None = None
    num_members: int = Field(0, ge=0)
    num_members_added: int = Field(0, ge=0)
    num_members_updated: int = Field(0, ge=0)
    error_message: str | None = None
    members: list[ImportMemberFixture] = Field(default_factory=list)


class LinkFixture(FixtureModel):
    id: _Id = None
    name: str
    target: str
    plaintext: bool = False


class DeliveryFixture(FixtureModel):
    """What became of a mailing for one member."""

    member: str = Field(description="By address.")
    sent: Wall
    delivery_type: Literal["d", "s", "b"] | None = "d"
    delivered: Wall | None = None
    opened: Wall | None = None
    clicked: Wall | None = None
    forwarded: Wall | None = None
    shared: Wall | None = None


class MailingFixture(FixtureModel):
    id: _Id = None
    type: Literal["m", "t", "r", "s", "c"] = "m"
    status: Literal["p", "a", "x", "c", "u", "f"] = "c"
    name: str = Field(min_length=1)
    subject: str
    sender: str
    reply_to: str | None = None
    html_body: str = ""
    plaintext: str = ""
    public_webview_url: str | None = None
    parent: int | None = Field(None, description="Id of the mailing that this one was made from, or varies.")
    recipient_count: int = Field(0, ge=0)
    created: Wall = timedelta(0)
    send_at: Wall | None = None
    send_started: Wall | None = None
    send_finished: Wall | None = None
    canceled: Wall | None = None
    archived: Wall | None = None
    groups: list[str] = Field(default_factory=list, description="Recipients by the names of groups,")
    searches: list[str] = Field(default_factory=list, description="of searches,")
    members: list[str] = Field(default_factory=list, description="and by address.")
    suppressed_groups: list[str] = Field(default_factory=list, description="Who does not get it, in the same ways.")
    suppressed_searches: list[str] = Field(default_factory=list)
    suppressed_members: list[str] = Field(default_factory=list)
    heads_up: list[str] = Field(default_factory=list, description="Addresses that are told when it goes out.")
    links: list[LinkFixture] = Field(default_factory=list)
    deliveries: list[DeliveryFixture] = Field(default_factory=list)


class EmmaFixture(FixtureModel):
    """One `emma.toml`."""

    account: AccountFixture | None = None
    keys: list[KeyFixture] = Field(default_factory=list)
    fields: list[FieldFixture] = Field(default_factory=list)
    groups: list[GroupFixture] = Field(default_factory=list)
    members: list[MemberFixture] = Field(default_factory=list)
    searches: list[SearchFixture] = Field(default_factory=list)
    signup_forms: list[SignupFormFixture] = Field(default_factory=list)
    webhooks: list[WebhookFixture] = Field(default_factory=list)
    imports: list[ImportFixture] = Field(default_factory=list)
    mailings: list[MailingFixture] = Field(default_factory=list)
    generate: Generate | None = None
