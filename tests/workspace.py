"""A workspace of the server under test, as its control API shows it."""

from typing import Any

import httpx2


class Workspace:
    """Drives one workspace through `/_mock`."""

    def __init__(self, server: httpx2.Client, name: str) -> None:
        self.server = server
        self.name = name
        self.key = f"ws-{name}"

    def control(self, method: str, path: str, **request: Any) -> Any:
        """Call the control API for this workspace; anything but a success fails the test."""
        response = self.server.request(method, f"/_mock/{path}", params={"workspace": self.name}, **request)

        assert response.is_success, response.text
        return response.json()

    def configure(self, provider: str, **settings: Any) -> None:
        self.control("PATCH", "config", json={"providers": {provider: settings}})

    def throttle(self, mode: str) -> None:
        self.control("PATCH", "config", json={"throttle": mode})

    def freeze(self, now: str = "2030-01-01T12:00:00Z") -> None:
        self.control("PUT", "clock", json={"now": now, "frozen": True})

    def advance(self, **by: float) -> None:
        self.control("POST", "clock/advance", json=by)

    def calls(self) -> list[dict[str, Any]]:
        """The journal, the newest call first."""
        found: list[dict[str, Any]] = self.control("GET", "journal")
        return found

    def provider(self, name: str) -> dict[str, Any]:
        """What is told of one provider: addresses, credentials, contents."""
        return next(each for each in self.control("GET", "providers") if each["name"] == name)

    def coverage(self, provider: str) -> dict[str, Any]:
        """What the calls have met of one provider's rulebook."""
        return next(each for each in self.control("GET", "coverage") if each["provider"] == provider)

    def messages(self) -> list[dict[str, Any]]:
        """The outbox, the newest message first, each whole."""
        return [self.control("GET", f"outbox/{each['id']}") for each in self.control("GET", "outbox")]


Response = httpx2.Response
