"""Work in slices: who has a turn in between, and who waits."""

import asyncio
from collections.abc import Generator, Iterator

import pytest

from mockserver.core.errors import WorkspaceGone
from mockserver.core.slices import read_in_turns, run_in_slices, take_turns
from mockserver.core.workspace import Workspace
from tests.runtime import new_runtime


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    runtime = new_runtime()
    yield runtime.workspaces.default
    runtime.workspaces.close()


class Kitchen:
    """Pieces of work that note what is done, in the order in which it is."""

    def __init__(self) -> None:
        self.noted: list[str] = []

    def bake(self, name: str, pieces: int) -> Generator[None, None, str]:
        for piece in range(pieces):
            self.noted.append(f"{name}{piece}")
            yield
        return name

    def burn(self) -> Generator[None, None, None]:
        yield from self.bake("burnt", 1)
        raise RuntimeError("burnt")

    async def look(self, workspace: Workspace, times: int) -> list[bool]:
        """At each turn, whether the workspace is busy."""
        seen = []
        for _ in range(times):
            await asyncio.sleep(0)
            seen.append(workspace.busy is not None)
        return seen


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


# Work that touches no workspace


def test_everybody_has_a_turn_between_two_pieces_of_work(kitchen: Kitchen) -> None:
    async def both() -> tuple[str, str]:
        return await asyncio.gather(take_turns(kitchen.bake("bread", 3)), take_turns(kitchen.bake("cake", 2)))

    assert ("bread", "cake") == tuple(asyncio.run(both()))
    assert ["bread0", "cake0", "bread1", "cake1", "bread2"] == kitchen.noted


def test_work_that_never_yields_is_done_in_one_go(kitchen: Kitchen) -> None:
    async def both() -> tuple[str, str]:
        return await asyncio.gather(take_turns(kitchen.bake("bread", 0)), take_turns(kitchen.bake("cake", 1)))

    assert ("bread", "cake") == tuple(asyncio.run(both()))


def test_what_goes_wrong_in_a_later_piece_is_raised(kitchen: Kitchen) -> None:
    with pytest.raises(RuntimeError, match="burnt"):
        asyncio.run(take_turns(kitchen.burn()))


# Work in a workspace


def test_a_workspace_is_busy_from_the_first_pause_to_the_end(workspace: Workspace, kitchen: Kitchen) -> None:
    async def both() -> tuple[str, list[bool]]:
        return await asyncio.gather(run_in_slices(workspace, kitchen.bake("bread", 3)), kitchen.look(workspace, 5))

    assert ("bread", [True, True, False, False, False]) == tuple(asyncio.run(both()))
    assert ["bread0", "bread1", "bread2"] == kitchen.noted


def test_small_work_makes_no_workspace_busy(workspace: Workspace, kitchen: Kitchen) -> None:
    async def both() -> tuple[str, list[bool]]:
        return await asyncio.gather(run_in_slices(workspace, kitchen.bake("bread", 0)), kitchen.look(workspace, 2))

    assert ("bread", [False, False]) == tuple(asyncio.run(both()))


def test_whoever_waited_for_a_workspace_goes_on_when_the_work_is_done(workspace: Workspace, kitchen: Kitchen) -> None:
    async def wait() -> None:
        await asyncio.sleep(0)
        assert workspace.busy is not None
        await workspace.busy.wait()
        kitchen.noted.append("waited")

    async def both() -> None:
        await asyncio.gather(run_in_slices(workspace, kitchen.bake("bread", 2)), wait())

    asyncio.run(both())

    assert ["bread0", "bread1", "waited"] == kitchen.noted


def test_work_that_fails_leaves_no_busy_workspace(workspace: Workspace, kitchen: Kitchen) -> None:
    with pytest.raises(RuntimeError, match="burnt"):
        asyncio.run(run_in_slices(workspace, kitchen.burn()))

    assert workspace.busy is None


# Work that reads a workspace


def test_nobody_waits_for_a_reader(workspace: Workspace, kitchen: Kitchen) -> None:
    async def both() -> tuple[str, list[bool]]:
        return await asyncio.gather(read_in_turns(workspace, kitchen.bake("bread", 3)), kitchen.look(workspace, 3))

    assert ("bread", [False, False, False]) == tuple(asyncio.run(both()))


def test_a_reader_ends_with_the_workspace(workspace: Workspace, kitchen: Kitchen) -> None:
    async def delete() -> None:
        workspace.gone = True

    async def both() -> None:
        await asyncio.gather(read_in_turns(workspace, kitchen.bake("bread", 3)), delete())

    with pytest.raises(WorkspaceGone):
        asyncio.run(both())
    assert ["bread0"] == kitchen.noted
