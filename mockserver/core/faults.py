"""Faults: what a workspace was told to do wrong, to which of its calls, and how often it has.

A fault says which calls it is for (`Match`), which of those it takes (`When`), and what becomes of them: they are held up
(`Delay`), broken (`core/broken.py`), or both. A call has one fault at most, the first armed one that takes it; a later one
does not count the calls that an earlier one took, so that faults armed one after the other happen one after the other.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from random import Random  # noqa: TID251 - seeded by whoever arms the fault
from typing import TYPE_CHECKING

from starlette.types import Scope, Send

from mockserver.core.errors import NoRoomForFault, WorkspaceGone

if TYPE_CHECKING:
    from mockserver.core.broken import Act
    from mockserver.core.call import Call

SHOWN_CALLS = 20
"""Of the calls that a fault took, those whose ids it keeps."""


@dataclass(frozen=True, slots=True)
class Match:
    """Which calls a fault is for: those that fit everything given."""

    provider: str | None = None
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    """As the provider sees it, without a prefix and in any of the provider's spellings; `*` is any characters."""

    def fits(self, call: "Call") -> bool:
        operation = call.operation.name if call.operation is not None else None
        return (
            self.provider in {None, call.provider.name}
            and self.operation in {None, operation}
            and self.method in {None, call.method}
            and (self.path is None or self._fits_path(self.path, call))
        )

    def _fits_path(self, pattern: str, call: "Call") -> bool:
        normal = call.provider.normal_path
        literal = normal(pattern).replace("[", "[[]").replace("?", "[?]")  # they mean something to `fnmatch`
        return fnmatchcase(normal(call.path), literal)


@dataclass(frozen=True, slots=True)
class When:
    """Which of the calls that fit a fault takes: every one, unless one of these is given."""

    first: int | None = None
    """So many calls, and none after them."""
    nth: int | None = None
    """One call only, counted from 1."""
    probability: float | None = None
    """As a generator of that seed decides, once for each call."""
    seed: int | None = None

    def takes(self, number: int, chance: Random) -> bool:
        """Whether it takes the call with this number among those that fit."""
        if self.first is not None:
            return number <= self.first
        if self.nth is not None:
            return number == self.nth
        return self.probability is None or chance.random() < self.probability


@dataclass(frozen=True, slots=True)
class Delay:
    """How long a call is held up, in real seconds: always as long, or as a seeded generator draws between two bounds."""

    seconds: float | None = None
    min: float | None = None
    max: float | None = None
    seed: int | None = None

    def draw(self, chance: Random) -> float:
        return self.seconds if self.seconds is not None else chance.uniform(self.min or 0.0, self.max or 0.0)


class Fault:
    """One armed fault, and what it has done so far. `act` None only holds calls up."""

    __slots__ = ("_chance", "_spread", "act", "calls", "delay", "fired", "id", "match", "matched", "when")

    def __init__(self, fault_id: int, match: Match, when: When, delay: Delay | None, act: "Act | None") -> None:
        self.id = fault_id
        self.match = match
        self.when = when
        self.delay = delay
        self.act = act
        self.matched = 0
        """Calls that fitted and that no earlier fault took."""
        self.fired = 0
        self.calls: deque[int] = deque(maxlen=SHOWN_CALLS)
        """Journal ids of the newest calls that it took and that have ended, the oldest first."""
        self._chance = _seeded(when.seed)
        self._spread = _seeded(delay.seed if delay is not None else None)

    def takes(self, call: "Call") -> bool:
        if not self.match.fits(call):
            return False
        self.matched += 1
        taken = self.when.takes(self.matched, self._chance)
        self.fired += taken
        return taken

    def strike(self, call: "Call") -> Awaitable[None] | None:
        """What happens to a call before it does anything: raises what is answered in its place, maybe after a while."""
        if self.delay is not None:
            return self._hold_up(call, self.delay.draw(self._spread))
        self._stop(call)
        return None

    def way_out(self, call: "Call", scope: Scope, send: Send) -> Send:
        """What takes the place of `send` for the answer to such a call."""
        return send if self.act is None else self.act.way_out(call, scope, send)

    @property
    def undoes(self) -> bool:
        """Whether what the call changed is to be rolled back, as if the call had never arrived."""
        return self.act is not None and self.act.undoes

    async def _hold_up(self, call: "Call", seconds: float) -> None:
        """In real time, whatever the workspace's clock does: a real client is waiting."""
        await asyncio.sleep(seconds)
        if call.workspace.gone:
            raise WorkspaceGone(call.workspace.name)
        self._stop(call)

    def _stop(self, call: "Call") -> None:
        instead = self.act.instead(call) if self.act is not None else None
        if instead is not None:
            raise instead


def _seeded(seed: int | None) -> Random:
    """The same draws from the same seed; nobody's choice of one is 1."""
    return Random(1 if seed is None else seed)  # noqa: S311 - to be drawn again, not to be kept secret


class Faults:
    """The armed faults of a workspace, in the order of their arming; their ids are counted."""

    __slots__ = ("_armed", "_count", "_most", "changes")

    def __init__(self, most: int) -> None:
        self._most = most
        self._armed: dict[int, Fault] = {}
        self._count = 0
        self.changes = 0
        """How often one was armed or removed."""

    def arm(self, match: Match, when: When, delay: Delay | None, act: "Act | None") -> Fault:
        if len(self._armed) >= self._most:
            raise NoRoomForFault(self._most)
        self._count += 1
        self.changes += 1
        fault = self._armed[self._count] = Fault(self._count, match, when, delay, act)
        return fault

    def find(self, fault_id: int) -> Fault | None:
        return self._armed.get(fault_id)

    def remove(self, fault_id: int) -> None:
        """Let it happen no more; calls that it holds up have it still."""
        del self._armed[fault_id]
        self.changes += 1

    def clear(self) -> None:
        self._armed.clear()
        self.changes += 1

    def choose(self, call: "Call") -> Fault | None:
        """The fault that this call has; the counters count it."""
        return next((fault for fault in self._armed.values() if fault.takes(call)), None)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._armed.values())

    def __len__(self) -> int:
        return len(self._armed)


def break_as_armed(call: "Call") -> Awaitable[None] | None:
    """A gate: what the workspace was told to do wrong. Calls without good credentials never have a fault."""
    faults = call.workspace.faults
    if not faults or not call.credential:
        return None
    fault = faults.choose(call)
    if fault is None:
        return None
    call.fault, call.fault_id = fault, fault.id
    return fault.strike(call)
