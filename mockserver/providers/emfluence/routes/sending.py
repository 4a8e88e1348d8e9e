from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.core.slices import run_in_slices
from mockserver.providers.emfluence.access import context_of
from mockserver.providers.emfluence.actions import sending, users
from mockserver.providers.emfluence.schemas.emails import WhichEmail
from mockserver.providers.emfluence.schemas.sending import EmailSchedule, EmailTest
from mockserver.providers.emfluence.wire import answer

router = APIRouter(tags=["emails"])


@router.post("/v1/emails/schedule")
async def schedule_email(request: Request, payload: EmailSchedule) -> Response:
    """Let an email go out at a moment to come."""
    context = context_of(request)
    users.require(context, "Send Mail")
    sending.schedule(context, payload)
    return answer(call_in(request.scope))


@router.post("/v1/emails/cancelSchedule")
async def cancel_schedule(request: Request, payload: WhichEmail) -> Response:
    """Make a scheduled email a draft again."""
    context = context_of(request)
    users.require(context, "Send Mail")
    sending.cancel(context, payload.email_id)
    return answer(call_in(request.scope))


@router.post("/v1/emails/send")
async def send_email(request: Request, payload: WhichEmail) -> Response:
    """Let an email go out now."""
    context = context_of(request)
    users.require(context, "Send Mail")
    await run_in_slices(context.workspace, sending.send(context, payload.email_id))
    return answer(call_in(request.scope))


@router.post("/v1/emails/sendTest")
async def send_test(request: Request, payload: EmailTest) -> Response:
    """Send an email to one address, to see how it looks."""
    context = context_of(request)
    users.require(context, "Pre-Flight")
    sending.test(context, payload)
    return answer(call_in(request.scope))
