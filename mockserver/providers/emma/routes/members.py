from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from mockserver.core.answers import as_json
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import criteria, member_changes, members
from mockserver.providers.emma.arguments import Count, Deleted, End, MemberId, Start
from mockserver.providers.emma.routes.listings import listed
from mockserver.providers.emma.schemas.members import MemberAdd, MemberAdded, MemberRow, MemberUpdate, OptoutRow
from mockserver.providers.emma.wire import flag

router = APIRouter(prefix="/{account_id}", tags=["members"])

DeletedOnly = Annotated[str | None, Query(description="True or 1: only archived ones.")]
DeletedRange = Annotated[str | None, Query(description="Only those archived on these days: `2011-04-01~2011-09-01`.")]
Filter = Annotated[
    str | None,
    Query(alias="filter", description='Only those that fit, as search criteria: `["member_status_id", "eq", "a"]`.'),
]
ExcludeFields = Annotated[str | None, Query(description="True or 1: base attributes only.")]


@router.get("/members", response_model=list[MemberRow] | int)
async def list_members(
    request: Request,
    deleted: Deleted = None,
    deleted_only: DeletedOnly = None,
    deleted_range: DeletedRange = None,
    exclude_fields: ExcludeFields = None,
    filter_: Filter = None,
    start: Start = None,
    end: End = None,
    count: Count = None,
) -> Response:
    """List the members of the account."""
    context = context_of(request)
    listing = members.listing(
        context,
        archived_too=flag(deleted),
        archived_only=flag(deleted_only),
        archived_range=deleted_range,
        base_only=flag(exclude_fields),
        fit=criteria.filter_condition(context, filter_),
    )
    return listed(context, listing, start, end, count)


@router.get("/members/{member_id}", response_model=MemberRow)
async def get_member(request: Request, member_id: MemberId, deleted: Deleted = None) -> Response:
    """Get a single member with its fields."""
    context = context_of(request)
    return as_json(members.get(context, member_id, archived_too=flag(deleted)))


@router.get("/members/email/{email}", response_model=MemberRow)
async def get_member_by_email(request: Request, email: str, deleted: Deleted = None) -> Response:
    """Get a single member by its address."""
    context = context_of(request)
    return as_json(members.get_by_email(context, email, archived_too=flag(deleted)))


@router.get("/members/{member_id}/optout", response_model=list[OptoutRow] | int)
async def get_member_optout(
    request: Request, member_id: MemberId, start: Start = None, end: End = None, count: Count = None
) -> Response:
    """Get when and by which mailing a member was opted out."""
    context = context_of(request)
    return listed(context, members.optouts(context, member_id), start, end, count)


@router.put("/members/email/optout/{email}", response_model=bool)
async def opt_out_member(request: Request, email: str) -> Response:
    """Opt a member out by its address."""
    context = context_of(request)
    member_changes.opt_out(context, email)
    return as_json(True)


@router.post("/members/add", response_model=MemberAdded)
async def add_member(request: Request, payload: MemberAdd) -> Response:
    """Add a single member, or update the one with this address."""
    context = context_of(request)
    saved = member_changes.add(context, payload)
    return as_json({"status": saved.status, "added": saved.added, "member_id": saved.id})


@router.put("/members/{member_id}", response_model=bool)
async def update_member(request: Request, member_id: MemberId, payload: MemberUpdate) -> Response:
    """Update a single member, archived or not."""
    context = context_of(request)
    member_changes.update_one(context, member_id, payload)
    return as_json(True)


@router.delete("/members/{member_id}", response_model=bool)
async def archive_member(request: Request, member_id: MemberId) -> Response:
    """Archive a single member."""
    context = context_of(request)
    member_changes.archive(context, member_id)
    return as_json(True)
