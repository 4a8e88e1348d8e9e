from collections.abc import Iterable
from typing import Any, NotRequired

from pydantic import BaseModel
from typing_extensions import TypedDict

STATUS_WORDS = {
    "p": "pending",
    "a": "paused",
    "i": "injecting",
    "s": "sending",
    "x": "canceled",
    "c": "complete",
    "w": "waiting",
    "u": "unapproved",
    "f": "failed",
}


class MailingStatusPayload(BaseModel):
    """The payload of an update. Of whatever type the status is: an unknown mailing is told before a wrong one."""

    status: Any = None


class ListedMailing(TypedDict):
    """A mailing as the list shows it."""

    mailing_type: str
    send_started: str | None
    cancel_by_user_id: int | None
    mailing_id: int
    recipient_count: int
    cancel_ts: str | None
    mailing_status: str
    month: int | None
    failure_ts: str | None
    reply_to: str | None
    year: int | None
    datacenter: str | None
    started_or_finished: str | None
    account_id: int
    disabled: bool
    created_ts: str
    sender: str
    plaintext_only: bool
    name: str
    parent_mailing_id: int | None
    failure_message: str | None
    send_finished: str | None
    send_at: str | None
    signup_form_id: int | None
    subject: str
    purged_at: str | None
    archived_ts: str | None
    html_body: NotRequired[str]
    plaintext: NotRequired[str]


class UpdatedMailing(ListedMailing):
    deleted_at: str | None


class MailingGroup(TypedDict):
    member_group_id: int
    name: str


class MailingMember(TypedDict):
    email: str | None
    member_id: int


class MailingSearch(TypedDict):
    search_id: int
    name: str


class MailingSegment(TypedDict):
    segment_id: int
    name: str | None


class MailingLink(TypedDict):
    mailing_id: int
    plaintext: bool
    link_id: int
    link_name: str
    link_target: str
    link_order: int


class HeadsUpEmail(TypedDict):
    sent_ts: str | None
    email: str
    mailing_id: int


class MailingTargets(TypedDict):
    """The recipients of a mailing by their names."""

    recipient_groups: list[MailingGroup]
    recipient_members: list[MailingMember]
    recipient_searches: list[MailingSearch]
    recipient_segments: list[int] | list[MailingSegment]


class MailingDetail(MailingTargets):
    """A mailing by itself: with its content and recipients, without some of what the list shows."""

    heads_up_emails: list[HeadsUpEmail]
    links: list[MailingLink]
    mailing_id: int
    account_id: int
    mailing_type: str
    mailing_status: str
    name: str
    subject: str
    sender: str
    reply_to: str | None
    recipient_count: int
    parent_mailing_id: int | None
    signup_form_id: int | None
    public_webview_url: str | None
    html_body: str
    plaintext: str
    send_at: str | None
    send_started: str | None
    send_finished: str | None
    archived_ts: str | None
    deleted_at: str | None


def listed_mailing(row: Any, account_id: int) -> ListedMailing:
    """A row of the table as the list shows it; with its content, if that was read."""
    shown: ListedMailing = {
        "mailing_type": row.type,
        "send_started": row.send_started,
        "cancel_by_user_id": row.cancel_by_user_id,
        "mailing_id": row.id,
        "recipient_count": row.recipient_count,
        "cancel_ts": row.cancel_ts,
        "mailing_status": row.status,
        "month": part_of(row.started_or_finished, MONTH),
        "failure_ts": row.failure_ts,
        "reply_to": row.reply_to,
        "year": part_of(row.started_or_finished, YEAR),
        "datacenter": row.datacenter,
        "started_or_finished": row.started_or_finished,
        "account_id": account_id,
        "disabled": row.disabled,
        "created_ts": row.created_ts,
        "sender": row.sender,
        "plaintext_only": row.plaintext_only,
        "name": row.name,
        "parent_mailing_id": row.parent_mailing_id,
        "failure_message": row.failure_message,
        "send_finished": row.send_finished,
        "send_at": row.send_at,
        "signup_form_id": row.signup_form_id,
        "subject": row.subject,
        "purged_at": row.purged_at,
        "archived_ts": row.archived_ts,
    }
    for content in ("html_body", "plaintext"):
        if hasattr(row, content):
            shown[content] = getattr(row, content)
    return shown


def listed_mailings(rows: Iterable[Any], account_id: int) -> list[ListedMailing]:
    return [listed_mailing(row, account_id) for row in rows]


def updated_mailing(row: Any, account_id: int) -> UpdatedMailing:
    return {**listed_mailing(row, account_id), "deleted_at": row.deleted_at}


def mailing_detail(
    row: Any, account_id: int, *, recipients: MailingTargets, heads_up: list[HeadsUpEmail], links: list[MailingLink]
) -> MailingDetail:
    return {
        **recipients,
        "heads_up_emails": heads_up,
        "links": links,
        "mailing_id": row.id,
        "account_id": account_id,
        "mailing_type": row.type,
        "mailing_status": row.status,
        "name": row.name,
        "subject": row.subject,
        "sender": row.sender,
        "reply_to": row.reply_to,
        "recipient_count": row.recipient_count,
        "parent_mailing_id": row.parent_mailing_id,
        "signup_form_id": row.signup_form_id,
        "public_webview_url": row.public_webview_url,
        "html_body": row.html_body,
        "plaintext": row.plaintext,
        "send_at": row.send_at,
        "send_started": row.send_started,
        "send_finished": row.send_finished,
        "archived_ts": row.archived_ts,
        "deleted_at": row.deleted_at,
    }


def mailing_links(rows: Iterable[Any]) -> list[MailingLink]:
    return [
        {
            "mailing_id": row.mailing_id,
            "plaintext": row.plaintext,
            "link_id": row.id,
            "link_name": row.name,
            "link_target": row.target,
            "link_order": row.order,
        }
        for row in rows
    ]


def heads_up_emails(rows: Iterable[tuple[Any, ...]]) -> list[HeadsUpEmail]:
    return [{"sent_ts": sent_ts, "email": email, "mailing_id": mailing_id} for sent_ts, email, mailing_id in rows]


YEAR, MONTH, DAY, HOUR = slice(3, 7), slice(8, 10), slice(11, 13), slice(14, 16)
"""Where they are in a moment as it travels, `@D:2018-09-16T10:30:10`."""


def part_of(moment: str | None, part: slice) -> int | None:
    return None if moment is None else int(moment[part])
