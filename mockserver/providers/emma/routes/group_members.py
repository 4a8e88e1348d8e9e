from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from mockserver.core.answers import as_json
from mockserver.core.slices import run_in_slices
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import group_members
from mockserver.providers.emma.arguments import Count, Deleted, End, GroupId, Start
from mockserver.providers.emma.routes.listings import listed
from mockserver.providers.emma.schemas.bulk import MembersCopy
from mockserver.providers.emma.schemas.members import MemberRow
from mockserver.providers.emma.schemas.memberships import GroupMembers
from mockserver.providers.emma.wire import flag, split

router = APIRouter(prefix="/{account_id}", tags=["groups"])

StatusesOf = Annotated[
    list[str] | None, Query(alias="member_status_id", description="Only those of these statuses: a, e, o.")
]
DeleteMembers = Annotated[str | None, Query(description="False or 0: they are not archived.")]
FromGroup = Annotated[str, Path(description="Id of the group whose members are copied.")]
ToGroup = Annotated[str, Path(description="Id of the group that they are copied into.")]


@router.get("/groups/{group_id}/members", response_model=list[MemberRow] | int)
async def list_group_members(
    request: Request,
    group_id: GroupId,
    deleted: Deleted = None,
    start: Start = None,
    end: End = None,
    count: Count = None,
) -> Response:
    """List the members of a group."""
    context = context_of(request)
    return listed(context, group_members.listing(context, group_id, archived_too=flag(deleted)), start, end, count)


@router.put("/groups/{group_id}/members", response_model=list[int])
async def add_members_to_group(request: Request, group_id: GroupId, payload: GroupMembers) -> Response:
    """Add members to a group; the answer names those that were not in it."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, group_members.add(context, group_id, payload.member_ids)))


@router.delete("/groups/{group_id}/members", response_model=int)
async def remove_all_members_from_group(request: Request, group_id: GroupId, statuses: StatusesOf = None) -> Response:
    """Remove all members, or all of a status, from a group; the answer is their number."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, group_members.remove_all(context, group_id, _letters(statuses))))


@router.put("/groups/{group_id}/members/remove", response_model=list[int])
async def remove_members_from_group(request: Request, group_id: GroupId, payload: GroupMembers) -> Response:
    """Remove members from a group; the answer names those that were in it."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, group_members.remove(context, group_id, payload.member_ids)))


@router.delete("/groups/{group_id}/members/remove", response_model=bool)
async def delete_members_of_group(
    request: Request, group_id: GroupId, statuses: StatusesOf = None, delete_members: DeleteMembers = None
) -> Response:
    """Archive the members of a group, or those of a status, and remove them from all groups, in the background."""
    context = context_of(request)
    archive = delete_members is None or flag(delete_members)
    group_members.schedule_deletion(context, group_id, _letters(statuses), archive=archive)
    return as_json(True)


@router.put("/groups/{from_group_id}/{to_group_id}/members/copy", response_model=bool)
async def copy_group_members(
    request: Request, from_group_id: FromGroup, to_group_id: ToGroup, payload: MembersCopy
) -> Response:
    """Copy the members of one group, or those of some statuses, into another."""
    context = context_of(request)
    work = group_members.copy(context, from_group_id, to_group_id, payload.member_status_id)
    return as_json(await run_in_slices(context.workspace, work))


def _letters(given: list[str] | None) -> list[str] | None:
    """None means members of every status; blank is a mistake, not all of them."""
    return None if given is None else split(given)
