from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

_SUMMARY: JsonDict = {
    "id": 1,
    "provider": "ethermailer",
    "kind": "opt-in",
    "sent_at": "2030-01-01T12:00:00Z",
    "sender": "Olive Grove <news@olivegrove.example>",
    "recipient": "new@example.com",
    "subject": "Please confirm your subscription to Olive Grove",
}
_LINK = "http://127.0.0.1:8765/_mock/links/ethermailer/opt-in/c0ffee?workspace=default"
_MESSAGE: JsonDict = {
    **_SUMMARY,
    "text": f"Please confirm:\n\n{_LINK}\n",
    "html": f'<p>Please <a href="{_LINK}">confirm</a></p>',
    "headers": {
        "From": "Olive Grove <news@olivegrove.example>",
        "To": "new@example.com",
        "Subject": "Please confirm your subscription to Olive Grove",
        "Date": "Tue, 01 Jan 2030 12:00:00 +0000",
        "Message-ID": "<default.1.1893499200@mockserver.invalid>",
    },
    "links": [{"url": _LINK, "text": "confirm"}],
    "codes": [],
    "details": {"token": "c0ffee"},
}


class MessageSummary(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [_SUMMARY]})

    id: int
    provider: str
    kind: str = Field(description="What it is for, in the provider's terms.")
    sent_at: datetime = Field(description="On the workspace's clock.")
    sender: str
    recipient: str
    subject: str


class LinkView(BaseModel):
    url: str
    text: str = Field(description="The words that the link stands behind; blank for one of the plain text.")


class MessageView(MessageSummary):
    model_config = ConfigDict(json_schema_extra={"examples": [_MESSAGE]})

    text: str
    html: str
    headers: dict[str, str] = Field(description="As its `eml` has them, in plain words.")
    links: list[LinkView] = Field(description="Every address once, those of the HTML first.")
    codes: list[str] = Field(description="What looks like a code to be typed in somewhere.")
    details: dict[str, Any] = Field(description="What else the provider knows of it.")


class WantedMessages(BaseModel):
    """Which messages: those that fit everything given."""

    model_config = ConfigDict(extra="forbid")

    workspace: str = "default"
    provider: str | None = Field(None, description="Only this provider.")
    kind: str | None = Field(None, description="Only this kind, as the list shows it.")
    recipient: str | None = Field(None, description="The whole address, in any letter case.")
    subject: str | None = Field(None, description="A part of the subject, in any letter case.")
    after: int | None = Field(None, ge=0, lt=2**63, description="Only messages with a higher id.")
    since: AwareDatetime | None = Field(None, description="Not sent before this moment of the workspace's clock.")


class ListedMessages(WantedMessages):
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=1_000_000)


class AwaitedMessage(WantedMessages):
    timeout: float = Field(10, ge=0, le=60, description="Real seconds to wait at most.")
