from pydantic import BaseModel, ConfigDict, Field


class RelayView(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"target": "127.0.0.1:1025", "relayed": 12, "waiting": 0, "failed": 0, "left_out": 0, "last_error": None}
            ]
        }
    )

    target: str | None = Field(description="The SMTP server; null when none is set (MOCKSERVER_RELAY).")
    relayed: int = Field(description="Messages that it took.")
    waiting: int = Field(description="Messages on their way, also while it cannot be reached.")
    failed: int = Field(description="Messages that it did not take, or that were gone before they were written.")
    left_out: int = Field(description="Messages of large mailings past `limits.relay_batch`.")
    last_error: str | None = Field(description="What last went wrong, if anything did.")
