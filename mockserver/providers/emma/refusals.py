"""Every refusal of Emma by name, for a client that is to meet one whatever it asks for."""

from mockserver.core.call import Call
from mockserver.core.provider import Refusals
from mockserver.providers.emma import errors


def _rate_limit_exceeded(call: Call) -> errors.RateLimitExceeded:
    limit = call.settings.calls_per_minute
    return errors.RateLimitExceeded(
        f"{errors.RATE_LIMIT_EXCEEDED}: more than {limit} calls in a minute; wait before the next one"
    )


def _method_not_allowed(call: Call) -> errors.MethodNotAllowed:
    """With methods that the call's own is not among."""
    others = [method for method in ("DELETE", "GET", "POST", "PUT") if method != call.method]
    return errors.MethodNotAllowed(f"{call.method} is not possible at {call.path}; possible: {', '.join(others)}", others)


REFUSALS: Refusals = {
    "bad_request": lambda _: errors.BadRequest("a parameter is missing or wrong"),
    "unauthorized": lambda _: errors.Unauthorized("the key is unknown"),
    "rate_limit_exceeded": _rate_limit_exceeded,
    "foreign_account": lambda _: errors.ForeignAccount("this account may not be used with these credentials"),
    "forbidden": lambda _: errors.Forbidden(
        "the mailing is complete and cannot be canceled", "emma.cancel_mailing.wrong_state"
    ),
    "not_found": lambda call: errors.NotFound(f"there is nothing at {call.path}", "emma.unknown_path"),
    "method_not_allowed": _method_not_allowed,
    "payload_too_large": lambda _: errors.PayloadTooLarge("the request body is too large"),
    "head_too_large": lambda _: errors.HeadTooLarge("the request line and headers are too large"),
    "bad_message_type": lambda _: errors.BadMessageType("type: expected all, html, plaintext or subject"),
    "internal_error": lambda _: errors.InternalError("an internal error occurred"),
    "not_served": lambda call: errors.NotServed(f"{call.path} is not served"),
    "service_unavailable": lambda _: errors.ServiceUnavailable("the service is not available at the moment"),
}
"""The classes of `errors.py`."""
