from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.providers.emfluence.access import context_of
from mockserver.providers.emfluence.actions import contact_search
from mockserver.providers.emfluence.schemas.contact_search import ContactSearch
from mockserver.providers.emfluence.wire import answer, page_of, paged

router = APIRouter(tags=["contacts"])


@router.api_route("/v1/contacts/search", methods=["GET", "POST"])
async def search_contacts(request: Request, payload: ContactSearch) -> Response:
    """Find the contacts that fit all of the parameters."""
    call, context = call_in(request.scope), context_of(request)
    page = page_of(payload, most=contact_search.MOST_RECORDS, settings=context.settings)
    records, total = contact_search.search(context, payload, page)
    return answer(call, paged(call, page, total, records))
