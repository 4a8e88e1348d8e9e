from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.providers.emfluence.access import context_of
from mockserver.providers.emfluence.actions import email_log
from mockserver.providers.emfluence.schemas.email_log import ActivityLog
from mockserver.providers.emfluence.wire import answer, page_of, paged

router = APIRouter(tags=["emails"])


@router.api_route("/v1/emails/getActivityLog", methods=["GET", "POST"])
async def get_activity_log(request: Request, payload: ActivityLog) -> Response:
    """List who did what to an email."""
    context, call = context_of(request), call_in(request.scope)
    page = page_of(payload, most=email_log.MOST_RECORDS, settings=context.settings)
    total, rows = email_log.search(context, payload.email_id, page)
    return answer(call, paged(call, page, total, rows))
