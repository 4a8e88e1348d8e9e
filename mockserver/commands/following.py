"""The calls of a workspace as they come."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mockserver.commands.ending import FAILURE, fail, note
from mockserver.commands.printing import is_read
from mockserver.testing import Control, ControlRefused, Unreachable

if TYPE_CHECKING:
    from mockserver.control.schemas.journal import CallSummary

_PAUSE_SECONDS = 0.3
_LOOK_SECONDS = 1.0
"""So often it is looked whether anybody still reads, while nothing comes."""
_MOST = 10_000
"""Calls that are fetched at a time; more may have come while nobody looked, and are lost to whoever follows."""
_NOTHING_CAME, _ENDS = 408, 503


def follow(control: Control, wanted: dict[str, Any], past: int, show: "Callable[[CallSummary], bool]") -> None:
    """Show the last calls and then each as it comes, until nobody looks. A server that has gone is waited for."""
    calls = control.journal.calls(**wanted, limit=past or 1)
    last = calls[0].id if calls else 0
    if not all(show(call) for call in reversed(calls[:past])):
        return
    while is_read():
        try:
            calls = _next(control, wanted, last)
        except Unreachable:
            last = _again(control, last)
            continue
        for call in reversed(calls):
            last = call.id
            if not show(call):
                return


def _next(control: Control, wanted: dict[str, Any], last: int) -> "list[CallSummary]":
    """The calls after one, the newest first, once there are any; none now and then."""
    try:
        control.journal.wait(**wanted, after=last, timeout=_LOOK_SECONDS)
        return control.journal.calls(**wanted, after=last, limit=_MOST)
    except ControlRefused as problem:
        if problem.status == _ENDS:
            time.sleep(_PAUSE_SECONDS)
            raise Unreachable(str(problem)) from problem
        if problem.status == _NOTHING_CAME:
            return []
        fail(str(problem), FAILURE)


def _again(control: Control, last: int) -> int:
    """Wait until a server answers; from which call to go on: a new server counts anew."""
    gone = False
    while True:
        try:
            newest = control.journal.calls(limit=1)
        except Unreachable:
            if not gone:
                note(f"the server at {control.url} has gone; waiting for it to come back")
            gone = True
            time.sleep(_PAUSE_SECONDS)
        except ControlRefused as problem:
            fail(str(problem), FAILURE)
        else:
            if gone:
                note(f"the server at {control.url} is back")
            return last if newest and newest[0].id >= last else 0
