"""How commands end: 0 done, 1 failure, 2 a negative verdict, 64 a call that makes no sense."""

import sys
from typing import NoReturn

import typer

FAILURE, NEGATIVE, USAGE = 1, 2, 64
FOUND = 3
"""How a command ends that is to end with 2, which inside of Typer means something else."""
_USAGE_OF_TYPER = 2


def note(remark: str) -> None:
    """One line on stderr, for people: whatever reads stdout is not disturbed."""
    print(f"mockserver: {remark}", file=sys.stderr)


def fail(reason: str, code: int) -> NoReturn:
    """End with one line on stderr."""
    print(f"mockserver: {reason}", file=sys.stderr)
    raise typer.Exit(code)


def outside(code: str | int | None) -> str | int | None:
    """The exit code that is seen from outside."""
    return {_USAGE_OF_TYPER: USAGE, FOUND: NEGATIVE}.get(code, code) if isinstance(code, int) else code
