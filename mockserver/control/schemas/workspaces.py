from pydantic import BaseModel, ConfigDict, Field

from mockserver.control.schemas import Taken


class WorkspaceView(BaseModel):
    name: str
    credentials: dict[str, list[dict[str, str]]]
    calls: int


class NewWorkspace(Taken):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "checkout-tests"}]})

    name: str = Field(description="Lower-case letters, digits, - and _; 64 at most.")
