"""One provider of a workspace, as a client under test is pointed at it."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

from mockserver.control.schemas.server import ProviderView


class Provider:
    """Base URL and credentials: `headers` for any HTTP client, `auth` for one that takes a user and a password.

    The parts of the credentials are attributes by the names that the server gives them (`emma.account_id`,
    `emfluence.access_token`, `ethermailer.api_key`).
    """

    def __init__(self, view: ProviderView, backstage: Callable[[str, dict[str, Any]], Any]) -> None:
        self.name = view.name
        self.base_url = view.base_url
        self.headers: dict[str, str] = dict(view.headers)
        self.credentials: dict[str, str] = dict(view.credentials[0]) if view.credentials else {}
        self.auth = _basic(self.headers.get("Authorization", ""))
        """User and password, where the provider takes them; else None."""
        self._backstage = backstage

    def backstage(self, verb: str, **parameters: Any) -> Any:
        """Do what a person would do in the vendor's web application, or with a message."""
        return self._backstage(f"{self.name}/{verb}", parameters)

    def __getattr__(self, name: str) -> str:
        try:
            return str(self.__dict__["credentials"][name])
        except KeyError:
            known = ", ".join(self.__dict__.get("credentials", ()))
            raise AttributeError(f"{name}: the credentials have no such part; there are {known}") from None

    def __repr__(self) -> str:
        return f"<{self.name} at {self.base_url}>"


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, rest = authorization.partition(" ")
    if scheme != "Basic":
        return None
    user, _, password = b64decode(rest).decode().partition(":")
    return user, password
