from typing import Any

from mockserver.control.schemas.journal import CallSummary, CallView, VerdictView
from mockserver.testing.connection import Part


class Journal(Part):
    """The calls of the workspace. What is asked of them is as in `GET /_mock/journal` and `POST /_mock/journal/verify`."""

    def calls(self, **wanted: Any) -> list[CallSummary]:
        """The newest first; by provider, operation, method, path, status, outcome, rule, text, since, after, before,
        throttled, faulted, fault, unread, limit.
        """
        return self._connection.many(CallSummary, "GET", "journal", query=wanted)

    def get(self, call_id: int) -> CallView:
        """One call with both bodies."""
        return self._connection.one(CallView, "GET", f"journal/{call_id}")

    def wait(self, *, timeout: float = 10, **match: Any) -> CallView:
        """The newest call that fits, as soon as there is one; ControlRefused (408) when the time is over."""
        wanted = {"match": match, "timeout": timeout}
        return self._connection.one(CallView, "POST", "journal/wait", json=wanted, waits=timeout)

    def verify(
        self, *, exactly: int | None = None, at_least: int | None = None, at_most: int | None = None, **match: Any
    ) -> VerdictView:
        """Judge how many calls fit; at least one is expected, unless a number is given."""
        counts = {"exactly": exactly, "at_least": at_least, "at_most": at_most}
        expected = {"match": match, **{name: count for name, count in counts.items() if count is not None}}
        return self._connection.one(VerdictView, "POST", "journal/verify", json=expected)

    def verify_order(self, *steps: dict[str, Any]) -> VerdictView:
        """Judge whether there is a call for each step, one after the other."""
        return self._connection.one(VerdictView, "POST", "journal/verify", json={"in_order": list(steps)})

    def verify_json(self, expected: bytes) -> VerdictView:
        """Judge what is expected in the very words of `POST /_mock/journal/verify`."""
        return self._connection.one(VerdictView, "POST", "journal/verify", content=expected, media_type="application/json")

    def assert_called(self, **expected: Any) -> None:
        """AssertionError with the difference, unless `verify` holds."""
        verdict = self.verify(**expected)
        if not verdict.holds:
            raise AssertionError(verdict.difference)

    def har(self, **wanted: Any) -> dict[str, Any]:
        """The calls as an HTTP archive."""
        archive: dict[str, Any] = self._connection.value("GET", "journal/har", query=wanted)
        return archive

    def clear(self) -> None:
        self._connection.call("DELETE", "journal")
