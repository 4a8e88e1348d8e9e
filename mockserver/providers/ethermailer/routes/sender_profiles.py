from fastapi import APIRouter, Request

from mockserver.providers.ethermailer.access import context_of
from mockserver.providers.ethermailer.actions import sender_profiles
from mockserver.providers.ethermailer.schemas.sender_profiles import SenderProfileList, sender_profile_list

router = APIRouter(tags=["sender profiles"])


@router.get("/user/email-settings/sender-profiles")
async def list_sender_profiles(request: Request) -> SenderProfileList:
    """List all sender profiles; this list has no pages."""
    context = context_of(request)
    return sender_profile_list(sender_profiles.every(context))
