"""Who is calling emfluence, and may they? The gates, and what routes begin with."""

import asyncio
from collections.abc import Awaitable
from math import ceil
from typing import Any

from starlette.requests import Request

from mockserver.core.call import Call, call_in
from mockserver.core.errors import NoRoomForWorkspace, WorkspaceGone
from mockserver.core.workspaces import Seat
from mockserver.providers.emfluence.actions import users
from mockserver.providers.emfluence.errors import (
    InvalidToken,
    NotHttps,
    TooManyConnections,
    UnknownMethod,
    UnknownResource,
    WrongVerb,
)
from mockserver.providers.emfluence.parameters import parameters_at_a_glance
from mockserver.providers.emfluence.settings import EmfluenceContext, EmfluenceSettings

NAME = "emfluence"
THROTTLED = b"x-api-ratelimit-throttled"

_ADMITTED = "emfluence.admitted"
_PERMISSION = "x-permission"
TOKEN = "accesstoken"  # noqa: S105 - the parameter's name
_LOOK_AGAIN = 0.2
"""Real seconds after which a call that waits looks at the clock, which may have been moved."""


def normal_path(path: str) -> str:
    """Resources and methods in any letter case, with or without a slash at the end."""
    return path.lower().rstrip("/")


# Gates, in the order of `app.GATES`


def find_workspace(call: Call) -> None:
    """Whose call it is, whether or not it may be made: from here on it counts in that workspace."""
    token = _token_in_header(call) if _has_header(call) else _token_in_request(call)
    try:
        seat = _seat(call, token)
    except NoRoomForWorkspace:
        call.enter(call.workspace, "")  # it has its number, like every call
        raise
    call.enter(*((call.workspace, "") if seat is None else (seat.workspace, token)))


def require_https(call: Call) -> None:
    """Only over TLS, when the setting says so: a mock is mostly called without."""
    if _settings(call).require_https and call.scheme != "https":
        raise NotHttps(f"Requests must be made over https, not {call.scheme}")


def limit_connections(call: Call) -> None:
    """Five requests of one address at a time; the sixth is refused with HTTP 403."""
    running, most = _under_way(call), _settings(call).simultaneous_connections
    if running > most and (mode := call.workspace.throttle_mode(NAME)) != "off":
        call.throttled = mode
        call.rules.add("emf.connections")
        if mode == "enforce":
            said = f"Too many concurrent requests: {running} are running, the maximum is {most}"
            raise TooManyConnections(said, rule="emf.connections")


def slow_down(call: Call) -> Awaitable[None] | None:
    """More than nine requests in a second wait for their turn; nobody is refused."""
    mode = call.workspace.throttle_mode(NAME)
    if mode == "off":
        return None
    pace, now = call.workspace.paces[NAME], call.workspace.clock.timestamp()
    wait = pace.wait(limit=_settings(call).requests_per_second, seconds=1.0, now=now)
    if wait <= 0:
        return None
    call.throttled = mode
    call.rules.add("emf.throttle")
    if mode == "observe":
        return None
    call.extra_headers.append((THROTTLED, _throttled_text(call, wait, pace.processed(seconds=1.0, now=now)).encode()))
    return None if call.workspace.clock.frozen else _turn_comes(call, asked=now, turn=now + wait)


def known_method(call: Call) -> None:
    """A resource that exists, and a method that it has."""
    if call.operation is not None:
        return
    operations, path = call.provider.operations, normal_path(call.path)
    allowed = operations.allowed(path)
    if allowed:
        raise WrongVerb(f"{call.method} is not possible at {call.path}; use {' or '.join(allowed)}")
    parts = path.split("/")
    resources = {operation.template.split("/")[2].lower() for operation in operations.by_name.values()}
    if len(parts) < 3 or parts[1] != "v1" or parts[2] not in resources:
        raise UnknownResource(f"There is no resource at {call.path}; check the URL")
    raise UnknownMethod(f"The resource {parts[2]} has no method {'/'.join(parts[3:]) or 'of no name'}; check the URL")


