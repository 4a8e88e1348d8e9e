"""Who is calling Ether Mailer, and may they? The gates, and what routes depend on."""

from starlette.requests import Request

from mockserver.core.bodies import read_json
from mockserver.core.call import Call, call_in
from mockserver.providers.ethermailer.errors import (
    BadRequest,
    NotAcceptable,
    TooManyRequests,
    Unauthorized,
    UnsupportedMediaType,
    unreadable,
)
from mockserver.providers.ethermailer.settings import EtherContext, EtherMailerSettings

NAME = "ethermailer"

# Gates, in the order of `app.GATES`


def require_api_key(call: Call) -> None:
    """`Authorization: API <key>`, the scheme in any case; the key chooses the workspace."""
    scheme, _, key = (call.header(b"authorization") or "").strip().partition(" ")
    key = key.strip()
    if not scheme:
        raise Unauthorized("there is no key")
    if scheme.lower() != "api":
        raise Unauthorized("the key is not under the scheme API")
    seat = call.runtime.workspaces.seat(NAME, key)
    if seat is None:
        raise Unauthorized("the key is unknown" if key else "there is no key after the scheme")
    call.enter(seat.workspace, key)


def limit_calls_per_uri(call: Call) -> None:
    """Three calls in any second for each key and URI; refused ones do not count."""
    mode = call.workspace.throttle_mode(NAME)
    if mode == "off":
        return
    limit = _settings(call).calls_per_second
    verdict = call.workspace.windows[NAME].admit(
        f"{call.credential} {throttled_uri(call)}", limit=limit, seconds=1.0, now=call.workspace.clock.timestamp()
    )
    if not verdict.admitted:
        call.throttled = mode
    if mode == "enforce":
        tell_limit(call, limit=limit, remaining=verdict.remaining)
        if not verdict.admitted:
            raise TooManyRequests(call.path, limit, verdict.retry_after)


def tell_limit(call: Call, *, limit: int, remaining: int) -> None:
    """In headers of the answer, whatever it will be."""
    call.extra_headers += [
        (b"x-ratelimit-limit", str(limit).encode()),
        (b"x-ratelimit-remaining", str(remaining).encode()),
    ]


def require_json_body(call: Call) -> None:
    """A body must be labelled as JSON; calls without one are not asked, unless the settings say so."""
    operation = call.operation
    if (operation is not None and operation.takes_body) or _settings(call).content_type == "always":
        found = call.header(b"content-type")
        if (found or "").partition(";")[0].strip().lower() != "application/json":
            raise UnsupportedMediaType(found)


def require_json_accepted(call: Call) -> None:
    """An `Accept` header, when there is one, lets JSON through."""
    accept = call.header(b"accept")
    if accept and not _admits_json(accept):
        raise NotAcceptable(accept)


def require_readable_json(call: Call) -> None:
    """A body that is JSON. Numbers keep their spelling, since they only ever stand where a text is due."""
    if call.body and call.operation is not None and call.operation.takes_body:
        try:
            call.json = read_json(call.body, numbers_as_text=True)
        except ValueError as problem:
            raise BadRequest(unreadable((), str(problem))) from problem


def _admits_json(accept: str) -> bool:
    """Of the ranges that JSON is in, the narrowest decides."""
    admitted = dict(_media_range(part) for part in accept.replace(" ", "").lower().split(","))
    return next((admitted[media] for media in ("application/json", "application/*", "*/*") if media in admitted), False)


def _media_range(part: str) -> tuple[str, bool]:
    """A media range, and whether it is wanted: `q=0` says that it is not."""
    media, *parameters = part.split(";")
    return media, not any(name == "q" and not value.strip("0.") for name, _, value in (p.partition("=") for p in parameters))


def throttled_uri(call: Call) -> str:
    """What shares a budget of calls."""
    by_route = _settings(call).throttle_uri == "route" and call.operation is not None
    return call.operation.template if by_route and call.operation else call.path


def _settings(call: Call) -> EtherMailerSettings:
    settings = call.workspace.settings[NAME]
    assert isinstance(settings, EtherMailerSettings)
    return settings


# What routes begin with


def context_of(request: Request) -> EtherContext:
    """What the route's action works with. Not a `Depends`: solving one costs a tenth of a whole call."""
    context = call_in(request.scope).context
    assert context is not None, "the gates let nobody in without a context"
    return context
