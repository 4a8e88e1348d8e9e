from fastapi import APIRouter, Request, Response

from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import deliveries
from mockserver.providers.emma.arguments import Count, End, MemberId, Start
from mockserver.providers.emma.routes.listings import listed
from mockserver.providers.emma.schemas.deliveries import MemberMailing

router = APIRouter(prefix="/{account_id}", tags=["members"])


@router.get("/members/{member_id}/mailings", response_model=list[MemberMailing] | int)
async def list_member_mailings(
    request: Request, member_id: MemberId, start: Start = None, end: End = None, count: Count = None
) -> Response:
    """List the mailings that a member got, and what became of them."""
    context = context_of(request)
    return listed(context, deliveries.history(context, member_id), start, end, count)
