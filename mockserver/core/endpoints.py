"""A provider's routes, called without FastAPI's machinery around them.

FastAPI reads the routes and describes them in OpenAPI. To call one it would look at the annotations of every parameter
again, at every call, and keep three exit stacks for dependencies that no provider has: for a page with seven parameters
that is half of the work. What is left to do is little, because path and query are read as text and said to be wrong by the
actions, and the body was read by a gate.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mockserver.core.answers import as_json
from mockserver.core.call import Call, call_in
from mockserver.core.errors import UnfitBody
from mockserver.core.queries import read_query

_TEXTS = {str, str | None}
_LISTS = {list[str], list[str] | None}


class Endpoint:
    """ASGI: the route function of one operation, with the arguments that the call has for it."""

    def __init__(self, route: APIRoute) -> None:
        dependant = route.dependant
        strange = [*dependant.dependencies, *dependant.header_params, *dependant.cookie_params]
        assert not strange, f"{route.name}: a provider's route takes path, query and body"
        self._function: Callable[..., Awaitable[Any]] = route.endpoint
        self._request = dependant.request_param_name
        self._path = [(field.name, field.alias) for field in dependant.path_params]
        self._query = {field.alias: (field.name, _is_list(field)) for field in dependant.query_params}
        self._defaults = {field.name: field.get_default() for field in dependant.query_params}
        self._body = route.body_field

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = call_in(scope)
        arguments = dict(self._defaults)
        if self._request is not None:
            arguments[self._request] = Request(scope, receive)
        for name, alias in self._path:
            arguments[name] = call.path_parameters[alias]
        if self._query and call.query:
            self._read_query(call.query, arguments)
        if self._body is not None:
            arguments[self._body.name] = self._read_body(call)
        answer = await self._function(**arguments)
        response = answer if isinstance(answer, Response) else as_json(answer)
        await response(scope, receive, send)

    def _read_query(self, query: bytes, arguments: dict[str, Any]) -> None:
        """Of a parameter that is given several times, all values if it is a list, else the last one."""
        given: dict[str, list[str]] = {}
        for key, value in read_query(query):
            given.setdefault(key, []).append(value)
        for key, values in given.items():
            if key in self._query:
                name, is_list = self._query[key]
                arguments[name] = values if is_list else values[-1]

    def _read_body(self, call: Call) -> Any:
        assert self._body is not None
        if call.json is None:
            raise UnfitBody([{"type": "missing", "loc": ("body",), "msg": "Field required", "input": None}])
        value, errors = self._body.validate(call.json, loc=("body",))
        if errors:
            raise UnfitBody(errors)
        return value


def _is_list(field: Any) -> bool:
    kind = field.field_info.annotation
    assert kind in _TEXTS | _LISTS, f"{field.name}: a query is read as text"
    return kind in _LISTS
