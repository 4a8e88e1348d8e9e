"""A workspace's time: real until somebody freezes, sets, advances or scales it."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any, Self

# The one place of the server that asks the machine for the time; everything else asks a Clock.
_machine_time = time.time  # noqa: TID251

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""The years a clock may show: outside of them dates stop fitting the providers' formats."""


class Clock:
    """Tells the time of one workspace: an anchor, and how fast virtual seconds pass since then."""

    __slots__ = ("_real", "_virtual", "frozen", "scale")

    def __init__(self, now: datetime | None = None, *, frozen: bool = False, scale: float = 1.0) -> None:
        self._real = _machine_time()
        self._virtual = self._real if now is None else _seconds(now)
        self.frozen = frozen
        self.scale = scale

    def timestamp(self) -> float:
        """Seconds since 1970, UTC."""
        if self.frozen:
            return self._virtual
        return self._virtual + (_machine_time() - self._real) * self.scale

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def set(self, moment: datetime) -> None:
        """Jump to `moment`; a frozen clock stays frozen there. Outside 1970 to 9000: ValueError."""
        self._anchor(_seconds(moment))

    def advance(self, by: timedelta) -> None:
        """Go `by` forwards. A clock that would leave the years 1970 to 9000: ValueError."""
        try:
            self.set(self.now() + by)
        except OverflowError as error:
            raise ValueError(f"the clock cannot advance by {by.total_seconds():.0f} seconds") from error

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still, to the microsecond at `at` if that is given."""
        self._anchor(self.timestamp() if at is None else _seconds(at))
        self.frozen = True

    def resume(self) -> None:
        self._anchor(self.timestamp())
        self.frozen = False

    def run_at(self, scale: float) -> None:
        """Let `scale` virtual seconds pass in each real one."""
        self._anchor(self.timestamp())
        self.scale = scale

    def dump(self) -> dict[str, Any]:
        """What a state file keeps: a clock that runs goes on while the server is down."""
        return {"virtual": self._virtual, "real": self._real, "frozen": self.frozen, "scale": self.scale}

    @classmethod
    def load(cls, state: dict[str, Any]) -> Self:
        clock = cls(frozen=state["frozen"], scale=state["scale"])
        clock._virtual, clock._real = state["virtual"], state["real"]
        return clock

    def _anchor(self, virtual: float) -> None:
        self._virtual, self._real = virtual, _machine_time()


def _seconds(moment: datetime) -> float:
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(f"the clock shows dates from {EARLIEST:%Y} to {LATEST:%Y}, not {moment.isoformat()}")
    return moment.timestamp()
