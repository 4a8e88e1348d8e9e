"""One call to a provider: what came in, what was learnt about it on the way, what went out."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.types import Scope

from mockserver.core.arrivals import Arrival, arrive, leave
from mockserver.core.errors import Notice, Refusal

if TYPE_CHECKING:
    from mockserver.core.context import Context
    from mockserver.core.faults import Fault
    from mockserver.core.operations import Operation
    from mockserver.core.provider import Provider
    from mockserver.core.runtime import Runtime
    from mockserver.core.throttle import ThrottleMode
    from mockserver.core.workspace import Workspace

RawHeaders = list[tuple[bytes, bytes]]


class Call:
    """Travels in the scope under `CALL` from the journal down to the routes, and stays in the journal afterwards."""

    __slots__ = (
        "_by_name",
        "answer_body",
        "answer_headers",
        "answer_size",
        "arrival",
        "at",
        "began",
        "body",
        "body_size",
        "client",
        "context",
        "credential",
        "duration",
        "extra_headers",
        "fault",
        "fault_id",
        "headers",
        "id",
        "json",
        "method",
        "notice",
        "number",
        "operation",
        "parameters",
        "path",
        "path_parameters",
        "provider",
        "query",
        "refused",
        "root",
        "rules",
        "runtime",
        "scheme",
        "status",
        "throttled",
        "warnings",
        "workspace",
    )

    def __init__(self, runtime: "Runtime", provider: "Provider", scope: Scope) -> None:
        self.runtime = runtime
        self.provider = provider
        self._take(scope)
        self.body = b""
        self.body_size = 0
        self.json: Any = None
        """The body's value, once a gate has read it."""
        self.parameters: dict[str, Any] = {}
        """Query and body as one, for providers that do not tell them apart."""
        self.warnings: list[str] = []
        """What a success is to warn of, for providers that do."""
        self.notice: Notice | None = None
        self.operation: Operation | None
        self.operation, self.path_parameters = provider.operations.find(self.method, provider.normal_path(self.path))
        self.workspace: Workspace = runtime.workspaces.default
        self.arrival: Arrival | None = None
        """What it came into, once it has entered a workspace."""
        self.began = 0.0
        """The machine's time, in seconds since nobody knows when."""
        self.context: Context[Any] | None = None
        self.credential = ""
        self.rules: set[str] = set()
        self.throttled: ThrottleMode | None = None
        self.extra_headers: RawHeaders = []
        self.refused = False
        self.fault: Fault | None = None
        """What the workspace was told to do wrong with it, until it is answered."""
        self.fault_id: int | None = None
        """The same by its id, for good."""
        self.id = 0
        """Its place in the journal, once it is there."""
        self.number = 0
        """Its place among the calls that entered the workspace."""
        self.at: datetime
        self.duration = 0.0
        self.status = 0
        self.answer_headers: RawHeaders = []
        self.answer_body = b""
        self.answer_size = 0

    def _take(self, scope: Scope) -> None:
        """What the scope says of the request."""
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.root: str = scope.get("root_path", "")
        """What came before the path, when the provider was chosen by a prefix."""
        self.scheme: str = scope.get("scheme", "http")
        self.query: bytes = scope["query_string"]
        self.headers: RawHeaders = scope["headers"]
        self._by_name = dict(self.headers)
        self.client: str = scope["client"][0] if scope.get("client") else ""

    def header(self, name: bytes) -> str | None:
        """The value of a request header (lower-case name); repeated ones are joined by commas, absent is None."""
        value = self._by_name.get(name)
        if value is not None and len(self._by_name) < len(self.headers):
            value = b", ".join(value for key, value in self.headers if key == name)
        return value.decode("latin-1") if value is not None else None

    def enter(self, workspace: "Workspace", credential: str) -> None:
        """Its credentials were good: from here on the call belongs to `workspace`."""
        self.workspace = workspace
        self.credential = credential
        workspace.calls_entered += 1
        self.number = workspace.calls_entered
        self.arrival = arrive(self)

    def end(self) -> None:
        """It is answered, or given up."""
        if self.arrival is not None:
            leave(self)

    @property
    def url(self) -> str:
        """The address that was called, without the query."""
        host = self.header(b"host")
        return f"{f'{self.scheme}://{host}' if host else self.runtime.url}{self.root}{self.path}"

    @property
    def settings(self) -> Any:
        """The provider's settings in the call's workspace."""
        return self.workspace.settings[self.provider.name]

    def begin(self) -> None:
        """The instant at which it happens."""
        self.context = self.workspace.context(self.provider, rules=self.rules, credential=self.credential)

    def refuse(self, refusal: Refusal) -> Response:
        """Note that the call is turned down, so that nothing it changed will stay; returns the answer."""
        self.refused = True  # and no more: the exception holds on to every frame it rose through
        self.rules.clear()
        self.rules.update(refusal.cited())
        return refusal.response(self)


CALL = "mockserver.call"


def call_in(scope: Scope) -> Call:
    call: Call = scope[CALL]
    return call
