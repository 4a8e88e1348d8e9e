"""Which calls of a journal are meant, and what keeps the others from being so."""

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any, Literal

from pydantic_core import from_json

from mockserver.core.call import Call
from mockserver.core.queries import read_query
from mockserver.core.redaction import redacted, redacted_headers
from mockserver.core.slices import Turn
from mockserver.core.texts import says
from mockserver.core.unread import is_whole

Outcome = Literal["answered", "refused"]
"""refused: turned down by the provider, whatever the HTTP status; answered: everything else that was answered."""

NOTHING = "nothing"

COARSE = frozenset({"provider", "operation", "method", "path"})
"""Criteria that make it another call altogether, rather than the same with other values."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing that was asked of a call and is not so."""

    criterion: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Which calls: those that fit everything given."""

    provider: str | None = None
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    """The path as the journal shows it, without prefix; `*` is any characters."""
    status: int | None = None
    outcome: Outcome | None = None
    rule: str | None = None
    """A rulebook row that made the answer."""
    query: Mapping[str, str] = field(default_factory=dict)
    """Parameters with their values, `*` for any characters; others may be there."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """The same of the request's headers, names in any letter case."""
    body: Any = None
    """A part of the request's JSON: objects have at least these keys, lists exactly these elements."""
    text: str | None = None
    """Words in path, query or a body, as the journal shows them, in any letter case."""
    since: datetime | None = None
    after: int | None = None

    def fits(self, call: Call) -> bool:
        return next(self.misfits(call), None) is None

    def misfits(self, call: Call) -> Iterator[Misfit]:
        """Everything that keeps a call from being meant, the coarsest first; looked for one by one."""
        yield from self._of_names(call)
        yield from self._of_outcome(call)
        for name, pattern in self.query.items():
            yield from _of_values(f"query.{name}", pattern, _values(call, name))
        for name, pattern in self.headers.items():
            yield from _of_values(f"headers.{name}", pattern, _headers(call, name))
        if self.body is not None:
            yield from _of_body(call, self.body)
        if self.text is not None and not says(call, self.text):
            yield Misfit("text", self.text, "none of it in path, query and bodies")

    def _of_names(self, call: Call) -> Iterator[Misfit]:
        operation = call.operation.name if call.operation is not None else None
        for criterion, wanted, found in (
            ("provider", self.provider, call.provider.name),
            ("operation", self.operation, operation),
            ("method", self.method, call.method),
        ):
            if wanted is not None and wanted != found:
                yield Misfit(criterion, wanted, found or NOTHING)
        if self.path is not None and not _like(call.path, self.path):
            yield Misfit("path", self.path, call.path)
        if self.after is not None and call.id <= self.after:
            yield Misfit("after", str(self.after), str(call.id))
        if self.since is not None and call.at < self.since:
            yield Misfit("since", self.since.isoformat(), call.at.isoformat())

    def _of_outcome(self, call: Call) -> Iterator[Misfit]:
        if self.status is not None and self.status != call.status:
            yield Misfit("status", str(self.status), str(call.status))
        found = outcome(call)
        if self.outcome is not None and self.outcome != found:
            yield Misfit("outcome", self.outcome, found or NOTHING)
        if self.rule is not None and self.rule not in call.rules:
            yield Misfit("rule", self.rule, ", ".join(sorted(call.rules)) or NOTHING)


def outcome(call: Call) -> Outcome | None:
    """How a call went in the provider's own sense; None when no answer went out."""
    return ("refused" if call.refused else "answered") if call.status else None


def select(
    calls: Iterable[Call], fits: Callable[[Call], bool], most: int | None = None
) -> Generator[None, None, list[Call]]:
    """Those that fit, in their order, up to so many. `calls` must stay as they are: others have their turns meanwhile."""
    found: list[Call] = []
    turn = Turn()
    for call in calls:
        if fits(call):
            found.append(call)
            if len(found) == most:
                break
        if turn.over:
            yield
            turn.begin()
    return found


def _of_values(criterion: str, pattern: str, found: list[str]) -> Iterator[Misfit]:
    if not any(_like(value, pattern) for value in found):
        yield Misfit(criterion, pattern, " and ".join(found) or NOTHING)


def _of_body(call: Call, wanted: Any) -> Iterator[Misfit]:
    text = redacted(call, call.body)
    if not is_whole(call):
        yield Misfit("body", "all of it", "only its beginning, which the journal kept")
        return
    try:
        found = from_json(text)
    except ValueError:
        yield Misfit("body", "JSON", text or NOTHING)
        return
    yield from _differing("body", wanted, found)


def _differing(place: str, wanted: Any, found: Any) -> Iterator[Misfit]:
    """Where a value lacks what is wanted."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key, value in wanted.items():
            if key in found:
                yield from _differing(f"{place}.{key}", value, found[key])
            else:
                yield Misfit(f"{place}.{key}", _shown(value), NOTHING)
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for number, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from _differing(f"{place}[{number}]", one, other)
    elif wanted != found or isinstance(wanted, bool) != isinstance(found, bool):
        yield Misfit(place, _shown(wanted), _shown(found))


def _shown(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "something that is nested deeply"


def _values(call: Call, name: str) -> list[str]:
    given = read_query(redacted(call, call.query).encode("latin-1", "replace"))
    return [value for key, value in given if key == name]


def _headers(call: Call, name: str) -> list[str]:
    return [value for key, value in redacted_headers(call.headers) if key.lower() == name.lower()]


def _like(text: str, pattern: str) -> bool:
    """Whether a text fits a pattern in which only `*` means something."""
    return fnmatchcase(text, pattern.replace("[", "[[]").replace("?", "[?]"))
