from typing import Any

from mockserver.control.schemas.faults import FaultView, RefusalView
from mockserver.testing.connection import Part


class Faults(Part):
    """What the workspace is told to do wrong."""

    def arm(
        self,
        act: dict[str, Any] | str | None = None,
        *,
        provider: str | None = None,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        when: dict[str, Any] | None = None,
        delay: dict[str, float] | float | None = None,
    ) -> FaultView:
        """Arm a fault for the calls that fit everything given.

        `act` is as in `POST /_mock/faults`, or its kind alone ("lose_answer"); `delay` in seconds, or with min and max.
        """
        match = {"provider": provider, "operation": operation, "method": method, "path": path}
        fault = {
            "match": {name: value for name, value in match.items() if value is not None},
            "when": when or {},
            "act": {"kind": act} if isinstance(act, str) else act,
            "delay": {"seconds": delay} if isinstance(delay, int | float) else delay,
        }
        return self._connection.one(FaultView, "POST", "faults", json=fault)

    def refuse(
        self, name: str, *, times: int | None = None, provider: str | None = None, operation: str | None = None
    ) -> FaultView:
        """Let calls be refused in the provider's own words, the first `times` of them or all."""
        act, when = {"kind": "refusal", "name": name}, {"first": times} if times else {}
        return self.arm(act, when=when, provider=provider, operation=operation)

    def armed(self) -> list[FaultView]:
        """The faults there are, and how often each has happened."""
        return self._connection.many(FaultView, "GET", "faults")

    def get(self, fault_id: int) -> FaultView:
        return self._connection.one(FaultView, "GET", f"faults/{fault_id}")

    def disarm(self, fault_id: int) -> None:
        self._connection.call("DELETE", f"faults/{fault_id}")

    def clear(self) -> None:
        self._connection.call("DELETE", "faults")

    def refusals(self, provider: str | None = None) -> list[RefusalView]:
        """The names that `refuse` takes."""
        return self._connection.many(RefusalView, "GET", "faults/refusals", query={"provider": provider})
