from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from mockserver.core.answers import as_json
from mockserver.core.slices import run_in_slices
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import imports
from mockserver.providers.emma.arguments import Count, End, ImportId, Start
from mockserver.providers.emma.routes.listings import listed
from mockserver.providers.emma.schemas.imports import ImportMemberRow, ImportRow, ImportStarted, MembersImport
from mockserver.providers.emma.wire import flag, split, window

router = APIRouter(prefix="/{account_id}", tags=["imports"])

Every = Annotated[
    str | None, Query(alias="all", description="True or 1: all whom the import affected, as without any flag.")
]
AddedOnly = Annotated[str | None, Query(description="True or 1: only members whom the import added.")]
AddedToGroups = Annotated[str | None, Query(description="True or 1: only members whom the import added to a group.")]
ImportIds = Annotated[list[str] | None, Query(description="Ids of imports.")]


@router.post("/members", response_model=ImportStarted)
async def import_members(request: Request, payload: MembersImport) -> Response:
    """Add or update many members."""
    context = context_of(request)
    import_id = await run_in_slices(context.workspace, imports.start(context, payload))
    return as_json({"import_id": import_id})


@router.get("/members/imports", response_model=list[ImportRow] | int)
async def list_imports(request: Request, start: Start = None, end: End = None, count: Count = None) -> Response:
    """List the imports of the account."""
    context = context_of(request)
    listing = imports.listing(context)
    if flag(count):
        return as_json(listing.count())
    rows = listing.rows(window(start, end, context.settings))
    return as_json(await run_in_slices(context.workspace, imports.shown_rows(context, rows)))


@router.get("/members/imports/{import_id}", response_model=ImportRow)
async def get_import(request: Request, import_id: ImportId) -> Response:
    """Get an import with its statistics."""
    context = context_of(request)
    (row,) = await run_in_slices(context.workspace, imports.shown_rows(context, [imports.get(context, import_id)]))
    return as_json(row)


@router.get("/members/imports/{import_id}/members", response_model=list[ImportMemberRow] | int)
async def list_import_members(
    request: Request,
    import_id: ImportId,
    every: Every = None,
    added_only: AddedOnly = None,
    added_to_groups: AddedToGroups = None,
    start: Start = None,
    end: End = None,
    count: Count = None,
) -> Response:
    """List the members whom an import affected."""
    context = context_of(request)
    flags = {"every": flag(every), "added_only": flag(added_only), "added_to_groups": flag(added_to_groups)}
    return listed(context, imports.members(context, import_id, **flags), start, end, count)


@router.delete("/members/imports/delete", response_model=bool)
async def delete_imports(request: Request, import_ids: ImportIds = None) -> Response:
    """Mark imports as deleted."""
    context = context_of(request)
    imports.delete(context, split(import_ids))
    return as_json(True)
