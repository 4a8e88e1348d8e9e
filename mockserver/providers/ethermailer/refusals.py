"""Every refusal of Ether Mailer by name, for a client that is to meet one whatever it asks for."""

from mockserver.core.call import Call
from mockserver.core.provider import Refusals
from mockserver.providers.ethermailer import errors
from mockserver.providers.ethermailer.access import tell_limit
from mockserver.providers.ethermailer.errors import Violation


def _too_many_requests(call: Call) -> errors.TooManyRequests:
    """With the headers that the limit puts on every answer."""
    limit = call.settings.calls_per_second
    tell_limit(call, limit=limit, remaining=0)
    return errors.TooManyRequests(call.path, limit, retry_after=1.0)


def _method_not_allowed(call: Call) -> errors.MethodNotAllowed:
    """With methods that the call's own is not among."""
    others = [method for method in ("DELETE", "GET", "POST", "PUT") if method != call.method]
    return errors.MethodNotAllowed(f"{call.method} is not possible at {call.path}; possible: {', '.join(others)}", others)


REFUSALS: Refusals = {
    "bad_request": lambda _: errors.BadRequest(Violation("email", "InvalidValue", "The value is not accepted")),
    "already_exists": lambda _: errors.BadRequest(
        Violation("email", "AlreadyExists", "A contact with the email already@example.com already exists")
    ),
    "unauthorized": lambda _: errors.Unauthorized("the key is unknown"),
    "not_found": lambda call: errors.NotFound("path", f"there is nothing at {call.path}", "ether.unknown_path"),
    "method_not_allowed": _method_not_allowed,
    "not_acceptable": lambda call: errors.NotAcceptable(call.header(b"accept") or "text/html"),
    "payload_too_large": lambda _: errors.PayloadTooLarge("the request body is too large"),
    "head_too_large": lambda _: errors.HeadTooLarge("the request line and headers are too large"),
    "unsupported_media_type": lambda call: errors.UnsupportedMediaType(call.header(b"content-type")),
    "too_many_requests": _too_many_requests,
    "internal_error": lambda _: errors.InternalError("an internal error occurred"),
    "service_unavailable": lambda _: errors.ServiceUnavailable("the service is not available at the moment"),
}
"""The classes of `errors.py`, and the one code of a 400 that is documented."""
