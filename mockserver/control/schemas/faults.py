"""Faults: which calls, when, and what becomes of them. What is told of an armed one has the form in which it was armed."""

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from mockserver.control.schemas import Taken

MOST_SECONDS = 3600
MOST_BODY = 100_000

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_OURS = {"content-length", "transfer-encoding"}
_BODYLESS = {204, 304}

Seed = Annotated[int, Field(ge=0, le=2**63 - 1)]


class Given(Taken):
    """Base of the parts of a fault, which are read and shown."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class MatchGiven(Given):
    """Which calls: those that fit everything given. Nothing given fits every call with good credentials."""

    provider: str | None = None
    operation: str | None = Field(None, description="Operation id, as `/_mock/docs` and the journal name it.")
    method: str | None = Field(None, description="In any letter case.")
    path: str | None = Field(
        None, min_length=1, max_length=500, description="As the journal shows it, without prefix; * is any characters."
    )


class WhenGiven(Given):
    """Which of the calls that fit: one of the three, or else all of them until the fault is removed."""

    first: int | None = Field(None, ge=1, description="So many calls, and none after them.")
    nth: int | None = Field(None, ge=1, description="This one only, counted from 1.")
    probability: float | None = Field(None, ge=0, le=1, description="Each call with this probability, as `seed` draws.")
    seed: Seed | None = Field(None, description="The same draws the same again; unset: 1.")

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        given = [name for name in ("first", "nth", "probability") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} cannot go together; give one of them")
        if self.seed is not None and self.probability is None:
            raise ValueError("a seed is for a probability, and none is given")
        return self


class DelayGiven(Given):
    """How long the call is held up before anything else, in real seconds: `seconds`, or between `min` and `max`."""

    seconds: float | None = Field(None, ge=0, le=MOST_SECONDS)
    min: float | None = Field(None, ge=0, le=MOST_SECONDS)
    max: float | None = Field(None, ge=0, le=MOST_SECONDS)
    seed: Seed | None = Field(None, description="The same draws the same again; unset: 1.")

    @model_validator(mode="after")
    def _fixed_or_spread(self) -> Self:
        spread = (self.min, self.max)
        if (self.seconds is None) == (spread == (None, None)) or (self.seconds is None and None in spread):
            raise ValueError("give either seconds, or min and max")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min is {self.min:g} and max is {self.max:g}; the smaller one comes first")
        if self.seed is not None and self.seconds is not None:
            raise ValueError("a seed is for min and max; seconds are always the same")
        return self


class RefusalAct(Given):
    """The provider's own refusal, with its true status, headers and body. The call does not run."""

    kind: Literal["refusal"]
    name: str = Field(max_length=80, coerce_numbers_to_str=True, description="As `GET /_mock/faults/refusals` lists them.")


class AnswerAct(Given):
    """Any answer at all, as it is given. The call does not run."""

    kind: Literal["answer"]
    status: int = Field(ge=200, le=599)
    headers: dict[str, str] = Field(default_factory=dict, max_length=50)
    body: str = Field("", max_length=MOST_BODY, description="Sent in UTF-8; its Content-Type is what `headers` say.")

    @field_validator("headers")
    @classmethod
    def _headers_can_be_sent(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not _HEADER_NAME.fullmatch(name):
                raise ValueError(f"{name[:80]!r} is no name of a header")
            if name.lower() in _OURS:
                raise ValueError(f"{name} is written by the server; a truncated answer is an act of its own")
            if not _HEADER_VALUE.fullmatch(value):
                raise ValueError(f"the value of {name} holds characters that no header can hold")
        return headers

    @model_validator(mode="after")
    def _no_body_where_none_can_be(self) -> Self:
        if self.body and self.status in _BODYLESS:
            raise ValueError(f"an answer with status {self.status} has no body")
        return self


class DropAct(Given):
    """The connection is reset, as a broken network does."""

    kind: Literal["drop"]
    at: Literal["before", "middle"] = Field(
        description="before: the call does not run. middle: it runs, and the reset comes after half of the answer's body."
    )


class TruncateAct(Given):
    """The call runs; the answer promises its whole length, and the connection ends before that."""

    kind: Literal["truncate"]
    size: int | None = Field(None, ge=0, description="Bytes of the body that arrive; at least one is missing. Unset: half.")


class GarbageAct(Given):
    """The call runs; status and Content-Type are those of its answer, the body is bytes that are neither text nor JSON."""

    kind: Literal["garbage"]
    size: int = Field(64, ge=1, le=MOST_BODY, description="Bytes of garbage.")
    seed: Seed = 1


class LoseAnswerAct(Given):
    """The call runs and what it changed stays; the connection ends without an answer."""

    kind: Literal["lose_answer"]


class LoseRequestAct(Given):
    """The call runs and is rolled back, as if it had never arrived; the connection ends without an answer."""

    kind: Literal["lose_request"]


ActGiven = Annotated[
    RefusalAct | AnswerAct | DropAct | TruncateAct | GarbageAct | LoseAnswerAct | LoseRequestAct,
    Field(discriminator="kind"),
]

_EXAMPLES: list[JsonValue] = [
    {
        "match": {"provider": "ethermailer", "operation": "add_contact"},
        "when": {"first": 2},
        "act": {"kind": "refusal", "name": "too_many_requests"},
    },
    {"match": {"path": "/user/contact/*"}, "when": {"probability": 0.1}, "delay": {"min": 0.2, "max": 1.5}},
    {"when": {"nth": 3}, "act": {"kind": "lose_answer"}},
    {"act": {"kind": "answer", "status": 502, "headers": {"Content-Type": "text/html"}, "body": "<h1>Bad Gateway</h1>"}},
]


class NewFault(Taken):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": _EXAMPLES})

    match: MatchGiven = Field(default_factory=MatchGiven)
    when: WhenGiven = Field(default_factory=WhenGiven)
    delay: DelayGiven | None = None
    act: ActGiven | None = None

    @model_validator(mode="after")
    def _something_happens(self) -> Self:
        if self.delay is None and self.act is None:
            raise ValueError("nothing would happen; give an act, a delay, or both")
        return self


class FaultView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int = Field(description="Calls that have the fault carry it in the journal.")
    match: MatchGiven
    when: WhenGiven
    delay: DelayGiven | None
    act: ActGiven | None
    matched: int = Field(description="Calls that fitted and that no earlier fault had taken.")
    fired: int = Field(description="How many of them it took.")
    calls: list[int] = Field(description="Journal ids of the newest of those, the oldest first; calls under way have none.")


class RefusalView(BaseModel):
    """One refusal of a provider, in the readings of this workspace."""

    provider: str
    name: str
    also: list[str] = Field(description="Other names for it, such as the vendor's code.")
    status: int
    body: str
    rules: list[str] = Field(description="The rulebook rows that it cites.")
