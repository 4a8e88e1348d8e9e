"""The workspace that a page is about."""

from typing import Annotated

from fastapi import Depends, Request

from mockserver.core.backstage import chosen_workspace
from mockserver.core.workspace import Workspace


async def shown_workspace(request: Request, workspace: str) -> Workspace:
    """The workspace that the address names, at rest and with its due work done."""
    return await chosen_workspace(request, workspace)


ShownDep = Annotated[Workspace, Depends(shown_workspace)]
