from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from mockserver.control.schemas import Taken
from mockserver.core.throttle import ThrottleMode


class Config(BaseModel):
    throttle: ThrottleMode
    strict: bool
    providers: dict[str, dict[str, Any]]


class ConfigChange(Taken):
    """What is to change, from the very next call on; a reset brings back what the server started with."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"throttle": "observe", "providers": {"emma": {"imports_take": 60}}},
                {"strict": True, "providers": {"emfluence": {"strict": False}}},
            ]
        },
    )

    throttle: ThrottleMode | None = Field(
        None, description="Of all providers that have no mode of their own; null: as it is."
    )
    strict: bool | None = Field(
        None,
        description="Whether what nothing reads is refused, by providers that do not say it for themselves; null: as it is.",
    )
    providers: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="By provider: the settings to change; those that are not given stay. null unsets what can be unset, "
        "such as `throttle`, `strict` and `confirm_after`; for all others it is no value.",
    )
