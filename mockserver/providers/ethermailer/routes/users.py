from fastapi import APIRouter, Request

from mockserver.providers.ethermailer.access import context_of
from mockserver.providers.ethermailer.actions import users
from mockserver.providers.ethermailer.schemas.users import User, user

router = APIRouter(tags=["user"])


@router.get("/user")
async def get_user(request: Request) -> User:
    """Get basic user information."""
    context = context_of(request)
    return user(users.get(context), context.credential, context.settings)
