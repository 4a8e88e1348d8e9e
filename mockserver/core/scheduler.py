"""Work that waits for its moment on the workspace's clock.

It runs when the clock is moved (before the control call answers), at the start of a call, and five times a second of
real time. Each piece runs in a transaction of its own, at the instant it was due; a large one is a generator and runs
in slices, during which its workspace is busy (see `core/slices.py`).
"""

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, String, bindparam, delete, func, insert, select, update

from mockserver.core.slices import run_in_slices
from mockserver.core.statements import Statement
from mockserver.core.tables import Task

if TYPE_CHECKING:
    from mockserver.core.context import Context
    from mockserver.core.database import Database
    from mockserver.core.workspace import Workspace

NEVER = float("inf")
TICK_SECONDS = 0.2

_ID, _DUE, _WAITING = Task.c.id, Task.c.due, Task.c.failure.is_(None)
_ADD = Statement(insert(Task))
_FIRST_DUE = Statement(
    select(_ID, _DUE, Task.c.provider, Task.c.kind, Task.c.payload)
    .where(_WAITING, _DUE <= bindparam("now"))
    .order_by(_DUE, _ID)
    .limit(1)
)
_ALL = Statement(select(_ID, _DUE, Task.c.provider, Task.c.kind, Task.c.payload, Task.c.failure).order_by(_DUE, _ID))
_NEXT = Statement(select(_DUE).where(_WAITING).order_by(_DUE).limit(1))
_OF_PAYLOAD = (
    Task.c.provider == bindparam("provider"),
    func.json_extract(Task.c.payload, bindparam("key", type_=String)) == bindparam("value", type_=Integer),
)
_FITTING = Statement(select(Task.c.kind, Task.c.payload).where(*_OF_PAYLOAD).order_by(_DUE, _ID))
_WITHDRAW = Statement(delete(Task).where(*_OF_PAYLOAD))
_DONE = Statement(delete(Task).where(_ID == bindparam("task")))
_FAILED = Statement(update(Task).where(_ID == bindparam("task")).values(failure=bindparam("reason")))

logger = logging.getLogger(__name__)


def schedule(context: "Context[Any]", *, kind: str, due: datetime, payload: dict[str, Any]) -> None:
    """Let the provider's task `kind` run at `due`, with a payload that JSON can hold."""
    context.run(_ADD, id=None, due=due, provider=context.provider, kind=kind, payload=payload, failure=None)
    context.workspace.next_due = min(context.workspace.next_due, due.timestamp())


def withdraw(context: "Context[Any]", **about: int) -> list[Any]:
    """Take back what the provider had scheduled about something, `withdraw(context, import_id=17)`, failed work with it.

    Returns kind and payload of each piece, in order of their moments.
    """
    ((key, value),) = about.items()
    which = {"provider": context.provider, "key": f"$.{key}", "value": value}
    found = context.all(_FITTING, **which)
    context.run(_WITHDRAW, **which)
    return found


async def run_due(workspace: "Workspace") -> int:
    """Run everything that is due by now, in order of its moment, and return how much that was.

    The workspace is at rest afterwards: whoever awaited this may use it at once, without another look.
    """
    count = 0
    while True:
        while workspace.busy is not None:
            await workspace.busy.wait()
        if workspace.gone or workspace.next_due > workspace.clock.timestamp():
            return count
        due = workspace.database.all(_FIRST_DUE, {"now": workspace.clock.now()})
        if not due:
            look_ahead(workspace)
            return count
        await _run(workspace, due[0])
        count += 1


def tasks(database: "Database") -> list[Any]:
    """What waits, and what has failed, in order of its moment."""
    return database.all(_ALL, {})


def look_ahead(workspace: "Workspace") -> None:
    """Find out when the next piece of work is due."""
    waiting = workspace.database.all(_NEXT, {})
    workspace.next_due = waiting[0].due.timestamp() if waiting else NEVER


async def tick(workspaces: Iterable["Workspace"]) -> None:
    """Run due work of all workspaces, five times a second, until cancelled."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        for workspace in list(workspaces):
            if workspace.busy is None:
                try:
                    await run_due(workspace)
                except Exception:
                    logger.exception("due work of workspace %s", workspace.name)


async def _run(workspace: "Workspace", task: Any) -> None:
    provider = workspace.runtime.providers[task.provider]
    try:
        with workspace.transaction(provider, now=task.due) as context:
            work = provider.tasks()[task.kind](context, task.payload)
            if work is not None:
                await run_in_slices(workspace, work)
            context.run(_DONE, task=task.id)
        workspace.touched.update(context.rules)
    except Exception as error:
        logger.exception("%s: %s of %s failed", workspace.name, task.kind, task.provider)
        with workspace.transaction(provider) as context:
            context.run(_FAILED, task=task.id, reason=repr(error))
