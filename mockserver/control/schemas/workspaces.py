from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from mockserver.control.schemas import Taken
from mockserver.core.throttle import ThrottleMode


class WorkspaceView(BaseModel):
    name: str
    credentials: dict[str, list[dict[str, str]]]
    calls: int
    fixtures: list[str] = Field(description="The sets that it starts from.")


class NewWorkspace(Taken):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "checkout-tests"}, {"name": "nobody-yet", "fixtures": ["empty"]}]},
    )

    name: str = Field(description="Lower-case letters, digits, - and _; 64 at most.")
    throttle: ThrottleMode | None = Field(None, description="Until it is reset; unset: the server's.")
    clock: AwareDatetime | None = Field(None, description="Moment at which its clock stands; unset: as the server's.")
    fixtures: list[str] = Field(
        [],
        max_length=10,
        description="Sets to start from and to be reset to: names, or folders on the server's machine. Else the server's.",
    )
