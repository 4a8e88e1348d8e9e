"""What the control API takes and gives."""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from mockserver.core.rulebook import Evidence
from mockserver.core.throttle import ThrottleMode


class Taken(BaseModel):
    """Base of what comes in: a key that means nothing is refused."""

    model_config = ConfigDict(extra="forbid")


class Refused(BaseModel):
    error: str


class Health(BaseModel):
    status: str
    version: str
    fixtures: list[str]
    workspaces: int


class ProviderView(BaseModel):
    name: str
    title: str
    base_url: str
    hosts: list[str]
    credentials: list[dict[str, str]]
    counts: dict[str, int]


class WorkspaceView(BaseModel):
    name: str
    credentials: dict[str, list[dict[str, str]]]
    calls: int


class NewWorkspace(Taken):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "checkout-tests"}]})

    name: str = Field(description="Lower-case letters, digits, - and _; 64 at most.")


class ClockView(BaseModel):
    now: datetime
    frozen: bool
    scale: float


class ClockChange(Taken):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"now": "2030-01-01T00:00:00Z", "frozen": True}]}
    )

    now: AwareDatetime | None = Field(None, description="The moment to jump to.")
    frozen: bool | None = Field(None, description="Whether time stands still.")
    scale: float | None = Field(None, gt=0, le=1_000_000, description="Virtual seconds in a real one.")


class Advance(Taken):
    """How far the clock goes: the sum of what is given."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"minutes": 5}]})

    seconds: float = Field(0, ge=0, le=1e10)
    minutes: float = Field(0, ge=0, le=1e8)
    hours: float = Field(0, ge=0, le=1e7)
    days: float = Field(0, ge=0, le=1e6)


class Advanced(ClockView):
    tasks_run: int = Field(description="Pieces of due work that ran before this answer.")


class TaskView(BaseModel):
    id: int
    due: datetime = Field(description="On the workspace's clock.")
    provider: str
    kind: str
    payload: dict[str, Any]
    failure: str | None = Field(description="Why it failed; null while it waits.")


class CallSummary(BaseModel):
    id: int
    at: datetime = Field(description="On the workspace's clock.")
    provider: str
    operation: str | None
    method: str
    path: str
    query: str
    status: int
    duration_ms: float
    throttled: ThrottleMode | None = Field(description="enforce: refused by the limit; observe: would have been.")
    rules: list[str] = Field(description="The rulebook rows that made the answer.")


class Body(BaseModel):
    headers: list[tuple[str, str]]
    body: str
    size: int
    cut: bool = Field(description="Whether the journal kept only the beginning of the body.")


class CallView(CallSummary):
    client: str
    request: Body
    answer: Body


class MessageSummary(BaseModel):
    id: int
    provider: str
    kind: str
    sent_at: datetime
    sender: str
    recipient: str
    subject: str


class MessageView(MessageSummary):
    text: str
    html: str
    details: dict[str, Any]


class RuleView(BaseModel):
    provider: str
    id: str
    operation: list[str]
    text: str
    evidence: Evidence
    source: str
    switch: str | None


class RowUse(BaseModel):
    id: str
    text: str
    calls: int


class OperationCoverage(BaseModel):
    operation: str
    touched: int
    rows: list[RowUse]


class Coverage(BaseModel):
    """Which rows the calls of a workspace have met; rows about form, which every answer meets, are left out."""

    provider: str
    rows: int
    touched: int
    operations: list[OperationCoverage]


class Config(BaseModel):
    throttle: ThrottleMode
    providers: dict[str, dict[str, Any]]


class ConfigChange(Taken):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"throttle": "observe", "providers": {}}]},
    )

    throttle: ThrottleMode | None = None
    providers: dict[str, dict[str, Any]] = Field(default_factory=dict, description="By provider: the settings to change.")


class Deleted(BaseModel):
    deleted: int
