from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.core.slices import run_in_slices
from mockserver.providers.emfluence.access import context_of, requires
from mockserver.providers.emfluence.actions import group_counts, groups
from mockserver.providers.emfluence.schemas.groups import GroupLookup, GroupSave, group_row
from mockserver.providers.emfluence.wire import answer

router = APIRouter(tags=["groups"])


@router.post("/v1/groups/save", openapi_extra=requires(groups.PERMISSION))
async def save_group(request: Request, payload: GroupSave) -> Response:
    """Create or change a group."""
    context = context_of(request)
    saved = [groups.save(context, payload)]
    (row,) = await run_in_slices(context.workspace, group_counts.shown(context, saved, group_row))
    return answer(call_in(request.scope), row)


@router.api_route("/v1/groups/lookup", methods=["GET", "POST"], openapi_extra=requires(groups.PERMISSION))
async def lookup_groups(request: Request, payload: GroupLookup) -> Response:
    """Look up one group, or several."""
    context = context_of(request)
    found = groups.lookup(context, payload)
    several = isinstance(found, list)
    rows = await run_in_slices(context.workspace, group_counts.shown(context, found if several else [found], group_row))
    return answer(call_in(request.scope), rows if several else rows[0])
