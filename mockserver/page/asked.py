"""What an address says: the workspace that a page is about, and what it is narrowed down to.

A form sends all its fields. One that is left empty asks for nothing, so it is as if it were not there.
"""

from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BeforeValidator

from mockserver.core.backstage import chosen_provider, chosen_workspace
from mockserver.core.workspace import Workspace

T = TypeVar("T")

Asked = Annotated[T | None, BeforeValidator(lambda text: text or None)]
"""What may be asked for, or None."""

OffsetNumber = Annotated[int, Query(ge=0, le=1_000_000)]
"""How many entries of a list come before its page."""


async def shown_workspace(request: Request, workspace: str) -> Workspace:
    """The workspace that the address names, at rest and with its due work done."""
    found = await chosen_workspace(request, workspace)
    request.state.seen = found.stamp
    return found


async def asked_provider(request: Request, provider: Asked[str] = None) -> str | None:
    """The provider that a page is narrowed down to, None for all."""
    return await chosen_provider(request, provider)


ShownDep = Annotated[Workspace, Depends(shown_workspace)]
AskedProviderDep = Annotated[str | None, Depends(asked_provider)]
