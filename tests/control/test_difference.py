"""The difference between two states of a workspace, as the control API tells it."""

import asyncio
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.control.routes.difference import get_difference
from mockserver.control.schemas.difference import DifferenceView
from mockserver.settings import Settings
from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma
from tests.providers.ethermailer.client import EtherMailer
from tests.runtime import new_runtime
from tests.workspace import Response, Workspace


def ask(workspace: Workspace, **parameters: Any) -> Response:
    """The answer to a call, whatever it is."""
    return workspace.server.get("/_mock/difference", params={"workspace": workspace.name, **parameters})


def difference(workspace: Workspace, **parameters: Any) -> dict[str, Any]:
    response = ask(workspace, **parameters)

    assert 200 == response.status_code, response.text
    found: dict[str, Any] = response.json()
    return found


def add(workspace: Workspace, count: int) -> None:
    for number in range(count):
        EtherMailer(workspace).add(f"guest.{number}@example.com")


def test_past_the_limit_rows_are_counted_only(workspace: Workspace) -> None:
    add(workspace, 5)
    added = difference(workspace, limit=2)["tables"]["ethermailer"]["ether_contact"]["added"]

    assert 5 == added["total"]
    assert ["guest.0@example.com", "guest.1@example.com"] == [row["email"] for row in added["rows"]]


def test_a_limit_of_nothing_counts_everything(workspace: Workspace) -> None:
    add(workspace, 1)

    assert {
        "added": {"total": 1, "rows": []},
        "removed": {"total": 0, "rows": []},
        "changed": {"total": 0, "rows": []},
    } == difference(workspace, limit=0)["tables"]["ethermailer"]["ether_contact"]


def test_past_the_bound_on_bytes_rows_are_counted_only() -> None:
    app = create_app(Settings(throttle="off", limits={"difference_bytes": 250}))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        workspace = Workspace(client, "a")
        add(workspace, 5)
        added = difference(workspace)["tables"]["ethermailer"]["ether_contact"]["added"]

    assert 5 == added["total"]
    assert 0 < len(added["rows"]) < 5


def test_one_provider_may_be_asked_for(workspace: Workspace) -> None:
    EtherMailer(workspace).add("new@example.com")
    Emma(workspace).add("new@example.com")
    Emfluence(workspace).ok("contacts/save", email="new@example.com")

    assert {"emma", "emfluence", "ethermailer"} <= set(difference(workspace)["tables"])
    assert ["emfluence"] == list(difference(workspace, provider="emfluence")["tables"])


@pytest.mark.parametrize(
    ("parameters", "status", "reason"),
    [
        ({"from": "befor"}, 404, 'from: no snapshot is called "befor"; did you mean "before"?'),
        ({"to": "nwo"}, 404, 'to: no snapshot is called "nwo"; did you mean "now"?'),
        ({"to": "../default"}, 404, 'to: no snapshot is called "../default"'),
        ({"provider": "ema"}, 404, 'no provider is called "ema"; did you mean "emma"?'),
        ({"limit": "1001"}, 400, "query.limit: Input should be less than or equal to 1000"),
        ({"limit": "-1"}, 400, "query.limit: Input should be greater than or equal to 0"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    workspace: Workspace, parameters: dict[str, str], status: int, reason: str
) -> None:
    workspace.control("PUT", "snapshots/before")
    response = ask(workspace, **parameters)

    assert (status, {"error": reason}) == (response.status_code, response.json())


def test_a_state_does_not_differ_from_itself(workspace: Workspace) -> None:
    workspace.control("PUT", "snapshots/before")

    assert all(difference(workspace, **{"from": name, "to": name})["same"] for name in ("start", "now", "before"))


def test_credentials_are_blacked_out(workspace: Workspace) -> None:
    app = create_app(Settings(throttle="off", fixtures=["empty"]))
    with TestClient(app, base_url="http://127.0.0.1:8765") as other:
        other.put("/_mock/snapshots/empty").raise_for_status()
        file = other.get("/_mock/snapshots/empty/file").content
    asked = {"workspace": workspace.name}
    headers = {"Content-Type": "application/vnd.sqlite3"}
    workspace.server.put("/_mock/snapshots/empty/file", params=asked, content=file, headers=headers).raise_for_status()
    tables = difference(workspace, to="empty")["tables"]

    assert {"***"} == {row["secret"] for row in tables["emfluence"]["emf_token"]["removed"]["rows"]}
    assert {("***", "***"), ("***", None)} >= {
        (row["secret"], row["private_key"]) for row in tables["emma"]["emma_api_key"]["removed"]["rows"]
    }


def test_other_workspaces_have_their_turns_while_a_large_table_is_compared() -> None:
    runtime = new_runtime()
    workspace = runtime.workspaces.default

    async def busy_at_each_turn() -> list[bool]:
        seen = []
        for _ in range(20):
            await asyncio.sleep(0)
            seen.append(workspace.busy is not None)
        return seen

    async def both() -> tuple[DifferenceView, list[bool]]:
        return await asyncio.gather(get_difference(workspace, None, "start", "now", 0), busy_at_each_turn())

    found, seen = asyncio.run(both())
    runtime.workspaces.close()

    assert found.same
    assert all(seen)
    assert workspace.busy is None
