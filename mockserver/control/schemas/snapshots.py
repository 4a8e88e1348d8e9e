from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

_SNAPSHOT: JsonDict = {
    "name": "before-import",
    "at": "2030-01-01T12:00:00Z",
    "bytes": 450560,
    "counts": {"ethermailer": {"contacts": 12, "contact_groups": 4}},
}


class SnapshotView(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [_SNAPSHOT]})

    name: str
    at: datetime | None = Field(description="What the workspace's clock showed; null when the snapshot cannot be read.")
    bytes: int = Field(description="Size of its file.")
    counts: dict[str, dict[str, int]] = Field(description="By provider, how many of what there is.")
    problem: str | None = Field(None, description="Why it cannot be restored; null when it can.")


class Restored(SnapshotView):
    model_config = ConfigDict(json_schema_extra={"examples": [{**_SNAPSHOT, "now": "2030-01-01T12:00:00Z"}]})

    now: datetime = Field(description="What the clock shows after it; a frozen one the snapshot's moment.")
