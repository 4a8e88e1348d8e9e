from fastapi import APIRouter

from mockserver.providers.ethermailer.access import ContextDep
from mockserver.providers.ethermailer.actions import users
from mockserver.providers.ethermailer.schemas.users import User, user

router = APIRouter(tags=["user"])


@router.get("/user")
async def get_user(context: ContextDep) -> User:
    """Get basic user information."""
    return user(users.get(context), context.credential, context.settings)
