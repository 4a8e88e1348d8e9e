"""What people do with mailings in the web application, and with messages in their mailboxes, as control calls say it."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Reference = Id | str
"""An id, or a name; of a member, the address."""


def _form(**example: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


class ComposedLink(BaseModel):
    model_config = _form(name="Shop", target="https://shop.example")

    name: str = Field(min_length=1)
    target: str = Field(min_length=1)
    plaintext: bool = False


class Variation(BaseModel):
    """What a variation of a split test has in place of the test's own."""

    model_config = _form(subject="Everything is cheaper")

    subject: str | None = None
    html_body: str | None = None
    plaintext: str | None = None


class Composition(BaseModel):
    """A mailing as a person writes it: its content, and whom it is for."""

    model_config = _form(
        subject="Hello [% member:first_name %]",
        html_body='<p>News.</p><p><a href="[% opt_out_url %]">Opt out</a></p>',
        plaintext="News. [% opt_out_url %]",
        groups=["Monthly Newsletter"],
        send_at="2030-01-01T12:00:00Z",
    )

    type: Literal["m", "t", "r", "s", "c"] = "m"
    status: Literal["p", "a", "u", "c"] = Field("p", description="c: it was sent some time ago, to nobody.")
    name: str | None = Field(None, description="Unset: the subject.")
    subject: str = Field(min_length=1)
    sender: str | None = Field(None, description="Unset: that of the account.")
    reply_to: str | None = None
    html_body: str = ""
    plaintext: str = ""
    links: list[ComposedLink] = []
    variations: list[Variation] = Field([], description="Of a split test, of type s or c.")
    groups: list[Reference] = Field([], description="Recipients by id or name.")
    searches: list[Reference] = []
    members: list[Reference] = Field([], description="By id or address.")
    suppressed_groups: list[Reference] = []
    suppressed_searches: list[Reference] = []
    suppressed_members: list[Reference] = []
    heads_up: list[str] = []
    send_at: datetime | None = Field(None, description="Unset: it waits. Without a zone: wall time of the account's.")


class Composed(BaseModel):
    mailing_id: int
    variations: list[int] = Field(description="The mailings that are its variations.")


class WhichMailing(BaseModel):
    model_config = _form(mailing_id=1024)

    mailing_id: Id


class Failure(WhichMailing):
    model_config = _form(mailing_id=1024, reason="the mail server is down")

    reason: str = Field(min_length=1)


class MailingState(BaseModel):
    mailing_id: int
    status: str


class WhichImport(BaseModel):
    model_config = _form(import_id=1024)

    import_id: Id


class ImportState(BaseModel):
    """How an import ended: o, or e when no row of it was any good."""

    import_id: int
    status: str
    num_members_added: int
    num_members_updated: int
    num_duplicates: int
    num_skipped: int
    num_errors: int


class Readers(WhichMailing):
    """One recipient, or a share of those whom a mailing has reached; always the same ones."""

    model_config = _form(mailing_id=1024, share=0.25)

    member: Reference | None = Field(None, description="One recipient, by id or address,")
    share: float | None = Field(None, gt=0, le=1, description="or so many of all of them, from 0 to 1.")


class Share(Readers):
    model_config = _form(mailing_id=1024, member="emma@myemma.com", network="facebook")

    network: str = Field("facebook", min_length=1, max_length=100, description="Where they share it; webhooks are told.")


class Click(Readers):
    model_config = _form(mailing_id=1024, member="emma@myemma.com", link="Shop")

    link: Reference | None = Field(None, description="By id, name or target; unset: the first link.")


class Bounce(Readers):
    model_config = _form(mailing_id=1024, member="emma@myemma.com", kind="hard")

    kind: Literal["hard", "soft"] = "hard"
    reason: str = Field("mailbox unavailable", min_length=1)


class Forwarding(WhichMailing):
    """A reader sends a message on."""

    model_config = _form(mailing_id=1024, member="emma@myemma.com", recipient_emails=["friend@example.org"])

    member: Reference
    recipient_emails: list[str] = Field(min_length=1)
    note: str | None = None


class Counted(BaseModel):
    members: int = Field(description="How many members it was.")


class Waiting(BaseModel):
    """A signup that nobody has confirmed yet."""

    email: str | None
    member_id: int
    token: str
    signed_up_at: str


class Confirming(BaseModel):
    """Whose signup: by address, or by the token of the confirmation message."""

    model_config = _form(email="new@example.com")

    email: str | None = None
    token: str | None = None


class Confirmed(BaseModel):
    member_id: int
