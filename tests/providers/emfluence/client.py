"""A small client of emfluence: it sends what the document asks for, and reads what comes back."""

import re
from typing import Any

from tests.workspace import Response, Workspace

GUID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")


class Emfluence:
    """Talks to emfluence as a customer's program does; the token selects the workspace, and a user of it."""

    def __init__(self, workspace: Workspace, user: str = "") -> None:
        self.workspace = workspace
        self.token = f"{workspace.key}.{user}" if user else workspace.key
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def as_user(self, username: str) -> "Emfluence":
        return Emfluence(self.workspace, username)

    def request(self, method: str, path: str, **request: Any) -> Response:
        headers = {**self.headers, **request.pop("headers", {})}
        sent = {name: value for name, value in headers.items() if value is not None}
        return self.workspace.server.request(method, f"/emfluence/v1/{path}", headers=sent, **request)

    def call(self, path: str, **parameters: Any) -> dict[str, Any]:
        """The envelope that a POST of these parameters is answered with."""
        return envelope(self.request("POST", path, json=parameters))

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        """The same by GET, with the parameters in the query."""
        return envelope(self.request("GET", path, params=parameters))

    def ok(self, path: str, **parameters: Any) -> Any:
        """The data of a call that must succeed."""
        body = self.call(path, **parameters)

        assert 1 == body["success"], body
        return body["data"]

    def code(self, path: str, **parameters: Any) -> int:
        """The code of a call, 0 for a success."""
        return int(self.call(path, **parameters)["code"])

    def refused(self, path: str, **parameters: Any) -> tuple[int, str]:
        """Code and text of a call that must be refused."""
        body = self.call(path, **parameters)

        assert 0 == body["success"], body
        return body["code"], "; ".join(body["errors"])

    def records(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        """The records of a search."""
        found: list[dict[str, Any]] = self.ok(path, **parameters)["records"]
        return found

    def contact(self, email: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ok("contacts/lookup", email=email)
        return found

    def backstage(self, verb: str, json: Any = None) -> Any:
        """Do what a person would do in the vendor's web application."""
        return self.workspace.control("POST", f"emfluence/{verb}", json=json or {})


def envelope(response: Response) -> dict[str, Any]:
    """The body of an answer, which must have exactly the documented shape, whatever it says."""
    body: dict[str, Any] = response.json()
    optional = {"warnings", "extrainfo"}

    assert "application/json; charset=UTF-8" == response.headers["content-type"]
    assert GUID.fullmatch(body["requestID"])
    if body["success"] == 1:
        assert (200, 0) == (response.status_code, body["code"])
        assert {"success", "code", "data", "requestID"} == set(body) - optional
    else:
        assert {"success", "code", "data", "requestID", "errors"} == set(body)
        assert body["success"] == 0
        assert body["code"] > 0
        assert body["errors"]
        assert all(isinstance(each, str) and each for each in body["errors"])
    return body
