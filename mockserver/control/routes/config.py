from fastapi import APIRouter
from pydantic import ValidationError

from mockserver.control.schemas.config import Config, ConfigChange
from mockserver.core.backstage import Declined, WorkspaceDep
from mockserver.core.provider import ProviderSettings
from mockserver.core.wording import key_path, unknown_name
from mockserver.core.workspace import Workspace

router = APIRouter(tags=["config"])


@router.get("/config")
async def get_config(workspace: WorkspaceDep) -> Config:
    """Tell the throttle mode, the limits and the readings of open questions."""
    return _view(workspace)


@router.patch("/config")
async def change_config(workspace: WorkspaceDep, change: ConfigChange) -> Config:
    """Change some of them for this workspace, until it is reset. A bad value changes nothing."""
    changed = {name: _changed(workspace, name, values) for name, values in change.providers.items()}
    workspace.settings |= changed
    workspace.revision += 1
    workspace.throttle = change.throttle or workspace.throttle
    workspace.strict = workspace.strict if change.strict is None else change.strict
    return _view(workspace)


def _changed(workspace: Workspace, provider: str, values: dict[str, object]) -> ProviderSettings:
    if provider not in workspace.settings:
        raise Declined(400, f"providers: {unknown_name('provider', provider, workspace.settings)}")
    settings = workspace.settings[provider]
    try:
        return type(settings).model_validate({**settings.model_dump(), **values})
    except ValidationError as error:
        faults = [
            f"{key_path(('providers', provider, *fault['loc']))}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        ]
        raise Declined(400, "; ".join(faults)) from error


def _view(workspace: Workspace) -> Config:
    settings = {name: settings.model_dump() for name, settings in workspace.settings.items()}
    return Config(throttle=workspace.throttle, strict=workspace.strict, providers=settings)
