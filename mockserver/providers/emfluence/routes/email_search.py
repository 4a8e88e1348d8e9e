from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.providers.emfluence.access import context_of
from mockserver.providers.emfluence.actions import email_search
from mockserver.providers.emfluence.schemas.email_search import EmailSearch
from mockserver.providers.emfluence.wire import answer, page_of, paged

router = APIRouter(tags=["emails"])


@router.api_route("/v1/emails/search", methods=["GET", "POST"])
async def search_emails(request: Request, payload: EmailSearch) -> Response:
    """Search emails."""
    context, call = context_of(request), call_in(request.scope)
    page = page_of(payload, most=email_search.MOST_RECORDS, settings=context.settings)
    total, rows = email_search.search(context, payload, page)
    return answer(call, paged(call, page, total, rows))
