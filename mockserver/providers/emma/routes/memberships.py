from fastapi import APIRouter, Request, Response

from mockserver.core.answers import as_json
from mockserver.core.slices import run_in_slices
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import memberships
from mockserver.providers.emma.arguments import Count, End, MemberId, Start
from mockserver.providers.emma.routes.listings import listed_groups
from mockserver.providers.emma.schemas.groups import GroupRow
from mockserver.providers.emma.schemas.memberships import MemberGroups, MembersRemove

router = APIRouter(prefix="/{account_id}", tags=["members"])


@router.get("/members/{member_id}/groups", response_model=list[GroupRow] | int)
async def list_member_groups(
    request: Request, member_id: MemberId, start: Start = None, end: End = None, count: Count = None
) -> Response:
    """List the groups of a member."""
    context = context_of(request)
    return await listed_groups(context, memberships.listing(context, member_id), start, end, count)


@router.put("/members/{member_id}/groups", response_model=list[int])
async def add_member_to_groups(request: Request, member_id: MemberId, payload: MemberGroups) -> Response:
    """Add a member to groups."""
    context = context_of(request)
    return as_json(memberships.add(context, member_id, payload))


@router.delete("/members/{member_id}/groups", response_model=bool)
async def remove_member_from_all_groups(request: Request, member_id: MemberId) -> Response:
    """Remove a member from all groups."""
    context = context_of(request)
    memberships.remove_all(context, member_id)
    return as_json(True)


@router.put("/members/{member_id}/groups/remove", response_model=list[int])
async def remove_member_from_groups(request: Request, member_id: MemberId, payload: MemberGroups) -> Response:
    """Remove a member from groups."""
    context = context_of(request)
    return as_json(memberships.remove(context, member_id, payload))


@router.put("/members/groups/remove", response_model=bool)
async def remove_members_from_groups(request: Request, payload: MembersRemove) -> Response:
    """Remove many members from groups."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, memberships.remove_many(context, payload)))
