from collections.abc import Iterable
from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.providers.emma.schemas.payloads import Flag, FormId, Ids, Object, Payload, PhoneNumber, empty_array_as_object

MemberStatus = Literal["a", "e", "o", "f"]

STATUS_WORDS = {"a": "active", "e": "error", "o": "opt-out", "f": "forwarded"}
SMS_STATUSES = ("a", "o")


class Sms(TypedDict):
    phone_number: str
    region_code: str
    transactional_status: str
    transactional_status_updated_at: str
    promotional_status: str
    promotional_status_updated_at: str


class MemberRow(TypedDict):
    status: str
    confirmed_opt_in: str | None
    account_id: int
    fields: NotRequired[dict[str, Any]]
    member_id: int
    sms: NotRequired[Sms | None]
    last_modified_at: str | None
    member_status_id: MemberStatus
    plaintext_preferred: bool
    email_error: str | None
    member_since: str
    bounce_count: int
    deleted_at: str | None
    email: str | None


class MemberAdded(TypedDict):
    status: MemberStatus
    added: bool
    member_id: int


class OptoutRow(TypedDict):
    timestamp: str
    mailing_id: int | None


class SmsPayload(Payload):
    phone_number: PhoneNumber = None
    promotional_status: str | None = None
    transactional_status: str | None = None


class MemberPayload(Payload):
    """What adding, signing up and updating a member have in common."""

    email: str | None = None
    fields: Object = Field(None, description="By shortcut name; null takes a value away.")
    field_triggers: Flag = None
    subscriber_consent_tracking: Flag = None


class MemberSave(MemberPayload):
    phone_number: PhoneNumber = Field(None, description="The same as `sms.phone_number`, which wins.")
    sms: Annotated[SmsPayload | None, empty_array_as_object] = None


class MemberAdd(MemberSave):
    group_ids: Ids = Field(default_factory=list)
    signup_form_id: FormId = None


class MemberUpdate(MemberSave):
    status_to: str | None = None


def optout_rows(rows: Iterable[tuple[Any, ...]]) -> list[OptoutRow]:
    return [{"timestamp": timestamp, "mailing_id": mailing} for timestamp, mailing in rows]


def member_rows(rows: Iterable[tuple[Any, ...]], account_id: int) -> list[MemberRow]:
    """Members as most answers show them; the order of the columns is that of `actions.members.ROW`."""
    return [
        {
            "status": STATUS_WORDS[status],
            "confirmed_opt_in": confirmed_opt_in,
            "account_id": account_id,
            "fields": fields,
            "member_id": id_,
            "sms": sms,
            "last_modified_at": last_modified_at,
            "member_status_id": status,
            "plaintext_preferred": plaintext_preferred,
            "email_error": email_error,
            "member_since": member_since,
            "bounce_count": bounce_count,
            "deleted_at": deleted_at,
            "email": email,
        }
        for (
            id_,
            email,
            status,
            fields,
            sms,
            email_error,
            bounce_count,
            plaintext_preferred,
            confirmed_opt_in,
            member_since,
            last_modified_at,
            deleted_at,
        ) in rows
    ]


def base_rows(rows: Iterable[tuple[Any, ...]], account_id: int) -> list[MemberRow]:
    """Members with their base attributes only."""
    found = member_rows(rows, account_id)
    for row in found:
        del row["fields"]
    return found


def rows_without_sms(rows: Iterable[tuple[Any, ...]], account_id: int) -> list[MemberRow]:
    """Members as the answers about mailings show them."""
    found = member_rows(rows, account_id)
    for row in found:
        del row["sms"]
    return found
