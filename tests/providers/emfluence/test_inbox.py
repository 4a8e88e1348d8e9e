"""What whoever gets a message can do with it, and what emfluence then knows of it."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.core.links import links
from tests.providers.emfluence.client import Emfluence
from tests.providers.emfluence.mailbox import JANE, JOHN, JULY, OWN_HTML, SIGNUPS, history, metrics, sent
from tests.providers.inbox import Inbox

TO_JOHN = "john.doe@example.com"
SHOP = "https://museum.example/shop?a=1&b=2"
YEAR = {"startDate": "2030-01-01 00:00:00", "endDate": "2030-12-31 00:00:00"}
HTML = f'<p><a href="{SHOP.replace("&", "&amp;")}">Shop</a></p>{OWN_HTML}'

DONE = {
    "Open": {"views": 1, "uniqueViews": 1},
    "Open in the browser": {"webViews": 1, "uniqueWebViews": 1},
    "Forward to a friend": {"forwards": 1, "uniqueForwards": 1},
    "Share": {"shares": 1, "uniqueShares": 1},
    "Unsubscribe": {"unsubscribes": 1},
    "Mark as spam": {"complaints": 1},
    "Bounce (soft)": {"bounces": 1},
    "Bounce (hard)": {"bounces": 1},
}
"""By the labels of the buttons: what is counted afterwards beside the recipients."""


def automated(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/save", contactID=JOHN, groupIDs=[SIGNUPS])


def transactional(emfluence: Emfluence) -> None:
    receipt = {"subject": "x", "fromAddress": "a@b.example", "htmlVersionEditable": 1, "htmlVersion": HTML}
    emfluence.ok("emails/sendTransactional", email=receipt, contactIDs=[JOHN])


EMAILS: dict[str, Callable[[Emfluence], Any]] = {
    "email": lambda emfluence: sent(emfluence, contactIDs=[JOHN], htmlVersion=HTML),
    "automated": automated,
    "transactional": transactional,
}


@pytest.fixture
def inbox(emfluence: Emfluence) -> Inbox:
    emfluence.workspace.freeze("2030-01-01T12:00:00Z")
    return Inbox(emfluence.workspace, "emfluence")


@pytest.mark.parametrize("kind", EMAILS)
def test_a_message_of_an_email_has_deeds(emfluence: Emfluence, inbox: Inbox, kind: str) -> None:
    EMAILS[kind](emfluence)

    assert list(DONE) == list(inbox.deeds(inbox.newest(kind=kind)))


@pytest.mark.parametrize("title", DONE)
@pytest.mark.parametrize("kind", EMAILS)
def test_what_is_done_with_a_message_is_counted(emfluence: Emfluence, inbox: Inbox, kind: str, title: str) -> None:
    EMAILS[kind](emfluence)
    message = inbox.newest(kind=kind)
    before = metrics(emfluence, message.details["email_id"])
    answer = inbox.done(message, title)

    assert {"contacts": 1} == answer
    assert {"recipients": 1} == before
    assert {"recipients": 1, **DONE[title]} == metrics(emfluence, message.details["email_id"])


@pytest.mark.parametrize("title", DONE)
def test_it_is_done_by_nobody_else(emfluence: Emfluence, inbox: Inbox, title: str) -> None:
    email_id = sent(emfluence, contactIDs=[JOHN, JANE])
    before = emfluence.contact("jane.roe@example.com"), history(emfluence, JANE, email_id)
    inbox.done(inbox.newest(recipient=TO_JOHN), title)

    assert before == (emfluence.contact("jane.roe@example.com"), history(emfluence, JANE, email_id))


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Unsubscribe", {"suppressed": 1}),
        ("Mark as spam", {"suppressed": 1}),
        ("Bounce (soft)", {"held": 0}),
        ("Bounce (hard)", {"held": 1}),
    ],
)
def test_what_is_done_changes_the_contact(emfluence: Emfluence, inbox: Inbox, title: str, wanted: dict[str, int]) -> None:
    sent(emfluence, contactIDs=[JOHN])
    inbox.done(inbox.newest(recipient=TO_JOHN), title)

    assert wanted == {name: emfluence.contact(TO_JOHN)[name] for name in wanted}


def test_what_cannot_be_done_twice_says_so(emfluence: Emfluence, inbox: Inbox) -> None:
    sent(emfluence, contactIDs=[JOHN])
    message = inbox.newest(recipient=TO_JOHN)
    inbox.done(message, "Mark as spam")
    response = inbox.do(inbox.deeds(message)["Mark as spam"])

    assert 404 == response.status_code
    assert "this has happened before" in response.json()["error"]


@pytest.mark.parametrize("to", [TO_JOHN, "colleague@museum.example"])
def test_a_test_is_only_read(emfluence: Emfluence, inbox: Inbox, to: str) -> None:
    emfluence.ok("emails/sendTest", emailID=JULY, recipientEmail=to)
    message = inbox.newest(kind="test")

    assert {} == inbox.deeds(message)
    assert [] == [link for link in links(message.html, message.text) if inbox.counts(message, link.url)]


# Links


@pytest.mark.parametrize("kind", ["email", "transactional"])
def test_a_click_is_counted_with_its_address(emfluence: Emfluence, inbox: Inbox, kind: str) -> None:
    EMAILS[kind](emfluence)
    message = inbox.newest(kind=kind)
    (shop,) = (link.url for link in links(message.html, "") if link.text == "Shop")
    inbox.click(message, shop)
    (activity,) = emfluence.records("contacts/activities", activities="EMAIL:CLICKED", **YEAR)

    assert SHOP == shop == activity["details"]
    assert 1 == history(emfluence, JOHN, message.details["email_id"])["clicked"]


def test_the_link_to_unsubscribe_does_so_itself(emfluence: Emfluence, inbox: Inbox) -> None:
    sent(emfluence, contactIDs=[JOHN], htmlVersion=HTML)
    message = inbox.newest(recipient=TO_JOHN)
    counted = [link.text for link in links(message.html, message.text) if inbox.counts(message, link.url)]

    assert ["Shop"] == counted
