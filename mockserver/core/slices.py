"""Work too large for one turn of the event loop, done in slices.

An ordinary handler holds the loop for its whole call (see `core/database.py`). An import of ten thousand rows would hold
it for a second; it is written as a generator that yields between slices, and while it is under way its workspace is
busy: other calls of that workspace wait for it, all other workspaces go on.
"""

import asyncio
import gc
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from mockserver.core.errors import WorkspaceGone

if TYPE_CHECKING:
    from mockserver.core.workspace import Workspace

T = TypeVar("T")

_TURN_SECONDS = 0.01


async def run_in_slices(workspace: "Workspace", work: Generator[None, None, T]) -> T:
    """Run `work` to its end, giving other workspaces a turn at each `yield`, and return what it returns."""
    try:
        next(work)
        workspace.busy = asyncio.Event()
        await asyncio.sleep(0)
        return await take_turns(work)
    except StopIteration as end:
        result: T = end.value
        return result
    finally:
        if workspace.busy is not None:
            workspace.busy.set()
            workspace.busy = None


async def take_turns(work: Generator[None, None, T]) -> T:
    """The same for work that touches no workspace: everybody has a turn at each `yield`."""
    with _uncollected():
        while True:
            try:
                next(work)
            except StopIteration as end:
                result: T = end.value
                return result
            await asyncio.sleep(0)


async def read_in_turns(workspace: "Workspace", work: Generator[None, None, T]) -> T:
    """The same for work that only reads a workspace: others may change it meanwhile, and nobody waits for the reader.

    Raises WorkspaceGone when it is deleted half-way.
    """

    def while_it_is_there() -> Generator[None, None, T]:
        while True:
            try:
                next(work)
            except StopIteration as end:
                result: T = end.value
                return result
            yield
            if workspace.gone:
                raise WorkspaceGone(workspace.name)

    return await take_turns(while_it_is_there())


@contextmanager
def _uncollected() -> Iterator[None]:
    """No look for garbage meanwhile: large work makes very many objects, and a look through them all holds the loop."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Turn:
    """Tells work whose pieces differ in size when it has held the loop for long enough; after the `yield` a turn begins."""

    __slots__ = ("_end",)

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self._end = perf_counter() + _TURN_SECONDS

    @property
    def over(self) -> bool:
        return perf_counter() >= self._end
