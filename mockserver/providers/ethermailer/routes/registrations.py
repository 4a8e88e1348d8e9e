from fastapi import APIRouter, Request

from mockserver.providers.ethermailer.access import context_of
from mockserver.providers.ethermailer.actions import registrations
from mockserver.providers.ethermailer.schemas.registrations import Registered, RegistrationPayload

router = APIRouter(tags=["contacts"])


@router.post("/user/contact/register")
async def register_contact(request: Request, payload: RegistrationPayload) -> Registered:
    """Register a single contact with double opt-in."""
    context = context_of(request)
    return {"doubleOptinEmailSent": registrations.register(context, payload)}
