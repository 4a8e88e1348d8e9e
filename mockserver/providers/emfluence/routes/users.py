from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.providers.emfluence.access import context_of
from mockserver.providers.emfluence.actions import users
from mockserver.providers.emfluence.schemas.users import UserLookup
from mockserver.providers.emfluence.wire import answer

router = APIRouter(tags=["users"])


@router.api_route("/v1/users/lookup", methods=["GET", "POST"])
async def lookup_users(request: Request, payload: UserLookup) -> Response:
    """Look up one user, or several."""
    return answer(call_in(request.scope), users.lookup(context_of(request), payload))
