"""Calls to begin with: what a provider shows to somebody who has only its address."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sample:
    """One call that works with the default fixtures, as a person would write it; the credentials go beside it."""

    title: str
    """What it does, as the heading of a snippet: "Add a contact"."""
    method: str
    path: str
    """Below the provider's base URL, with its query."""
    body: Any = None
    """What is sent as JSON; None is no body."""
