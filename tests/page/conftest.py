import pytest

from tests.page.reader import Reader
from tests.providers.emma.client import Emma
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace


@pytest.fixture
def reader(workspace: Workspace) -> Reader:
    """Somebody who looks at the pages of a fresh workspace, without script."""
    return Reader(workspace)


@pytest.fixture
def ether(workspace: Workspace) -> EtherMailer:
    """A client of Ether Mailer in the same workspace."""
    return EtherMailer(workspace)


@pytest.fixture
def emma(workspace: Workspace) -> Emma:
    """A client of Emma in the same workspace."""
    return Emma(workspace)
