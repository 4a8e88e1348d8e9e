"""A small client of Ether Mailer: it sends what the document asks for, and reads what comes back."""

from typing import Any

from tests.workspace import Response, Workspace


class EtherMailer:
    """Talks to Ether Mailer as a customer's program does; `key` selects the workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.headers = {
            "Authorization": f"API {workspace.key}",
            "Accept": "application/json",
            "Content-Type": "application/json",
        }

    def request(self, method: str, path: str, **request: Any) -> Response:
        headers = {**self.headers, **request.pop("headers", {})}
        sent = {name: value for name, value in headers.items() if value is not None}
        return self.workspace.server.request(method, f"/ethermailer{path}", headers=sent, **request)

    def get(self, path: str, **request: Any) -> Response:
        return self.request("GET", path, **request)

    def post(self, path: str, json: Any = None, **request: Any) -> Response:
        return self.request("POST", path, json=json, **request)

    def put(self, path: str, json: Any = None, **request: Any) -> Response:
        return self.request("PUT", path, json=json, **request)

    def delete(self, path: str, **request: Any) -> Response:
        return self.request("DELETE", path, **request)

    # Shorthand for tests that are about something else

    def add(self, email: str, **fields: Any) -> str:
        """Add a contact and return its id."""
        response = self.post("/user/contact", {"email": email, **fields})

        assert 200 == response.status_code, response.text
        return str(response.json()["text"])

    def contact(self, contact: str) -> dict[str, Any]:
        response = self.get(f"/user/contact/{contact}")

        assert 200 == response.status_code, response.text
        found: dict[str, Any] = response.json()
        return found

    def contacts(self) -> list[dict[str, Any]]:
        """The first fifty rows of the list of contacts."""
        return self._items("/user/contact/limit/50/offset/0")

    def groups(self) -> list[dict[str, Any]]:
        return self._items("/user/contact-groups/limit/50/offset/0")

    def extra_fields(self) -> dict[str, dict[str, Any]]:
        """The extra fields by name."""
        return {field["name"]: field for field in self._items("/user/extra-fields/limit/50/offset/0")}

    def sender_profiles(self) -> list[dict[str, Any]]:
        return self._items("/user/email-settings/sender-profiles")

    def _items(self, path: str) -> list[dict[str, Any]]:
        response = self.get(path)

        assert 200 == response.status_code, response.text
        items: list[dict[str, Any]] = response.json()["items"]
        return items


def violations(response: Response) -> list[tuple[str, str]]:
    """Field and code of every error in an envelope, which must have exactly the documented shape."""
    errors = response.json()["errors"]

    assert {"errors"} == set(response.json())
    assert all({"objectName", "constraintName", "description"} == set(error) for error in errors)
    assert all(isinstance(text, str) and text for error in errors for text in error.values())
    return [(error["objectName"], error["constraintName"]) for error in errors]
