from pydantic import BaseModel
from typing_extensions import TypedDict


class Message(TypedDict):
    """What one member gets of a mailing."""

    plaintext: str
    subject: str
    html_body: str
    webview_url: str


class MessagePart(TypedDict, total=False):
    """One of the four, when only that is asked for."""

    plaintext: str
    subject: str
    html_body: str
    webview_url: str


PARTS = {"html": "html_body", "plaintext": "plaintext", "subject": "subject", "webview_url": "webview_url"}
"""What `type` calls them; `all` is all of them."""


class ContentPayload(BaseModel):
    """What is to be validated."""

    html_body: str | None = None
    plaintext: str | None = None
    subject: str | None = None


def message_parts(message: Message, part: str) -> Message | MessagePart:
    """The whole message, or the one part that `type` names."""
    if part == "all":
        return message
    found: MessagePart = {PARTS[part]: message[PARTS[part]]}  # type: ignore[misc] # the keys of both
    return found
