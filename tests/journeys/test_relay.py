"""Messages that go on to a mail catcher: a real SMTP server beside a real mock server."""

from collections.abc import Iterator
from itertools import count
from time import monotonic

import httpx2
import pytest

from tests.catcher import Catcher, wait_until
from tests.journeys.conftest import Refused, Serve, Server
from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

_names = count(1)


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    made = Catcher()
    yield made
    made.close()


@pytest.fixture
def relaying(serve: Serve, catcher: Catcher) -> Server:
    return serve("--throttle", "off", "--relay", catcher.address)


@pytest.fixture
def shop(relaying: Server) -> Iterator[Workspace]:
    with relaying.client() as client:
        made = Workspace(client, f"relay-{next(_names)}")
        made.control("POST", "workspaces", json={"name": made.name})
        yield made


def register(workspace: Workspace, email: str) -> httpx2.Response:
    """Let Ether Mailer ask somebody for a confirmation."""
    ether = EtherMailer(workspace)
    sender = ether.sender_profiles()[0]["id"]
    return ether.post("/user/contact/register", {"senderProfileId": sender, "email": email})


def tally(workspace: Workspace) -> tuple[int, int, int]:
    """Relayed, waiting, failed."""
    told = workspace.control("GET", "outbox/relay")
    return told["relayed"], told["waiting"], told["failed"]


def test_mail_of_all_three_providers_arrives(shop: Workspace, catcher: Catcher) -> None:
    register(shop, "ada@example.com")
    Emfluence(shop).ok(
        "emails/sendTransactional",
        email={
            "subject": "Willkommen, $$firstName ☀",
            "fromName": "Hafenmuseum Köln",
            "fromAddress": "shop@museum.example",
            "htmlVersionEditable": 1,
            "content": {"htmlVersion": '<p>Grüße</p><a href="$$url[unsubscribe]">Leave</a>'},
        },
        contacts=[{"email": "ada@example.com", "firstName": "Ada"}],
    )
    Emma(shop).ask("POST", "/mailings/200", {"recipient_groups": [152]})
    shop.advance(minutes=10)
    opt_in, transactional, *mailing = catcher.wait(6)

    assert [shop.name] * 6 == [each.message["X-Mock-Workspace"] for each in catcher.caught]
    assert ["ethermailer", "emfluence", *["emma"] * 4] == [each.message["X-Mock-Provider"] for each in catcher.caught]
    assert "news@olivegrove.example" == opt_in.sender
    assert ("Willkommen, Ada ☀", ["ada@example.com"]) == (transactional.message["Subject"], transactional.recipients)
    assert "Hafenmuseum Köln <shop@museum.example>" == transactional.message["From"]
    assert "/unsubscribe/" in transactional.message["List-Unsubscribe"]
    assert 4 == len({to for each in mailing for to in each.recipients})
    assert {f"Sample Mailing for {name}" for name in ("Emma", "Tony", "Nadia", "Luis")} <= {
        " ".join(each.message["Subject"].split()[:4]) for each in mailing
    }
    assert 1 == len(catcher.handler.connections)


def test_what_arrives_is_what_the_outbox_holds(shop: Workspace, catcher: Catcher) -> None:
    register(shop, "ada@example.com")
    (caught,) = catcher.wait(1)
    (kept,) = shop.messages()
    text, html = (caught.message.get_body((kind,)) for kind in ("plain", "html"))

    assert text is not None
    assert html is not None
    assert [kept["text"].split(), kept["html"].split()] == [text.get_content().split(), html.get_content().split()]
    assert kept["headers"]["Message-ID"] == caught.message["Message-ID"]
    wait_until(lambda: tally(shop) == (1, 0, 0))


def test_a_confirmation_of_a_signup_arrives(shop: Workspace, catcher: Catcher) -> None:
    Emma(shop).ask("POST", "/members/signup", {"email": "new@example.com", "group_ids": [150], "signup_form_id": 100})
    (caught,) = catcher.wait(1)

    assert ["new@example.com"] == caught.recipients


