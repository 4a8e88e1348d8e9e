"""What the control API takes and gives, one file for each thing it controls; here what they share."""

from pydantic import BaseModel, ConfigDict


class Taken(BaseModel):
    """Base of what comes in: a key that means nothing is refused."""

    model_config = ConfigDict(extra="forbid")


class Refused(BaseModel):
    error: str


class Deleted(BaseModel):
    deleted: int
