"""A sliding window that obeys the workspace's clock; what a refusal looks like is each provider's own affair."""

from collections import deque
from dataclasses import dataclass
from typing import Literal

ThrottleMode = Literal["enforce", "observe", "off"]
"""enforce: refuse as the vendor does. observe: answer, and record what would have happened. off: neither."""

MOST_KEYS = 10_000
"""Keys that a window remembers."""
MOST_WAITING = 1_000
"""Calls that wait, of which a pace remembers the turns."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the window says of one call: whether it may pass, how many more may, and when to try again."""

    admitted: bool
    remaining: int
    retry_after: float


class SlidingWindow:
    """At most `limit` calls for each key in any `seconds`.

    A refused call uses nothing up: whoever waits `retry_after` seconds is let in. Keys come from clients (paths), so
    only those used last are remembered, however the clock stands.
    """

    __slots__ = ("_calls",)

    def __init__(self) -> None:
        self._calls: dict[str, deque[float]] = {}
        """By key, the one used last at the end."""

    def admit(self, key: str, *, limit: int, seconds: float, now: float) -> Verdict:
        """Judge one call at `now` (the workspace's time in seconds) and count it if it may pass."""
        calls = self._calls.pop(key) if key in self._calls else deque()
        self._calls[key] = calls
        if len(self._calls) > MOST_KEYS:
            del self._calls[next(iter(self._calls))]
        if calls and calls[-1] > now:
            calls.clear()  # the clock was set back: what lies in the future never happened
        while calls and calls[0] <= now - seconds:
            calls.popleft()
        if len(calls) >= limit:
            return Verdict(False, 0, calls[len(calls) - limit] + seconds - now)
        calls.append(now)
        return Verdict(True, limit - len(calls), 0.0)

    def __len__(self) -> int:
        return len(self._calls)


class Pace:
    """Lets every call through, but no more than `limit` in any `seconds`: the others are told how long to wait.

    A call that waits has its turn already: those behind it wait longer, and none overtakes it.
    """

    __slots__ = ("_asked", "_turns")

    def __init__(self) -> None:
        self._turns: deque[float] = deque()
        """Of calls that are in the window, and of those that wait, in their order."""
        self._asked = 0.0
        """When the last call asked."""

    def wait(self, *, limit: int, seconds: float, now: float) -> float:
        """Seconds until the turn of one more call; 0 if it is now."""
        turns = self._turns
        if now < self._asked:
            turns.clear()  # the clock was set back: what lies in the future never happened
        self._asked = now
        while turns and turns[0] <= now - seconds:
            turns.popleft()
        turn = max(now, turns[-1]) if turns else now
        if len(turns) >= limit:
            turn = max(turn, turns[-limit] + seconds)
        turns.append(turn)
        if len(turns) > limit + MOST_WAITING:
            del turns[limit]  # under a frozen clock nobody's turn ever comes; the window and the last ones are kept
        return turn - now

    def processed(self, *, seconds: float, now: float) -> int:
        """How many calls had their turn in the last `seconds`."""
        return sum(now - seconds < turn <= now for turn in self._turns)

    def __len__(self) -> int:
        return len(self._turns)
