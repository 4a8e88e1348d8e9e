from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from mockserver.control import PAGE, PREFIX
from mockserver.control.guards import Doors, token_cookie
from mockserver.page.forms import read_form
from mockserver.page.rendering import login

router = APIRouter()


@router.get("/-/login")
async def ask_for_token(request: Request) -> Response:
    """Where a browser is sent that shows no token."""
    return login(request, wrong=False)


@router.post("/-/login")
async def take_token(request: Request) -> Response:
    """Let the browser show the token from now on, until it is closed."""
    doors: Doors = request.app.state.doors
    given = dict(read_form(await request.body())).get("token", "").strip()
    if not doors.open_to(given):
        return login(request, wrong=True)
    answer = RedirectResponse(PAGE, 303)
    answer.set_cookie(
        token_cookie(request.headers["host"]), quote(given, safe=""), path=PREFIX, httponly=True, samesite="strict"
    )
    return answer