def require_token(call: Call) -> None:
    """A token of a user who may call: in the header, bare or after `Bearer`."""
    if not call.credential:
        raise InvalidToken(_what_is_wrong_with_the_token(call))
    if not _has_header(call):
        if _settings(call).token_in_request != "accept":  # noqa: S105 - no token
            said = "An access token in the query or the body is not accepted any more; pass it in the Authorization header"
            raise InvalidToken(said, rule="emf.token.in_request")
        call.warnings.append("Passing the access token in the query or the body is deprecated; use the Authorization header")
        call.rules.add("emf.token.in_request")
    admitted: set[str] = call.workspace.settled.setdefault(_ADMITTED, set())
    if call.credential not in admitted:  # no call can change a user, a token or the account
        users.admit(call.workspace.context(call.provider, rules=call.rules, credential=call.credential))
        admitted.add(call.credential)


def require_permission(call: Call) -> None:
    """The permission that the operation declares. What depends on the parameters is checked by the actions."""
    permission = call.operation.extra.get(_PERMISSION) if call.operation is not None else None
    if permission is not None:
        users.require(call.workspace.context(call.provider, rules=call.rules, credential=call.credential), permission)


def _has_header(call: Call) -> bool:
    return bool((call.header(b"authorization") or "").strip())


def _token_in_header(call: Call) -> str:
    scheme, _, rest = (call.header(b"authorization") or "").strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    return "" if rest else scheme


def _token_in_request(call: Call) -> str:
    """Where it was allowed until 2022: the parameter `accessToken` of the query, or of the body."""
    given = parameters_at_a_glance(call)
    return next((value for name, value in given.items() if name.lower() == TOKEN and isinstance(value, str)), "")


def _what_is_wrong_with_the_token(call: Call) -> str:
    scheme, blank, _ = (call.header(b"authorization") or "").strip().partition(" ")
    if not scheme or (scheme.lower() == "bearer" and not blank):
        return "There is no access token in the Authorization header"
    if blank and scheme.lower() != "bearer":
        return "The Authorization header holds no access token; expected the token alone, or after Bearer"
    return "The access token is unknown"


def _seat(call: Call, token: str) -> Seat | None:
    """`ws-<name>.<username>` is the workspace `<name>`, as one of its other users."""
    seats = call.runtime.workspaces
    seat = seats.seat(NAME, token) if token else None
    if seat is None and token[:3].lower() == "ws-" and "." in token:
        seat = seats.seat(NAME, token.partition(".")[0])
    return seat


def _under_way(call: Call) -> int:
    """How many requests of its address are, itself among them."""
    return call.workspace.running[NAME, call.client]


async def _turn_comes(call: Call, *, asked: float, turn: float) -> None:
    """The clock shows the turn; if it was frozen or set back meanwhile, the call goes on at once."""
    workspace = call.workspace
    # Nobody tells of a clock that was moved.
    while not workspace.clock.frozen and asked <= (now := workspace.clock.timestamp()) < turn:  # noqa: ASYNC110
        await asyncio.sleep(min((turn - now) / workspace.clock.scale, _LOOK_AGAIN))
    if workspace.gone:
        raise WorkspaceGone(workspace.name)


def _throttled_text(call: Call, wait: float, processed: int) -> str:
    """The documented words, with the numbers of this moment."""
    seconds, running = ceil(wait), _under_way(call)
    return (
        f"Request was throttled for {seconds} second{'' if seconds == 1 else 's'}. {running} requests are running."
        f"  The maximum is {_settings(call).simultaneous_connections} requests."
        f"  {processed} requests processed in the last 1 second"
    )


def _settings(call: Call) -> EmfluenceSettings:
    settings: EmfluenceSettings = call.settings
    return settings


# What routes begin with


def requires(permission: str) -> dict[str, Any]:
    """Said of a route, as its `openapi_extra`: whoever has not this permission is refused before parameters are read."""
    return {_PERMISSION: permission}


def context_of(request: Request) -> EmfluenceContext:
    """What the route's action works with. Not a `Depends`: solving one costs a tenth of a whole call."""
    context = call_in(request.scope).context
    assert context is not None, "the gates let nobody in without a context"
    return context