def test_a_call_that_failed_or_was_lost_hands_nothing_on(shop: Workspace, catcher: Catcher) -> None:
    fault = {"match": {"operation": "register_contact"}, "when": {"first": 1}, "act": {"kind": "lose_request"}}
    shop.control("POST", "faults", json=fault)
    with pytest.raises(httpx2.TransportError):
        register(shop, "lost@example.com")
    register(shop, "no address")
    register(shop, "ada@example.com")

    assert [["ada@example.com"]] == [each.recipients for each in catcher.wait(1)]


def test_no_call_waits_for_a_server_that_is_down_and_messages_arrive_when_it_is_up(serve: Serve) -> None:
    gone = Catcher()
    gone.close()
    server = serve("--relay", gone.address, "--throttle", "off")
    with server.client() as client:
        workspace = Workspace(client, "default")
        workspace.key = server.api_key
        register(workspace, "ada@example.com")
        began = monotonic()
        register(workspace, "ben@example.com")
        took = monotonic() - began
        wait_until(lambda: workspace.control("GET", "outbox/relay")["last_error"] is not None)
        told = workspace.control("GET", "outbox/relay")
        back = Catcher(gone.port)
        back.wait(2)
        wait_until(lambda: tally(workspace) == (2, 0, 0))
        back.close()

    assert took < 1
    assert (gone.address, 0, 2, 0) == (told["target"], told["relayed"], told["waiting"], told["failed"])
    assert told["last_error"].startswith(f"{gone.address} cannot be reached: ")
    assert ["ada@example.com", "ben@example.com"] == back.recipients
    assert 1 == server.errors().count("cannot be reached")


def test_a_server_that_ends_hands_on_what_it_can(serve: Serve, catcher: Catcher) -> None:
    server = serve("--relay", catcher.address)
    with server.client() as client:
        workspace = Workspace(client, "default")
        workspace.key = server.api_key
        register(workspace, "ada@example.com")
    code = server.end()

    assert 0 == code
    assert ["ada@example.com"] == catcher.recipients
    assert "" == server.errors()


def test_a_server_that_ends_says_how_many_it_could_not_hand_on(serve: Serve) -> None:
    gone = Catcher()
    gone.close()
    server = serve("--relay", gone.address)
    with server.client() as client:
        workspace = Workspace(client, "default")
        workspace.key = server.api_key
        register(workspace, "ada@example.com")
        wait_until(lambda: workspace.control("GET", "outbox/relay")["last_error"] is not None)
    began = monotonic()
    code = server.end()

    assert 0 == code
    assert monotonic() - began < 2
    assert f"messages not relayed to {gone.address} before the server ended: 1" in server.errors()


def test_whoever_starts_the_server_is_told_where_messages_go(relaying: Server, catcher: Catcher, running: Server) -> None:
    (row,) = (line for line in relaying.log().splitlines() if "relay" in line)

    assert ["relay", f"smtp://{catcher.address}", "gets every message of an outbox as well"] == [
        part.strip() for part in row.split("  ") if part.strip()
    ]
    assert (catcher.address, None) == (relaying.ready["relay"], running.ready["relay"])
    assert "relay" not in running.log().partition("Ctrl-C")[0]


def test_a_server_without_a_relay_says_so(running: Server) -> None:
    told = running.get("/_mock/outbox/relay").json()

    assert {"target": None, "relayed": 0, "waiting": 0, "failed": 0, "left_out": 0, "last_error": None} == told


@pytest.mark.parametrize("value", ["mailpit", "mailpit:smtp", "smtp://mailpit:1025", "mailpit:70000"])
def test_a_relay_that_is_no_address_is_refused(refused: Refused, value: str) -> None:
    said = (
        f"mockserver: relay: '{value}' is refused: expected host:port, such as 127.0.0.1:1025 or [::1]:1025 "
        "(set by --relay or MOCKSERVER_RELAY)"
    )

    assert (64, [said]) == refused("--relay", value)
    assert (64, [said]) == refused(variables={"MOCKSERVER_RELAY": value})
