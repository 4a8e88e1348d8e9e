from pydantic import BaseModel

from mockserver.core.rulebook import Evidence


class RuleView(BaseModel):
    provider: str
    id: str
    operation: list[str]
    text: str
    evidence: Evidence
    source: str
    switch: str | None


class RowUse(BaseModel):
    id: str
    text: str
    calls: int


class OperationCoverage(BaseModel):
    operation: str
    touched: int
    rows: list[RowUse]


class Coverage(BaseModel):
    """Which rows the calls of a workspace have met; rows about form, which every answer meets, are left out."""

    provider: str
    rows: int
    touched: int
    operations: list[OperationCoverage]
