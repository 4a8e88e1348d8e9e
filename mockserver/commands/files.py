"""Files that are named on the command line, where - is stdin or stdout."""

import sys
from pathlib import Path

from mockserver.commands.ending import FAILURE, USAGE, fail
from mockserver.commands.printing import hand_over

_STREAM = "-"


def read(file: str) -> bytes:
    """What is in it; a file that cannot be read was named wrongly."""
    try:
        return sys.stdin.buffer.read() if file == _STREAM else Path(file).read_bytes()
    except (OSError, ValueError) as problem:
        fail(f"cannot read {file}: {_reason(problem)}", USAGE)


def write(file: str, content: bytes) -> None:
    """Put it there, in the place of what is there."""
    if file == _STREAM:
        hand_over(content)
        return
    try:
        Path(file).write_bytes(content)
    except (OSError, ValueError) as problem:
        fail(f"cannot write {file}: {_reason(problem)}", FAILURE)


def _reason(problem: Exception) -> str:
    return getattr(problem, "strerror", None) or str(problem)
