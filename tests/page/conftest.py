import pytest

from tests.page.reader import Reader
from tests.workspace import Workspace


@pytest.fixture
def reader(workspace: Workspace) -> Reader:
    """Somebody who looks at the pages of a fresh workspace, without script."""
    return Reader(workspace)
