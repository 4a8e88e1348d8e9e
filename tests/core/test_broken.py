"""What is left of a broken answer, where no connection is needed to see it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from mockserver.core.broken import Garble
from mockserver.core.errors import NoConnectionToDrop
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

DROPS = [
    {"kind": "drop", "at": "before"},
    {"kind": "drop", "at": "middle"},
    {"kind": "truncate"},
    {"kind": "lose_answer"},
    {"kind": "lose_request"},
]
STAYS = ["drop-middle", "truncate", "lose_answer"]


def name(act: dict[str, str]) -> str:
    return "-".join(act.values())


@given(size=st.integers(1, 300), seed=st.integers(0, 2**63 - 1))
def test_garbage_is_neither_text_nor_json_and_the_same_again(size: int, seed: int) -> None:
    garbage = Garble(size, seed).garbage()

    assert size == len(garbage)
    assert garbage == Garble(size, seed).garbage()
    with pytest.raises(UnicodeDecodeError):
        garbage.decode()
    with pytest.raises(UnicodeDecodeError):
        json.loads(garbage)
    with pytest.raises(json.JSONDecodeError):
        json.loads(garbage.decode("utf-8", "replace"))


def test_another_seed_makes_other_garbage() -> None:
    assert Garble(64, 1).garbage() != Garble(64, 2).garbage()


@pytest.mark.parametrize("act", DROPS, ids=name)
def test_without_a_connection_under_the_call_the_client_is_told_so(
    workspace: Workspace, act: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """A client inside the process has no socket; what happens to the state is the same."""
    ether = EtherMailer(workspace)
    workspace.control("POST", "faults", json={"act": act, "when": {"first": 1}})
    with pytest.raises(NoConnectionToDrop, match="fault 1 ends the connection of this call"):
        ether.post("/user/contact-groups", {"name": "Bakers"})

    assert (name(act) in STAYS) == ("Bakers" in [group["name"] for group in ether.groups()])
    assert [] == caplog.records


@pytest.mark.parametrize("act", DROPS, ids=name)
def test_the_workspace_is_at_rest_after_such_a_call(workspace: Workspace, server: TestClient, act: dict[str, str]) -> None:
    ether = EtherMailer(workspace)
    workspace.control("POST", "faults", json={"act": act, "when": {"first": 1}})
    with pytest.raises(NoConnectionToDrop):
        ether.post("/user/contact-groups", {"name": "Bakers"})
    runtime = server.app.runtime  # type: ignore[attr-defined] # the switchboard's

    assert not runtime.workspaces.get(workspace.name).database.in_transaction
    assert ether.post("/user/contact-groups", {"name": "Millers"}).is_success
