"""A provider's operations: which one a call means, known before the gates so that every refusal can name it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.types import ASGIApp


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented operation: the route function's name is its id."""

    name: str
    method: str
    template: str
    rule: str
    takes_body: bool
    served: bool
    """False for what is documented but only answered with a refusal: it is in no OpenAPI document."""
    app: ASGIApp
    """The route itself: parameters, dependencies, function, answer."""
    query: frozenset[str] = frozenset()
    """The names of its query parameters."""
    body: Any = None
    """The annotation of its payload: a model, or a list of them; None when it takes none."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What the route says of itself beside that, for gates and for readers of the OpenAPI document (`openapi_extra`)."""


PathParameters = dict[str, str]
_Names = tuple[str, ...]
"""What the variable segments on the way to an operation are called."""


def _as_fastapi_does(route: APIRoute) -> ASGIApp:
    return route.app


class _Place:
    """One place in the tree of paths: what may follow, and the operations that end here, by method."""

    __slots__ = ("literal", "operations", "variable")

    def __init__(self) -> None:
        self.literal: dict[str, _Place] = {}
        self.variable: _Place | None = None
        self.operations: dict[str, tuple[Operation, _Names]] = {}

    def grow(self, segment: str) -> "_Place":
        if "{" not in segment:
            return self.literal.setdefault(segment, _Place())
        if self.variable is None:
            self.variable = _Place()
        return self.variable


class Operations:
    """The operations of one provider, looked up by method and path; a literal segment wins over a variable one,
    which takes the whole segment.

    Starlette's router would look a second time, after the gates, for longer (it asks every route, and since
    FastAPI 0.165 every included router), and its 405 knows only the methods of the first route that fits. A tree of
    segments takes the same time however many operations there are.
    """

    def __init__(self, operations: Iterable[Operation], *, normal_path: Callable[[str], str] = str) -> None:
        self._operations = list(operations)
        self.by_name = {operation.name: operation for operation in self._operations}
        """One that takes several methods is here once."""
        self._methods: dict[str, list[str]] = {}
        for operation in sorted(self._operations, key=lambda each: each.method):
            self._methods.setdefault(operation.name, []).append(operation.method)
        self._root = _Place()
        for operation in self._operations:
            place = self._root
            for segment in normal_path(operation.template).split("/")[1:]:
                place = place.grow(segment)
            place.operations[operation.method] = operation, tuple(_VARIABLE.findall(operation.template))

    def methods(self, name: str) -> list[str]:
        """The methods that an operation takes, by the alphabet."""
        return self._methods.get(name, [])

    @property
    def served(self) -> list[Operation]:
        return [operation for operation in self.by_name.values() if operation.served]

    def find(self, method: str, path: str) -> tuple[Operation | None, PathParameters]:
        values: list[str] = []
        place = _walk(self._root, path.split("/"), 1, values, method)
        if place is None:
            return None, {}
        operation, names = place.operations[method]
        return operation, dict(zip(names, values, strict=True))

    def allowed(self, path: str) -> list[str]:
        """The methods that some operation has at `path`; none for an unknown path."""
        methods = sorted({operation.method for operation in self._operations})
        return [method for method in methods if self.find(method, path)[0] is not None]


def operations_of(
    routers: Iterable[APIRouter],
    *,
    rule_prefix: str,
    serve: Callable[[APIRoute], ASGIApp] = _as_fastapi_does,
    normal_path: Callable[[str], str] = str,
) -> Operations:
    """Read the operations off the routes, in their order.

    `serve` makes an application of each route, `normal_path` brings templates into the form in which paths are looked up.
    """
    found = (
        Operation(
            name=str(route.name),
            method=method,
            template=str(route.path),
            rule=f"{rule_prefix}.{route.name}",
            takes_body=route.body_field is not None,
            served=bool(route.include_in_schema),
            query=frozenset(field.alias for field in route.original_route.dependant.query_params),
            body=_payload(route.original_route),
            extra=route.original_route.openapi_extra or {},
            app=serve(route.original_route),
        )
        for router in routers
        for route in api_routes(router)
        if isinstance(route.original_route, APIRoute)
        for method in sorted(route.methods or ())
    )
    return Operations(found, normal_path=normal_path)


def _payload(route: APIRoute) -> Any:
    return route.body_field.field_info.annotation if route.body_field is not None else None


def api_routes(router: APIRouter) -> Iterator[RouteContext]:
    """Every API route as it is served, also those of included routers (which FastAPI nests since 0.165)."""
    return (route for route in iter_route_contexts(router.routes) if isinstance(route.original_route, APIRoute))


_VARIABLE = re.compile(r"\{(\w+)\}")


def _walk(place: _Place, segments: list[str], at: int, values: list[str], method: str) -> _Place | None:
    """The place at the end of the path where `method` is at home; `values` gathers the variable segments."""
    if at == len(segments):
        return place if method in place.operations else None
    segment = segments[at]
    following = place.literal.get(segment)
    if following is not None and (found := _walk(following, segments, at + 1, values, method)) is not None:
        return found
    if place.variable is None or not segment:
        return None
    values.append(segment)
    found = _walk(place.variable, segments, at + 1, values, method)
    if found is None:
        values.pop()
    return found
