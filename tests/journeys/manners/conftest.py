from collections.abc import Iterator
from itertools import count

import httpx2
import pytest

from tests.journeys.manners.scenes import Guest
from tests.workspace import Workspace

_numbers = count(1)


@pytest.fixture
def workspace(server: httpx2.Client) -> Iterator[Workspace]:
    """A world whose time stands still, on a server with sockets and with the throttle off."""
    made = Workspace(server, f"manners-{next(_numbers)}")
    made.control("POST", "workspaces", json={"name": made.name})
    made.freeze()
    yield made
    made.control("DELETE", f"workspaces/{made.name}")


@pytest.fixture
def guest(workspace: Workspace) -> Guest:
    return Guest(workspace)
