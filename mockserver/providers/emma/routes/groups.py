from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from mockserver.core.answers import as_json
from mockserver.core.slices import run_in_slices
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import groups
from mockserver.providers.emma.arguments import Count, End, GroupId, Start
from mockserver.providers.emma.routes.listings import listed_groups
from mockserver.providers.emma.schemas.groups import GroupCreated, GroupRow, GroupsCreate, GroupUpdate, groups_created
from mockserver.providers.emma.wire import split

router = APIRouter(prefix="/{account_id}", tags=["groups"])

GroupTypes = Annotated[list[str] | None, Query(description="Of these types: g, t, h or all; g if none is named.")]


@router.get("/groups", response_model=list[GroupRow] | int)
async def list_groups(
    request: Request, group_types: GroupTypes = None, start: Start = None, end: End = None, count: Count = None
) -> Response:
    """List the groups of the account."""
    context = context_of(request)
    return await listed_groups(context, groups.listing(context, split(group_types)), start, end, count)


@router.post("/groups", response_model=list[GroupCreated])
async def create_groups(request: Request, payload: GroupsCreate) -> Response:
    """Create one or more groups."""
    context = context_of(request)
    return as_json(groups_created(groups.create(context, payload)))


@router.get("/groups/{group_id}", response_model=GroupRow)
async def get_group(request: Request, group_id: GroupId) -> Response:
    """Get a single group."""
    context = context_of(request)
    (row,) = await run_in_slices(context.workspace, groups.shown_rows(context, [groups.find(context, group_id).id]))
    return as_json(row)


@router.put("/groups/{group_id}", response_model=bool)
async def update_group(request: Request, group_id: GroupId, payload: GroupUpdate) -> Response:
    """Rename a group."""
    context = context_of(request)
    groups.rename(context, group_id, payload.group_name)
    return as_json(True)


@router.delete("/groups/{group_id}", response_model=bool)
async def delete_group(request: Request, group_id: GroupId) -> Response:
    """Delete a group; its members stay."""
    context = context_of(request)
    groups.delete(context, group_id)
    return as_json(True)
