import asyncio
from collections.abc import AsyncIterable

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

from mockserver.core.workspace import Workspace
from mockserver.page.asked import ShownDep

router = APIRouter()

_PULSE_SECONDS = 15.0
"""A browser that went away is noticed by a pulse that cannot be sent."""
_REST_SECONDS = 0.1
"""However much happens, a page is told no more often."""


@router.get("/{workspace}/news", response_class=EventSourceResponse)
async def follow_news(workspace: ShownDep, seen: str = "") -> AsyncIterable[ServerSentEvent]:
    """Tell whenever something happened in the workspace: what it was, the page looks up itself.

    `seen` is the workspace's stamp as the page knows it. What happened before there was a stream comes first.
    """
    heard = workspace.news.listen()
    try:
        yield ServerSentEvent(comment=workspace.name, retry=1000)
        if seen and seen != workspace.stamp:
            yield _news(workspace)
        while not (workspace.gone or workspace.runtime.ending):
            await asyncio.wait({heard}, timeout=_PULSE_SECONDS)
            if heard.done():
                await asyncio.sleep(_REST_SECONDS)
                heard = workspace.news.listen()  # before it is told: what happens from here on comes next
                yield _news(workspace)
            else:
                yield ServerSentEvent(comment="")
    finally:
        workspace.news.forget(heard)


def _news(workspace: Workspace) -> ServerSentEvent:
    return ServerSentEvent(event="news", data=workspace.journal.newest)
