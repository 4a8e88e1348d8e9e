"""What whoever gets a message of emfluence can do with it. A test is only read."""

from collections.abc import Iterator
from typing import Any

from mockserver.core.deeds import Deed
from mockserver.core.outbox import Kept
from mockserver.providers.emfluence.actions.outgoing import TEST


def deeds(message: Kept) -> Iterator[Deed]:
    if message.kind == TEST:
        return
    reader = _reader(message)
    yield Deed("Open", "view", reader)
    yield Deed("Open in the browser", "web-view", reader)
    yield Deed("Forward to a friend", "forward", {**reader, "to": "friend@example.org"})
    yield Deed("Share", "share", {**reader, "network": "Facebook"})
    yield Deed("Unsubscribe", "unsubscribe", reader)
    yield Deed("Mark as spam", "complain", reader)
    yield Deed("Bounce (soft)", "bounce", {**reader, "kind": "soft", "reason": "mailbox full"})
    yield Deed("Bounce (hard)", "bounce", {**reader, "kind": "hard", "reason": "mailbox unavailable"})


def click(message: Kept, url: str) -> Deed | None:
    """Every link is counted but that to unsubscribe, which does what it is for when it is opened."""
    if message.kind == TEST or url == message.details["unsubscribe_url"]:
        return None
    return Deed("Click", "click", {**_reader(message), "link": url})


def _reader(message: Kept) -> dict[str, Any]:
    return {"email_id": message.details["email_id"], "contact": message.details["contact_id"]}
