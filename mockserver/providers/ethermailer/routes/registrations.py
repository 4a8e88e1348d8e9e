from fastapi import APIRouter

from mockserver.providers.ethermailer.access import ContextDep
from mockserver.providers.ethermailer.actions import registrations
from mockserver.providers.ethermailer.schemas.registrations import Registered, RegistrationPayload

router = APIRouter(tags=["contacts"])


@router.post("/user/contact/register")
async def register_contact(context: ContextDep, payload: RegistrationPayload) -> Registered:
    """Register a single contact with double opt-in."""
    return {"doubleOptinEmailSent": registrations.register(context, payload)}
