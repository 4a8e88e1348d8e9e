"""What the reader of a message can do with it: open it, follow a link, let it bounce."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Deed:
    """A backstage call of the message's provider, ready to be made."""

    title: str
    """As the label of a button: "Open"."""
    verb: str
    """The path below the provider's backstage: `open`."""
    body: dict[str, Any] = field(default_factory=dict)
    """What is sent."""
