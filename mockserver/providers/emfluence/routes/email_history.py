from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.providers.emfluence.access import context_of
from mockserver.providers.emfluence.actions import email_history
from mockserver.providers.emfluence.schemas.email_history import EmailHistory
from mockserver.providers.emfluence.wire import answer, page_of, paged

router = APIRouter(tags=["contacts"])


@router.api_route("/v1/contacts/getEmailHistory", methods=["GET", "POST"])
async def list_email_history(request: Request, payload: EmailHistory) -> Response:
    """List what was sent to a contact, and what became of it."""
    context, call = context_of(request), call_in(request.scope)
    page = page_of(payload, most=email_history.MOST_RECORDS, settings=context.settings)
    total, rows = email_history.search(context, payload, page)
    return answer(call, paged(call, page, total, rows))
