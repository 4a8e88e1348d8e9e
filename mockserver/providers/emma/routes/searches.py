from fastapi import APIRouter, Request, Response

from mockserver.core.answers import as_json
from mockserver.core.slices import run_in_slices
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import searches
from mockserver.providers.emma.arguments import Count, Deleted, End, SearchId, Start
from mockserver.providers.emma.routes.listings import listed
from mockserver.providers.emma.schemas.members import MemberRow
from mockserver.providers.emma.schemas.searches import SearchPayload, SearchRow
from mockserver.providers.emma.wire import flag

router = APIRouter(prefix="/{account_id}", tags=["searches"])


@router.get("/searches", response_model=list[SearchRow] | int)
async def list_searches(
    request: Request, deleted: Deleted = None, start: Start = None, end: End = None, count: Count = None
) -> Response:
    """List the saved searches."""
    context = context_of(request)
    return listed(context, searches.listing(context, deleted_too=flag(deleted)), start, end, count)


@router.post("/searches", response_model=int)
async def create_search(request: Request, payload: SearchPayload) -> Response:
    """Save a search."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, searches.create(context, payload)))


@router.get("/searches/{search_id}", response_model=SearchRow)
async def get_search(request: Request, search_id: SearchId, deleted: Deleted = None) -> Response:
    """Get a single saved search."""
    context = context_of(request)
    return as_json(searches.get(context, search_id, deleted_too=flag(deleted)))


@router.put("/searches/{search_id}", response_model=bool)
async def update_search(request: Request, search_id: SearchId, payload: SearchPayload) -> Response:
    """Update a saved search."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, searches.change(context, search_id, payload)))


@router.delete("/searches/{search_id}", response_model=bool)
async def delete_search(request: Request, search_id: SearchId) -> Response:
    """Delete a saved search."""
    context = context_of(request)
    searches.delete(context, search_id)
    return as_json(True)


@router.get("/searches/{search_id}/members", response_model=list[MemberRow] | int)
async def list_search_members(
    request: Request, search_id: SearchId, start: Start = None, end: End = None, count: Count = None
) -> Response:
    """List the members that a saved search finds."""
    context = context_of(request)
    found = await run_in_slices(context.workspace, searches.members(context, search_id))
    return listed(context, found, start, end, count)
