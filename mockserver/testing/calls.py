"""The calls of a workspace as text, for whoever looks at a failed test."""

from mockserver.control.schemas.journal import CallSummary
from mockserver.testing.connection import ControlRefused, Unreachable
from mockserver.testing.control import Control

_WIDTH = 500
"""Characters of an answer that are shown."""


def told(control: Control, most: int) -> str:
    """The last calls, the oldest first: what was asked and answered, and the rulebook rows that made the answer."""
    try:
        calls = control.journal.calls(limit=most)
        return "\n".join(_told(control, call) for call in reversed(calls)) or "there were none"
    except (ControlRefused, Unreachable) as problem:
        return f"cannot be told: {problem}"


def _told(control: Control, call: CallSummary) -> str:
    operation, query = call.operation or "(no operation)", f"?{call.query}" if call.query else ""
    line = f"{call.id}. {call.provider} {operation}: {call.method} {call.path}{query} -> {call.status}"
    remarks = [f"throttled ({call.throttled})"] if call.throttled else []
    remarks += [f"fault {call.fault}"] if call.fault is not None else []
    rules, body = ", ".join(call.rules) or "none", control.journal.get(call.id).answer.body[:_WIDTH]
    return f"{line} {'; '.join(remarks)}".rstrip() + f"\n   rules: {rules}\n   answer: {body}"
