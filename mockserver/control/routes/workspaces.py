import asyncio

from fastapi import APIRouter, Request

from mockserver.control.schemas.workspaces import NewWorkspace, WorkspaceView
from mockserver.core.backstage import Declined, WorkspaceDep, runtime_of
from mockserver.core.clock import EARLIEST, LATEST
from mockserver.core.errors import NoRoomForWorkspace
from mockserver.core.fixtures import FixtureFaults
from mockserver.core.workspace import DEFAULT, NAME, Workspace

router = APIRouter(tags=["workspaces"])


@router.get("/workspaces")
async def list_workspaces(request: Request) -> list[WorkspaceView]:
    """List the workspaces."""
    return [_view(workspace) for workspace in runtime_of(request).workspaces]


@router.post("/workspaces", status_code=201)
async def create_workspace(request: Request, new: NewWorkspace) -> WorkspaceView:
    """Make a workspace with credentials of its own; those made of its name (`ws-<name>`) work as well."""
    workspaces = runtime_of(request).workspaces
    if not NAME.fullmatch(new.name):
        raise Declined(400, f'"{new.name[:80]}" is no name: lower-case letters, digits, - and _, 64 at most')
    if workspaces.get(new.name) is not None:
        raise Declined(409, f'there is a workspace "{new.name}" already')
    moment = new.clock
    if moment is not None and not EARLIEST <= moment <= LATEST:
        raise Declined(400, f"clock: the clock shows dates from {EARLIEST:%Y} to {LATEST:%Y}")
    if new.fixtures:
        await _plant(request, new.fixtures)
    try:
        workspace = workspaces.issue(new.name, new.fixtures)
    except NoRoomForWorkspace as problem:
        raise Declined(409, str(problem)) from problem
    workspace.throttle = new.throttle or workspace.throttle
    if moment is not None:
        workspace.clock.freeze(moment)
        workspace.keep_clock()
    return _view(workspace)


@router.get("/workspaces/{name}")
async def get_workspace(request: Request, name: str) -> WorkspaceView:
    """Get one workspace."""
    return _view(_find(request, name))


@router.delete("/workspaces/{name}")
async def delete_workspace(request: Request, name: str) -> WorkspaceView:
    """Delete a workspace and all that is in it; `default` can only be reset."""
    workspace = _find(request, name)
    if name == DEFAULT:
        raise Declined(409, "the default workspace cannot be deleted; POST /_mock/reset empties it")
    if workspace.busy is not None:
        raise Declined(409, f'the workspace "{name}" is at work on a large call; try again when it is answered')
    view = _view(workspace)
    workspaces = runtime_of(request).workspaces
    workspaces.delete(name)
    asyncio.get_running_loop().call_soon(workspaces.prepare)  # when this is answered: the next test makes one
    return view


@router.post("/reset")
async def reset_workspace(workspace: WorkspaceDep) -> WorkspaceView:
    """Take a workspace back to the start-up fixtures: data, clock, configuration, journal and outbox; snapshots stay."""
    workspace.runtime.workspaces.reset(workspace)
    return _view(workspace)


async def _plant(request: Request, fixtures: list[str]) -> None:
    """Make sure of a template: in a thread, as that takes as long as the sets are large and nobody else knows it yet."""
    try:
        await asyncio.to_thread(runtime_of(request).workspaces.templates.get, fixtures)
    except (ValueError, FixtureFaults) as problem:
        raise Declined(400, f"fixtures: {problem}") from problem


def _find(request: Request, name: str) -> Workspace:
    workspace = runtime_of(request).workspaces.get(name)
    if workspace is None:
        raise Declined(404, f'there is no workspace "{name}"')
    return workspace


def _view(workspace: Workspace) -> WorkspaceView:
    return WorkspaceView(
        name=workspace.name,
        credentials={
            provider: [dict(credential.fields) for credential in credentials]
            for provider, credentials in workspace.credentials().items()
        },
        calls=len(workspace.journal),
        fixtures=list(workspace.fixtures) or [fixture_set.name for fixture_set in workspace.runtime.fixtures],
    )
