"""The control API of a running server, for one workspace of it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from mockserver.control.schemas.config import Config
from mockserver.control.schemas.manners import VerdictView
from mockserver.control.schemas.rulebook import Coverage, RuleView
from mockserver.control.schemas.server import Health, ProviderView
from mockserver.control.schemas.workspaces import WorkspaceView
from mockserver.core.etiquette import Severity
from mockserver.testing.changes import Changes, Expected
from mockserver.testing.clock import Clock
from mockserver.testing.connection import Connection, ControlRefused
from mockserver.testing.faults import Faults
from mockserver.testing.journal import Journal
from mockserver.testing.outbox import Outbox
from mockserver.testing.provider import Provider
from mockserver.testing.snapshots import Snapshots
from mockserver.testing.webhooks import Webhooks

if TYPE_CHECKING:
    import httpx2


class Control:
    """Whatever can be done with one workspace of a server: its parts are attributes, its providers by their names.

    `token` is what a server that others can reach demands; with `client` several of them share its connections.
    Raises `Unreachable` when no server answers, and `ControlRefused` with the server's own sentence when it says no.
    """

    emma: Provider
    emfluence: Provider
    ethermailer: Provider

    def __init__(
        self,
        url: str = "http://127.0.0.1:8765",
        workspace: str = "default",
        token: str | None = None,
        *,
        client: "httpx2.Client | None" = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.workspace = workspace
        self._connection = connection = Connection(url, workspace, token, client)
        self.clock = Clock(connection)
        self.outbox = Outbox(connection)
        self.journal = Journal(connection)
        self.faults = Faults(connection)
        self.snapshots = Snapshots(connection)
        self.webhooks = Webhooks(connection)

    # The workspace

    def create(self, **options: Any) -> WorkspaceView:
        """Make the workspace, with credentials of its own."""
        new = {"name": self.workspace, **{name: value for name, value in options.items() if value is not None}}
        return self._connection.one(WorkspaceView, "POST", "workspaces", json=new)

    def delete(self) -> None:
        """Delete the workspace and all that is in it."""
        self._connection.call("DELETE", f"workspaces/{self.workspace}")

    def reset(self) -> WorkspaceView:
        """Take it back to its fixtures."""
        return self._connection.one(WorkspaceView, "POST", "reset")

    def configure(self, *, throttle: str | None = None, **providers: dict[str, Any]) -> Config:
        """Change the configuration for this workspace: `configure(throttle="off", emma={"imports_take": 60})`."""
        change = {"providers": providers, **({"throttle": throttle} if throttle else {})}
        return self._connection.one(Config, "PATCH", "config", json=change)

    def config(self) -> Config:
        return self._connection.one(Config, "GET", "config")

    # Its calls

    def manners(self, *, provider: str | None = None, severity: Severity | None = None) -> VerdictView:
        """What the calls in the journal say of whoever made them."""
        return self._connection.one(VerdictView, "GET", "manners", query={"provider": provider, "severity": severity})

    def coverage(self, *, provider: str | None = None) -> list[Coverage]:
        """Which rows of the rulebook the calls have met, by provider."""
        return self._connection.many(Coverage, "GET", "coverage", query={"provider": provider})

    # The server

    def rulebook(self, *, provider: str | None = None) -> list[RuleView]:
        """Everything the server does, with evidence and source."""
        return self._connection.many(RuleView, "GET", "rulebook", query={"provider": provider})

    def openapi(self, provider: str | None = None) -> dict[str, Any]:
        """The OpenAPI document of a provider, or of the control API."""
        path = "openapi.json" if provider is None else f"openapi/{provider}.json"
        document: dict[str, Any] = self._connection.value("GET", path)
        return document

    def health(self) -> Health:
        return self._connection.one(Health, "GET", "health")

    def workspaces(self) -> list[WorkspaceView]:
        return self._connection.many(WorkspaceView, "GET", "workspaces")

    @cached_property
    def providers(self) -> dict[str, Provider]:
        """The providers by name."""
        views = self._connection.many(ProviderView, "GET", "providers")
        return {view.name: Provider(view, self._backstage) for view in views}

    def __getattr__(self, name: str) -> Provider:
        if name.startswith("_") or name not in self.providers:
            raise AttributeError(f"{type(self).__name__} has no attribute {name}")
        return self.providers[name]

    def _backstage(self, path: str, parameters: dict[str, Any]) -> Any:
        return self._connection.value("POST", path, json=parameters)

    # What changed

    @contextmanager
    def expect_changes(self, **expected: Expected) -> Iterator[Changes]:
        """What is done in the block changes so many rows of these tables, and none of other ones.

        `expect_changes(ether_contact=1)` says that one row is added, `ether_contact={"removed": 1, "changed": 2}` says more;
        nothing given says that nothing changes. `mock_message` is the outbox; scheduled work does not count. Else
        AssertionError, which shows what did change.
        """
        name = "expect-changes"
        self.snapshots.take(name)
        changes = Changes()
        try:
            yield changes
            changes.difference = self.snapshots.difference(name, "now", limit=20)
        finally:
            with suppress(ControlRefused):  # the block may have deleted it, or the whole workspace
                self.snapshots.delete(name)
        changes.compare(expected)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self.close()
