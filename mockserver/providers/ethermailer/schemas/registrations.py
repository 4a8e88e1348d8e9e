from pydantic import Field
from typing_extensions import TypedDict

from mockserver.providers.ethermailer.schemas.contacts import ContactPayload, Text


class RegistrationPayload(ContactPayload):
    """A contact's payload, and the profile that sends the opt-in message."""

    sender_profile_id: Text = Field(None, alias="senderProfileId")


class Registered(TypedDict):
    doubleOptinEmailSent: bool
