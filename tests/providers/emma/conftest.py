import asyncio

import pytest

from mockserver.core import slices
from tests.providers.emma.client import Emma
from tests.workspace import Workspace


@pytest.fixture
def emma(workspace: Workspace) -> Emma:
    """A client of Emma with a workspace of its own."""
    return Emma(workspace)


class Turns:
    """Counts how often work in slices lets others have their turns; stands in for `asyncio` in `core/slices.py`."""

    Event = asyncio.Event

    def __init__(self) -> None:
        self.count = 0

    async def sleep(self, seconds: float) -> None:
        self.count += 1
        await asyncio.sleep(seconds)


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    """How often the work of the test's calls has let others have their turns."""
    made = Turns()
    monkeypatch.setattr(slices, "asyncio", made)
    return made
