"""The pages as one application, below `/_mock/ui`."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from mockserver.control import PAGE
from mockserver.control.guards import Doors
from mockserver.core.backstage import Declined
from mockserver.core.errors import WorkspaceGone
from mockserver.core.news import Ending
from mockserver.core.runtime import Runtime
from mockserver.core.wording import key_path
from mockserver.page.rendering import refused
from mockserver.page.routes import ROUTERS


def page_app(runtime: Runtime, control: ASGIApp, doors: Doors) -> FastAPI:
    """All pages; `control` is who makes the changes that a person asks for."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=True)
    app.state.runtime, app.state.control, app.state.doors = runtime, control, doors
    for router in ROUTERS:
        app.include_router(router, prefix=PAGE)
    for problem in (Declined, RequestValidationError, HTTPException, WorkspaceGone, Ending, Exception):
        app.add_exception_handler(problem, _refused)
    return app


async def _refused(request: Request, problem: Exception) -> Response:
    """What went wrong, as a page that says so."""
    status, reason = _told(problem)
    return refused(request, status, reason)


def _told(problem: Exception) -> tuple[int, str]:
    match problem:
        case Declined():
            told = problem.status, str(problem)
        case RequestValidationError():
            told = 400, "; ".join(f"{key_path(fault['loc'])}: {fault['msg']}" for fault in problem.errors())
        case HTTPException():
            told = problem.status_code, "There is no such page." if problem.status_code == 404 else str(problem.detail)
        case WorkspaceGone():
            told = 404, str(problem)
        case Ending():
            told = 503, "The server ends."
        case _:
            told = 500, "The mock server failed; its log says why."
    return told
