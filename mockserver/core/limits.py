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
    faults: int = Field(100, ge=1, description="Faults armed in a workspace at a time.")
    outbox_messages: int = Field(
        10_000,
        ge=1,
        description="Messages kept in the outbox of a workspace; the oldest go first, and one to many counts once.",
    )
    outbox_search: int = Field(
        20_000, ge=1, description="Messages of mailings that one search writes to look at their subjects, when these differ."
    )
    relay_waiting: int = Field(
        10_000, ge=1, description="Messages that may wait to be relayed; the newest go first, and one to many counts once."
    )
    relay_batch: int = Field(1000, ge=1, description="Messages relayed of one to many; the others stay in the outbox alone.")
    relay_bytes: int = Field(
        32 * 1024 * 1024, ge=1, description="Bytes of messages that are written and wait to be relayed."
    )
    webhook_deliveries: int = Field(
        10_000, ge=1, description="Webhook deliveries kept in a workspace; the oldest go first, sent or not."
    )
    webhook_attempts: int = Field(50, ge=1, description="Attempts kept of one webhook delivery; the oldest go first.")
    webhook_connections: int = Field(
        8, ge=1, description="Webhooks of a workspace that are told something at a time, each one thing after the other."
    )
    webhook_answer_bytes: int = Field(
        4096, ge=0, description="Bytes read of the answer to a webhook delivery, and kept with the attempt."
    )
    snapshots: int = Field(20, ge=1, description="Most snapshots of a workspace.")
    snapshot_bytes: int = Field(100 * 1024 * 1024, ge=1, description="Largest snapshot file that can be uploaded, in bytes.")
    difference_bytes: int = Field(
        4 * 1024 * 1024, ge=0, description="Bytes of rows that a difference lists; past them it only counts."
    )
