from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.providers.emfluence.access import context_of, requires
from mockserver.providers.emfluence.actions import composing, emails
from mockserver.providers.emfluence.schemas.emails import EmailLookup, EmailSave, WhichEmail
from mockserver.providers.emfluence.wire import answer

router = APIRouter(tags=["emails"])


@router.post("/v1/emails/save", openapi_extra=requires("Compose Mail"))
async def save_email(request: Request, payload: EmailSave) -> Response:
    """Write a draft, or change one."""
    context = context_of(request)
    email, warnings = composing.save(context, payload)
    return answer(call_in(request.scope), email, warnings=warnings)


@router.api_route("/v1/emails/lookup", methods=["GET", "POST"])
async def lookup_emails(request: Request, payload: EmailLookup) -> Response:
    """Look up one email, or several."""
    return answer(call_in(request.scope), emails.lookup(context_of(request), payload))


@router.post("/v1/emails/copy", openapi_extra=requires("Compose Mail"))
async def copy_email(request: Request, payload: WhichEmail) -> Response:
    """Make a draft of another email."""
    context = context_of(request)
    return answer(call_in(request.scope), emails.copy(context, payload.email_id))


@router.post("/v1/emails/delete", openapi_extra=requires("Compose Mail"))
async def delete_email(request: Request, payload: WhichEmail) -> Response:
    """Delete an email that has not been sent."""
    context = context_of(request)
    emails.erase(context, payload.email_id)
    return answer(call_in(request.scope))
