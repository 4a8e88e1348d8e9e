from datetime import datetime
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from mockserver.control.schemas import Taken
from mockserver.core.matching import Outcome
from mockserver.core.throttle import ThrottleMode

LONGEST_WAIT = 60


class CallSummary(BaseModel):
    id: int
    at: datetime = Field(description="On the workspace's clock.")
    provider: str
    operation: str | None
    method: str
    path: str
    query: str
    status: int = Field(description="0 when no answer went out.")
    outcome: Outcome | None = Field(description="refused: turned down by the provider, whatever the status; null as above.")
    duration_ms: float
    throttled: ThrottleMode | None = Field(description="enforce: refused by the limit; observe: would have been.")
    rules: list[str] = Field(description="The rulebook rows that made the answer.")
    fault: int | None = Field(description="The armed fault that it had (see `/_mock/faults`).")


class Body(BaseModel):
    headers: list[tuple[str, str]]
    body: str
    size: int
    cut: bool = Field(description="Whether the journal kept only the beginning of the body.")


class CallView(CallSummary):
    client: str
    unread: list[str] | None = Field(
        description="What the client sent and nothing reads; null when the body was too long to be kept whole."
    )
    request: Body
    answer: Body


class Wanted(BaseModel):
    """Which calls: those that fit everything given."""

    model_config = ConfigDict(extra="forbid")

    workspace: str = "default"
    provider: str | None = Field(None, description="Only this provider.")
    operation: str | None = Field(None, description="Operation id, as the journal names it.")
    method: str | None = Field(None, description="In any letter case.")
    path: str | None = Field(None, description="The path, with * for any characters.")
    status: int | None = None
    outcome: Outcome | None = Field(None, description="refused: turned down by the provider, whatever the status.")
    rule: str | None = Field(None, description="A rulebook row that made the answer.")
    text: str | None = Field(None, description="Words in path, query or a body, in any letter case; no secret is found.")
    since: AwareDatetime | None = Field(None, description="Not before this moment of the workspace's clock.")
    after: int | None = Field(None, description="Only calls with a higher id.")


class Listed(Wanted):
    before: int | None = Field(None, description="Only calls with a lower id.")
    throttled: bool | None = Field(None, description="Whether it was above a limit, refused or not.")
    faulted: bool | None = Field(None, description="Whether it had an armed fault.")
    fault: int | None = Field(None, description="The armed fault that it had.")
    unread: bool | None = Field(None, description="Whether the client sent something that nothing reads.")
    limit: int = Field(100, ge=1, le=10_000)


class Awaited(Wanted):
    timeout: float = Field(10, ge=0, le=LONGEST_WAIT, description="Real seconds to wait at most.")


class MatchGiven(Taken):
    """Which calls: those that fit everything given. Nothing given fits every call."""

    provider: str | None = None
    operation: str | None = None
    method: str | None = None
    path: str | None = Field(None, description="With * for any characters.")
    status: int | None = None
    outcome: Outcome | None = None
    rule: str | None = None
    query: dict[str, str] = Field(
        default_factory=dict, description="Values may have * in them; other parameters may be there."
    )
    headers: dict[str, str] = Field(default_factory=dict, description="The same of the request's headers.")
    body: Any = Field(None, description="A part of its JSON: objects have at least these keys, lists these very elements.")
    text: str | None = Field(None, description="Words in path, query or a body, in any letter case.")
    since: AwareDatetime | None = None
    after: int | None = None


class AwaitedCall(Taken):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"match": {"operation": "add_contact", "body": {"name": "Ada"}}, "timeout": 5}]},
    )

    match: MatchGiven = Field(default_factory=MatchGiven)
    timeout: float = Field(10, ge=0, le=LONGEST_WAIT, description="Real seconds to wait at most.")


class Verification(Taken):
    """How many calls fit, or that calls fit one step after the other."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"match": {"operation": "add_contact", "body": {"name": "Ada"}}, "exactly": 1},
                {"in_order": [{"operation": "add_contact"}, {"operation": "get_contact", "outcome": "answered"}]},
            ]
        },
    )

    match: MatchGiven | None = None
    exactly: int | None = Field(None, ge=0)
    at_least: int | None = Field(None, ge=0, description="1, unless one of the three is given.")
    at_most: int | None = Field(None, ge=0)
    in_order: list[MatchGiven] | None = Field(None, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        counts = [name for name in ("exactly", "at_least", "at_most") if getattr(self, name) is not None]
        if (self.match is None) == (self.in_order is None):
            raise ValueError("give either match or in_order")
        if self.in_order is not None and counts:
            raise ValueError(f"{counts[0]} is for match; calls in order are there or not")
        if "exactly" in counts and len(counts) > 1:
            raise ValueError(f"exactly and {counts[1]} cannot go together")
        return self


class VerdictView(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "holds": False,
                    "matched": 0,
                    "calls": [],
                    "difference": "expected exactly 1 fitting, found 0 among 1 call\n"
                    "  call 1: ethermailer add_contact, POST /user/contact -> 200\n"
                    '    - body.name: "Ada"\n    + body.name: "Eva"',
                }
            ]
        }
    )

    holds: bool
    matched: int
    calls: list[int] = Field(description="Ids of the calls that fit; of calls in order, the first of each step.")
    difference: str = Field(description="When it does not hold: what was expected and found, and the calls that nearly fit.")
