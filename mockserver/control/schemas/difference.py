from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Change(BaseModel):
    before: Any
    after: Any


class ChangedRow(BaseModel):
    key: dict[str, Any] = Field(description="The columns of the primary key.")
    columns: dict[str, Change] = Field(description="Only those that differ.")


class Rows(BaseModel):
    total: int
    rows: list[dict[str, Any]] = Field(description="The first of them, each by its columns.")


class ChangedRows(BaseModel):
    total: int
    rows: list[ChangedRow]


class TableDifference(BaseModel):
    added: Rows
    removed: Rows
    changed: ChangedRows


class DifferenceView(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "from": "before-import",
                    "to": "now",
                    "same": False,
                    "tables": {
                        "ethermailer": {
                            "ether_contact": {
                                "added": {"total": 0, "rows": []},
                                "removed": {"total": 0, "rows": []},
                                "changed": {
                                    "total": 1,
                                    "rows": [{"key": {"id": 1}, "columns": {"name": {"before": "Ada", "after": "Eva"}}}],
                                },
                            }
                        }
                    },
                }
            ]
        }
    )

    from_: str = Field(alias="from")
    to: str
    same: bool = Field(description="Whether there is no difference at all.")
    tables: dict[str, dict[str, TableDifference]] = Field(
        description="By provider and table, those that differ; the outbox and scheduled work under `mockserver`."
    )
