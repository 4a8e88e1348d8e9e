"""Swagger UI without a network: its assets come from an installed package."""

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse

from mockserver.core.backstage import Declined, runtime_of
from mockserver.core.provider import Provider
from mockserver.core.wording import unknown_name

router = APIRouter(include_in_schema=False)

ASSETS = "fastapi_offline"
"""The package that brings Swagger UI; everything else about it is in this file."""
_ASSET_FILES = ("swagger-ui-bundle.js", "swagger-ui.css")
_OWN = Path(__file__).parents[1] / "static"

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_mock/static/swagger-ui.css">
</head>
<body>
<div id="swagger-ui" data-openapi="{openapi}"></div>
<script src="/_mock/static/swagger-ui-bundle.js"></script>
<script src="/_mock/static/swagger-start.js"></script>
</body>
</html>
"""


@router.get("/docs", response_class=HTMLResponse)
async def control_docs() -> HTMLResponse:
    """The control API's own documentation."""
    return HTMLResponse(_PAGE.format(title="mockserver control API", openapi="/_mock/openapi.json"))


@router.get("/docs/{provider}", response_class=HTMLResponse)
async def provider_docs(request: Request, provider: str) -> HTMLResponse:
    """A provider's documentation, where calls can be tried."""
    found = _find(request, provider)
    return HTMLResponse(_PAGE.format(title=found.title, openapi=f"/_mock/openapi/{found.name}.json"))


@router.get("/openapi/{provider}.json")
async def provider_openapi(request: Request, provider: str) -> dict[str, object]:
    """A provider's OpenAPI document."""
    found = _find(request, provider)
    return found.openapi(f"/{found.name}")


@router.get("/static/{name}")
async def asset(name: str) -> FileResponse:
    if name in _ASSET_FILES:
        return FileResponse(str(files(ASSETS) / "static" / name))
    own = {path.name: path for path in _OWN.iterdir()}
    if name not in own:
        raise Declined(404, f"there is no asset {name}")
    return FileResponse(own[name])


def _find(request: Request, provider: str) -> Provider:
    providers = runtime_of(request).providers
    if provider not in providers:
        raise Declined(404, unknown_name("provider", provider, providers))
    return providers[provider]
