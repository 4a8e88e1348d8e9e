"""Mail of all three providers, as a test reads it over real connections."""

from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.policy import default
from time import monotonic, sleep
from typing import Any

import httpx2
import pytest

from tests.journeys.conftest import Serve
from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace


def ask(workspace: Workspace, path: str = "outbox", **wanted: Any) -> httpx2.Response:
    return workspace.server.get(f"/_mock/{path}", params={"workspace": workspace.name, **wanted})


def subjects(workspace: Workspace, **wanted: Any) -> list[str]:
    return [message["subject"] for message in ask(workspace, **wanted).json()]


def register(workspace: Workspace, email: str) -> None:
    """Let Ether Mailer write to somebody."""
    ether = EtherMailer(workspace)
    sender = ether.sender_profiles()[0]["id"]
    ether.post("/user/contact/register", {"senderProfileId": sender, "email": email})


def write_by_emfluence(workspace: Workspace, email: str, subject: str) -> None:
    content = {"htmlVersion": '<p>Your code is 482913.</p><a href="$$url[unsubscribe]">Leave</a>'}
    message = {"subject": subject, "fromName": "Shop", "fromAddress": "shop@museum.example", "htmlVersionEditable": 1}
    Emfluence(workspace).ok("emails/sendTransactional", email={**message, "content": content}, contacts=[{"email": email}])


def resend_by_emma(workspace: Workspace, **recipients: Any) -> None:
    Emma(workspace).ask("POST", "/mailings/200", recipients)
    workspace.advance(minutes=10)


@pytest.fixture
def full(workspace: Workspace) -> Workspace:
    """A workspace in which each provider has sent something."""
    register(workspace, "ada@example.com")
    write_by_emfluence(workspace, "ada@example.com", "Welcome, $$email")
    resend_by_emma(workspace, recipient_emails=["ada@example.com"])
    return workspace


def test_mail_of_all_three_is_found_by_recipient_provider_and_kind(full: Workspace) -> None:
    found = ask(full, recipient="ADA@example.com").json()

    assert [("emma", "mailing"), ("emfluence", "transactional"), ("ethermailer", "opt-in")] == [
        (message["provider"], message["kind"]) for message in found
    ]
    assert ["Welcome, ada@example.com"] == subjects(full, recipient="ada@example.com", provider="emfluence")
    assert ["Welcome, ada@example.com"] == subjects(full, kind="transactional")


def test_a_personalised_subject_of_a_mailing_is_found_among_all_of_its_messages(workspace: Workspace) -> None:
    emma = Emma(workspace)
    named = emma.ask("GET", "/groups/152/members")[0]["member_id"]
    emma.ask("PUT", f"/members/{named}", {"fields": {"first_name": "Rarely"}})
    resend_by_emma(workspace, recipient_groups=[152])

    assert 4 == len(subjects(workspace))
    assert ["Sample Mailing for Rarely"] == [subject[:25] for subject in subjects(workspace, subject="FOR rarely")]


def test_a_message_is_told_with_its_headers_links_and_codes(full: Workspace) -> None:
    message = ask(full, "outbox/wait", provider="emfluence").json()
    (link,) = message["links"]

    assert ["482913"] == message["codes"]
    assert "Leave" == link["text"]
    assert f"<{link['url']}>" == message["headers"]["List-Unsubscribe"]
    assert "Shop <shop@museum.example>" == message["headers"]["From"]


def test_the_link_of_a_message_can_be_followed(full: Workspace) -> None:
    (link,) = ask(full, "outbox/wait", provider="ethermailer").json()["links"]
    page = httpx2.get(link["url"])

    assert 200 == page.status_code
    assert "ada@example.com" in [contact["email"] for contact in EtherMailer(full).contacts()]


@pytest.mark.parametrize("provider", ["emma", "emfluence", "ethermailer"])
def test_a_message_is_read_by_mail_programs(full: Workspace, provider: str) -> None:
    told = ask(full, "outbox/wait", provider=provider).json()
    response = ask(full, f"outbox/{told['id']}/eml")
    message = message_from_bytes(response.content, policy=default)
    parts = [part.get_content_type() for part in message.walk() if not part.is_multipart()]

    assert "message/rfc822" == response.headers["content-type"]
    assert (told["recipient"], told["subject"].strip()) == (message["To"], message["Subject"])
    assert {"text/html"} <= set(parts) <= {"text/plain", "text/html"}


def test_the_html_of_a_message_is_a_page_on_which_nothing_runs(full: Workspace) -> None:
    told = ask(full, "outbox/wait", provider="emfluence").json()
    page, text = ask(full, f"outbox/{told['id']}/html"), ask(full, f"outbox/{told['id']}/text")

    assert told["html"] == page.text
    assert "text/html; charset=utf-8" == page.headers["content-type"]
    assert any(
        policy.startswith("sandbox; default-src 'none'") for policy in page.headers.get_list("content-security-policy")
    )
    assert told["text"] == text.text


def test_somebody_waits_for_a_message_and_gets_it_when_it_comes(workspace: Workspace) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, workspace, "outbox/wait", recipient="late@example.com", timeout=20)
        register(workspace, "early@example.com")
        register(workspace, "late@example.com")
        response = waiting.result(20)

    assert 200 == response.status_code
    assert "late@example.com" == response.json()["recipient"]


def test_a_message_of_due_work_is_waited_for_as_well(workspace: Workspace) -> None:
    workspace.configure("emfluence", sends_take=60)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, workspace, "outbox/wait", provider="emma", timeout=20)
        resend_by_emma(workspace, recipient_emails=["ada@example.com"])

        assert 200 == waiting.result(20).status_code


def test_waiting_for_nothing_ends_with_a_sentence(workspace: Workspace) -> None:
    response = ask(workspace, "outbox/wait", recipient="nobody@example.com", timeout=0.1)

    assert 408 == response.status_code
    assert {"error": "no such message came within 0.1 seconds; the outbox is empty"} == response.json()


def test_only_newer_messages_count_when_that_is_asked(full: Workspace) -> None:
    newest = ask(full, "outbox/wait").json()["id"]

    assert 408 == ask(full, "outbox/wait", after=newest, timeout=0.05).status_code


def test_a_server_ends_although_somebody_waits(serve: Serve) -> None:
    server = serve()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(server.get, "/_mock/outbox/wait?timeout=50")
        sleep(0.3)  # until it waits
        began = monotonic()
        code = server.end()
        took = monotonic() - began

        assert (0, 503) == (code, waiting.result(20).status_code)
    assert took < 5
    assert "" == server.errors()
