from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from mockserver.core.webhooks import State

if TYPE_CHECKING:
    from pydantic.config import JsonDict

_DELIVERY: "JsonDict" = {
    "id": 1,
    "provider": "emma",
    "event": "member_add",
    "hook": "1024",
    "method": "POST",
    "url": "http://127.0.0.1:9000/hook",
    "created": "2030-01-01T12:00:00Z",
    "state": "waiting",
    "reason": "the answer has the status 500",
    "due": "2030-01-01T12:01:00Z",
    "attempts": 1,
}
_ATTEMPT: "JsonDict" = {
    "number": 1,
    "at": "2030-01-01T12:00:00Z",
    "status": 500,
    "error": "the answer has the status 500",
    "duration_ms": 2.125,
    "answer": "Internal Server Error",
}


class DeliverySummary(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [_DELIVERY]})

    id: int
    provider: str
    event: str
    hook: str = Field(description="Whom it is for: the provider's id of the webhook.")
    method: str
    url: str = Field(description="Credentials in it are blacked out.")
    created: datetime = Field(description="When the event happened, on the workspace's clock.")
    state: State = Field(
        description="delivered: it was answered with a success. failed: no attempt is left. refused: nothing is sent there."
    )
    reason: str | None = Field(description="What was wrong with the last attempt; null when nothing was.")
    due: datetime | None = Field(description="When the next attempt is made; null when none is.")
    attempts: int = Field(description="How many were made.")


class AttemptView(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [_ATTEMPT]})

    number: int
    at: datetime = Field(description="When it was due, on the workspace's clock; one by hand, when it began.")
    status: int | None = Field(description="Of the answer; null when there was none.")
    error: str | None = Field(description="Why it was not delivered; null when it was.")
    duration_ms: float = Field(description="Real milliseconds.")
    answer: str = Field(description="The beginning of the answer's body.")


class DeliveryView(DeliverySummary):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_DELIVERY,
                    "headers": [["Content-Type", "application/json"]],
                    "body": '{"event_name":"member_add"}',
                    "tries": [_ATTEMPT],
                }
            ]
        }
    )

    headers: list[tuple[str, str]] = Field(description="Of the request, beside the usual ones; secrets are blacked out.")
    body: str
    tries: list[AttemptView] = Field(description="The attempts in their order; of many, the last ones.")


class WantedDeliveries(BaseModel):
    """Which deliveries: those that fit everything given."""

    model_config = ConfigDict(extra="forbid")

    workspace: str = "default"
    provider: str | None = Field(None, description="Only this provider.")
    event: str | None = Field(None, description="Only this event, by the provider's name for it.")
    hook: str | None = Field(None, description="Only for this webhook, by the provider's id of it.")
    state: State | None = Field(None, description="Only in this state.")
    after: int | None = Field(None, ge=0, lt=2**63, description="Only deliveries with a higher id.")


class ListedDeliveries(WantedDeliveries):
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=1_000_000)


class AwaitedDelivery(WantedDeliveries):
    timeout: float = Field(10, ge=0, le=60, description="Real seconds to wait at most.")
