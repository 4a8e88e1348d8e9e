from typing import Annotated

from fastapi import APIRouter, Query

from mockserver.control.schemas.manners import VerdictView
from mockserver.core import manners
from mockserver.core.backstage import ProviderDep, WorkspaceDep
from mockserver.core.etiquette import Severity
from mockserver.core.slices import take_turns

router = APIRouter(tags=["manners"])


@router.get("/manners")
async def get_manners(
    workspace: WorkspaceDep,
    provider: ProviderDep,
    severity: Annotated[Severity | None, Query(description="Only findings of this severity.")] = None,
) -> VerdictView:
    """Judge the calls in the journal: what did the client do that a good client does not?"""
    return VerdictView.model_validate(await take_turns(manners.judge(workspace, provider=provider, severity=severity)))
