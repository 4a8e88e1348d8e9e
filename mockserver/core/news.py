"""Waiting for something to happen in a workspace: a call, a message, a delivery.

Whoever waits looks again whenever a transaction was committed or a call was answered. Nobody looks while nothing
happens, and where nobody waits telling costs one question.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from mockserver.core.errors import WorkspaceGone
from mockserver.core.scheduler import run_due

if TYPE_CHECKING:
    from mockserver.core.workspace import Workspace

T = TypeVar("T")


class Ending(Exception):  # noqa: N818 - what the server does
    """The server ends, and nobody waits any longer."""


class News:
    """Those who wait in one workspace."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def tell(self) -> None:
        """Something happened: let all of them look."""
        while self._waiting:
            waiter = self._waiting.pop()
            if not waiter.done():
                waiter.set_result(None)

    def listen(self) -> asyncio.Future[None]:
        """Done with the next that happens from now on."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        return waiter

    def forget(self, waiter: asyncio.Future[None]) -> None:
        self._waiting.discard(waiter)

    def __bool__(self) -> bool:
        return bool(self._waiting)


async def until(workspace: "Workspace", look: Callable[[], Awaitable[T | None]], seconds: float) -> T | None:
    """What `look` finds now or within so many real seconds; else None.

    Whenever it looks, due work is done and the workspace is at rest.
    Raises Ending when the server ends first, and WorkspaceGone when the workspace is deleted.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while True:
        news = workspace.news.listen()  # before looking: what happens meanwhile must not be missed
        try:
            await run_due(workspace)
            if workspace.gone:
                raise WorkspaceGone(workspace.name)
            found = await look()
            if found is not None:
                return found
            if workspace.runtime.ending:
                raise Ending
            await asyncio.wait_for(news, deadline - loop.time())
        except TimeoutError:
            return None
        finally:
            workspace.news.forget(news)
