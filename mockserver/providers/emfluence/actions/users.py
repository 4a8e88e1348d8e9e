"""Users: who calls, what they may do, and how they are looked up."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import accounts
from mockserver.providers.emfluence.errors import (
    InvalidAccount,
    InvalidApplication,
    InvalidToken,
    InvalidUser,
    ParameterMissing,
    PermissionMissing,
    RecordForbidden,
    RecordNotFound,
    WrongValue,
)
from mockserver.providers.emfluence.schemas.users import UserLookup, user_row
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Group, Template, Token, User

CLIENT_ADMIN, RESTRICTED = "Client admin", "Restricted user"
MOST_LOOKED_UP = 25

_USERS = select(*User.c).order_by(User.c.id)
_ALL = Statement(_USERS)
_APPLICATION_TOKENS = Statement(select(Token.c.secret).where(Token.c.application))
_SHARED_GROUPS, _SHARED_TEMPLATES = (
    Statement(select(table.c.id, table.c.user_ids).where(func.json_array_length(table.c.user_ids) > 0).order_by(table.c.id))
    for table in (Group, Template)
)
_SETTLED, _SETTLED_TOKENS, _SETTLED_USERNAMES = "emfluence.users", "emfluence.tokens", "emfluence.usernames"
_SETTLED_USER = "emfluence.user."


def every(context: EmfluenceContext) -> Sequence[Any]:
    """All users by id. They come from fixtures and no call can change them: a workspace reads them once."""
    settled = context.workspace.settled
    if _SETTLED not in settled:
        settled[_SETTLED] = context.all(_ALL)
    users: Sequence[Any] = settled[_SETTLED]
    return users


def admit(context: EmfluenceContext) -> None:
    """Refuse a token whose account, user or kind is not good any more."""
    if context.credential in _applications(context):
        raise InvalidApplication("Application-only access tokens are not accepted any more")
    if accounts.get(context).closed:
        raise InvalidAccount("The client account of this access token is closed")
    user = _user(context)
    if user is None:
        raise InvalidToken("The access token names no user of the account")
    if not user.active:
        raise InvalidUser(f"The user {user.username} was deactivated")


def lookup(context: EmfluenceContext, payload: UserLookup) -> dict[str, Any] | list[dict[str, Any]]:
    """The user that a call asks for by id or name; a list of those that exist when it asks for several ids."""
    if payload.user_ids:
        wanted = list(dict.fromkeys(payload.user_ids))
        if len(wanted) > MOST_LOOKED_UP:
            said = f"userIDs: expected {MOST_LOOKED_UP} ids at most, found {len(wanted)}"
            raise WrongValue(said, rule="emf.lookup_users.most")
        context.cite("emf.lookup_users.several")
        known = {user.id: user for user in every(context)}
        return _shown(context, [known[user_id] for user_id in wanted if user_id in known])
    return _shown(context, [_asked_for(context, payload)])[0]


def current(context: EmfluenceContext) -> Any:
    """The user in whose name the call is made."""
    return _user(context)


def require(context: EmfluenceContext, permission: str) -> None:
    """The current user has the permission, or is an administrator, who has all."""
    if not {permission, CLIENT_ADMIN} & set(current(context).permissions):
        raise PermissionMissing(permission)


def is_restricted(context: EmfluenceContext) -> bool:
    """Whether the current user works with own contacts and emails only."""
    permissions = current(context).permissions
    return RESTRICTED in permissions and CLIENT_ADMIN not in permissions


def require_own(context: EmfluenceContext, owner: int, what: str) -> None:
    """A restricted user's record, or a user who is not restricted."""
    if is_restricted(context) and owner != current(context).id:
        raise RecordForbidden(f"{what} belongs to another user, and a restricted user works with own records only")


def _asked_for(context: EmfluenceContext, payload: UserLookup) -> Any:
    if payload.user_id is not None:
        found = next((user for user in every(context) if user.id == payload.user_id), None)
        said = f"userID: there is no user {payload.user_id}"
    elif payload.username.strip():
        context.cite("emf.lookup_users.username")
        found = _named(context, payload.username.strip())
        said = f"username: there is no user {payload.username}"
    else:
        raise ParameterMissing("userID, userIDs or username is required", rule="emf.lookup_users.none")
    if found is None:
        raise RecordNotFound(said, rule="emf.lookup_users.unknown")
    return found


def _shown(context: EmfluenceContext, users: Sequence[Any]) -> list[dict[str, Any]]:
    context.cite("emf.lookup_users.shared")
    groups, templates = context.all(_SHARED_GROUPS), context.all(_SHARED_TEMPLATES)
    return [user_row(user, _shared_with(user, groups), _shared_with(user, templates)) for user in users]


def _shared_with(user: Any, things: Sequence[Any]) -> list[int]:
    return [thing.id for thing in things if user.id in thing.user_ids]


def _named(context: EmfluenceContext, username: str) -> Any | None:
    return next((user for user in every(context) if user.username.lower() == username.lower()), None)


def _applications(context: EmfluenceContext) -> set[str]:
    """The tokens of the retired kind."""
    settled = context.workspace.settled
    if _SETTLED_TOKENS not in settled:
        settled[_SETTLED_TOKENS] = {token.secret for token in context.all(_APPLICATION_TOKENS)}
    tokens: set[str] = settled[_SETTLED_TOKENS]
    return tokens


def _user(context: EmfluenceContext) -> Any | None:
    """The user that a token names. One made of a workspace's name is that of its first user, or of whom it names itself."""
    settled = context.workspace.settled
    key = f"{_SETTLED_USER}{context.credential}"
    if key not in settled and (found := _found(context)) is not None:  # the names of nobody would be too many to keep
        settled[key] = found
    return settled.get(key)


def _found(context: EmfluenceContext) -> Any | None:
    username = _usernames(context).get(context.credential) or context.credential.partition(".")[2]
    if username:
        return _named(context, username)
    return next(iter(every(context)), None)


def _usernames(context: EmfluenceContext) -> dict[str, str]:
    """Usernames by token, of fixtures and of the workspace's own credentials alike."""
    settled = context.workspace.settled
    if _SETTLED_USERNAMES not in settled:
        known = context.workspace.known_credentials()[context.provider]
        settled[_SETTLED_USERNAMES] = {each.secret: each.fields.get("username", "") for each in known}
    usernames: dict[str, str] = settled[_SETTLED_USERNAMES]
    return usernames
