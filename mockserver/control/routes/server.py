from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from mockserver import __version__
from mockserver.control import PAGE, PREFIX
from mockserver.control.schemas.server import Health, ProviderView
from mockserver.core.backstage import WorkspaceDep, runtime_of

router = APIRouter(tags=["server"])


@router.get("", include_in_schema=False, response_model=dict[str, str])
@router.get("/", response_model=dict[str, str])
async def index(request: Request) -> Response:
    """Where to go from here; a browser is taken to the page."""
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(PAGE, 303, headers={"Vary": "Accept"})
    url = runtime_of(request).url
    control = f"{url}{PREFIX}"
    docs = {name: f"{control}/docs/{name}" for name in runtime_of(request).providers}
    places = {"page": f"{url}{PAGE}", "control": f"{control}/docs", **docs}
    return JSONResponse({**places, "openapi": f"{control}/openapi.json", "providers": f"{control}/providers"})


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
