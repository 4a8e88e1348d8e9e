import pytest

from tests.providers.emma.client import Emma
from tests.workspace import Workspace


@pytest.fixture
def emma(workspace: Workspace) -> Emma:
    """A client of Emma with a workspace of its own."""
    return Emma(workspace)
