"""One log line for each call, for people or for programs."""

import json
import sys
from collections.abc import Callable
from typing import TextIO

from mockserver.core.call import Call
from mockserver.settings import LogFormat

THROTTLE_HINT = "over the vendor's limit; --throttle off answers at once"


def call_log(form: LogFormat, stream: TextIO = sys.stdout) -> Callable[[Call], None]:
    """Something to tell of every call."""
    line = _text if form == "text" else _json

    def log(call: Call) -> None:
        stream.write(line(call))
        stream.flush()

    return log


def _text(call: Call) -> str:
    query = f"?{_query(call)}" if call.query else ""
    remarks = [*sorted(call.rules)] if call.refusal is not None else []
    if call.throttled is not None:
        remarks.append(THROTTLE_HINT if call.throttled == "enforce" else "over the vendor's limit, observed only")
    remark = f"  ({'; '.join(remarks)})" if remarks else ""
    return (
        f"{call.at:%H:%M:%S} {call.provider.name} {call.workspace.name} {call.method} {call.path}{query} "
        f"{call.status} {call.duration * 1000:.1f} ms{remark}\n"
    )


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
    }
    return json.dumps(record) + "\n"


def _query(call: Call) -> str:
    """The query as it was sent; control characters cannot be in it, a secret might."""
    text = call.query.decode("ascii", "replace")
    text = text if len(text) <= 200 else f"{text[:200]}..."
    return text.replace(call.credential, "***") if call.credential else text
