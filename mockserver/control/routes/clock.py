from datetime import timedelta

from fastapi import APIRouter

from mockserver.control.schemas.clock import Advance, Advanced, ClockChange, ClockView, TaskView
from mockserver.core import scheduler
from mockserver.core.backstage import Declined, WorkspaceDep
from mockserver.core.scheduler import run_due
from mockserver.core.workspace import Workspace

router = APIRouter(tags=["clock"])


@router.get("/clock")
async def get_clock(workspace: WorkspaceDep) -> ClockView:
    """Tell the workspace's time."""
    clock = workspace.clock
    return ClockView(now=clock.now(), frozen=clock.frozen, scale=clock.scale)


@router.put("/clock")
async def change_clock(workspace: WorkspaceDep, change: ClockChange) -> Advanced:
    """Set, freeze, resume or scale the clock. Work that became due runs before the answer, and webhooks are told."""
    clock = workspace.clock
    if change.now is not None:
        try:
            clock.set(change.now)
        except ValueError as problem:
            raise Declined(400, f"now: {problem}") from problem
    if change.frozen:
        clock.freeze(change.now)
    elif change.frozen is not None:
        clock.resume()
    if change.scale is not None:
        clock.run_at(change.scale)
    return await _moved(workspace)


@router.post("/clock/advance")
async def advance_clock(workspace: WorkspaceDep, by: Advance) -> Advanced:
    """Let time pass at once. Due work runs, at its own moment, before the answer, and webhooks are told."""
    try:
        workspace.clock.advance(timedelta(days=by.days, hours=by.hours, minutes=by.minutes, seconds=by.seconds))
    except (ValueError, OverflowError) as problem:
        raise Declined(400, str(problem)) from problem
    return await _moved(workspace)


@router.get("/tasks")
async def list_tasks(workspace: WorkspaceDep) -> list[TaskView]:
    """List the work that waits for its moment, and what of it has failed; the log tells the whole story of a failure."""
    return [TaskView(**task._asdict()) for task in scheduler.tasks(workspace.database)]


async def _moved(workspace: Workspace) -> Advanced:
    workspace.keep_clock()
    tasks, clock = await run_due(workspace), workspace.clock
    await workspace.runtime.courier.catch_up(workspace)
    return Advanced(now=clock.now(), frozen=clock.frozen, scale=clock.scale, tasks_run=tasks)
