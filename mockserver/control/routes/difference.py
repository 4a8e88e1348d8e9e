from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Query

from mockserver.control.schemas.difference import Change, ChangedRow, ChangedRows, DifferenceView, Rows, TableDifference
from mockserver.core import snapshots
from mockserver.core.backstage import Declined, ProviderDep, WorkspaceDep
from mockserver.core.database import Database
from mockserver.core.difference import Room, difference, tables_of
from mockserver.core.difference import TableDifference as Found
from mockserver.core.slices import run_in_slices
from mockserver.core.wording import unknown_name
from mockserver.core.workspace import Workspace

router = APIRouter(tags=["snapshots"])


@router.get("/difference")
async def get_difference(
    workspace: WorkspaceDep,
    provider: ProviderDep,
    before: Annotated[
        str, Query(alias="from", description="`start` (the fixtures), `now` or a snapshot.")
    ] = snapshots.START,
    after: Annotated[str, Query(alias="to", description="The same.")] = snapshots.NOW,
    limit: Annotated[int, Query(ge=0, le=1000, description="Most rows listed of a kind and table; all are counted.")] = 100,
) -> DifferenceView:
    """Tell which rows were added, removed and changed from one state of the workspace to another; changed columns alone."""
    room, tables = Room(limit, workspace.limits.difference_bytes), tables_of(workspace.runtime, provider)
    with _side(workspace, "from", before) as old, _side(workspace, "to", after) as new:
        found = await run_in_slices(workspace, difference(old, new, tables, room))
    shown = {owner: {name: _shown(table) for name, table in owned.items()} for owner, owned in found.items()}
    return DifferenceView.model_validate({"from": before, "to": after, "same": not shown, "tables": shown})


@contextmanager
def _side(workspace: Workspace, parameter: str, name: str) -> Iterator[Database]:
    known = [*snapshots.RESERVED, *snapshots.names(workspace)]
    if name not in known:
        raise Declined(404, f"{parameter}: {unknown_name('snapshot', name, known)}")
    try:
        with snapshots.side(workspace, name) as database:
            yield database
    except snapshots.SnapshotRefused as problem:
        raise Declined(409, f"{parameter}: {problem}") from problem


def _shown(found: Found) -> TableDifference:
    changed = [
        ChangedRow(key=row.key, columns={name: Change(before=old, after=new) for name, (old, new) in row.columns.items()})
        for row in found.changed.rows
    ]
    return TableDifference(
        added=Rows(total=found.added.total, rows=found.added.rows),
        removed=Rows(total=found.removed.total, rows=found.removed.rows),
        changed=ChangedRows(total=found.changed.total, rows=changed),
    )
