from collections.abc import Iterator

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from mockserver.control import PAGE
from mockserver.control.routes.clock import get_clock, list_tasks
from mockserver.control.routes.config import get_config
from mockserver.control.routes.difference import get_difference
from mockserver.control.routes.server import list_providers
from mockserver.control.routes.snapshots import list_snapshots
from mockserver.core import outbox, snapshots
from mockserver.core.provider import Provider
from mockserver.core.workspace import DEFAULT, Workspace
from mockserver.page.addresses import base_url
from mockserver.page.asked import ShownDep
from mockserver.page.rendering import render
from mockserver.page.snippets import Snippet, snippets

router = APIRouter()

_SHOWN_ROWS = 20


@router.get("")
@router.get("/", include_in_schema=False)
async def begin(workspace: str = DEFAULT) -> Response:
    """The workspace that the query names, as for the control API, or else the default one."""
    return RedirectResponse(f"{PAGE}/{workspace}", 303)


@router.get("/{workspace}")
async def show_overview(request: Request, workspace: ShownDep) -> Response:
    """Where everything is, and what can be done with the workspace as a whole."""
    tasks = await list_tasks(workspace)
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
        waiting=[task for task in tasks if task.failure is None],
        failed=[task for task in tasks if task.failure is not None],
        config=await get_config(workspace),
        snapshots=await list_snapshots(workspace),
        calls=len(workspace.journal),
        messages=outbox.count(workspace),
        faults=len(workspace.faults),
    )


@router.get("/{workspace}/difference")
async def show_difference(
    request: Request, workspace: ShownDep, before: str = snapshots.START, after: str = snapshots.NOW
) -> Response:
    """What is not as it was: at the start, or when a snapshot was taken."""
    return render(
        request,
        "difference.html",
        workspace,
        section="",
        title="Difference",
        difference=await get_difference(workspace, None, before, after, _SHOWN_ROWS),
        chosen=(before, after),
        sides=[snapshots.START, *snapshots.names(workspace), snapshots.NOW],
    )


def _samples(request: Request, workspace: Workspace) -> dict[str, list[tuple[str, list[Snippet]]]]:
    """By provider, the calls to begin with, each in all languages."""
    providers = workspace.runtime.providers
    return {name: list(_samples_of(request, workspace, provider)) for name, provider in providers.items()}


def _samples_of(request: Request, workspace: Workspace, provider: Provider) -> Iterator[tuple[str, list[Snippet]]]:
    for credential in workspace.credentials()[provider.name][:1]:
        for sample in provider.samples(credential):
            yield sample.title, snippets(base_url(request, provider.name), provider.headers(credential), sample)
