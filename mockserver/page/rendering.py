"""From a template and what it shows to an answer that a browser can do nothing else with."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import unquote, urlencode

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, JSONResponse, Response

from mockserver.control import ASSETS, LOGIN, PAGE
from mockserver.core.backstage import runtime_of
from mockserver.core.workspace import DEFAULT, Workspace
from mockserver.page.forms import as_fields

SAID = "mockserver_said"
"""The cookie by which a page tells of what was done just before."""

SECTIONS = {
    "": "Overview",
    "calls": "Calls",
    "mail": "Mail",
    "state": "State",
    "faults": "Faults",
    "webhooks": "Webhooks",
    "manners": "Manners",
    "coverage": "Coverage",
    "rulebook": "Rulebook",
    "docs": "API",
}
"""The parts of the page by what their addresses begin with, in the order of the navigation."""


def render(
    request: Request, template: str, workspace: Workspace, *, section: str, title: str, status: int = 200, **values: Any
) -> HTMLResponse:
    """A page of a workspace.

    `section` is its part in the navigation, `title` what the browser's tab says, `values` what the template shows.
    """
    shown = {"section": section, "title": title, "seen": request.state.seen, **values}
    return _answer(request, template, workspace.name, status, shown)


def is_for_script(request: Request) -> bool:
    """Whether a script sent a form for its page, and shows the outcome itself."""
    return request.headers.get("accept") == "application/json"


def refused(request: Request, status: int, reason: str) -> Response:
    """A page that says why something was not done."""
    if is_for_script(request):
        return JSONResponse({"error": reason}, status)
    name = request.path_params.get("workspace", DEFAULT)
    known = name if runtime_of(request).workspaces.get(name) is not None else DEFAULT
    is_open = request.url.path.startswith(f"{PAGE}/-/")  # to those, too, who are to see no name of a workspace
    values = {"section": None, "title": "Not done", "reason": reason, "back": _page_before(request)}
    return _answer(request, "refused.html", None if is_open else known, status, values)


def _page_before(request: Request) -> str | None:
    """The page of ours on which a link was followed or a form was sent."""
    before = request.headers.get("referer", "")
    return before if before.startswith(f"{request.url.scheme}://{request.url.netloc}{PAGE}/") else None


def login(request: Request, *, wrong: bool) -> HTMLResponse:
    """The page that asks for the token."""
    values = {"section": None, "title": "Token", "wrong": wrong}
    return _answer(request, "login.html", None, 401 if wrong else 200, values)


def _answer(request: Request, template: str, workspace: str | None, status: int, values: dict[str, Any]) -> HTMLResponse:
    nonce, said = secrets.token_urlsafe(16), _said(request)
    shown = {
        "nonce": nonce,
        "said": said,
        "workspace": workspace,
        "workspaces": [each.name for each in runtime_of(request).workspaces] if workspace is not None else [],
        "at": f"{PAGE}/{workspace}",
        "here": request.url.path,
        "query": {name: text for name, text in request.query_params.items() if text},
        **values,
    }
    answer = HTMLResponse(_environment().get_template(template).render(shown), status)
    answer.headers["Content-Security-Policy"] = _policy(nonce)
    answer.headers["Referrer-Policy"] = "same-origin"  # without one, a form would be sent with an origin of `null`
    if said:
        answer.delete_cookie(SAID, path=PAGE)
    return answer


def _said(request: Request) -> str:
    """What was done just before; not for a script that only brings its page up to date."""
    is_shown = request.headers.get("sec-fetch-mode", "navigate") == "navigate"
    return unquote(request.cookies.get(SAID, "")) if is_shown else ""


def _policy(nonce: str) -> str:
    """Nothing from elsewhere, nothing inline, no script or style but the ones that this answer names."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self' data:; "
        "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@cache
def _environment() -> Environment:
    """Everything that is put into a template is escaped."""
    environment = Environment(
        loader=PackageLoader("mockserver.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(sections=SECTIONS, page=PAGE, assets=ASSETS, login=LOGIN)
    environment.filters.update(
        pretty=pretty, moment=moment, query=query_string, fields=as_fields, plural=plural, words=words
    )
    return environment


def pretty(text: str) -> str:
    """JSON with line breaks; anything else as it is."""
    try:
        # JSON may name half a character, which no page can show
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
    except (ValueError, RecursionError):
        return text


def moment(at: datetime | None) -> str:
    """A moment to the second, in UTC."""
    return f"{at:%Y-%m-%d %H:%M:%S}" if at is not None else ""


def plural(noun: str, count: int) -> str:
    """What so many of them are called."""
    return noun if count == 1 else f"{noun}s"


def words(name: str) -> str:
    """A name of the code as a person reads it: `signup_form` is `signup form`."""
    return name.replace("_", " ")


def query_string(parameters: Mapping[str, Any], **changed: Any) -> str:
    """A query string out of those in force and changed ones; what is None or empty is left out."""
    given = {name: value for name, value in {**parameters, **changed}.items() if value not in {None, ""}}
    return f"?{urlencode(given)}" if given else ""
