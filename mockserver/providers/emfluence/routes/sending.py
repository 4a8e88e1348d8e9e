from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.core.slices import run_in_slices
from mockserver.providers.emfluence.access import context_of, requires
from mockserver.providers.emfluence.actions import sending
from mockserver.providers.emfluence.schemas.emails import WhichEmail
from mockserver.providers.emfluence.schemas.sending import EmailSchedule, EmailTest
from mockserver.providers.emfluence.wire import answer

router = APIRouter(tags=["emails"])


@router.post("/v1/emails/schedule", openapi_extra=requires("Send Mail"))
async def schedule_email(request: Request, payload: EmailSchedule) -> Response:
    """Let an email go out at a moment to come."""
    context = context_of(request)
    sending.schedule(context, payload)
    return answer(call_in(request.scope))


@router.post("/v1/emails/cancelSchedule", openapi_extra=requires("Send Mail"))
async def cancel_schedule(request: Request, payload: WhichEmail) -> Response:
    """Make a scheduled email a draft again."""
    context = context_of(request)
    sending.cancel(context, payload.email_id)
    return answer(call_in(request.scope))


@router.post("/v1/emails/send", openapi_extra=requires("Send Mail"))
async def send_email(request: Request, payload: WhichEmail) -> Response:
    """Let an email go out now."""
    context = context_of(request)
    await run_in_slices(context.workspace, sending.send(context, payload.email_id))
    return answer(call_in(request.scope))


@router.post("/v1/emails/sendTest", openapi_extra=requires("Pre-Flight"))
async def send_test(request: Request, payload: EmailTest) -> Response:
    """Send an email to one address, to see how it looks."""
    context = context_of(request)
    sending.test(context, payload)
    return answer(call_in(request.scope))
