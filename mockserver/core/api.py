"""A provider's FastAPI application, and the ASGI classes around it."""

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from mockserver.core.call import call_in
from mockserver.core.errors import Refusal
from mockserver.core.gates import Gates, Translate
from mockserver.core.journal import Journaled
from mockserver.core.provider import Provider
from mockserver.core.runtime import Runtime
from mockserver.core.transaction import Transaction


def provider_api(title: str, routers: Iterable[APIRouter], *, translate: Translate, refusal: type) -> FastAPI:
    """An API with nothing of FastAPI's own on the wire: no 422, no `detail`, no redirects, no documentation pages.

    `refusal` is the shape of an error body, for the OpenAPI document.
    """
    api = FastAPI(title=title, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    for router in routers:
        api.include_router(router, responses={"default": {"model": refusal, "description": "Refused"}})

    async def answer(request: Request, problem: Exception) -> Response:
        return call_in(request.scope).refuse(translate(problem))

    for kind in (Refusal, RequestValidationError, HTTPException, Exception):
        api.add_exception_handler(kind, answer)
    return api


def serve(provider: Provider, runtime: Runtime) -> ASGIApp:
    """The way of a call: it is read and noted, passes the gates, and runs in one transaction."""
    return Journaled(Gates(Transaction(provider.api), provider.gates, provider.translate), provider, runtime)
