"""What whoever gets a message can do with it."""

import pytest

from mockserver.core.links import links
from tests.providers.ethermailer.client import EtherMailer
from tests.providers.inbox import Inbox

NEW = "new@example.com"


@pytest.fixture
def inbox(ether: EtherMailer) -> Inbox:
    return Inbox(ether.workspace, "ethermailer")


def register(ether: EtherMailer) -> None:
    profile = ether.sender_profiles()[0]["id"]
    ether.post("/user/contact/register", {"email": NEW, "name": "New", "senderProfileId": profile})


def test_an_opt_in_message_can_be_confirmed(ether: EtherMailer, inbox: Inbox) -> None:
    register(ether)
    message = inbox.newest(recipient=NEW)
    answer = inbox.done(message, "Confirm")

    assert ["Confirm"] == list(inbox.deeds(message))
    assert NEW == ether.contact(answer["contact_id"])["email"]


@pytest.mark.parametrize("again", ["confirmed", "replaced"])
def test_a_message_that_is_of_no_use_any_more_says_so(ether: EtherMailer, inbox: Inbox, again: str) -> None:
    register(ether)
    message = inbox.newest(recipient=NEW)
    if again == "confirmed":
        inbox.done(message, "Confirm")
    else:
        register(ether)
    response = inbox.do(inbox.deeds(message)["Confirm"])

    assert 404 == response.status_code
    assert "no registration waits under" in response.json()["error"]


def test_nobody_counts_clicks(ether: EtherMailer, inbox: Inbox) -> None:
    register(ether)
    message = inbox.newest(recipient=NEW)
    found = links(message.html, message.text)

    assert found
    assert [] == [link for link in found if inbox.counts(message, link.url)]
