"""Every refusal of emfluence by name and by code, for a client that is to meet one whatever it asks for."""

import re
from collections.abc import Callable

from mockserver.core.call import Call
from mockserver.core.provider import Refusals
from mockserver.providers.emfluence import errors
from mockserver.providers.emfluence.errors import EmfluenceRefusal

_SAID: dict[type[EmfluenceRefusal], str] = {
    errors.InternalError: "An internal error occurred",
    errors.NotServed: "exports/submit",
    errors.WrongVerb: "The request method is not possible here; use POST",
    errors.AccessDenied: "The account may not do this",
    errors.NotHttps: "Requests must be made over https, not http",
    errors.TooManyConnections: "Too many concurrent requests: 6 are running, the maximum is 5",
    errors.UnknownResource: "There is no such resource; check the URL",
    errors.UnknownMethod: "The resource has no such method; check the URL",
    errors.InvalidToken: "The access token is unknown",
    errors.InvalidAccount: "The client account of this access token is closed",
    errors.InvalidUser: "The user was deactivated",
    errors.InvalidApplication: "Application-only access tokens are not accepted any more",
    errors.PermissionMissing: "Send Mail",
    errors.RecordNotFound: "There is no such record",
    errors.DuplicateRecord: "Another record has the same value, which must be unique",
    errors.InvalidAction: "The state of the record does not allow this",
    errors.RecordForbidden: "The record belongs to another user, and a restricted user works with own records only",
    errors.WrongType: "A parameter has the wrong data type",
    errors.WrongValue: "A parameter has a value that is not allowed",
    errors.ParameterMissing: "A required parameter is missing",
}
"""What each class says, or makes its sentence of. Of two with one code, the first has it."""


def _maker(kind: type[EmfluenceRefusal], said: str) -> Callable[[Call], EmfluenceRefusal]:
    return lambda _: kind(said)


def _name(kind: type[EmfluenceRefusal]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


_MAKERS = {kind: _maker(kind, said) for kind, said in _SAID.items()}

REFUSALS: Refusals = {
    **{_name(kind): maker for kind, maker in _MAKERS.items()},
    **{str(kind.code): maker for kind, maker in reversed(_MAKERS.items())},
}
"""The classes of `errors.py` by their names, and by their codes."""
