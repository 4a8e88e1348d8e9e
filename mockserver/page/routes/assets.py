from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from mockserver.core.backstage import Declined

router = APIRouter()

_FOLDER = Path(__file__).parents[1] / "static"


@router.get("/-/static/{name}")
async def asset(name: str) -> FileResponse:
    """The style sheet and the script of all pages; a browser asks each time whether they are still the same."""
    found = {path.name: path for path in _FOLDER.iterdir()}.get(name)
    if found is None:
        raise Declined(404, f"there is no asset {name}")
    return FileResponse(found, headers={"Cache-Control": "no-cache"})
