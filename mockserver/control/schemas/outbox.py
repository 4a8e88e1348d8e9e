from datetime import datetime
from typing import Any

from pydantic import BaseModel


class MessageSummary(BaseModel):
    id: int
    provider: str
    kind: str
    sent_at: datetime
    sender: str
    recipient: str
    subject: str


class MessageView(MessageSummary):
    text: str
    html: str
    details: dict[str, Any]
