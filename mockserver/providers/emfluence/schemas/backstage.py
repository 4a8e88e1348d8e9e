"""What people do with emails in the web application, and with messages in their mailboxes, as control calls say it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


def _form(**example: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class WhichSent(BaseModel):
    model_config = _form(email_id=401)

    email_id: Id


class EmailState(BaseModel):
    email_id: int
    status: str
    approvals_required: int
    approvals_current: int


class Readers(WhichSent):
    """One recipient of an email that was sent, or a share of them; always the same ones."""

    model_config = _form(email_id=401, share=0.25)

    contact: Id | str | None = Field(None, description="One recipient, by id or address,")
    share: float | None = Field(None, gt=0, le=1, description="or so many of all of them, from 0 to 1.")


class Click(Readers):
    model_config = _form(email_id=401, contact="john.doe@example.com", link="https://museum.example/whales")

    link: str = Field("", description="The address that is followed, for the contact's activities.")


class Forwarding(Readers):
    model_config = _form(email_id=401, contact="john.doe@example.com", to="friend@example.org")

    to: str = Field("", description="Whom it is sent on to, for the contact's activities.")


class Sharing(Readers):
    model_config = _form(email_id=401, contact="john.doe@example.com", network="Facebook")

    network: str = Field("", description="Where it is shown, for the contact's activities.")


class Bounce(Readers):
    model_config = _form(email_id=401, contact="john.doe@example.com", kind="hard")

    kind: Literal["hard", "soft"] = "hard"
    reason: str = Field("mailbox unavailable", min_length=1)


class Counted(BaseModel):
    contacts: int = Field(description="How many contacts it was.")
