from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.core.slices import run_in_slices
from mockserver.providers.emfluence.access import context_of
from mockserver.providers.emfluence.actions import group_search
from mockserver.providers.emfluence.schemas.group_search import GroupSearch
from mockserver.providers.emfluence.wire import answer, page_of, paged

router = APIRouter(tags=["groups"])


@router.api_route("/v1/groups/search", methods=["GET", "POST"])
async def search_groups(request: Request, payload: GroupSearch) -> Response:
    """Search groups."""
    context, call = context_of(request), call_in(request.scope)
    page = page_of(payload, most=250, settings=context.settings)
    total, rows = await run_in_slices(context.workspace, group_search.search(context, payload, page))
    return answer(call, paged(call, page, total, rows))
