import asyncio
from collections.abc import AsyncIterable

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

from mockserver.page.workspaces import ShownDep

router = APIRouter()

_PULSE_SECONDS = 15.0
"""A browser that went away is noticed by a pulse that cannot be sent."""
_REST_SECONDS = 0.1
"""However much happens, a page is told no more often."""


@router.get("/{workspace}/news", response_class=EventSourceResponse)
async def follow_news(workspace: ShownDep) -> AsyncIterable[ServerSentEvent]:
    """Tell whenever something happened in the workspace: what it was, the page looks up itself."""
    heard = workspace.news.listen()
    try:
        yield ServerSentEvent(comment=workspace.name, retry=1000)
        while not (workspace.gone or workspace.runtime.ending):
            await asyncio.wait({heard}, timeout=_PULSE_SECONDS)
            if heard.done():
                await asyncio.sleep(_REST_SECONDS)
                heard = workspace.news.listen()  # before it is told: what happens from here on comes next
                yield ServerSentEvent(event="news", data=workspace.journal.newest)
            else:
                yield ServerSentEvent(comment="")
    finally:
        workspace.news.forget(heard)
