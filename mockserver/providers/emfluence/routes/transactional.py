from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.providers.emfluence.access import context_of, requires
from mockserver.providers.emfluence.actions import transactional
from mockserver.providers.emfluence.schemas.transactional import TransactionalSend
from mockserver.providers.emfluence.wire import answer

router = APIRouter(tags=["emails"])


@router.post("/v1/emails/sendTransactional", openapi_extra=requires("Send Mail"))
async def send_transactional(request: Request, payload: TransactionalSend) -> Response:
    """Send a transactional email to a few contacts."""
    context = context_of(request)
    outcome, warnings = transactional.send(context, payload)
    return answer(call_in(request.scope), outcome, warnings=warnings)


@router.api_route("/v1/emails/transactionalCategories", methods=["GET", "POST"])
async def list_transactional_categories(request: Request) -> Response:
    """List the categories of transactional emails."""
    return answer(call_in(request.scope), transactional.categories(context_of(request)))
