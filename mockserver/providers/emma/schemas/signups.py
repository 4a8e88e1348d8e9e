from collections.abc import Iterable
from typing import Any

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.providers.emma.schemas.members import MemberPayload, MemberStatus
from mockserver.providers.emma.schemas.payloads import Flag, FormId, Ids

TAGS = ("rsvp_name", "rsvp_email", "opt_in_url", "opt_out_url")
"""What an `opt_in_message` must have, in square brackets."""


class SignupPayload(MemberPayload):
    group_ids: Ids = Field(default_factory=list)
    signup_form_id: FormId = None
    opt_in_subject: str | None = None
    opt_in_message: str | None = Field(None, description=f"Must have the tags [{'], ['.join(TAGS)}].")
    opt_in_confirmation: Flag = Field(None, description="Left out: as if it were true.")


class SignedUp(TypedDict):
    status: MemberStatus
    member_id: int


class SignupFormRow(TypedDict):
    id: int
    name: str


def signup_form_rows(rows: Iterable[tuple[Any, ...]]) -> list[SignupFormRow]:
    return [{"id": id_, "name": name} for id_, name in rows]
