from fastapi import APIRouter, Request, Response

from mockserver.core.answers import as_json
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import signups
from mockserver.providers.emma.arguments import Count, End, Start
from mockserver.providers.emma.routes.listings import listed
from mockserver.providers.emma.schemas.signups import SignedUp, SignupFormRow, SignupPayload

router = APIRouter(prefix="/{account_id}", tags=["signups"])


@router.post("/members/signup", response_model=SignedUp)
async def signup_member(request: Request, payload: SignupPayload) -> Response:
    """Sign a member up for groups, and ask for confirmation."""
    context = context_of(request)
    saved = signups.sign_up(context, payload)
    return as_json({"status": saved.status, "member_id": saved.id})


@router.get("/signup_forms", response_model=list[SignupFormRow] | int)
async def list_signup_forms(request: Request, start: Start = None, end: End = None, count: Count = None) -> Response:
    """List the signup forms of the account."""
    context = context_of(request)
    return listed(context, signups.forms(context), start, end, count)
