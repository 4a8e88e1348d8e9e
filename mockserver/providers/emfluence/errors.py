"""What a refusal of emfluence looks like: HTTP 200, `success` 0, a code and sentences.

code  class                 when
1     InternalError         a fault of this mock
1     NotServed             documented, but not served yet
2     WrongVerb             neither GET nor POST, or GET where something is modified
3     AccessDenied          what the account may not do; no room for another workspace
4     NotHttps              plain HTTP, when the setting `require_https` is on
5     TooManyConnections    more than five requests of one address at a time (HTTP 403)
100   UnknownResource       nothing at this address
101   UnknownMethod         the resource has no such method
200   InvalidToken          no token, an unknown one, or one in the wrong place
201   InvalidAccount        the client account is closed
202   InvalidUser           the user was deactivated
203   InvalidApplication    a token of the retired application-only kind
204   PermissionMissing     the user lacks the permission that the endpoint requires
300   RecordNotFound        no such record
301   DuplicateRecord       another record has what must be unique
302   InvalidAction         the record's state does not allow it
303   RecordForbidden       somebody else's record, for a restricted user
500   WrongType             a parameter of the wrong data type
501   WrongValue            a value that is not allowed, or too much of something
502   ParameterMissing      a required parameter is missing
"""

from collections.abc import Iterable, Mapping
from typing import Any, NotRequired

from starlette.responses import Response
from typing_extensions import TypedDict

from mockserver.core import errors as core
from mockserver.core.answers import as_json
from mockserver.core.call import Call
from mockserver.core.errors import Refusal
from mockserver.core.wording import key_path


class Envelope(TypedDict):
    """The body of every answer with HTTP status 200."""

    success: int
    code: int
    data: Any
    requestID: str
    errors: NotRequired[list[str]]
    warnings: NotRequired[list[str]]
    extrainfo: NotRequired[str]


class Failure(TypedDict):
    """The body of a refusal."""

    code: int
    success: int
    errors: list[str]
    data: dict[str, Any]
    requestID: str


class EmfluenceRefusal(Refusal):
    """A refusal in the envelope; each sentence names what is wrong and what was expected."""

    code: int
    status = 200

    def __init__(self, *errors: str, rule: str | None = None, data: Mapping[str, Any] | None = None) -> None:
        super().__init__("; ".join(errors))
        self.errors = list(errors)
        self.data = dict(data or {})
        self.rule = rule or self.rule

    def cited(self) -> set[str]:
        """The row of the case, and that of the code."""
        return {self.rule, type(self).rule}

    def response(self, call: Call) -> Response:
        body = {"code": self.code, "success": 0, "errors": self.errors, "data": self.data, "requestID": request_id(call)}
        response = as_json(body)
        response.status_code = self.status
        response.headers["content-type"] = MEDIA_TYPE
        return response


class InternalError(EmfluenceRefusal):
    code = 1
    rule = "emf.code.1"
    is_fault = True


class NotServed(EmfluenceRefusal):
    code = 1
    rule = "emf.code.1"

    def __init__(self, operation: str) -> None:
        said = f"{operation} is documented by emfluence, but this mock server does not serve it yet"
        super().__init__(said, rule="emf.not_served")


class WrongVerb(EmfluenceRefusal):
    code = 2
    rule = "emf.code.2"


class AccessDenied(EmfluenceRefusal):
    code = 3
    rule = "emf.code.3"


class NotHttps(EmfluenceRefusal):
    code = 4
    rule = "emf.code.4"


class TooManyConnections(EmfluenceRefusal):
    code = 5
    rule = "emf.code.5"
    status = 403


class UnknownResource(EmfluenceRefusal):
    code = 100
    rule = "emf.code.100"


class UnknownMethod(EmfluenceRefusal):
    code = 101
    rule = "emf.code.101"


class InvalidToken(EmfluenceRefusal):
    code = 200
    rule = "emf.code.200"


class InvalidAccount(EmfluenceRefusal):
    code = 201
    rule = "emf.code.201"


class InvalidUser(EmfluenceRefusal):
    code = 202
    rule = "emf.code.202"


class InvalidApplication(EmfluenceRefusal):
    code = 203
    rule = "emf.code.203"


class PermissionMissing(EmfluenceRefusal):
    code = 204
    rule = "emf.code.204"

    def __init__(self, permission: str) -> None:
        super().__init__(f"Access to this endpoint requires the permission '{permission}'")


class RecordNotFound(EmfluenceRefusal):
    code = 300
    rule = "emf.code.300"


class DuplicateRecord(EmfluenceRefusal):
    code = 301
    rule = "emf.code.301"


class InvalidAction(EmfluenceRefusal):
    code = 302
    rule = "emf.code.302"


class RecordForbidden(EmfluenceRefusal):
    code = 303
    rule = "emf.code.303"


class WrongType(EmfluenceRefusal):
    code = 500
    rule = "emf.code.500"


class WrongValue(EmfluenceRefusal):
    code = 501
    rule = "emf.code.501"


class ParameterMissing(EmfluenceRefusal):
    code = 502
    rule = "emf.code.502"


MEDIA_TYPE = "application/json; charset=UTF-8"


def request_id(call: Call) -> str:
    """An upper-case GUID for the call: the same calls of a workspace, in the same order, have the same ones."""
    digits = call.workspace.ids.fingerprint(f"request:{call.number}")[:32].upper()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def translate(problem: Exception) -> Refusal:
    """Whatever stopped a call, in the provider's words; what nobody expected is code 1."""
    match problem:
        case Refusal():
            return problem
        case core.BodyTooLarge() | core.HeadTooLarge():
            return WrongValue(str(problem), rule="emf.too_large")
        case core.NoRoomForWorkspace() | core.WorkspaceGone():
            return AccessDenied(str(problem), rule="emf.no_room")
        case core.UnknownInput():
            return WrongValue(str(problem), rule="emf.strict")
        case core.UnfitBody():
            return misfits(problem.faults)
        case _:
            return InternalError("the mock server failed; its log says why")


def misfits(faults: Iterable[Any]) -> EmfluenceRefusal:
    """What is wrong with the parameters of a call: a missing one comes first, then a wrong type, then a wrong value."""
    found: dict[type[EmfluenceRefusal], list[str]] = {}
    for fault in faults:
        kind, said = misfit(fault)
        found.setdefault(kind, []).append(said)
    worst = next(kind for kind in (ParameterMissing, WrongType, WrongValue) if kind in found)
    return worst(*(said for kind in (ParameterMissing, WrongType, WrongValue) for said in found.get(kind, ())))


def misfit(fault: Any) -> tuple[type[EmfluenceRefusal], str]:
    """One fault of a parameter as pydantic tells it, as a class and a sentence that names the parameter."""
    name = key_path(part for part in fault["loc"] if part != "body") or "the body"
    said = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "missing":
        return ParameterMissing, f"{name} is required"
    kind = WrongType if fault["type"] in _TYPES or fault["type"].endswith(("_parsing", "_type")) else WrongValue
    return kind, f"{name}: {said[0].lower()}{said[1:]}, found {_shown(fault.get('input'))}"


_TYPES = {"int_from_float", "wrong_type"}
"""`wrong_type` is that of the provider's own validators (see `wire.py`)."""


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}..."
