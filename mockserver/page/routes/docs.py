from fastapi import APIRouter, Request
from starlette.responses import Response

from mockserver.page.asked import ShownDep
from mockserver.page.rendering import render

router = APIRouter()


@router.get("/{workspace}/docs")
async def show_docs(request: Request, workspace: ShownDep) -> Response:
    """Where the API of each provider is described, and where calls can be tried."""
    providers = workspace.runtime.providers
    return render(request, "docs.html", workspace, section="docs", title="API", providers=providers)
