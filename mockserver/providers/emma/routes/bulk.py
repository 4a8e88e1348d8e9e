from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from mockserver.core.answers import as_json
from mockserver.core.slices import run_in_slices
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import bulk, purges
from mockserver.providers.emma.arguments import GroupId
from mockserver.providers.emma.schemas.bulk import (
    ArchivedPurge,
    MembersArchive,
    MembersCopy,
    MembersPurge,
    MembersShift,
    MembersStatusChange,
)
from mockserver.providers.emma.wire import split

router = APIRouter(prefix="/{account_id}", tags=["members"])

StatusesOf = Annotated[
    list[str] | None, Query(alias="member_status_id", description="Only those of these statuses: a, e, o.")
]
OfGroup = Annotated[str | None, Query(alias="member_group_id", description="Only those of this group.")]


@router.put("/members/delete", response_model=bool)
async def archive_members(request: Request, payload: MembersArchive) -> Response:
    """Archive many members."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, bulk.archive(context, payload)))


@router.put("/members/status", response_model=bool)
async def change_member_statuses(request: Request, payload: MembersStatusChange) -> Response:
    """Give many members a status."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, bulk.change_statuses(context, payload)))


@router.delete("/members", response_model=bool)
async def archive_all_members(request: Request, statuses: StatusesOf = None) -> Response:
    """Archive all members, or all of a status."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, bulk.archive_all(context, _letters(statuses))))


@router.put("/members/{group_id}/copy", response_model=bool)
async def copy_members_to_group(request: Request, group_id: GroupId, payload: MembersCopy) -> Response:
    """Copy all members of one or more statuses into a group."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, bulk.copy_to_group(context, group_id, payload)))


@router.put("/members/status/{status_from}/to/{status_to}", response_model=bool)
async def shift_member_statuses(request: Request, status_from: str, status_to: str, payload: MembersShift) -> Response:
    """Give all members of one status another, everywhere or in one group."""
    context = context_of(request)
    work = bulk.shift_statuses(context, status_from, status_to, payload)
    return as_json(await run_in_slices(context.workspace, work))


@router.post("/members/purge", response_model=bool)
async def purge_members(request: Request, payload: MembersPurge) -> Response:
    """Erase members for ever."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, purges.purge(context, payload)))


@router.put("/members/purgeall", response_model=bool)
async def purge_archived_members(
    request: Request, payload: ArchivedPurge, statuses: StatusesOf = None, group_id: OfGroup = None
) -> Response:
    """Erase all archived members for ever, or those of a status or a group."""
    context = context_of(request)
    wanted = payload.or_else(_letters(statuses), group_id)
    return as_json(await run_in_slices(context.workspace, purges.purge_archived(context, wanted)))


def _letters(given: list[str] | None) -> list[str] | None:
    return None if given is None else split(given)
