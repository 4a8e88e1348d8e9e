from pydantic import Field
from typing_extensions import TypedDict

from mockserver.providers.emma.schemas.payloads import Emails, Ids, Payload


class MailingResend(Payload):
    """Who gets a mailing that was sent before."""

    sender: str | None = None
    heads_up_emails: Emails = Field(default_factory=list)
    recipient_emails: Emails = Field(default_factory=list)
    recipient_groups: Ids = Field(default_factory=list)
    recipient_searches: Ids = Field(default_factory=list)
    recipient_segments: Ids = Field(default_factory=list)
    suppression_segments: Ids = Field(default_factory=list)


class MailingMade(TypedDict):
    """The mailing that was made of another one."""

    mailing_id: int
