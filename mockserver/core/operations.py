"""A provider's operations: which one a call means, known before the gates so that every refusal can name it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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
    app: ASGIApp
    """The route itself: parameters, dependencies, function, answer."""


PathParameters = dict[str, str]


class Operations:
    """The operations of one provider, looked up by method and path in the order of the routes.

    Starlette's router would look a second time, after the gates, for longer (it asks every route, and since
    FastAPI 0.165 every included router), and its 405 knows only the methods of the first route that fits.
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.by_name = {operation.name: operation for operation in operations}
        self._literal: dict[str, dict[str, Operation]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Operation]]] = []
        for template, methods in self._by_template().items():
            if "{" in template:
                self._patterns.append((_pattern(template), methods))
            else:
                self._literal[template] = methods

    def find(self, method: str, path: str) -> tuple[Operation | None, PathParameters]:
        methods = self._literal.get(path)
        if methods is not None and method in methods:
            return methods[method], {}
        for pattern, methods in self._patterns:
            if method in methods and (match := pattern.fullmatch(path)):
                return methods[method], match.groupdict()
        return None, {}

    def allowed(self, path: str) -> list[str]:
        """The methods that some operation has at `path`; none for an unknown path."""
        fitting = [methods for pattern, methods in self._patterns if pattern.fullmatch(path)]
        return sorted({method for methods in [self._literal.get(path, {}), *fitting] for method in methods})

    def _by_template(self) -> dict[str, dict[str, Operation]]:
        templates: dict[str, dict[str, Operation]] = {}
        for operation in self.by_name.values():
            templates.setdefault(operation.template, {})[operation.method] = operation
        return templates


def operations_of(router: APIRouter, *, rule_prefix: str) -> Operations:
    """Read the operations off the routes, in their order."""
    return Operations(
        Operation(
            name=str(route.name),
            method=method,
            template=str(route.path),
            rule=f"{rule_prefix}.{route.name}",
            takes_body=route.body_field is not None,
            app=route.app,
        )
        for route in api_routes(router)
        for method in sorted(route.methods or ())
    )


def api_routes(router: APIRouter) -> Iterator[RouteContext]:
    """Every API route as it is served, also those of included routers (which FastAPI nests since 0.165)."""
    return (route for route in iter_route_contexts(router.routes) if isinstance(route.original_route, APIRoute))


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("".join(_part(part) for part in re.split(r"(\{\w+\})", template)))


def _part(part: str) -> str:
    return f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part)
