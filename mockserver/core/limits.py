"""The bounds on what comes in and what is kept."""

from pydantic import BaseModel, ConfigDict, Field


class Limits(BaseModel):
    """Every bound of the server; past one of them the answer is in the provider's own dialect."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    body_bytes: int = Field(10 * 1024 * 1024, ge=1, description="Largest request body, in bytes.")
    head_bytes: int = Field(
        60 * 1024, ge=1024, description="Largest request line and headers together, in bytes; a URL ends at 64 KB anyway."
    )
    workspaces: int = Field(1000, ge=1, description="Most workspaces at a time, `default` included.")
    journal_calls: int = Field(2000, ge=1, description="Calls kept in the journal of a workspace; the oldest go first.")
    journal_body_bytes: int = Field(64 * 1024, ge=0, description="Bytes kept of each body in the journal.")
    outbox_messages: int = Field(
        10_000,
        ge=1,
        description="Messages kept in the outbox of a workspace; the oldest go first, and one to many counts once.",
    )
