"""One call to a provider: what came in, what was learnt about it on the way, what went out."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.types import Scope

from mockserver.core.errors import Notice, Refusal

if TYPE_CHECKING:
    from mockserver.core.context import Context
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
        "at",
        "body",
        "body_size",
        "client",
        "context",
        "credential",
        "duration",
        "extra_headers",
        "headers",
        "id",
        "json",
        "method",
        "notice",
        "operation",
        "path",
        "path_parameters",
        "provider",
        "query",
        "refused",
        "rules",
        "runtime",
        "status",
        "throttled",
        "workspace",
    )

    def __init__(self, runtime: "Runtime", provider: "Provider", scope: Scope) -> None:
        self.runtime = runtime
        self.provider = provider
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.headers: RawHeaders = scope["headers"]
        self._by_name = dict(self.headers)
        self.client: str = scope["client"][0] if scope.get("client") else ""
        self.body = b""
        self.body_size = 0
        self.json: Any = None
        """The body's value, once a gate has read it."""
        self.notice: Notice | None = None
        self.operation: Operation | None
        self.operation, self.path_parameters = provider.operations.find(self.method, provider.normal_path(self.path))
        self.workspace: Workspace = runtime.workspaces.default
        self.context: Context[Any] | None = None
        self.credential = ""
        self.rules: set[str] = set()
        self.throttled: ThrottleMode | None = None
        self.extra_headers: RawHeaders = []
        self.refused = False
        self.id = 0
        self.at: datetime
        self.duration = 0.0
        self.status = 0
        self.answer_headers: RawHeaders = []
        self.answer_body = b""
        self.answer_size = 0

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

    def begin(self) -> None:
        """The instant at which it happens."""
        self.context = self.workspace.context(self.provider, rules=self.rules, credential=self.credential)

    def refuse(self, refusal: Refusal) -> Response:
        """Note that the call is turned down, so that nothing it changed will stay; returns the answer."""
        self.refused = True  # and no more: the exception holds on to every frame it rose through
        self.rules.clear()
        self.rules.update(refusal.cited())
        return refusal.response(self.workspace.settings[self.provider.name])


CALL = "mockserver.call"


def call_in(scope: Scope) -> Call:
    call: Call = scope[CALL]
    return call
