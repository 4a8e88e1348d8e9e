from fastapi import APIRouter, Request

from mockserver import __version__
from mockserver.control.schemas.server import Health, ProviderView
from mockserver.core.backstage import WorkspaceDep, runtime_of

router = APIRouter(tags=["server"])


@router.get("", include_in_schema=False)
@router.get("/")
async def index(request: Request) -> dict[str, str]:
    """Where to go from here."""
    url = f"{runtime_of(request).url}/_mock"
    pages = {name: f"{url}/docs/{name}" for name in runtime_of(request).providers}
    return {"control": f"{url}/docs", **pages, "openapi": f"{url}/openapi.json", "providers": f"{url}/providers"}


@router.get("/health")
async def health(request: Request) -> Health:
    """Whether the server works, and what it started from."""
    runtime = runtime_of(request)
    names = [fixture_set.name for fixture_set in runtime.fixtures]
    return Health(
        status="ok",
        version=__version__,
        fixtures=names,
        workspaces=len(runtime.workspaces),
        tls_url=runtime.tls_url,
    )


@router.get("/providers")
async def list_providers(workspace: WorkspaceDep) -> list[ProviderView]:
    """List the providers: where they answer, with which credentials, and how much is in them."""
    credentials = workspace.credentials()
    return [
        ProviderView(
            name=provider.name,
            title=provider.title,
            base_url=workspace.runtime.base_url(provider),
            hosts=list(provider.hosts),
            credentials=[dict(credential.fields) for credential in credentials[provider.name]],
            headers=next((provider.headers(credential) for credential in credentials[provider.name]), {}),
            counts=provider.counts(workspace.context(provider)),
        )
        for provider in workspace.runtime.providers.values()
    ]
