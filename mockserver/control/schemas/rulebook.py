from pydantic import BaseModel, Field

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
    """A row, and how many calls have met it."""

    id: str
    text: str
    evidence: Evidence
    calls: int


class OperationCoverage(BaseModel):
    operation: str = Field(description="`*` for the rows that are about every call.")
    calls: int = Field(description="Calls of the operation, refused ones among them; of all operations for `*`.")
    touched: int
    total: int
    rows: list[RowUse] = Field(description="All rows about it, in the order of the rulebook.")
    untouched: list[str] = Field(description="Ids of the rows that no call has met.")


class EvidenceCoverage(BaseModel):
    """Of rows with the same evidence."""

    touched: int
    total: int


class Coverage(BaseModel):
    """Which rows the calls of a workspace have met; rows about form, which every answer meets, are left out."""

    provider: str
    rows: int
    touched: int
    untouched: int
    evidence: dict[Evidence, EvidenceCoverage]
    never_called: list[str] = Field(description="Operations that no call was for.")
    operations: list[OperationCoverage]
