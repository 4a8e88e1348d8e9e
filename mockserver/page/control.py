"""The control API as a page calls it: in this process, past the guard, which has let the page through."""

from typing import Any

import httpx2
from fastapi import Request

from mockserver.control import PREFIX
from mockserver.core.backstage import Declined


async def call(
    request: Request, workspace: str, method: str, path: str, body: dict[str, Any] | None = None
) -> httpx2.Response:
    """Make one control call for a workspace; `path` is what comes after `/_mock/`."""
    transport = httpx2.ASGITransport(request.app.state.control, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=request.app.state.runtime.url, trust_env=False) as control:
        try:
            return await control.request(method, f"{PREFIX}/{path}", params={"workspace": workspace}, json=body)
        except httpx2.InvalidURL as problem:
            raise Declined(404, "there is no control call of such a name") from problem
        except UnicodeEncodeError as problem:
            raise Declined(400, "a text holds half of a surrogate pair, which no encoding has") from problem
