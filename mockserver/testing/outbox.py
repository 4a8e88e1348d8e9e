from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from mockserver.control.schemas.outbox import MessageSummary, MessageView
from mockserver.testing.connection import Part


class Outbox(Part):
    """The messages that the workspace would have sent. What is asked of them is as in `GET /_mock/outbox`."""

    def messages(self, **wanted: Any) -> list[MessageSummary]:
        """The newest first; by recipient, subject, provider, kind, after, since, limit, offset."""
        return self._connection.many(MessageSummary, "GET", "outbox", query=wanted)

    def get(self, message_id: int) -> MessageView:
        """One message whole, with its links and codes."""
        return self._connection.one(MessageView, "GET", f"outbox/{message_id}")

    def wait(self, *, timeout: float = 10, **wanted: Any) -> MessageView:
        """The newest message that fits, as soon as there is one; ControlRefused (408) when the time is over."""
        query = {**wanted, "timeout": timeout}
        return self._connection.one(MessageView, "GET", "outbox/wait", query=query, waits=timeout)

    def eml(self, message_id: int) -> EmailMessage:
        """One message as a mail program reads it."""
        found = message_from_bytes(self.eml_bytes(message_id), policy=default)
        assert isinstance(found, EmailMessage), "that is what the policy makes"
        return found

    def eml_bytes(self, message_id: int) -> bytes:
        """The same as it goes over the wire."""
        return self._connection.call("GET", f"outbox/{message_id}/eml").content

    def clear(self) -> None:
        self._connection.call("DELETE", "outbox")
