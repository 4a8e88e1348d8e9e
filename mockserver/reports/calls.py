"""The calls of the journal: one on a line, or one whole."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mockserver.calllog import OBSERVED_HINT, THROTTLE_HINT
from mockserver.control.schemas.journal import Body, CallSummary, CallView, VerdictView
from mockserver.control.schemas.rulebook import RuleView
from mockserver.reports.plain import one_line, plain

_LONGEST_QUERY = 200


def line(call: CallSummary) -> str:
    """As the server logs it, with the id by which it is found."""
    query = f"?{call.query}" if call.query else ""
    shown = query if len(query) <= _LONGEST_QUERY else f"{query[:_LONGEST_QUERY]}..."
    remarks = [*(call.rules if call.outcome == "refused" else ()), *_remarks(call)]
    said = f"  ({'; '.join(remarks)})" if remarks else ""
    asked = f"{call.method} {one_line(call.path + shown)}"
    operation = call.operation or "-"
    return (
        f"{call.id:>5}  {call.at:%H:%M:%S} {call.provider} {operation} {asked} {call.status} {call.duration_ms:.1f} ms{said}"
    )


def whole(call: CallView, rulebook: Iterable[RuleView]) -> str:
    """Request and answer with their heads and bodies, what nothing read, and the rulebook rows that made the answer."""
    query = f"?{call.query}" if call.query else ""
    parts = [
        f"call {call.id}: {call.provider} {call.operation or 'without an operation'}, {call.outcome or 'not answered'}",
        f"{call.at:%Y-%m-%d %H:%M:%S} on the workspace's clock, {call.duration_ms:.1f} ms, from {call.client}",
        *([f"({'; '.join(remarks)})"] if (remarks := _remarks(call)) else ()),
        "",
        *_message(f"{call.method} {one_line(call.path + query)}", call.request),
        "",
        *(_message(str(call.status), call.answer) if call.status else ["no answer went out"]),
        "",
        f"read by nothing: {_unread(call.unread)}",
        *_rules(call.rules, {row.id: row for row in rulebook}),
    ]
    return "\n".join(parts)


def verdict(found: VerdictView) -> str:
    """What was expected and found, or that it holds."""
    if not found.holds:
        return plain(found.difference)
    fitting = f"{found.matched} {'call fits' if found.matched == 1 else 'calls fit'}"
    return f"holds: {fitting}{f' ({_numbers(found.calls)})' if found.calls else ''}"


def _remarks(call: CallSummary) -> list[str]:
    remarks = []
    if call.throttled is not None:
        remarks.append(THROTTLE_HINT if call.throttled == "enforce" else OBSERVED_HINT)
    if call.fault is not None:
        remarks.append(f"fault {call.fault}" if call.status else f"fault {call.fault}, no answer went out")
    return remarks


def _message(first: str, body: Body) -> Iterator[str]:
    yield first
    yield from (one_line(f"{name}: {value}") for name, value in body.headers)
    if body.body:
        yield ""
        yield plain(body.body if body.cut else _indented(body.body))
    if body.cut:
        yield f"(the beginning of {body.size} bytes; the journal keeps no more)"


def _indented(text: str) -> str:
    """JSON in a form that is easy to read; what would not be the same then stays as it is."""
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
        return json.dumps(value, indent=2, ensure_ascii=False) if isinstance(value, dict | list) else text
    except (ValueError, RecursionError):
        return text


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key is there twice")
    return made


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _unread(names: list[str] | None) -> str:
    if names is None:
        return "cannot be told, as the body was not kept whole"
    return one_line(", ".join(names)) or "nothing, all of it was read"


def _rules(ids: Sequence[str], rulebook: dict[str, RuleView]) -> Iterator[str]:
    yield f"made by {'these rows' if ids else 'no row'} of the rulebook{':' if ids else ''}"
    for rule in ids:
        row = rulebook.get(rule)
        yield f"  {rule}" if row is None else f"  {rule}  {row.evidence}: {row.text}  [{row.source}]"


def _numbers(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids[:20])) + (", ..." if len(ids) > 20 else "")
