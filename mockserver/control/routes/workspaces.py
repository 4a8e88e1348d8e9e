from fastapi import APIRouter, Request

from mockserver.control.schemas.workspaces import NewWorkspace, WorkspaceView
from mockserver.core.backstage import Declined, WorkspaceDep, runtime_of
from mockserver.core.errors import NoRoomForWorkspace
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
    try:
        return _view(workspaces.issue(new.name))
    except NoRoomForWorkspace as problem:
        raise Declined(409, str(problem)) from problem


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
    runtime_of(request).workspaces.delete(name)
    return view


@router.post("/reset")
async def reset_workspace(workspace: WorkspaceDep) -> WorkspaceView:
    """Take a workspace back to the start-up fixtures: data, clock, configuration, journal and outbox."""
    workspace.runtime.workspaces.reset(workspace)
    return _view(workspace)


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
    )
