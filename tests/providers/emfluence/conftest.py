import pytest

from tests.providers.emfluence.client import Emfluence
from tests.workspace import Workspace


@pytest.fixture
def emfluence(workspace: Workspace) -> Emfluence:
    """A client of emfluence with a workspace of its own, as its administrator."""
    return Emfluence(workspace)
