"""What a refusal of Ether Mailer looks like.

Only 400 (with the `errors` envelope), 404 and the code `AlreadyExists` are documented; the rest borrows names from
Bean Validation, in whose manner the documented ones are made.

    status  code                  class                when
    400     (any of `Violation`)  BadRequest           one or more fields of the call are wrong
    401     Unauthorized          Unauthorized         no key, another scheme, or an unknown key
    404     NotFound              NotFound             nothing at this path, or no such contact or group; no body
    405     MethodNotAllowed      MethodNotAllowed     the path has other methods (`Allow`)
    406     NotAcceptable         NotAcceptable        `Accept` excludes JSON
    413     Size                  PayloadTooLarge      more bytes than the server takes
    415     UnsupportedMediaType  UnsupportedMediaType a body that is not labelled as JSON
    429     TooManyRequests       TooManyRequests      more than 3 calls a second on one URI
    431     Size                  HeadTooLarge         a longer URL or more headers than the server takes
    500     InternalError         InternalError        a fault of this mock
    503     ServiceUnavailable    ServiceUnavailable   no room for another workspace, or it was just deleted

    constraint codes of a 400: NotEmpty Email AlreadyExists NotFound InvalidValue NotVerified CannotDelete
                               Min Max TypeMismatch Size NotReadable
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from starlette.responses import JSONResponse, Response
from typing_extensions import TypedDict

from mockserver.core import errors as core
from mockserver.core.call import Call
from mockserver.core.errors import Refusal
from mockserver.core.wording import key_path
from mockserver.providers.ethermailer.settings import EtherMailerSettings


@dataclass(frozen=True, slots=True)
class Violation:
    """One entry of the envelope: the offending JSON field, a code, and a sentence for people."""

    object_name: str
    constraint: str
    description: str
    rule: str = "ether.bad_request"

    def wire(self, *, leaf: bool = False) -> "ConstraintViolation":
        return {
            "objectName": self.object_name.rpartition(".")[2] if leaf else self.object_name,
            "constraintName": self.constraint,
            "description": self.description,
        }


class ConstraintViolation(TypedDict):
    """A violation as it travels."""

    objectName: str
    constraintName: str
    description: str


class Errors(TypedDict):
    """The envelope of a refusal."""

    errors: list[ConstraintViolation]


class EtherRefusal(Refusal):
    """A refusal in the documented envelope."""

    status: int

    def __init__(self, *violations: Violation, headers: dict[str, str] | None = None) -> None:
        super().__init__("; ".join(violation.description for violation in violations))
        self.violations = violations
        self.headers = headers

    def response(self, call: Call) -> Response:
        settings: EtherMailerSettings = call.settings
        leaf = settings.object_name == "leaf" and self.status == 400  # the name of a 429 is a path, which has no leaf
        errors = [violation.wire(leaf=leaf) for violation in self.violations]
        return JSONResponse({"errors": errors}, self.status, headers=self.headers)


class BadRequest(EtherRefusal):
    status = 400
    rule = "ether.bad_request"

    def cited(self) -> set[str]:
        return {self.rule, *(violation.rule for violation in self.violations)}


class Unauthorized(EtherRefusal):
    rule = "ether.auth.refused"

    def __init__(self, found: str) -> None:
        expected = "expected the header 'Authorization: API your_api_key'"
        super().__init__(
            Violation("Authorization", "Unauthorized", f"{found}; {expected}"), headers={"WWW-Authenticate": "API"}
        )

    def response(self, call: Call) -> Response:
        self.status = call.settings.unauthorized_status
        return super().response(call)


class NotFound(EtherRefusal):
    status = 404

    def __init__(self, object_name: str, description: str, rule: str) -> None:
        super().__init__(Violation(object_name, "NotFound", description))
        self.rule = rule

    def response(self, call: Call) -> Response:
        return Response(status_code=404) if call.settings.not_found_body == "empty" else super().response(call)


class MethodNotAllowed(EtherRefusal):
    status = 405
    rule = "ether.method_not_allowed"

    def __init__(self, description: str, allowed: Sequence[str]) -> None:
        super().__init__(Violation("method", "MethodNotAllowed", description), headers={"Allow": ", ".join(allowed)})


class NotAcceptable(EtherRefusal):
    status = 406
    rule = "ether.accept"

    def __init__(self, found: str) -> None:
        super().__init__(Violation("Accept", "NotAcceptable", f"answers are application/json, but {found!r} excludes it"))


class PayloadTooLarge(EtherRefusal):
    status = 413
    rule = "ether.too_large"

    def __init__(self, description: str) -> None:
        super().__init__(Violation("body", "Size", description))


class HeadTooLarge(EtherRefusal):
    status = 431
    rule = "ether.too_large"

    def __init__(self, description: str) -> None:
        super().__init__(Violation("headers", "Size", description))


class UnsupportedMediaType(EtherRefusal):
    status = 415
    rule = "ether.content_type"

    def __init__(self, found: str | None) -> None:
        said = f"found {found!r}" if found else "there is none"
        super().__init__(
            Violation("Content-Type", "UnsupportedMediaType", f"expected 'Content-Type: application/json', but {said}")
        )


class TooManyRequests(EtherRefusal):
    status = 429
    rule = "ether.throttle"

    def __init__(self, path: str, limit: int, retry_after: float) -> None:
        super().__init__(
            Violation(path, "TooManyRequests", f"more than {limit} requests in one second to {path}"),
            headers={"Retry-After": str(max(1, ceil(retry_after)))},
        )


class InternalError(EtherRefusal):
    status = 500
    rule = "ether.internal_error"
    is_fault = True

    def __init__(self, description: str = "the mock server failed; its log says why") -> None:
        super().__init__(Violation("server", "InternalError", description))


class ServiceUnavailable(EtherRefusal):
    status = 503
    rule = "ether.no_room"

    def __init__(self, description: str) -> None:
        super().__init__(Violation("Authorization", "ServiceUnavailable", description))


def translate(problem: Exception) -> Refusal:  # noqa: C901, PLR0911 - a table, written as a match
    """Whatever stopped a call, in the provider's words; what nobody expected is a 500."""
    match problem:
        case Refusal():
            return problem
        case core.UnknownPath():
            return NotFound("path", str(problem), rule="ether.unknown_path")
        case core.UnknownMethod():
            return MethodNotAllowed(str(problem), problem.allowed)
        case core.BodyTooLarge():
            return PayloadTooLarge(str(problem))
        case core.HeadTooLarge():
            return HeadTooLarge(str(problem))
        case core.NoRoomForWorkspace() | core.WorkspaceGone():
            return ServiceUnavailable(str(problem))
        case core.UnknownInput():
            return BadRequest(
                *(Violation(name, "Unknown", said, "ether.strict") for name, said in problem.sentences.items())
            )
        case core.UnfitBody():
            return BadRequest(*map(_unreadable, problem.faults))
        case _:
            return InternalError()


def _unreadable(error: dict[str, Any]) -> Violation:
    """What is wrong with a body, as one violation."""
    if error["type"] == "missing":
        return _not_readable("body", "the body is absent or null; expected JSON")
    return misfit({**error, "loc": error["loc"][1:]})


def misfit(error: Any) -> Violation:
    """A JSON value of the wrong type, somewhere in a payload, as pydantic tells it."""
    return unreadable(error["loc"], _EXPECTED.get(error["type"], error["msg"]))


_EXPECTED = {
    "model_type": "expected an object",
    "model_attributes_type": "expected an object",
    "list_type": "expected an array",
    "string_type": "expected a text",
}


def unreadable(location: Iterable[int | str], message: str) -> Violation:
    """What cannot be read, and why."""
    field = key_path(location)
    return _not_readable(field or "body", f"{field or 'the body'} cannot be read: {message}")


def _not_readable(object_name: str, description: str) -> Violation:
    return Violation(object_name, "NotReadable", description, "ether.unreadable")
