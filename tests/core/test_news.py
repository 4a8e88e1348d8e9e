"""Waiting for something to happen in a workspace."""

import asyncio
from collections.abc import Generator, Iterator

import pytest

from mockserver.core.errors import WorkspaceGone
from mockserver.core.news import Ending, until
from mockserver.core.slices import run_in_slices
from mockserver.core.workspace import Workspace
from tests.runtime import new_runtime

PATIENCE_SECONDS = 20


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    runtime = new_runtime()
    yield runtime.workspaces.open("shop")
    runtime.workspaces.close()


class Looking:
    """Counts its looks, and finds something with the one that it is told to."""

    def __init__(self, finds_with: int = 0) -> None:
        self.looks = 0
        self._finds_with = finds_with

    async def __call__(self) -> str | None:
        self.looks += 1
        return "it" if self.looks == self._finds_with else None


async def soon() -> None:
    """Let everybody else have some turns."""
    for _ in range(10):
        await asyncio.sleep(0)


def change(workspace: Workspace) -> None:
    with workspace.changes():
        workspace.remember("note", 1)


def test_what_is_there_is_found_at_once(workspace: Workspace) -> None:
    assert "it" == asyncio.run(until(workspace, Looking(1), 0))


def test_nobody_looks_while_nothing_happens(workspace: Workspace) -> None:
    look = Looking()

    assert asyncio.run(until(workspace, look, 0.05)) is None
    assert 1 == look.looks


def test_whoever_waits_looks_again_when_something_was_committed(workspace: Workspace) -> None:
    look = Looking(3)

    async def happen() -> tuple[str | None, int]:
        waiting = asyncio.create_task(until(workspace, look, PATIENCE_SECONDS))
        await soon()
        change(workspace)
        await soon()
        looks = look.looks
        change(workspace)
        return await waiting, looks

    assert ("it", 2) == asyncio.run(happen())
    assert not workspace.news


def test_nobody_looks_into_a_workspace_that_is_busy(workspace: Workspace) -> None:
    """What is not committed yet would be seen, and work in slices of its own would let others in."""
    look = Looking(2)
    seen: list[int] = []

    def work() -> Generator[None, None, None]:
        yield
        for _ in range(20):
            seen.append(look.looks)
            yield

    async def happen() -> None:
        waiting = asyncio.create_task(until(workspace, look, PATIENCE_SECONDS))
        await soon()
        change(workspace)
        await run_in_slices(workspace, work())
        await waiting

    asyncio.run(happen())

    assert {1} == set(seen)
    assert 2 == look.looks


def test_waiting_ends_with_the_workspace(workspace: Workspace) -> None:
    async def happen() -> None:
        waiting = asyncio.create_task(until(workspace, Looking(), PATIENCE_SECONDS))
        await soon()
        workspace.runtime.workspaces.delete("shop")
        await waiting

    with pytest.raises(WorkspaceGone):
        asyncio.run(happen())


def test_waiting_ends_with_the_server(workspace: Workspace) -> None:
    async def happen() -> None:
        waiting = asyncio.create_task(until(workspace, Looking(), PATIENCE_SECONDS))
        await soon()
        workspace.runtime.end()
        await waiting

    with pytest.raises(Ending):
        asyncio.run(happen())
