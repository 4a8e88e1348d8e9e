"""One log line for each call, for people or for programs."""

import asyncio
import json
import os
from typing import TextIO
from urllib.parse import quote

from mockserver.core.call import Call
from mockserver.core.redaction import redacted
from mockserver.settings import LogFormat

THROTTLE_HINT = "over the vendor's limit; --throttle off answers at once"
OBSERVED_HINT = "over the vendor's limit, observed only"

_FLUSH_SECONDS = 0.05


class CallLog:
    """Told of every call, it writes lines; a burst of calls shares one write."""

    def __init__(self, form: LogFormat, stream: TextIO) -> None:
        self._line = _text if form == "text" else _json
        self._stream = stream
        self._waiting: list[str] = []

    def __call__(self, call: Call) -> None:
        if not self._waiting:
            asyncio.get_running_loop().call_later(_FLUSH_SECONDS, self.flush)
        self._waiting.append(self._line(call))

    def flush(self) -> None:
        lines, self._waiting = self._waiting, []
        try:
            self._stream.write("".join(lines))
            self._stream.flush()
        except BrokenPipeError:  # whoever read the log has gone; what is still in the stream must not fail later
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())


def _text(call: Call) -> str:
    query = f"?{_query(call)}" if call.query else ""
    at = call.at
    return (
        f"{at.hour:02}:{at.minute:02}:{at.second:02} {call.provider.name} {call.workspace.name} "
        f"{call.method} {_path(call)}{query} {call.status} {call.duration * 1000:.1f} ms{_remarks(call)}\n"
    )


def _remarks(call: Call) -> str:
    """Why a call was refused, how to switch the throttle off, and which armed fault it had."""
    remarks = sorted(call.rules) if call.refused else []
    if call.throttled is not None:
        remarks.append(THROTTLE_HINT if call.throttled == "enforce" else OBSERVED_HINT)
    if call.fault_id is not None:
        remarks.append(f"fault {call.fault_id}" if call.status else f"fault {call.fault_id}, no answer went out")
    return f"  ({'; '.join(remarks)})" if remarks else ""


def _json(call: Call) -> str:
    record = {
        "at": call.at.isoformat(),
        "provider": call.provider.name,
        "workspace": call.workspace.name,
        "operation": call.operation.name if call.operation is not None else None,
        "method": call.method,
        "path": call.path,
        "query": _query(call),
        "status": call.status,
        "duration_ms": round(call.duration * 1000, 3),
        "throttled": call.throttled,
        "rules": sorted(call.rules),
        "fault": call.fault_id,
    }
    return json.dumps(record) + "\n"


def _path(call: Call) -> str:
    """The path on one line: what was percent-encoded in it may be a line break."""
    return call.path if call.path.isprintable() else quote(call.path)


def _query(call: Call) -> str:
    """The query as it was sent, without a secret; it is percent-encoded, so it cannot break the line."""
    text = redacted(call, call.query)
    return text if len(text) <= 200 else f"{text[:200]}..."
