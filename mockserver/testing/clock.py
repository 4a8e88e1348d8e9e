from datetime import datetime

from mockserver.control.schemas.clock import Advanced, ClockView, TaskView
from mockserver.testing.connection import Part


class Clock(Part):
    """The workspace's time."""

    def now(self) -> datetime:
        return self.view().now

    def view(self) -> ClockView:
        """What it shows, and whether and how fast it runs."""
        return self._connection.one(ClockView, "GET", "clock")

    def freeze(self, at: datetime | str | None = None) -> datetime:
        """Let time stand still, at a moment if one is given; returns what the clock shows."""
        return self._change(now=_text(at), frozen=True)

    def resume(self) -> datetime:
        return self._change(frozen=False)

    def set(self, moment: datetime | str) -> datetime:
        """Jump to a moment."""
        return self._change(now=_text(moment))

    def run_at(self, scale: float) -> datetime:
        """Let so many virtual seconds pass in each real one."""
        return self._change(scale=scale)

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> datetime:
        """Let time pass at once; work that becomes due has been done when this returns."""
        by = {"seconds": seconds, "minutes": minutes, "hours": hours, "days": days}
        return self._connection.one(Advanced, "POST", "clock/advance", json=by).now

    def tasks(self) -> list[TaskView]:
        """Work that waits for its moment, and what of it failed."""
        return self._connection.many(TaskView, "GET", "tasks")

    def _change(self, **change: object) -> datetime:
        given = {name: value for name, value in change.items() if value is not None}
        return self._connection.one(Advanced, "PUT", "clock", json=given).now


def _text(moment: datetime | str | None) -> str | None:
    return moment.isoformat() if isinstance(moment, datetime) else moment
