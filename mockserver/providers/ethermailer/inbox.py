"""What whoever gets a message of Ether Mailer can do with it. There are only opt-in messages."""

from collections.abc import Iterator

from mockserver.core.deeds import Deed
from mockserver.core.outbox import Kept


def deeds(message: Kept) -> Iterator[Deed]:
    yield Deed("Confirm", "confirm", {"token": message.details["token"]})
