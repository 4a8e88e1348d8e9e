import asyncio
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Body
from starlette.responses import Response

from mockserver.control.guards import SNAPSHOT_FILE
from mockserver.control.schemas import Deleted
from mockserver.control.schemas.snapshots import Restored, SnapshotView
from mockserver.core import snapshots
from mockserver.core.backstage import Declined, WorkspaceDep
from mockserver.core.scheduler import run_due
from mockserver.core.snapshot_files import Received, received
from mockserver.core.snapshots import Snapshot, SnapshotRefused
from mockserver.core.wording import unknown_name
from mockserver.core.workspace import NAME, Workspace

router = APIRouter(tags=["snapshots"])

T = TypeVar("T")

_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {SNAPSHOT_FILE: {"schema": {"type": "string", "format": "binary"}}}, "description": "A SQLite database"}
}


@router.get("/snapshots")
async def list_snapshots(workspace: WorkspaceDep) -> list[SnapshotView]:
    """List the snapshots of a workspace by name."""
    return [_listed(workspace, name) for name in snapshots.names(workspace)]


@router.put("/snapshots/{name}")
async def take_snapshot(workspace: WorkspaceDep, name: str) -> SnapshotView:
    """Put the workspace as it is now aside under a name, in the place of an older snapshot of this name."""
    _check_name(workspace, name)
    return _view(snapshots.take(workspace, name))


@router.get("/snapshots/{name}")
async def get_snapshot(workspace: WorkspaceDep, name: str) -> SnapshotView:
    """Get one snapshot: when it was taken, and how much is in it."""
    return _view(_done(snapshots.look, workspace, name))


@router.delete("/snapshots/{name}")
async def delete_snapshot(workspace: WorkspaceDep, name: str) -> Deleted:
    """Delete a snapshot."""
    _find(workspace, name)
    workspace.shelf.remove(name)
    return Deleted(deleted=1)


@router.post("/snapshots/{name}/restore")
async def restore_snapshot(workspace: WorkspaceDep, name: str) -> Restored:
    """Take the workspace back: data, outbox, clock, ids and scheduled work. Configuration, faults and journal stay."""
    snapshot = _done(snapshots.restore, workspace, name)
    return Restored(**_view(snapshot).model_dump(), now=workspace.clock.now())


@router.get("/snapshots/{name}/file", response_class=Response, responses=_FILE)
async def download_snapshot(workspace: WorkspaceDep, name: str) -> Response:
    """Download a snapshot as a SQLite file, which this version of the server takes anywhere."""
    content = _done(_content, workspace, name)
    shown = {"Content-Disposition": f'attachment; filename="{workspace.name}-{name}.sqlite"'}
    return Response(content, media_type=SNAPSHOT_FILE, headers=shown)


@router.put("/snapshots/{name}/file")
async def upload_snapshot(
    workspace: WorkspaceDep, name: str, file: Annotated[bytes, Body(media_type=SNAPSHOT_FILE)]
) -> SnapshotView:
    """Make a snapshot of a file that was downloaded from this version of the server; anything else is refused."""
    _check_name(workspace, name)
    try:
        world = await asyncio.to_thread(received, file, workspace.runtime)
    except SnapshotRefused as problem:
        raise Declined(400, str(problem)) from problem
    return _view(await _kept(workspace, name, world))


async def _kept(workspace: Workspace, name: str, world: Received) -> Snapshot:
    """Other calls went on while the file was looked at."""
    try:
        await run_due(workspace)
        if workspace.gone:
            raise Declined(404, f'the workspace "{workspace.name}" was deleted')
        _check_name(workspace, name)
    except Declined:
        world.database.close()
        raise
    return snapshots.keep(workspace, name, world.database, at=world.at)


def _content(workspace: Workspace, name: str) -> bytes:
    with snapshots.opened(workspace, name) as kept:
        return kept.dump()


def _check_name(workspace: Workspace, name: str) -> None:
    """A name that a new snapshot may have, and room for it."""
    if not NAME.fullmatch(name):
        raise Declined(400, f'"{name[:80]}" is no name: lower-case letters, digits, - and _, 64 at most')
    if name in snapshots.RESERVED:
        raise Declined(400, f'"{name}" is what a difference calls the {_meaning(name)}; take another name')
    known, most = snapshots.names(workspace), workspace.limits.snapshots
    if name not in known and len(known) >= most:
        raise Declined(409, f"there are {most} snapshots already, the most a workspace keeps; delete one first")


def _meaning(name: str) -> str:
    return "start-up fixtures" if name == snapshots.START else "present"


def _find(workspace: Workspace, name: str) -> None:
    known = snapshots.names(workspace)
    if name not in known:
        raise Declined(404, unknown_name("snapshot", name, known))


def _done(do: Callable[[Workspace, str], T], workspace: Workspace, name: str) -> T:
    """Do something with a snapshot that must be there and of this version."""
    _find(workspace, name)
    try:
        return do(workspace, name)
    except SnapshotRefused as problem:
        raise Declined(409, str(problem)) from problem


def _listed(workspace: Workspace, name: str) -> SnapshotView:
    try:
        return _view(snapshots.look(workspace, name))
    except SnapshotRefused as problem:
        return SnapshotView(name=name, at=None, bytes=workspace.shelf.size(name), counts={}, problem=str(problem))


def _view(snapshot: Snapshot) -> SnapshotView:
    return SnapshotView(name=snapshot.name, at=snapshot.at, bytes=snapshot.size, counts=snapshot.counts)
