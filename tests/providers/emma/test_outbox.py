"""A mailing in the outbox: one batch, written when somebody reads it."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma
from tests.providers.emma.mailbox import EMMA, LUIS, NADIA, NEWSLETTER, TONY, compose_test, crowd, outbox, send, sent


def ask(emma: Emma, **parameters: Any) -> list[dict[str, Any]]:
    response = emma.workspace.server.get(
        "/_mock/outbox", params={"workspace": emma.workspace.name, "provider": "emma", **parameters}
    )
    found: list[dict[str, Any]] = response.json()
    return found


def test_a_message_is_personalised(emma: Emma) -> None:
    mailing = sent(
        emma,
        members=[NADIA],
        subject="For [% member:first_name %]",
        sender="Donna Smith",
        reply_to="donna@widgets.example",
        html_body="<p>[% member:interests %]</p>",
        plaintext="[% member:orders %] orders since [% member:birthday %]",
        links=[{"name": "Shop", "target": "https://shop.example/a"}, {"name": "Map", "target": "https://map.example"}],
    )
    message = outbox(emma)["nadia.petrova@example.org"]

    assert ("mailing", "emma", "Donna Smith <news@widgets.example>", "For Nadia") == tuple(
        message[name] for name in ("kind", "provider", "sender", "subject")
    )
    assert ("<p>Cooking, Travel</p>", "12 orders since 1979-03-14") == (message["html"], message["text"])
    assert {
        "mailing_id": mailing,
        "member_id": NADIA,
        "reply_to": "donna@widgets.example",
        "webview_url": f"https://tracker/message/{mailing}/{NADIA}",
        "links": ["https://shop.example/a", "https://map.example"],
    } == message["details"]


def test_a_message_is_what_the_api_says_it_is(emma: Emma) -> None:
    mailing = sent(emma, members=[TONY], html_body="<p>[% member:last_name %] [% opt_out_url %]</p>", plaintext="x")
    message = outbox(emma)["tony@myemma.com"]
    shown = emma.ask("GET", f"/mailings/{mailing}/messages/{TONY}")

    assert {
        "subject": message["subject"],
        "html_body": message["html"],
        "plaintext": message["text"],
        "webview_url": message["details"]["webview_url"],
    } == shown


def test_whoever_prefers_plain_text_gets_no_html(emma: Emma) -> None:
    sent(emma, members=[LUIS], html_body="<p>Hi</p>", plaintext="Hi")

    assert ("Hi", "") == tuple(outbox(emma)["luis.ortega@example.net"][part] for part in ("text", "html"))


def test_messages_are_found_by_their_recipient(emma: Emma) -> None:
    crowd(emma, 10)
    for subject in ("One", "Two"):
        sent(emma, groups=[NEWSLETTER], subject=subject)

    assert ["Two", "One"] == [each["subject"] for each in ask(emma, recipient="reader.7@example.com")]
    assert ["Two", "One"] == [each["subject"] for each in ask(emma, recipient=" Reader.7@EXAMPLE.com ")]
    assert ["One"] == [each["subject"] for each in ask(emma, recipient="reader.7@example.com", offset=1)]
    assert [] == ask(emma, recipient="reader.%@example.com")


def test_the_outbox_has_pages_across_mailings(emma: Emma) -> None:
    crowd(emma, 4)
    for subject in ("One", "Two"):
        sent(emma, groups=[NEWSLETTER], subject=subject)
    every = ask(emma)

    assert 10 == len(every)
    assert every == ask(emma, limit=3) + ask(emma, limit=4, offset=3) + ask(emma, limit=9, offset=7)
    assert sorted((each["id"] for each in every), reverse=True) == [each["id"] for each in every]
    assert [] == ask(emma, offset=10)


def test_a_message_to_somebody_who_was_erased_is_gone(emma: Emma) -> None:
    sent(emma, members=[EMMA, TONY])
    ids = {each["recipient"]: each["id"] for each in ask(emma)}
    emma.ask("POST", "/members/purge", {"member_ids": [TONY]})
    parameters = {"workspace": emma.workspace.name}
    gone = emma.workspace.server.get(f"/_mock/outbox/{ids['tony@myemma.com']}", params=parameters)

    assert 404 == gone.status_code
    assert ["emma@myemma.com"] == [each["recipient"] for each in ask(emma)]
    assert [] == ask(emma, recipient="tony@myemma.com")


def test_the_messages_of_a_split_test_are_in_two_batches(emma: Emma) -> None:
    emma.workspace.freeze()
    crowd(emma, 19)
    test, _ = compose_test(emma, "First", "Second", groups=[NEWSLETTER])
    send(emma, test)
    tested = ask(emma)
    emma.workspace.advance(hours=1)
    every = ask(emma)

    assert (4, 20) == (len(tested), len(every))
    assert tested == every[16:]
    assert 20 == len({each["recipient"] for each in every})
    assert every[10:18] == ask(emma, offset=10, limit=8)
    assert 20 == emma.workspace.control("DELETE", "outbox")["deleted"]


def test_an_outbox_of_another_workspace_is_empty(emma: Emma) -> None:
    sent(emma, members=[TONY])
    response = emma.workspace.server.get("/_mock/outbox", params={"provider": "emma", "recipient": "tony@myemma.com"})

    assert [] == response.json()


@pytest.mark.parametrize("name", ["[% member:email %]", "<b>", "Zoë 🎉", ""])
def test_values_are_no_tags_and_no_html(emma: Emma, name: str) -> None:
    emma.put(f"/members/{TONY}", {"fields": {"first_name": name}})
    sent(emma, members=[TONY], html_body="[% member:first_name %]", plaintext="[% member:first_name %]")
    message = outbox(emma)["tony@myemma.com"]

    assert (name.replace("<", "&lt;").replace(">", "&gt;"), name) == (message["html"], message["text"])
