from fastapi import APIRouter

from mockserver.providers.ethermailer.access import ContextDep
from mockserver.providers.ethermailer.actions import sender_profiles
from mockserver.providers.ethermailer.schemas.sender_profiles import SenderProfileList, sender_profile_list

router = APIRouter(tags=["sender profiles"])


@router.get("/user/email-settings/sender-profiles")
async def list_sender_profiles(context: ContextDep) -> SenderProfileList:
    """List all sender profiles; this list has no pages."""
    return sender_profile_list(sender_profiles.every(context))
