"""Work that waits for its moment on the workspace's clock.

It runs when the clock is moved (before the control call answers), at the start of a call, and five times a second of
real time. Each piece runs in a transaction of its own, at the instant it was due.
"""

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlmodel import col

from mockserver.core.tables import Task

if TYPE_CHECKING:
    from mockserver.core.context import Context
    from mockserver.core.workspace import Workspace

NEVER = float("inf")
TICK_SECONDS = 0.2

_ADD = insert(Task)
_WAITING = col(Task.failure).is_(None)
_FIRST_DUE = select(Task).where(_WAITING, col(Task.due) <= bindparam("now")).order_by(col(Task.due), col(Task.id)).limit(1)
_NEXT = select(func.min(col(Task.due), type_=Task.__table__.c.due.type)).where(_WAITING)  # type: ignore[attr-defined]
_DONE = delete(Task).where(col(Task.id) == bindparam("task"))
_FAILED = update(Task).where(col(Task.id) == bindparam("task")).values(failure=bindparam("reason"))

logger = logging.getLogger(__name__)


def schedule(context: "Context[Any]", *, kind: str, due: datetime, payload: dict[str, Any]) -> None:
    """Let the provider's task `kind` run at `due`, with a payload that JSON can hold."""
    context.execute(
        _ADD, {"due": due, "provider": context.provider, "kind": kind, "payload": payload, "failure": None}
    )
    context.workspace.next_due = min(context.workspace.next_due, due.timestamp())


def run_due(workspace: "Workspace") -> int:
    """Run everything that is due by now, in order of its moment, and return how much that was."""
    count = 0
    while workspace.next_due <= workspace.clock.timestamp():
        task = workspace.database.execute(_FIRST_DUE, {"now": workspace.clock.now()}).one_or_none()
        if task is None:
            look_ahead(workspace)
            break
        _run(workspace, task)
        count += 1
    return count


def look_ahead(workspace: "Workspace") -> None:
    """Find out when the next piece of work is due."""
    due = workspace.database.execute(_NEXT).scalar_one()
    workspace.next_due = NEVER if due is None else due.timestamp()


async def tick(workspaces: Iterable["Workspace"]) -> None:
    """Run due work of all workspaces, five times a second, until cancelled."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        for workspace in list(workspaces):
            if workspace.busy is None:
                run_due(workspace)


def _run(workspace: "Workspace", task: Any) -> None:
    provider = workspace.runtime.providers[task.provider]
    try:
        with workspace.transaction(provider, now=task.due) as context:
            provider.tasks[task.kind](context, task.payload)
            context.execute(_DONE, {"task": task.id})
    except Exception as error:
        logger.exception("%s: %s of %s failed", workspace.name, task.kind, task.provider)
        with workspace.transaction(provider) as context:
            context.execute(_FAILED, {"task": task.id, "reason": repr(error)})
