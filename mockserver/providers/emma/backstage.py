"""What a person would do in Emma's web application, or with a message it sent."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends

from mockserver.core.backstage import WorkspaceDep
from mockserver.providers.emma.access import NAME
from mockserver.providers.emma.settings import EmmaContext

router = APIRouter(tags=["emma"])
links = APIRouter()
"""What the messages link to: pages for whoever reads the mail."""


async def backstage_context(workspace: WorkspaceDep) -> AsyncIterator[EmmaContext]:
    with workspace.transaction(workspace.runtime.providers[NAME]) as context:
        yield context


# The scope ends the transaction before the answer leaves.
BackstageDep = Annotated[EmmaContext, Depends(backstage_context, scope="function")]
