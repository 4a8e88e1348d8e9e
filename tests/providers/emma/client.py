"""A small client of Emma: it sends what the documents ask for, and reads what comes back."""

from base64 import b64encode
from typing import Any

from tests.workspace import Response, Workspace


class Emma:
    """Talks to Emma as a customer's program does; the public key selects the workspace, the account is 100."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.headers = {"Authorization": basic(workspace.key, "private")}

    def request(self, method: str, path: str, **request: Any) -> Response:
        headers = {**self.headers, **request.pop("headers", {})}
        sent = {name: value for name, value in headers.items() if value is not None}
        return self.workspace.server.request(method, f"/emma/100{path}", headers=sent, **request)

    def get(self, path: str, **request: Any) -> Response:
        return self.request("GET", path, **request)

    def post(self, path: str, json: Any = None, **request: Any) -> Response:
        return self.request("POST", path, json=json, **request)

    def put(self, path: str, json: Any = None, **request: Any) -> Response:
        return self.request("PUT", path, json=json, **request)

    def delete(self, path: str, **request: Any) -> Response:
        return self.request("DELETE", path, **request)

    # Shorthand for tests that are about something else: the value of a success

    def ask(self, method: str, path: str, json: Any = None, **parameters: Any) -> Any:
        """The JSON value of a call that must succeed, which is always with 200."""
        body = {} if json is None else {"json": json}
        response = self.request(method, path, params=parameters, **body)

        assert 200 == response.status_code, response.text
        return response.json()

    def add(self, email: str, **more: Any) -> int:
        """Add a member and return its id."""
        return int(self.ask("POST", "/members/add", {"email": email, **more})["member_id"])

    def member(self, member_id: int) -> dict[str, Any]:
        """A member, archived or not."""
        found: dict[str, Any] = self.ask("GET", f"/members/{member_id}", deleted="true")
        return found

    def group(self, name: str) -> int:
        """Make a group and return its id."""
        return int(self.ask("POST", "/groups", {"groups": [{"group_name": name}]})[0]["member_group_id"])

    def backstage(self, verb: str, json: Any = None) -> Any:
        """Do what a person would do in the vendor's web application."""
        return self.workspace.control("POST", f"emma/{verb}", json=json or {})


def basic(public_key: str, private_key: str) -> str:
    return "Basic " + b64encode(f"{public_key}:{private_key}".encode()).decode()


def error(response: Response) -> str:
    """The text of a refusal, which must have exactly the envelope's shape."""
    body = response.json()

    assert {"error"} == set(body)
    assert isinstance(body["error"], str)
    assert body["error"]
    return str(body["error"])
