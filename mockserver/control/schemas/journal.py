from datetime import datetime

from pydantic import BaseModel, Field

from mockserver.core.throttle import ThrottleMode


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
