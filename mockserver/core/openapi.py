"""The OpenAPI document of a provider: FastAPI's, and what FastAPI does not know about how calls are read here."""

import re
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter, FastAPI

_Document = dict[str, Any]
_METHOD_AT_END = re.compile(r"_[a-z]+$")


def provider_api(title: str, routers: Iterable[APIRouter], *, refusal: type, success: type | None = None) -> FastAPI:
    """The routes of a provider as an application that can describe itself.

    `refusal` is the shape of an error body; `success` that of all others, where it is the same for all routes.
    """
    api = FastAPI(title=title, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    responses: dict[int | str, dict[str, Any]] = {"default": {"model": refusal, "description": "Refused"}}
    if success is not None:
        responses[200] = {"model": success, "description": "Answered"}
    for router in routers:
        api.include_router(router, responses=responses)
    return api


def described(api: FastAPI, *, server: str, security: Mapping[str, Any]) -> _Document:
    """The document of an API that is served at `server` to whoever has its credentials."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate Operation ID")  # of routes with two methods: both get their own below
        document = dict(api.openapi())
    components = document.get("components", {})
    return {
        **document,
        "servers": [{"url": server}],
        "paths": {template: _path(template, methods, components) for template, methods in document["paths"].items()},
        "components": {**components, "securitySchemes": {"credentials": dict(security)}},
        "security": [{"credentials": []}],
    }


def _path(template: str, methods: Mapping[str, _Document], components: _Document) -> _Document:
    described = {method: _whole(template, operation) for method, operation in sorted(methods.items())}
    if len({operation["operationId"] for operation in described.values()}) < len(described):
        for method, operation in described.items():
            operation["operationId"] = f"{_METHOD_AT_END.sub('', operation['operationId'])}_{method}"
    if "requestBody" in described.get("get", {}):
        described["get"] = _without_body(described["get"], components)
    return described


def _whole(template: str, operation: Mapping[str, Any]) -> _Document:
    """With all variables of its path as parameters; a route does not ask for those that a gate reads."""
    asked = operation.get("parameters", [])
    names = {parameter["name"] for parameter in asked if parameter["in"] == "path"}
    unasked = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", template)
        if name not in names
    ]
    return {**operation, "parameters": [*unasked, *asked]}


def _without_body(operation: _Document, components: _Document) -> _Document:
    """With what a POST has in its body as parameters of the query: that is how the same is asked by GET."""
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = components["schemas"][reference.rpartition("/")[2]]
    required = schema.get("required", ())
    asked = [
        {"name": name, "in": "query", "required": name in required, "schema": each}
        for name, each in schema.get("properties", {}).items()
    ]
    kept = {key: value for key, value in operation.items() if key != "requestBody"}
    return {**kept, "parameters": [*operation["parameters"], *asked]}
