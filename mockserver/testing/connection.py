"""The way to the control API: one HTTP client, and its answers as models of the schemas that the server itself has."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, TypeAdapter

if TYPE_CHECKING:
    import httpx2

PREFIX = "/_mock"
PATIENCE_SECONDS = 30.0
"""How long an answer may take; a call that waits on the server's side has so much on top."""

ModelT = TypeVar("ModelT", bound=BaseModel)


class ControlRefused(Exception):  # noqa: N818 - what the server did
    """A control call that the server turned down; its text is the server's sentence."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Unreachable(Exception):  # noqa: N818 - what the server is
    """No server answers at the address."""


class Connection:
    """One server's control API, for one workspace. Connections stay open until `close`."""

    def __init__(self, url: str, workspace: str, token: str | None, client: "httpx2.Client | None" = None) -> None:
        self.url = url.rstrip("/")
        self.workspace = workspace
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._shared = client

    @cached_property
    def _client(self) -> "httpx2.Client":
        return self._shared or new_client(self.url)

    def close(self) -> None:
        if self._shared is None and "_client" in self.__dict__:
            self._client.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, Any] | None = None,
        json: Any = None,
        content: bytes | None = None,
        media_type: str | None = None,
        waits: float = 0,
    ) -> "httpx2.Response":
        """Make one control call. What the query has as None is left out; `waits` is how long the server may wait."""
        import httpx2  # noqa: PLC0415 - see above

        asked = {name: value for name, value in (query or {}).items() if value is not None}
        sent: dict[str, Any] = {"json": json, "headers": self._headers}
        if media_type is not None:
            sent = {"content": content, "headers": {**self._headers, "Content-Type": media_type}}
        parameters = {"workspace": self.workspace, **asked}
        address, patience = f"{self.url}{PREFIX}/{path}", PATIENCE_SECONDS + waits
        try:
            response = self._client.request(method, address, params=parameters, timeout=patience, **sent)
        except httpx2.TransportError as problem:
            raise Unreachable(f"no mockserver answers at {self.url}: {problem}") from problem
        if not response.is_success:
            raise ControlRefused(response.status_code, _reason(response))
        return response

    def value(self, method: str, path: str, **how: Any) -> Any:
        """The JSON that a call is answered with."""
        return self.call(method, path, **how).json()

    def one(self, shape: type[ModelT], method: str, path: str, **how: Any) -> ModelT:
        return shape.model_validate(self.value(method, path, **how))

    def many(self, shape: type[ModelT], method: str, path: str, **how: Any) -> list[ModelT]:
        return TypeAdapter(list[shape]).validate_python(self.value(method, path, **how))  # type: ignore[valid-type]


def new_client(url: str) -> "httpx2.Client":
    """An HTTP client for a server at this URL, which several connections may share.

    Nothing of the environment is asked: a proxy that is set there knows no way to a server on this machine. Authorities
    are loaded for HTTPS alone, since that takes a tenth of a second.
    """
    import httpx2  # noqa: PLC0415 - who only imports this package need not wait for it

    return httpx2.Client(timeout=PATIENCE_SECONDS, trust_env=False, verify=url.startswith("https:"))


def _reason(response: "httpx2.Response") -> str:
    try:
        return str(response.json()["error"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {response.status_code}"


class Part:
    """Base of the parts of a Control: what can be said of one thing that the server controls."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
