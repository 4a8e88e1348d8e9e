from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from mockserver.core.answers import as_json
from mockserver.core.bodies import BodyRoute
from mockserver.providers.emma.access import Count, Deleted, End, MemberId, Start, context_of
from mockserver.providers.emma.actions import members
from mockserver.providers.emma.routes.listings import listed
from mockserver.providers.emma.schemas.members import MemberRow
from mockserver.providers.emma.wire import flag

router = APIRouter(prefix="/{account_id}", tags=["members"], route_class=BodyRoute)

DeletedOnly = Annotated[str | None, Query(description="True or 1: only archived ones.")]
DeletedRange = Annotated[str | None, Query(description="Only those archived on these days: `2011-04-01~2011-09-01`.")]
ExcludeFields = Annotated[str | None, Query(description="True or 1: base attributes only.")]


@router.get("/members", response_model=list[MemberRow] | int)
async def list_members(
    request: Request,
    deleted: Deleted = None,
    deleted_only: DeletedOnly = None,
    deleted_range: DeletedRange = None,
    exclude_fields: ExcludeFields = None,
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
