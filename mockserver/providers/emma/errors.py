"""What a refusal of Emma looks like: `{"error": "..."}`, and a status.

status  class               when
400     BadRequest          a parameter is missing or wrong; an update that the mailing's status does not allow
401     Unauthorized        no credentials, unknown or revoked ones (or 403, by a switch)
403     RateLimitExceeded   more than 180 calls in a minute
403     ForeignAccount      an account id that the key may not use (or 404, by a switch)
403     Forbidden           cancelling what is not pending or paused; a winner that cannot be declared
404     NotFound            no such path, member, group, field, search, import, mailing or message
405     MethodNotAllowed    the path has other methods (`Allow`)
413     PayloadTooLarge     more than 10 MB
431     HeadTooLarge        a longer URL or more headers than the server takes
500     BadMessageType      the documented answer to a bad `type` of a message
500     InternalError       a fault of this mock
501     NotServed           documented, but not served by this mock yet
503     ServiceUnavailable  no room for another workspace, or it was just deleted
"""

from collections.abc import Collection, Sequence
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response
from typing_extensions import TypedDict

from mockserver.core import errors as core
from mockserver.core.call import Call
from mockserver.core.errors import Refusal
from mockserver.core.wording import key_path, unknown_name
from mockserver.providers.emma.settings import EmmaSettings

RATE_LIMIT_EXCEEDED = "Rate Limit Exceeded"
"""The documented words."""


class Error(TypedDict):
    """The body of a refusal."""

    error: str


class EmmaRefusal(Refusal):
    """A refusal in Emma's envelope; what it says is what is wrong and what would be right."""

    status: int
    headers: dict[str, str] | None = None

    def __init__(self, said: str, rule: str | None = None) -> None:
        super().__init__(said)
        self.said = said
        self.rule = rule or self.rule

    def response(self, call: Call) -> Response:  # noqa: ARG002 - some refusals ask it
        return JSONResponse({"error": self.said}, self.status, headers=self.headers)


class BadRequest(EmmaRefusal):
    status = 400
    rule = "emma.bad_request"


class Unauthorized(EmmaRefusal):
    rule = "emma.auth.refused"

    def response(self, call: Call) -> Response:
        settings: EmmaSettings = call.settings
        status, headers = settings.unauthorized_status, {"WWW-Authenticate": 'Basic realm="Emma API"'}
        if settings.unauthorized_body == "text":
            return PlainTextResponse(self.said, status, headers=headers)
        return JSONResponse({"error": self.said}, status, headers=headers)


class RateLimitExceeded(EmmaRefusal):
    status = 403
    rule = "emma.rate_limit"
    reason_phrase = RATE_LIMIT_EXCEEDED


class ForeignAccount(EmmaRefusal):
    rule = "emma.auth.foreign_account"

    def response(self, call: Call) -> Response:
        self.status = call.settings.foreign_account_status
        return super().response(call)


class Forbidden(EmmaRefusal):
    status = 403

    def __init__(self, said: str, rule: str) -> None:
        super().__init__(said, rule)


class NotFound(EmmaRefusal):
    status = 404

    def __init__(self, said: str, rule: str) -> None:
        super().__init__(said, rule)


class MethodNotAllowed(EmmaRefusal):
    status = 405
    rule = "emma.method_not_allowed"

    def __init__(self, said: str, allowed: Sequence[str]) -> None:
        super().__init__(said)
        self.headers = {"Allow": ", ".join(allowed)}


class PayloadTooLarge(EmmaRefusal):
    status = 413
    rule = "emma.too_large"


class HeadTooLarge(EmmaRefusal):
    status = 431
    rule = "emma.too_large"


class BadMessageType(EmmaRefusal):
    status = 500
    rule = "emma.get_message.bad_type"


class InternalError(EmmaRefusal):
    status = 500
    rule = "emma.internal_error"
    is_fault = True

    def __init__(self, said: str = "the mock server failed; its log says why") -> None:
        super().__init__(said)


class NotServed(EmmaRefusal):
    status = 501
    rule = "emma.not_served"


class ServiceUnavailable(EmmaRefusal):
    status = 503
    rule = "emma.no_room"


def translate(problem: Exception) -> Refusal:  # noqa: C901, PLR0911 - a table, written as a match
    """Whatever stopped a call, in the provider's words; what nobody expected is a 500."""
    match problem:
        case Refusal():
            return problem
        case core.UnknownPath():
            return NotFound(str(problem), "emma.unknown_path")
        case core.UnknownMethod():
            return MethodNotAllowed(str(problem), problem.allowed)
        case core.BodyTooLarge():
            return PayloadTooLarge(str(problem))
        case core.HeadTooLarge():
            return HeadTooLarge(str(problem))
        case core.NoRoomForWorkspace() | core.WorkspaceGone():
            return ServiceUnavailable(str(problem))
        case core.UnknownInput():
            return BadRequest(str(problem), "emma.strict")
        case core.UnfitBody():
            return BadRequest("; ".join(map(misfit, problem.faults)))
        case _:
            return InternalError()


def misfit(error: Any) -> str:
    """A JSON value of the wrong type, as pydantic tells it, in a sentence that names the field."""
    field = key_path(part for part in error["loc"] if part != "body") or "the body"
    expected = _EXPECTED.get(error["type"]) or error["msg"].removeprefix("Value error, ")
    return f"{field}: {expected}, found {shown(error.get('input'))}"


_EXPECTED = {
    "model_type": "expected an object",
    "model_attributes_type": "expected an object",
    "dict_type": "expected an object",
    "list_type": "expected an array",
    "string_type": "expected a text",
    "int_type": "expected an integer",
    "int_parsing": "expected an integer",
    "int_from_float": "expected an integer",
    "missing": "is required",
}


def shown(value: Any) -> str:
    """What was found, as refusals quote it: not at any length."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}..."


def unknown(kind: str, name: str, known: Collection[str]) -> str:
    """The sentence for a name that means nothing, with the one that was probably meant, or else with all there are."""
    said = unknown_name(kind, name[:80], known)
    return said if said.endswith("?") else f"{said}; there are {', '.join(known)}"
