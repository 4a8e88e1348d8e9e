"""An email in the outbox: one batch, written when somebody reads it."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence
from tests.providers.emfluence.mailbox import JANE, JOHN, NEWSLETTER, PETER, WEI, outbox, sent


def ask(emfluence: Emfluence, **parameters: Any) -> list[dict[str, Any]]:
    response = emfluence.workspace.server.get(
        "/_mock/outbox", params={"workspace": emfluence.workspace.name, "provider": "emfluence", **parameters}
    )
    found: list[dict[str, Any]] = response.json()
    return found


def test_a_message_says_what_it_is(emfluence: Emfluence) -> None:
    email_id = sent(
        emfluence,
        contactIDs=[JOHN],
        fromName="Harbor Museum",
        replyToAddress="office@museum.example",
        bccAddress="archive@museum.example",
        preheader="In short",
    )
    message = outbox(emfluence)["john.doe@example.com"]

    assert ("email", "emfluence", "Harbor Museum <news@museum.example>", "News") == tuple(
        message[name] for name in ("kind", "provider", "sender", "subject")
    )
    assert {
        "email_id": email_id,
        "contact_id": JOHN,
        "reply_to": "office@museum.example",
        "bcc": "archive@museum.example",
        "preheader": "In short",
        "unsubscribe_url": message["details"]["unsubscribe_url"],
    } == message["details"]


def test_messages_are_found_by_their_recipient(emfluence: Emfluence) -> None:
    for subject in ("One", "Two"):
        sent(emfluence, groupIDs=[NEWSLETTER], subject=subject)

    assert ["Two", "One"] == [each["subject"] for each in ask(emfluence, recipient="jane.roe@example.com")]
    assert ["Two", "One"] == [each["subject"] for each in ask(emfluence, recipient=" Jane.ROE@example.com ")]
    assert ["One"] == [each["subject"] for each in ask(emfluence, recipient="jane.roe@example.com", offset=1)]
    assert [] == ask(emfluence, recipient="jane.%@example.com")


def test_the_outbox_has_pages_across_emails(emfluence: Emfluence) -> None:
    for subject in ("One", "Two"):
        sent(emfluence, contactIDs=[JOHN, JANE, WEI], subject=subject)
    every = ask(emfluence)

    assert 6 == len(every)
    assert every == ask(emfluence, limit=2) + ask(emfluence, limit=3, offset=2) + ask(emfluence, limit=9, offset=5)
    assert [] == ask(emfluence, offset=6)


def test_a_message_to_somebody_who_was_deleted_is_gone(emfluence: Emfluence) -> None:
    sent(emfluence, contactIDs=[JOHN, PETER])
    ids = {each["recipient"]: each["id"] for each in ask(emfluence)}
    emfluence.ok("contacts/delete", contactID=PETER)
    parameters = {"workspace": emfluence.workspace.name}
    gone = emfluence.workspace.server.get(f"/_mock/outbox/{ids['peter.novak@example.net']}", params=parameters)

    assert 404 == gone.status_code
    assert ["john.doe@example.com"] == [each["recipient"] for each in ask(emfluence)]


@pytest.mark.parametrize("kind", ["email", "automated", "transactional"])
def test_each_kind_of_email_has_a_word(emfluence: Emfluence, kind: str) -> None:
    if kind == "email":
        sent(emfluence, contactIDs=[JOHN])
    elif kind == "automated":
        emfluence.ok("contacts/save", contactID=JOHN, groupIDs=[204])
    else:
        receipt = {"subject": "x", "fromAddress": "a@b.example", "htmlVersionEditable": 1, "htmlVersion": "<p>x</p>"}
        emfluence.ok("emails/sendTransactional", email=receipt, contactIDs=[JOHN])

    assert [kind] == [each["kind"] for each in ask(emfluence)]
