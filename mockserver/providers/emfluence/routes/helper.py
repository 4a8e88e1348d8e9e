from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.providers.emfluence.wire import answer

router = APIRouter(tags=["helper"])


@router.api_route("/v1/helper/ping", methods=["GET", "POST"])
async def ping(request: Request) -> Response:
    """Say that the token is good."""
    return answer(call_in(request.scope))
