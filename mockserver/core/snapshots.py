"""Snapshots: a workspace's world, put aside under a name to go back to.

A snapshot holds what the database does: data, outbox, scheduled work, and with them the clock and the counters of ids.
Configuration, faults and journal are no part of the world: they say how it is looked at, so a restore leaves them alone.
Nor are credentials: a workspace keeps its own, whoever's past it takes over.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mockserver.core import memory
from mockserver.core.database import Database
from mockserver.core.workspace import NAME, Workspace

if TYPE_CHECKING:
    from mockserver.core.runtime import Runtime

START, NOW = "start", "now"
_ITS_OWN = ("credentials", "fixtures")
"""What a workspace keeps of itself, whoever's past it takes over."""
RESERVED = (START, NOW)
"""What a difference calls the start-up fixtures and the present; no snapshot has such a name."""


class SnapshotRefused(Exception):  # noqa: N818 - what happened, in words
    """A snapshot cannot be made, or not be used."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of a snapshot without going there."""

    name: str
    at: datetime
    """What the clock showed."""
    size: int
    """Bytes of the file."""
    counts: dict[str, dict[str, int]]
    """By provider, how many of what there is."""


def names(workspace: Workspace) -> list[str]:
    """Those that can be asked for; a state folder may hold files with other names."""
    return [name for name in workspace.shelf.names() if NAME.fullmatch(name) and name not in RESERVED]


def take(workspace: Workspace, name: str) -> Snapshot:
    """Put the present aside, in the place of an older snapshot of this name."""
    draft = Database()
    draft.copy_from(workspace.database)
    memory.remember(draft, "clock", workspace.clock.dump())
    memory.remember(draft, "counters", workspace.ids.counters)  # a refused call may have counted without a commit
    return keep(workspace, name, draft, at=workspace.clock.now())


def keep(workspace: Workspace, name: str, draft: Database, *, at: datetime) -> Snapshot:
    """Make a snapshot of a database, which belongs to it from now on."""
    for key in _ITS_OWN:
        memory.forget(draft, key)
    counts = _counts(workspace.runtime, draft)
    memory.remember(draft, "snapshot", {"at": at.isoformat(), "counts": counts})
    workspace.shelf.keep(name, draft)
    return Snapshot(name, at, workspace.shelf.size(name), counts)


def look(workspace: Workspace, name: str) -> Snapshot:
    """Tell of a snapshot."""
    with opened(workspace, name) as kept:
        told = memory.recall(kept, "snapshot")
        return Snapshot(name, datetime.fromisoformat(told["at"]), workspace.shelf.size(name), told["counts"])


def restore(workspace: Workspace, name: str) -> Snapshot:
    """Let the workspace be as it was: data, outbox, clock, ids and scheduled work, in one step.

    A frozen clock stands at the snapshot's moment. One that ran has gone on meanwhile, as fast and as far ahead as it
    was, just as it does while a server with a state folder is down: it would be wrong about the real time otherwise.
    """
    snapshot = look(workspace, name)
    with closing(Database()) as draft:
        with opened(workspace, name) as kept:
            draft.copy_from(kept)
        memory.forget(draft, "snapshot")
        for key in _ITS_OWN:
            memory.remember(draft, key, workspace.remembered(key))
        workspace.database.copy_from(draft)
    workspace.take_up()
    return snapshot


@contextmanager
def opened(workspace: Workspace, name: str) -> Iterator[Database]:
    """The database of a snapshot, to read. Raises SnapshotRefused for one of another version."""
    own = memory.recall(workspace.database, "schema")
    try:
        with workspace.shelf.opened(name) as kept:
            if not _is_ours(kept, own):
                raise SnapshotRefused(
                    f'the snapshot "{name}" was written by another version of mockserver, whose tables differ; delete it, '
                    "or start that version"
                )
            yield kept
    except sqlite3.DatabaseError as problem:
        raise SnapshotRefused(f'the snapshot "{name}" is damaged: {problem}') from problem


@contextmanager
def side(workspace: Workspace, name: str) -> Iterator[Database]:
    """One side of a difference: `start`, `now`, or a snapshot."""
    if name == START:
        yield workspace.start
    elif name == NOW:
        yield workspace.database
    else:
        with opened(workspace, name) as kept:
            yield kept


def _is_ours(database: Database, schema: Any) -> bool:
    try:
        return bool(memory.recall(database, "schema") == schema and memory.recall(database, "snapshot"))
    except (sqlite3.OperationalError, ValueError):  # not even the table in which that would stand
        return False


def _counts(runtime: "Runtime", database: Database) -> dict[str, dict[str, int]]:
    world = Workspace(runtime, START, database)
    return {provider.name: provider.counts(world.context(provider)) for provider in runtime.providers.values()}
