"""How the parameters of a call are read: the last gate, and a first glance at them."""

from collections.abc import Awaitable
from typing import Any

from mockserver.core.bodies import LARGE, read_json, read_large_json
from mockserver.core.call import Call
from mockserver.core.queries import read_query
from mockserver.core.slices import take_turns
from mockserver.providers.emfluence.errors import WrongType

_TAKES_AN_ARRAY = "import_contacts"
"""The one operation whose body may be an array."""


def parameters_at_a_glance(call: Call) -> dict[str, Any]:
    """What the query holds, and the body if it is small; whatever is wrong with it is left for the gate."""
    try:
        body = read_json(call.body) if _has_body(call) and len(call.body) <= LARGE else None
    except ValueError:
        body = None
    return {**(body if isinstance(body, dict) else {}), **_in_url(call)}


def read_parameters(call: Call) -> Awaitable[None] | None:
    """Query and body as one; what stands in the URL wins."""
    if _has_body(call) and len(call.body) > LARGE:
        return _read_large(call)
    try:
        body = read_json(call.body) if _has_body(call) else None
    except ValueError as problem:
        raise _unreadable(problem) from problem
    call.json = call.parameters = _merged(call, body)
    return None


async def _read_large(call: Call) -> None:
    try:
        body = await take_turns(read_large_json(call.body))
    except ValueError as problem:
        raise _unreadable(problem) from problem
    call.json = call.parameters = _merged(call, body)


def _has_body(call: Call) -> bool:
    """A GET has none: what some clients leave there from an earlier call is not looked at."""
    return call.method == "POST" and not call.body.isspace() and call.body != b""


def _unreadable(problem: ValueError) -> WrongType:
    said = f"The body cannot be read: expected a JSON object with Content-Type application/json; {problem}"
    return WrongType(said, rule="emf.unreadable")


def _merged(call: Call, body: Any) -> dict[str, Any]:
    """All parameters by name; an array, where the operation takes one, is that of no name."""
    if isinstance(body, list) and call.operation is not None and call.operation.name == _TAKES_AN_ARRAY:
        body = {"": body}
    if body is not None and not isinstance(body, dict):
        raise WrongType(f"The body: expected a JSON object, found {_KINDS[type(body)]}", rule="emf.unreadable")
    in_url = _in_url(call) if call.query else {}
    if not body:
        return in_url
    names = {name.lower() for name in in_url}
    return {**{name: value for name, value in body.items() if name.lower() not in names}, **in_url}


_KINDS: dict[type, str] = {list: "an array", str: "a text", bool: "a boolean", int: "a number", float: "a number"}


def _in_url(call: Call) -> dict[str, str]:
    """The parameters of the query; one that is given several times is a list with commas."""
    found: dict[str, str] = {}
    spelled: dict[str, str] = {}
    for name, value in read_query(call.query):
        first = spelled.setdefault(name.lower(), name)
        found[first] = f"{found[first]},{value}" if first in found else value
    return found
