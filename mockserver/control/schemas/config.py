from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from mockserver.control.schemas import Taken
from mockserver.core.throttle import ThrottleMode


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
