"""What whoever gets a message of Emma can do with it. A heads-up is only read."""

from collections.abc import Iterator

from mockserver.core.deeds import Deed
from mockserver.core.outbox import Kept
from mockserver.providers.emma.actions.outgoing import MAILING
from mockserver.providers.emma.actions.signups import CONFIRMATION


def deeds(message: Kept) -> Iterator[Deed]:
    if message.kind == CONFIRMATION:
        yield Deed("Confirm", "confirm", {"token": message.details["token"]})
    if message.kind == MAILING:
        reader = {"mailing_id": message.details["mailing_id"], "member": message.details["member_id"]}
        yield Deed("Open", "open", reader)
        yield Deed("Forward to a friend", "forward", {**reader, "recipient_emails": ["friend@example.org"]})
        yield Deed("Share", "share", reader)
        yield Deed("Unsubscribe", "opt-out", reader)
        yield Deed("Bounce (soft)", "bounce", {**reader, "kind": "soft", "reason": "mailbox full"})
        yield Deed("Bounce (hard)", "bounce", {**reader, "kind": "hard", "reason": "mailbox unavailable"})


def click(message: Kept, url: str) -> Deed | None:
    """Emma counts the links that the mailing has as such, and no other address in its text."""
    details = message.details
    if message.kind != MAILING or url not in details["links"]:
        return None
    mailing = details.get("variation_id", details["mailing_id"])
    return Deed("Click", "click", {"mailing_id": mailing, "member": details["member_id"], "link": url})
