import pytest

from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace


@pytest.fixture
def ether(workspace: Workspace) -> EtherMailer:
    """A client of Ether Mailer with a workspace of its own."""
    return EtherMailer(workspace)
