"""What whoever gets a message can do with it, and what Emma then knows of it."""

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.core.links import links
from mockserver.core.outbox import Kept
from tests.providers.emma.client import Emma
from tests.providers.emma.mailbox import (
    EMMA,
    LINKS,
    NADIA,
    NEWSLETTER,
    STAMP,
    TONY,
    compose_test,
    crowd,
    delivery,
    outbox,
    send,
    sent,
)
from tests.providers.inbox import Inbox

TO_EMMA, TO_TONY = "emma@myemma.com", "tony@myemma.com"
FRIEND = "friend@example.org"
SHOP, MAP = (link["target"] for link in LINKS)
HTML = (
    '<p><a href="https://shop.example">Shop</a> <a href="https://other.example">Other</a>'
    ' <a href="[% opt_out_url %]">Opt out</a> <a href="[% webview_url %]">In the browser</a></p>'
)

State = Callable[[Emma, int], Any]


def of_delivery(name: str) -> State:
    return lambda emma, mailing: delivery(emma, EMMA, mailing)[name]


def of_member(*names: str) -> State:
    return lambda emma, _mailing: [emma.member(EMMA)[name] for name in names]


DONE: dict[str, tuple[State, Any, Any]] = {
    "Open": (of_delivery("opened"), None, STAMP),
    "Forward to a friend": (of_delivery("forwarded"), None, STAMP),
    "Share": (of_delivery("shared"), None, STAMP),
    "Unsubscribe": (of_member("member_status_id"), ["a"], ["o"]),
    "Bounce (soft)": (of_member("member_status_id", "bounce_count"), ["a", 0], ["a", 1]),
    "Bounce (hard)": (of_member("member_status_id", "email_error"), ["a", None], ["e", "mailbox unavailable"]),
}
"""By the labels of the buttons: where it is seen, and what is there before and afterwards."""


@pytest.fixture
def inbox(emma: Emma) -> Inbox:
    emma.workspace.freeze()
    return Inbox(emma.workspace, "emma")


def resent(emma: Emma) -> int:
    first = sent(emma, members=[NADIA], links=LINKS)
    return int(emma.ask("POST", f"/mailings/{first}", {"recipient_emails": [TO_EMMA]})["mailing_id"])


def split_test(emma: Emma) -> int:
    """One of two variations, for as many recipients."""
    test, *_ = compose_test(emma, "First", "Second", members=[EMMA, TONY], links=LINKS)
    send(emma, test)
    return test


MAILINGS: dict[str, Callable[[Emma], int]] = {
    "mailing": lambda emma: sent(emma, members=[EMMA, TONY], html_body=HTML, links=LINKS),
    "resent": resent,
    "split test": split_test,
}


@pytest.mark.parametrize("made", MAILINGS)
def test_a_message_of_a_mailing_has_deeds(emma: Emma, inbox: Inbox, made: str) -> None:
    MAILINGS[made](emma)

    assert list(DONE) == list(inbox.deeds(inbox.newest(recipient=TO_EMMA)))


@pytest.mark.parametrize("title", DONE)
@pytest.mark.parametrize("made", MAILINGS)
def test_what_is_done_with_a_message_is_known(emma: Emma, inbox: Inbox, made: str, title: str) -> None:
    mailing = MAILINGS[made](emma)
    state, before, after = DONE[title]
    was = state(emma, mailing)
    inbox.done(inbox.newest(recipient=TO_EMMA), title)

    assert before == was
    assert after == state(emma, mailing)


@pytest.mark.parametrize("title", DONE)
def test_it_is_done_by_nobody_else(emma: Emma, inbox: Inbox, title: str) -> None:
    mailing = sent(emma, members=[EMMA, TONY])
    before = emma.member(TONY), delivery(emma, TONY, mailing)
    inbox.done(inbox.newest(recipient=TO_EMMA), title)

    assert before == (emma.member(TONY), delivery(emma, TONY, mailing))


