from pydantic import Field

from mockserver.providers.emma.schemas.payloads import Emails, Payload

LONGEST_NOTE = 500


class MessageForward(Payload):
    """Who gets a message that a member got."""

    heads_up_emails: Emails = Field(default_factory=list)
    recipient_emails: Emails = Field(default_factory=list)
    note: str | None = None
