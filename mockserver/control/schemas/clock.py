from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from mockserver.control.schemas import Taken


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