def test_a_forwarded_message_comes_to_the_friend_who_can_do_the_same(emma: Emma, inbox: Inbox) -> None:
    sent(emma, members=[EMMA], html_body=HTML, links=LINKS)
    inbox.done(inbox.newest(recipient=TO_EMMA), "Forward to a friend")
    message = inbox.newest(recipient=FRIEND)

    assert list(DONE) == list(inbox.deeds(message))
    assert {"members": 1} == inbox.done(message, "Open")
    assert {"members": 1} == inbox.click(message, SHOP)


def test_what_cannot_be_done_twice_says_so(emma: Emma, inbox: Inbox) -> None:
    sent(emma, members=[EMMA])
    message = inbox.newest(recipient=TO_EMMA)
    inbox.done(message, "Bounce (hard)")
    response = inbox.do(inbox.deeds(message)["Open"])

    assert 404 == response.status_code
    assert "has not reached" in response.json()["error"]


def test_a_signup_is_confirmed(emma: Emma, inbox: Inbox) -> None:
    member = emma.ask("POST", "/members/signup", {"email": "new@example.com", "group_ids": [NEWSLETTER]})["member_id"]
    message = inbox.newest(recipient="new@example.com")
    answer = inbox.done(message, "Confirm")

    assert ["Confirm"] == list(inbox.deeds(message))
    assert {"member_id": member} == answer
    assert STAMP == emma.member(member)["confirmed_opt_in"]


def test_a_heads_up_is_only_read(emma: Emma, inbox: Inbox) -> None:
    sent(emma, members=[EMMA], heads_up=["boss@x.example"], html_body=HTML, links=LINKS)
    message = inbox.newest(kind="heads-up")

    assert {} == inbox.deeds(message)
    assert not inbox.counts(message, SHOP)


# Links


@pytest.mark.parametrize("made", MAILINGS)
def test_a_click_on_a_link_of_the_mailing_is_counted(emma: Emma, inbox: Inbox, made: str) -> None:
    mailing = MAILINGS[made](emma)
    inbox.click(inbox.newest(recipient=TO_EMMA), MAP)
    row = delivery(emma, EMMA, mailing)

    assert (STAMP, STAMP) == (row["opened"], row["clicked"])


def counted(message: Kept, inbox: Inbox) -> list[str]:
    """The words of the links in a message whose following is counted."""
    return [link.text for link in links(message.html, message.text) if inbox.counts(message, link.url)]


def test_only_links_that_the_mailing_has_as_such_are_counted(emma: Emma, inbox: Inbox) -> None:
    sent(emma, members=[EMMA], html_body=HTML, links=LINKS)

    assert ["Shop"] == counted(inbox.newest(recipient=TO_EMMA), inbox)


def test_an_address_is_the_one_that_a_browser_reads(emma: Emma, inbox: Inbox) -> None:
    target = "https://shop.example/?a=1&b=2"
    sent(
        emma,
        members=[EMMA],
        html_body=f'<a href="{target.replace("&", "&amp;")}">Shop</a>',
        links=[{"name": "S", "target": target}],
    )

    assert ["Shop"] == counted(inbox.newest(recipient=TO_EMMA), inbox)


def test_the_links_of_a_confirmation_message_do_something_themselves(emma: Emma, inbox: Inbox) -> None:
    emma.ask("POST", "/members/signup", {"email": "new@example.com", "group_ids": [NEWSLETTER]})
    message = inbox.newest(recipient="new@example.com")

    assert 2 == len(links(message.html, ""))
    assert [] == counted(message, inbox)


def test_a_click_in_a_split_test_is_one_on_a_link_of_the_variation(emma: Emma, inbox: Inbox) -> None:
    crowd(emma, 20)
    mailings = compose_test(emma, "First", "Second", groups=[NEWSLETTER], links=LINKS)
    send(emma, mailings[0])
    emma.workspace.advance(hours=1)
    subjects = {message["subject"]: to for to, message in outbox(emma).items()}
    deeds = [inbox.provider.click(inbox.newest(recipient=subjects[subject]), SHOP) for subject in ("First", "Second")]

    assert mailings[:2] == [deed and deed.body["mailing_id"] for deed in deeds]
