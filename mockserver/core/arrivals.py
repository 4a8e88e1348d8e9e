"""What a call came into: the time, what its client could know by then, and what else was under way."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mockserver.core.call import Call


class Arrival(NamedTuple):
    """Noted when a call enters its workspace, because nobody can find it out later."""

    at: float
    """The workspace's time, in seconds since 1970."""
    known: int
    """Journal id of the newest call that had been answered: whatever is older may have led to this one."""
    under_way: int
    """Calls of the same provider from the same address that were not answered yet, itself among them."""
    revision: int
    """That of the workspace: between two calls with the same one, nothing changed."""
    due: float
    """When the next work that waits for its moment was due, so that time alone would change something."""


def arrive(call: "Call") -> Arrival:
    """Count a call in its workspace until it leaves."""
    workspace, provider = call.workspace, call.provider.name
    key = provider, call.client
    under_way = workspace.running.get(key, 0) + 1  # a Counter is slow to say that there is none
    workspace.running[key] = under_way
    if under_way > workspace.peaks.get(provider, 0):
        workspace.peaks[provider] = under_way
    return _noted(call, under_way)


def leave(call: "Call") -> None:
    """It is answered, or given up."""
    running, key = call.workspace.running, (call.provider.name, call.client)
    if running[key] > 1:
        running[key] -= 1
    else:
        del running[key]


def stand_outside(call: "Call") -> Arrival:
    """The same of a call that was not let in, and counts nowhere."""
    return _noted(call, 0)


def _noted(call: "Call", under_way: int) -> Arrival:
    workspace = call.workspace
    at, known = workspace.clock.timestamp(), workspace.journal.newest
    return Arrival(at, known, under_way, workspace.revision, workspace.next_due)
