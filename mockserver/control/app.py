"""The control API: JSON, one workspace at a time, documented by itself at `/_mock/docs`."""

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from mockserver import __version__
from mockserver.control import PREFIX
from mockserver.control.routes import ROUTERS
from mockserver.control.schemas import Refused
from mockserver.core.backstage import Declined
from mockserver.core.errors import WorkspaceGone
from mockserver.core.news import Ending
from mockserver.core.operations import operations_of
from mockserver.core.provider import Provider
from mockserver.core.runtime import Runtime
from mockserver.core.wording import key_path


class ControlApp:
    """ASGI: the routes, with a server behind them. Whoever watches a workspace looks again after a change."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._api = control_api(runtime.providers.values())
        self._api.state.runtime = runtime

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._api(scope, receive, send)
        if scope["method"] not in {"GET", "HEAD"}:
            self._runtime.tell()


def control_api(providers: Iterable[Provider]) -> FastAPI:
    """The routes, before there is anything to control: enough to describe them."""
    api = FastAPI(
        title="mockserver control API",
        version=__version__,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    responses: dict[int | str, dict[str, Any]] = {"default": {"model": Refused, "description": "Refused"}}
    for router in ROUTERS:
        api.include_router(router, prefix=PREFIX, responses=responses)
    for provider in providers:
        api.include_router(provider.backstage(), prefix=f"{PREFIX}/{provider.name}", responses=responses)
        api.include_router(provider.links(), prefix=f"{PREFIX}/links/{provider.name}", include_in_schema=False)
    api.state.operations = operations_of([api.router], rule_prefix="control")
    api.add_exception_handler(Declined, _declined)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(Ending, _ending)
    api.add_exception_handler(WorkspaceGone, _gone)
    api.add_exception_handler(UnicodeEncodeError, _no_text)
    api.add_exception_handler(Exception, _failed)
    return api


async def _declined(_request: Request, problem: Exception) -> Response:
    return _refused(problem.status if isinstance(problem, Declined) else 400, str(problem))


async def _invalid(_request: Request, problem: Exception) -> Response:
    faults = problem.errors() if isinstance(problem, RequestValidationError) else ()
    said = (f"{key_path(fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}" for fault in faults)
    return _refused(400, "; ".join(said))


async def _http(request: Request, problem: Exception) -> Response:
    known = problem if isinstance(problem, HTTPException) else HTTPException(500)
    if known.status_code == 405:  # Starlette's own `Allow` knows the methods of one route only
        allowed = request.app.state.operations.allowed(request.url.path)
        return _refused(405, f"possible here: {', '.join(allowed)}", {"Allow": ", ".join(allowed)})
    return _refused(known.status_code, str(known.detail), known.headers)


async def _gone(_request: Request, problem: Exception) -> Response:
    return _refused(404, str(problem))


async def _ending(_request: Request, _problem: Exception) -> Response:
    return _refused(503, "the server ends")


async def _no_text(_request: Request, _problem: Exception) -> Response:
    return _refused(400, "a text in the body holds half of a surrogate pair, which no encoding has")


async def _failed(_request: Request, _problem: Exception) -> Response:
    return _refused(500, "the mock server failed; its log says why")


def _refused(status: int, reason: str, headers: object = None) -> Response:
    said = reason.encode("utf-8", "backslashreplace").decode()
    return JSONResponse({"error": said}, status, headers=headers if isinstance(headers, dict) else None)
