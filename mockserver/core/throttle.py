"""A sliding window that obeys the workspace's clock; what a refusal looks like is each provider's own affair."""

from collections import deque
from dataclasses import dataclass
from typing import Literal

ThrottleMode = Literal["enforce", "observe", "off"]
"""enforce: refuse as the vendor does. observe: answer, and record what would have happened. off: neither."""

MOST_KEYS = 10_000
"""Keys that a window remembers."""


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
