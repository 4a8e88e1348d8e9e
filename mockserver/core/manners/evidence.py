"""A call as a judge of manners sees it: who sent it, what it was, how it ended, and how much time lay between two."""

import json
from collections.abc import Callable, Hashable, Iterable, Iterator
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from mockserver.core.rulebook import ANY

if TYPE_CHECKING:
    from mockserver.core.arrivals import Arrival
    from mockserver.core.call import Call
    from mockserver.core.etiquette import Etiquette, Page

KeyT = TypeVar("KeyT", bound=Hashable)
_ABOUT_ALL = 1000
"""More than any row names operations."""


class Outcome(Enum):
    FINE = "fine"
    WAIT = "wait"
    """Refused for now: a limit."""
    TRANSIENT = "transient"
    """Refused, and the client is not to blame."""
    LOST = "lost"
    """Not answered, or not whole: the client cannot know what happened."""
    PERMANENT = "permanent"
    """Refused as it is."""


class Seen:
    """One call, with what several rules ask about it."""

    def __init__(self, call: "Call", etiquette: "Etiquette") -> None:
        assert call.arrival is not None, "the journal holds no call without one"
        self.call = call
        self.arrival: Arrival = call.arrival
        self.etiquette = etiquette
        # Asked of every call, so that to look whether they are known already would take as long again.
        self.sender: Hashable = call.client, call.header(b"authorization")
        """Whoever calls from one address with one credential."""
        path = call.provider.normal_path(call.path)
        self.identity: Hashable = self.sender, call.method, path, call.query, call.body_size, call.body
        """The same for calls that say the same: sender, method, path, query and body."""
        self.operation = call.operation.name if call.operation is not None else None
        self.reads = self.operation is not None and "GET" in call.provider.operations.methods(self.operation)
        """Whether it changes nothing: its operation may be called by GET."""

    @cached_property
    def page(self) -> "Page | None":
        return self.etiquette.paging.page(self.call) if self.reads else None

    @cached_property
    def row(self) -> str:
        """The row that made its answer: of several, the one about the fewest operations."""
        if self.outcome is Outcome.LOST:
            return self.etiquette.retries
        rulebook = self.call.provider.rulebook
        rows = [row for row in self.call.rules if row in rulebook]
        return min(rows, key=lambda row: (_breadth(rulebook[row].operation), row)) if rows else self.etiquette.retries

    @cached_property
    def outcome(self) -> Outcome:
        call, etiquette = self.call, self.etiquette
        if _is_lost(call):
            return Outcome.LOST
        for outcome, rows in (
            (Outcome.WAIT, etiquette.waits.keys()),
            (Outcome.PERMANENT, etiquette.permanent),
            (Outcome.TRANSIENT, etiquette.transient),
        ):
            if call.refused and not call.rules.isdisjoint(rows):
                return outcome
        return _by_status(call)

    def knows(self, earlier: "Seen") -> bool:
        """Whether it came after an earlier call had been answered."""
        return earlier.call.id <= self.arrival.known


def since(earlier: Seen, later: Seen) -> float:
    """Seconds from the end of a call to the beginning of a later one.

    By the workspace's clock or by the machine's, whichever says more: with a frozen clock a client that waits in real
    time has waited, and so has one whose test moved the clock.
    """
    real = later.call.began - earlier.call.began - earlier.call.duration
    return max(later.arrival.at - earlier.call.at.timestamp(), real, 0.0)


def apart(earlier: Seen, later: Seen) -> float:
    """The same from beginning to beginning."""
    return max(later.arrival.at - earlier.arrival.at, later.call.began - earlier.call.began, 0.0)


def grouped(calls: Iterable[Seen], key: Callable[[Seen], KeyT]) -> Iterator[tuple[KeyT, list[Seen]]]:
    """Calls with the same key, each group in the order of the calls."""
    groups: dict[KeyT, list[Seen]] = {}
    for seen in calls:
        groups.setdefault(key(seen), []).append(seen)
    yield from groups.items()


def _breadth(operations: list[str]) -> int:
    return _ABOUT_ALL if ANY in operations else len(operations)


def _by_status(call: "Call") -> Outcome:
    if call.status == 429:
        return Outcome.WAIT
    if call.status >= 500:
        return Outcome.TRANSIENT
    return Outcome.PERMANENT if call.status >= 400 or (call.refused and call.rules) else Outcome.FINE


def _is_lost(call: "Call") -> bool:
    """No answer, half of one, or one that a fault made unreadable."""
    if not call.status:
        return True
    headers = dict(call.answer_headers)
    promised = headers.get(b"content-length")
    if promised is not None and int(promised) > call.answer_size and call.method != "HEAD":
        return True
    is_json = headers.get(b"content-type", b"").startswith(b"application/json")
    return (
        call.fault_id is not None and is_json and call.answer_size == len(call.answer_body) and not _reads(call.answer_body)
    )


def _reads(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
