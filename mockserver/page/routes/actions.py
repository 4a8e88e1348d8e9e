"""What a person does on a page: a form becomes a control call, and its answer becomes a sentence on the next page."""

import json
import re
from typing import Any
from urllib.parse import quote

import httpx2
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from mockserver.control import PAGE
from mockserver.core.backstage import Declined
from mockserver.page.control import call
from mockserver.page.forms import as_json, read_form
from mockserver.page.rendering import SAID, is_for_script, refused

router = APIRouter()

_LONGEST_SENTENCE = 300
"""Characters: it travels in a cookie of 4096 bytes, and one may take twelve."""

_PLACE = re.compile(r"\{(\w+)\}")
"""Where a path or a sentence names a field."""

_CHANGES = ("post", "put", "patch", "delete")
_OWN = ("_back", "_done")
"""What a form says to this file: where to go afterwards, and what to say there. Both may name fields: `{name}`."""


@router.post("/{workspace}/do/{method}/{path:path}")
async def act(request: Request, workspace: str, method: str, path: str) -> Response:
    """Make a control call out of a form. `{name}` in the path stands for the field of that name.

    A script that sends the form for the page is answered in JSON.
    """
    fields = read_form(await request.body())
    texts = {name: text.strip() for name, text in fields}
    unsent = {*_PLACE.findall(path), *_OWN}
    body = as_json((name, text) for name, text in fields if name not in unsent)
    if method not in _CHANGES:
        raise Declined(405, f"a form changes something, by {', '.join(_CHANGES)}")
    answer = await call(request, workspace, method.upper(), _address(path, texts), body if method != "delete" else None)
    if not answer.is_success:
        return refused(request, answer.status_code, _reason(answer))
    back = _address(texts.get("_back", ""), texts)
    to = back if back.startswith(f"{PAGE}/") else f"{PAGE}/{quote(workspace)}"
    return _done(request, to, _sentence(texts, answer))


def _address(template: str, texts: dict[str, str]) -> str:
    """A path with the values of the fields that it names."""
    missing = [name for name in _PLACE.findall(template) if not texts.get(name)]
    if missing:
        raise Declined(400, f"{missing[0]}: this is to be filled in")
    return _PLACE.sub(lambda place: quote(texts[place[1]], safe=""), template)


def _reason(answer: httpx2.Response) -> str:
    try:
        return str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:_LONGEST_SENTENCE]


def _sentence(texts: dict[str, str], answer: httpx2.Response) -> str:
    """What to say of it: a sentence may name fields of the form and of the answer, or all of the `answer`."""
    told = _told(answer)
    known = {**texts, **told, "answer": ", ".join(f"{name} {value}" for name, value in told.items())}
    return _PLACE.sub(lambda place: known.get(place[1], ""), texts.get("_done", "Done."))[:_LONGEST_SENTENCE]


def _told(answer: httpx2.Response) -> dict[str, str]:
    """The fields of a JSON answer as text."""
    try:
        value = answer.json()
    except ValueError:
        return {}
    return {name: _text(inner) for name, inner in value.items()} if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _done(request: Request, to: str, sentence: str) -> Response:
    answer: Response = JSONResponse({"to": to}) if is_for_script(request) else RedirectResponse(to, 303)
    answer.set_cookie(SAID, quote(sentence), path=PAGE, max_age=30, httponly=True, samesite="strict")
    return answer
