"""Who is calling Emma, and may they? The gates, and what routes depend on."""

import re
from base64 import b64decode
from collections.abc import Awaitable
from typing import Any

from starlette.requests import Request

from mockserver.core.bodies import LARGE, read_json, read_large_json
from mockserver.core.call import Call, call_in
from mockserver.core.slices import take_turns
from mockserver.core.workspaces import Seat
from mockserver.providers.emma.errors import (
    RATE_LIMIT_EXCEEDED,
    BadRequest,
    ForeignAccount,
    RateLimitExceeded,
    Unauthorized,
)
from mockserver.providers.emma.settings import EmmaContext, EmmaSettings

NAME = "emma"

_ACCOUNT = re.compile(r"/(?:v1/)?(\d+)(?:/|$)")
_BODYLESS: tuple[Any, ...] = (None, [], {})
"""What real clients send when there is nothing to say."""


def normal_path(path: str) -> str:
    """Some clients double slashes or end with one; the service is taken not to mind."""
    return re.sub("/{2,}", "/", path).rstrip("/") if "//" in path or path.endswith("/") else path


# Gates, in the order of `app.GATES`


def require_credentials(call: Call) -> None:
    """HTTP Basic with public and private key, or an OAuth access token; either chooses the workspace."""
    scheme, _, given = (call.header(b"authorization") or "").strip().partition(" ")
    if scheme.lower() == "basic":
        seat = _seat_of_keys(call, given.strip())
    elif scheme.lower() == "bearer":
        seat = _seat_of_token(call, given.strip())
    else:
        found = f"credentials of the scheme {scheme}" if scheme else "no credentials"
        raise Unauthorized(f"{found}; expected HTTP Basic with the public key as user and the private key as password")
    if seat.credential.revoked:
        raise Unauthorized("the key was revoked", "emma.auth.revoked")
    call.enter(seat.workspace, seat.credential.secret)


def limit_calls_per_minute(call: Call) -> None:
    """180 calls in any minute; refused ones do not count."""
    mode = call.workspace.throttle_mode(NAME)
    if mode == "off":
        return
    settings = _settings(call)
    key, limit = budget(call), settings.calls_per_minute
    window, now = call.workspace.windows[NAME], call.workspace.clock.timestamp()
    if not window.admit(key, limit=limit, seconds=60.0, now=now).admitted:
        call.throttled = mode
        if mode == "enforce":
            raise RateLimitExceeded(f"{RATE_LIMIT_EXCEEDED}: more than {limit} calls in a minute; wait before the next one")


def budget(call: Call) -> str:
    """What shares it: the workspace has one account."""
    return "account" if _settings(call).rate_limit_shared_by == "account" else call.credential


def require_own_account(call: Call) -> None:
    """The account of the path is the one that the credentials belong to."""
    match = _ACCOUNT.match(normal_path(call.path))
    own = _seat(call, call.credential).credential.fields["account_id"]
    if match and match[1] != own:
        raise ForeignAccount(f"account {match[1]} may not be used with these credentials; they belong to account {own}")


def read_body(call: Call) -> Awaitable[None] | None:
    """The body is JSON, whatever it is labelled as; a large one is read while others have their turns.

    GET and DELETE carry nothing: what some clients leave there from an earlier call is not looked at.
    """
    if call.operation is None or not call.operation.takes_body:
        return None
    if len(call.body) > LARGE:
        return _read_large_body(call)
    try:
        call.json = _payload(read_json(call.body) if call.body.strip() else None)
    except ValueError as problem:
        raise _unreadable(problem) from problem
    return None


async def _read_large_body(call: Call) -> None:
    try:
        call.json = _payload(await take_turns(read_large_json(call.body)))
    except ValueError as problem:
        raise _unreadable(problem) from problem


def _payload(value: Any) -> dict[str, Any]:
    if value in _BODYLESS:
        return {}
    if not isinstance(value, dict):
        raise BadRequest(f"the body: expected an object, found {type(value).__name__}", "emma.unreadable")
    return value


def _unreadable(problem: ValueError) -> BadRequest:
    return BadRequest(f"the body: expected JSON; {problem}", "emma.unreadable")


def _seat_of_keys(call: Call, given: str) -> Seat:
    try:
        public_key, _, private_key = b64decode(given, validate=True).decode().partition(":")
    except ValueError as problem:
        raise Unauthorized("the credentials are not base64 of `public_key:private_key`") from problem
    seat = _seat(call, public_key)
    if seat.credential.fields.get("private_key") not in {private_key, ANY_PRIVATE_KEY}:
        raise Unauthorized("the private key does not belong to the public key")
    return seat


def _seat_of_token(call: Call, token: str) -> Seat:
    seat = _seat(call, token)
    if seat.credential.fields.get("private_key", ANY_PRIVATE_KEY) != ANY_PRIVATE_KEY:
        raise Unauthorized("a public key is no access token")
    return seat


def _seat(call: Call, secret: str) -> Seat:
    seat = call.runtime.workspaces.seat(NAME, secret)
    if seat is None:
        raise Unauthorized("the key is unknown" if secret else "there is no key")
    return seat


ANY_PRIVATE_KEY = "any"
"""The private key of credentials made of a workspace's name: whatever the client sends."""


def _settings(call: Call) -> EmmaSettings:
    settings = call.workspace.settings[NAME]
    assert isinstance(settings, EmmaSettings)
    return settings


# What routes begin with


def context_of(request: Request) -> EmmaContext:
    """What the route's action works with. Not a `Depends`: solving one costs a tenth of a whole call."""
    context = call_in(request.scope).context
    assert context is not None, "the gates let nobody in without a context"
    return context
