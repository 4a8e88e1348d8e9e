from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from mockserver.control import PAGE
from mockserver.control.routes.clock import get_clock, list_tasks
from mockserver.control.routes.config import get_config
from mockserver.control.routes.difference import get_difference
from mockserver.control.routes.server import list_providers
from mockserver.control.routes.snapshots import list_snapshots
from mockserver.core import outbox, snapshots
from mockserver.core.workspace import DEFAULT, Workspace
from mockserver.page.addresses import base_url
from mockserver.page.rendering import render
from mockserver.page.snippets import Snippet, snippets
from mockserver.page.workspaces import ShownDep

router = APIRouter()

_SHOWN_ROWS = 20


@router.get("")
@router.get("/", include_in_schema=False)
async def begin(workspace: str = DEFAULT) -> Response:
    """The workspace that a switcher names, or else the default one."""
    return RedirectResponse(f"{PAGE}/{workspace}", 303)


@router.get("/{workspace}")
async def show_overview(request: Request, workspace: ShownDep) -> Response:
    """Where everything is, and what can be done with the workspace as a whole."""
    return render(
        request,
        "overview.html",
        workspace,
        section="",
        title="Overview",
        providers=await list_providers(workspace),
        base_urls={name: base_url(request, name) for name in workspace.runtime.providers},
        samples=_samples(request, workspace),
        clock=await get_clock(workspace),
        tasks=await list_tasks(workspace),
        config=await get_config(workspace),
        snapshots=await list_snapshots(workspace),
        calls=len(workspace.journal),
        messages=outbox.count(workspace),
        faults=len(workspace.faults),
    )


@router.get("/{workspace}/difference")
async def show_difference(
    request: Request, workspace: ShownDep, before: str = snapshots.START, after: str = "now"
) -> Response:
    """What is not as it was: at the start, or when a snapshot was taken."""
    found = await get_difference(workspace, None, before, after, _SHOWN_ROWS)
    sides = [snapshots.START, *snapshots.names(workspace), snapshots.NOW]
    values: dict[str, Any] = {"difference": found, "before": before, "after": after, "sides": sides}
    return render(request, "difference.html", workspace, section="", title="Difference", **values)


def _samples(request: Request, workspace: Workspace) -> dict[str, list[tuple[str, list[Snippet]]]]:
    """By provider, the calls to begin with, each in all languages."""
    return {name: list(_of_provider(request, workspace, name)) for name in workspace.runtime.providers}


def _of_provider(request: Request, workspace: Workspace, name: str) -> Any:
    provider = workspace.runtime.providers[name]
    for credential in workspace.credentials()[name][:1]:
        for sample in provider.samples(credential):
            written = snippets(base_url(request, name), provider.headers(credential), sample)
            yield sample.title, written
