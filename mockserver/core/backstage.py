"""How the control API and the providers' backstage reach a workspace, and how they say no."""

from typing import Annotated

from fastapi import Depends, Query, Request

from mockserver.core.runtime import Runtime
from mockserver.core.scheduler import run_due
from mockserver.core.wording import unknown_name
from mockserver.core.workspace import DEFAULT, Workspace


class Declined(Exception):  # noqa: N818 - an answer, not an error
    """A control call that cannot be done; `status` and one sentence that says why and what would be right."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def runtime_of(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


async def chosen_workspace(
    request: Request, workspace: Annotated[str, Query(description="Name of the workspace.")] = DEFAULT
) -> Workspace:
    """The workspace that a control call names, at rest and with its due work done."""
    found = runtime_of(request).workspaces.get(workspace)
    if found is None:
        raise Declined(404, f'there is no workspace "{workspace}"; POST /_mock/workspaces makes one')
    await run_due(found)
    if found.gone:
        raise Declined(404, f'the workspace "{workspace}" was deleted')
    return found


async def chosen_provider(
    request: Request, provider: Annotated[str | None, Query(description="Only this provider.")] = None
) -> str | None:
    """The provider that a control call asks for, None for all; one that does not exist would be an empty answer."""
    providers = runtime_of(request).providers
    if provider is not None and provider not in providers:
        raise Declined(404, unknown_name("provider", provider, providers))
    return provider


ProviderDep = Annotated[str | None, Depends(chosen_provider)]
WorkspaceDep = Annotated[Workspace, Depends(chosen_workspace)]
