"""A provider's operations: which one a call means, known before the gates so that every refusal can name it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts


@dataclass(frozen=True, slots=True)
class Operation:
    """One documented operation: the route function's name is its id."""

    name: str
    method: str
    template: str
    rule: str
    takes_body: bool


class Operations:
    """The operations of one provider, looked up by method and path.

    Starlette's own 405 knows only the methods of the first router that matches (`allowed` knows them all), and
    it is found too late for the gates.
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.by_name = {operation.name: operation for operation in operations}
        self._paths = [(_pattern(template), methods) for template, methods in self._by_template().items()]

    def find(self, method: str, path: str) -> Operation | None:
        for pattern, methods in self._paths:
            if method in methods and pattern.fullmatch(path):
                return methods[method]
        return None

    def allowed(self, path: str) -> list[str]:
        """The methods that some operation has at `path`; none for an unknown path."""
        return sorted({method for pattern, methods in self._paths if pattern.fullmatch(path) for method in methods})

    def _by_template(self) -> dict[str, dict[str, Operation]]:
        templates: dict[str, dict[str, Operation]] = {}
        for operation in self.by_name.values():
            templates.setdefault(operation.template, {})[operation.method] = operation
        return templates


def operations_of(router: APIRouter, *, rule_prefix: str) -> Operations:
    """Read the operations off the routes, in the order in which the router tries them."""
    return Operations(
        Operation(
            name=str(route.name),
            method=method,
            template=str(route.path),
            rule=f"{rule_prefix}.{route.name}",
            takes_body=route.body_field is not None,
        )
        for route in api_routes(router)
        for method in sorted(route.methods or ())
    )


def api_routes(router: APIRouter) -> Iterator[RouteContext]:
    """Every API route, also those of included routers (which FastAPI nests since 0.165)."""
    return (route for route in iter_route_contexts(router.routes) if isinstance(route.original_route, APIRoute))


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", template)))
