from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.providers.emma.schemas.payloads import Payload

EventName = Literal[
    "mailing_finish",
    "mailing_start",
    "member_signup",
    "message_open",
    "message_click",
    "member_optout",
    "message_forward",
    "message_share",
    "import_finish",
    "member_add",
    "member_update",
]
Method = Literal["GET", "POST"]


class Event(NamedTuple):
    """Something that a webhook can be told of."""

    id: int
    description: str
    resource: str
    """The path of what it is about, below the account."""
    facts: tuple[str, ...]
    """What is told of it, in this order."""
    row: str
    names_its_resource: bool = False
    """Whether `resource_url` is among the facts; older events have it beside them."""


_MEMBER, _MAILING, _IMPORT = "members/{member_id}", "mailings/{mailing_id}", "members/imports/{import_id}"
_MESSAGE = ("account_id", "member_id", "mailing_id", "subject", "timestamp")

EVENTS: dict[EventName, Event] = {
    "mailing_finish": Event(
        1,
        "A mailing has been sent to everybody.",
        _MAILING,
        ("mailing_id", "account_id", "subject", "timestamp"),
        "emma.events.mailing_finish",
    ),
    "mailing_start": Event(
        2,
        "A mailing starts.",
        _MAILING,
        ("mailing_id", "account_id", "subject", "timestamp"),
        "emma.events.mailing_start",
    ),
    "member_signup": Event(
        3,
        "A member signs up.",
        _MEMBER,
        ("signup_form_id", "account_id", "member_id", "mailing_id", "timestamp"),
        "emma.events.member_signup",
    ),
    "message_open": Event(4, "A message is opened.", _MEMBER, _MESSAGE, "emma.events.message_open"),
    "message_click": Event(
        5, "A link in a message is clicked.", _MEMBER, (*_MESSAGE, "link_id"), "emma.events.message_click"
    ),
    "member_optout": Event(6, "A member opts out.", _MEMBER, _MESSAGE, "emma.events.member_optout"),
    "message_forward": Event(7, "A message is forwarded.", _MEMBER, _MESSAGE, "emma.events.message_forward"),
    "message_share": Event(
        8, "A message is shared in a network.", _MEMBER, (*_MESSAGE, "network"), "emma.events.message_share"
    ),
    "import_finish": Event(
        9,
        "An import is finished.",
        _IMPORT,
        ("import_id", "account_id", "timestamp", "resource_url", "group_ids", "contact_count"),
        "emma.events.import_finish",
        names_its_resource=True,
    ),
    "member_add": Event(
        10,
        "A member is added.",
        _MEMBER,
        ("member_id", "account_id", "timestamp", "signup_form_id", "resource_url"),
        "emma.events.member_add",
        names_its_resource=True,
    ),
    "member_update": Event(
        11,
        "A member is updated.",
        _MEMBER,
        ("member_id", "account_id", "timestamp", "resource_url"),
        "emma.events.member_update",
        names_its_resource=True,
    ),
}


class WebhookRow(TypedDict):
    webhook_id: int
    account_id: int
    url: str
    method: Method
    event: EventName


class EventRow(TypedDict):
    event_name: EventName
    webhook_event_id: int
    description: str


class WebhookSave(Payload):
    """A new webhook, or what is to change in one."""

    event: str | None = None
    url: str | None = None
    method: str | None = Field(None, description="GET or POST, which is the default.")
    public_key: str | None = Field(None, description="Deprecated: it has no effect.")
    user_id: Any = Field(None, description="An older name for the same.")


def webhook_rows(rows: Iterable[tuple[Any, ...]], account_id: int) -> list[WebhookRow]:
    return [
        {"url": url, "webhook_id": id_, "method": method, "account_id": account_id, "event": event}
        for id_, event, url, method in rows
    ]


def event_rows() -> list[EventRow]:
    return [
        {"event_name": name, "webhook_event_id": event.id, "description": event.description}
        for name, event in EVENTS.items()
    ]
