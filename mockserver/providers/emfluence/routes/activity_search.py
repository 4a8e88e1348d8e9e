from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.providers.emfluence.access import context_of
from mockserver.providers.emfluence.actions import activity_search
from mockserver.providers.emfluence.schemas.activity_search import ActivitySearch
from mockserver.providers.emfluence.wire import answer, page_of, paged

router = APIRouter(tags=["contacts"])


@router.api_route("/v1/contacts/activities", methods=["GET", "POST"])
async def list_activities(request: Request, payload: ActivitySearch) -> Response:
    """List what contacts did, and what happened to them."""
    context, call = context_of(request), call_in(request.scope)
    page = page_of(payload, most=activity_search.MOST_RECORDS, settings=context.settings)
    total, rows = activity_search.search(context, payload, page)
    return answer(call, paged(call, page, total, rows))
