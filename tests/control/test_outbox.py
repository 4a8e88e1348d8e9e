"""The outbox: every message that would have been sent."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.policy import default
from time import sleep
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.limits import Limits
from mockserver.settings import Settings
from tests.providers.emma.client import Emma
from tests.providers.emma.mailbox import LUIS, TONY, sent
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
    assert {"text", "html", "details", "headers", "links", "codes"} == set(message) - set(summary)
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
        ({"provider": "emma"}, ""),
        ({"recipient": "B@EXAMPLE.com"}, "b"),
        ({"kind": "opt-in"}, "dcba"),
        ({"kind": "mailing"}, ""),
        ({"subject": "CONFIRM your"}, "dcba"),
        ({"subject": "confirm", "recipient": "a@example.com"}, "a"),
        ({"subject": "100%"}, ""),
        ({"subject": "confirm", "limit": 2, "offset": 1}, "cb"),
        ({"after": 2}, "dc"),
        ({"since": "2020-01-01T00:00:00Z"}, "dcba"),
        ({"since": "2990-01-01T00:00:00Z"}, ""),
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
    "wanted",
    [
        {"limit": 0},
        {"limit": 1001},
        {"limit": "all"},
        {"offset": -1},
        {"offset": 1_000_001},
        {"offset": "x"},
        {"after": -1},
        {"since": "x"},
        {"to": "x"},
    ],
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


def test_a_message_is_downloaded_as_mail_programs_exchange_it(workspace: Workspace) -> None:
    send(workspace, "a")
    response = ask(workspace, "outbox/1/eml")
    message = message_from_bytes(response.content, policy=default)

    assert "message/rfc822" == response.headers["content-type"]
    assert f'attachment; filename="{workspace.name}-1.eml"' == response.headers["content-disposition"]
    assert ("a@example.com", "multipart/alternative") == (message["To"], message.get_content_type())
    assert response.content == ask(workspace, "outbox/1/eml").content


def test_the_html_is_shown_as_it_is_and_can_do_nothing(workspace: Workspace) -> None:
    send(workspace, "a")
    page = ask(workspace, "outbox/1/html")
    policies = page.headers.get_list("content-security-policy")

    assert workspace.control("GET", "outbox/1")["html"] == page.text
    assert "text/html; charset=utf-8" == page.headers["content-type"]
    assert [
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'"
    ] == policies
    assert "nosniff" == page.headers["x-content-type-options"]


def test_a_message_without_html_is_shown_as_its_text(workspace: Workspace) -> None:
    emma = Emma(workspace)
    sent(emma, members=[LUIS], html_body="<p>Hi</p>", plaintext="1 < 2 <script>alert(1)</script>")
    (message,) = workspace.control("GET", "outbox")
    page, text = (ask(workspace, f"outbox/{message['id']}/{form}") for form in ("html", "text"))

    assert "<!doctype html><pre>1 &lt; 2 &lt;script&gt;alert(1)&lt;/script&gt;</pre>" == page.text
    assert "1 < 2 <script>alert(1)</script>" == text.text
    assert "text/plain; charset=utf-8" == text.headers["content-type"]


@pytest.mark.parametrize("form", ["eml", "html", "text"])
def test_no_form_of_a_message_that_never_was_is_told(workspace: Workspace, form: str) -> None:
    response = ask(workspace, f"outbox/1/{form}")

    assert 404 == response.status_code
    assert {"error": "the outbox has no message 1"} == response.json()


def test_a_search_for_a_subject_that_would_take_too_long_is_given_up() -> None:
    settings = Settings(throttle="off", limits=Limits(outbox_search=1))
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8765") as client:
        workspace = Workspace(client, "default")
        sent(Emma(workspace), members=[TONY, LUIS], subject="For [% member:first_name %]")
        found = recipients(workspace, subject="for", limit=1)
        response = ask(workspace, subject="tony")
        narrower = recipients(workspace, subject="tony", recipient="tony@myemma.com")
        sent(Emma(workspace), members=[TONY, LUIS], subject="The same for all")
        same = recipients(workspace, subject="SAME", limit=2)

    assert (1, 2) == (len(found), len(same))
    assert 400 == response.status_code
    assert response.json()["error"].startswith("subject: no more than 1 messages of mailings are written to look at")
    assert ["tony@myemma.com"] == narrower


# Waiting


def test_a_message_that_is_there_already_counts(workspace: Workspace) -> None:
    send(workspace, "a", "b", "c")

    assert 3 == ask(workspace, "outbox/wait").json()["id"]
    assert 1 == ask(workspace, "outbox/wait", recipient="A@example.com").json()["id"]
    assert workspace.control("GET", "outbox/2") == ask(workspace, "outbox/wait", recipient="b@example.com").json()


def test_whoever_waits_in_vain_is_told_what_there_is(workspace: Workspace) -> None:
    send(workspace, "a")
    response = ask(workspace, "outbox/wait", after=1, timeout=0)

    assert 408 == response.status_code
    assert {
        "error": "no such message came within 0 seconds; the newest one is to a@example.com: "
        '"Please confirm your subscription to Olive Grove"'
    } == response.json()


def test_waiting_ends_with_the_workspace(server: TestClient) -> None:
    made = Workspace(server, "outbox-doomed")
    made.control("POST", "workspaces", json={"name": made.name})
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, made, "outbox/wait", timeout=20)
        sleep(0.2)  # until it waits
        made.control("DELETE", f"workspaces/{made.name}")
        response = waiting.result(10)

    assert 404 == response.status_code
    assert "outbox-doomed" in response.json()["error"]


@pytest.mark.parametrize("wanted", [{"timeout": -1}, {"timeout": 61}, {"timeout": "x"}, {"limit": 1}, {"after": "x"}])
def test_a_wait_that_makes_no_sense_is_declined(workspace: Workspace, wanted: dict[str, Any]) -> None:
    response = ask(workspace, "outbox/wait", **wanted)

    assert 400 == response.status_code
    assert response.json()["error"].startswith(f"query.{next(iter(wanted))}: ")


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


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "outbox"), ("GET", "outbox/1"), ("GET", "outbox/wait"), ("GET", "outbox/1/eml"), ("DELETE", "outbox")],
)
def test_the_outbox_of_an_unknown_workspace_is_declined(server: TestClient, method: str, path: str) -> None:
    response = server.request(method, f"/_mock/{path}?workspace=nowhere")

    assert 404 == response.status_code
    assert {"error": 'there is no workspace "nowhere"; POST /_mock/workspaces makes one'} == response.json()
