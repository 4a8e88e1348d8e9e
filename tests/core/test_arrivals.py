"""What is noted when a call arrives, and let go of when it has gone."""

from starlette.testclient import TestClient

from mockserver.core.workspace import Workspace as World
from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma
from tests.workspace import Workspace


def world(server: TestClient, workspace: Workspace) -> World:
    found: World = server.app.runtime.workspaces.get(workspace.name)  # type: ignore[attr-defined] # of the test client
    return found


def test_a_call_notes_the_time_and_what_was_answered_before(server: TestClient, workspace: Workspace) -> None:
    workspace.freeze("2030-01-01T12:00:00.25Z")
    for _ in range(2):
        Emma(workspace).get("/groups")
    second, first = [call.arrival for call in world(server, workspace).journal]

    assert first is not None
    assert second is not None
    assert (1893499200.25, 0, 1) == (first.at, first.known, first.under_way)
    assert (1, 1, first.revision) == (second.known, second.under_way, second.revision)


def test_a_change_makes_another_revision_and_a_refused_one_does_not(server: TestClient, workspace: Workspace) -> None:
    emma, revisions = Emma(workspace), []
    for email in ("nobody", "dora@example.com", "dora@example.com"):
        revisions.append(world(server, workspace).revision)
        emma.post("/members/add", {"email": email})
    workspace.advance(seconds=1)

    assert [0, 0, 1] == [revision - revisions[0] for revision in revisions]
    assert 1 == world(server, workspace).revision - revisions[0]  # to add her again changed nothing, nor does time


def test_due_work_and_another_world_make_another_revision(server: TestClient, workspace: Workspace) -> None:
    workspace.freeze()
    workspace.configure("emma", imports_take=5)
    Emma(workspace).post("/members", {"members": [{"email": "dora@example.com"}]})
    before = world(server, workspace).revision
    workspace.advance(seconds=5)
    after = world(server, workspace).revision
    workspace.control("POST", "reset")

    assert before < after < world(server, workspace).revision


def test_a_call_that_was_not_let_in_counts_nowhere(server: TestClient, workspace: Workspace) -> None:
    default: World = server.app.runtime.workspaces.default  # type: ignore[attr-defined] # of the test client
    Emma(workspace).get("/groups", headers={"Authorization": "Basic nonsense"})
    newest = next(iter(default.journal))

    assert 401 == newest.status
    assert newest.arrival is not None
    assert 0 == newest.arrival.under_way


def test_nothing_is_under_way_when_everything_is_answered(server: TestClient, workspace: Workspace) -> None:
    Emma(workspace).get("/groups")
    Emma(workspace).get("/nothing")
    Emfluence(workspace).request("GET", "helper/ping")

    assert {} == world(server, workspace).running
    assert {"emma": 1, "emfluence": 1} == world(server, workspace).peaks


def test_the_journal_holds_on_to_no_parsed_body(server: TestClient, workspace: Workspace) -> None:
    Emfluence(workspace).call("contacts/save", email="dora@example.com", notes="x" * 100_000)
    (call,) = world(server, workspace).journal

    assert ({}, None, None) == (call.parameters, call.json, call.context)
