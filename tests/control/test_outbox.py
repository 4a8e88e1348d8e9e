"""The outbox: every message that would have been sent."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.limits import Limits
from mockserver.settings import Settings
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Response, Workspace


def ask(workspace: Workspace, path: str = "outbox", /, **parameters: Any) -> Response:
    """Read the outbox, whatever it answers."""
    return workspace.server.get(f"/_mock/{path}", params={"workspace": workspace.name, **parameters})


def recipients(workspace: Workspace, **parameters: Any) -> list[str]:
    return [message["recipient"] for message in ask(workspace, **parameters).json()]


def send(workspace: Workspace, *names: str) -> None:
    """Let one opt-in message go out to each `<name>@example.com`."""
    ether = EtherMailer(workspace)
    sender = ether.sender_profiles()[0]["id"]
    for name in names:
        ether.post("/user/contact/register", {"senderProfileId": sender, "email": f"{name}@example.com"})


@pytest.fixture
def other(server: TestClient) -> Iterator[Workspace]:
    """A second workspace."""
    made = Workspace(server, "outbox-other")
    made.control("POST", "workspaces", json={"name": made.name})
    yield made
    made.control("DELETE", f"workspaces/{made.name}")


def test_messages_are_listed_the_newest_first(workspace: Workspace) -> None:
    workspace.freeze("2030-01-01T12:00:00Z")
    send(workspace, "a", "b")
    second, first = workspace.control("GET", "outbox")

    assert {
        "id": 1,
        "provider": "ethermailer",
        "kind": "opt-in",
        "sent_at": "2030-01-01T12:00:00Z",
        "sender": "Olive Grove <news@olivegrove.example>",
        "recipient": "a@example.com",
        "subject": "Please confirm your subscription to Olive Grove",
    } == first
    assert (2, "b@example.com") == (second["id"], second["recipient"])


def test_one_message_is_told_whole(workspace: Workspace) -> None:
    send(workspace, "a")
    (summary,) = workspace.control("GET", "outbox")
    message = workspace.control("GET", "outbox/1")

    assert summary == {name: value for name, value in message.items() if name in summary}
    assert {"text", "html", "details"} == set(message) - set(summary)
    assert message["details"]["token"] in message["text"]
    assert f'<a href="http://127.0.0.1:8765/_mock/links/ethermailer/opt-in/{message["details"]["token"]}' in message["html"]


def test_an_outbox_without_messages_is_an_empty_list(workspace: Workspace) -> None:
    assert [] == workspace.control("GET", "outbox")


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, "dcba"),
        ({"recipient": "b@example.com"}, "b"),
        ({"recipient": "nobody@example.com"}, ""),
        ({"provider": "ethermailer"}, "dcba"),
        ({"limit": 2}, "dc"),
        ({"offset": 1}, "cba"),
        ({"limit": 2, "offset": 1}, "cb"),
        ({"offset": 4}, ""),
    ],
)
def test_messages_are_found_by_everything_that_is_asked(workspace: Workspace, wanted: dict[str, Any], names: str) -> None:
    send(workspace, *"abcd")

    assert [f"{name}@example.com" for name in names] == recipients(workspace, **wanted)


@pytest.mark.parametrize(
    "wanted", [{"limit": 0}, {"limit": 1001}, {"limit": "all"}, {"offset": -1}, {"offset": 1_000_001}, {"offset": "x"}]
)
def test_a_question_that_makes_no_sense_is_declined(workspace: Workspace, wanted: dict[str, Any]) -> None:
    response = ask(workspace, **wanted)

    assert 400 == response.status_code
    assert response.json()["error"].startswith(f"query.{next(iter(wanted))}: ")


@pytest.mark.parametrize("message", ["2", "0", "-1", "9" * 30, f"-{'9' * 30}"])
def test_a_message_that_never_was_is_declined(workspace: Workspace, message: str) -> None:
    send(workspace, "a")
    response = ask(workspace, f"outbox/{message}")

    assert 404 == response.status_code
    assert {"error": f"the outbox has no message {message}"} == response.json()


def test_a_message_by_something_else_than_a_number_is_declined(workspace: Workspace) -> None:
    response = ask(workspace, "outbox/latest")

    assert 400 == response.status_code
    assert response.json()["error"].startswith("path.message_id: ")


def test_each_workspace_has_an_outbox_of_its_own(workspace: Workspace, other: Workspace) -> None:
    send(workspace, "a")

    assert [] == recipients(other)
    assert 404 == ask(other, "outbox/1").status_code


def test_a_cleared_outbox_is_empty_and_its_numbers_go_on(workspace: Workspace, other: Workspace) -> None:
    send(workspace, "a", "b")
    send(other, "elsewhere")
    answer = workspace.control("DELETE", "outbox")
    empty = recipients(workspace)
    send(workspace, "c")

    assert {"deleted": 2} == answer
    assert [] == empty
    assert [3] == [message["id"] for message in workspace.control("GET", "outbox")]
    assert ["elsewhere@example.com"] == recipients(other)


def test_clearing_the_outbox_keeps_the_registrations(workspace: Workspace) -> None:
    send(workspace, "a")
    workspace.control("DELETE", "outbox")

    assert 1 == len(workspace.control("GET", "ethermailer/registrations"))


def test_the_oldest_messages_make_room() -> None:
    settings = Settings(throttle="off", limits=Limits(outbox_messages=3))
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8765") as client:
        workspace = Workspace(client, "a")
        send(workspace, *"abcde")
        kept = workspace.control("GET", "outbox")

    assert [5, 4, 3] == [message["id"] for message in kept]


@pytest.mark.parametrize(("method", "path"), [("GET", "outbox"), ("GET", "outbox/1"), ("DELETE", "outbox")])
def test_the_outbox_of_an_unknown_workspace_is_declined(server: TestClient, method: str, path: str) -> None:
    response = server.request(method, f"/_mock/{path}?workspace=nowhere")

    assert 404 == response.status_code
    assert {"error": 'there is no workspace "nowhere"; POST /_mock/workspaces makes one'} == response.json()
