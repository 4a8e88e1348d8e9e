"""Transactional emails: a call brings the email along, and its contacts."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence
from tests.providers.emfluence.mailbox import (
    JANE,
    JOHN,
    MONTHLY,
    OLGA,
    PETER,
    RAFAEL,
    REPORT,
    TICKET,
    email,
    history,
    metrics,
    outbox,
    readers,
)

RECEIPT = {
    "subject": "Your receipt, $$firstName",
    "fromName": "Shop",
    "fromAddress": "shop@museum.example",
    "htmlVersionEditable": 1,
    "content": {"htmlVersion": "<p>Thank you, $$firstName $$lastName.</p>"},
}


def send(emfluence: Emfluence, **parameters: Any) -> dict[str, Any]:
    answered: dict[str, Any] = emfluence.ok("emails/sendTransactional", **{"email": RECEIPT, **parameters})
    return answered


def reasons(answered: dict[str, Any]) -> list[str]:
    return [outcome.get("reason", "") for outcome in answered["contacts"]]


@pytest.mark.rule("emf.send_transactional", "emf.send_transactional.saves", "emf.send_transactional.answer")
def test_contacts_are_saved_and_get_the_email(emfluence: Emfluence) -> None:
    new = {"email": "new@example.com", "firstName": "Nia", "customFields": {"custom1": {"value": "Gold"}}}
    answered = send(emfluence, contacts=[new, {"email": "JOHN.doe@example.com", "lastName": "Dough"}])
    made = emfluence.contact("new@example.com")

    assert {
        "emailID": REPORT + 1,
        "contacts": [
            {"success": 1, "contact": {**new, "contactID": made["contactID"]}},
            {"success": 1, "contact": {"email": "JOHN.doe@example.com", "lastName": "Dough", "contactID": JOHN}},
        ],
    } == answered
    assert ("Nia", "Gold") == (made["firstName"], made["customFields"]["custom1"]["value"])
    assert {"new@example.com", "JOHN.doe@example.com"} == set(outbox(emfluence))
    assert "<p>Thank you, John Dough.</p>" == outbox(emfluence)["JOHN.doe@example.com"]["html"]


@pytest.mark.rule("emf.send_transactional")
def test_it_is_an_email_of_its_own_kind(emfluence: Emfluence) -> None:
    email_id = send(emfluence, contactIDs=[JOHN, JANE], transactionalCategory="Receipts")["emailID"]
    shown, message = email(emfluence, email_id), outbox(emfluence)["jane.roe@example.com"]

    assert ("Transactional", "Sent", "Receipts", [JOHN, JANE]) == (
        shown["deliveryType"],
        shown["status"],
        shown["transactionalCategory"],
        shown["recipients"]["contactIDs"],
    )
    assert {"recipients": 2} == metrics(emfluence, email_id)
    assert shown["dateSent"]
    assert ("transactional", "Shop <shop@museum.example>", "Your receipt, Jane") == (
        message["kind"],
        message["sender"],
        message["subject"],
    )
    assert "Your receipt, $$firstName" == history(emfluence, JANE, email_id)["subject"]


def test_a_template_can_be_used(emfluence: Emfluence) -> None:
    send(emfluence, email={"templateID": MONTHLY, "body_slot1": "<p>For $$email</p>"}, contactIDs=str(PETER))

    assert "<p>For peter.novak@example.net</p>" in outbox(emfluence)["peter.novak@example.net"]["html"]


@pytest.mark.rule("emf.send_transactional.duplicates")
def test_whoever_comes_again_is_passed_over(emfluence: Emfluence) -> None:
    contacts = [
        {"email": "new@example.com", "firstName": "First"},
        {"email": " NEW@example.com ", "firstName": "Second"},
        {"contactID": JOHN},
        {"email": "john.doe@example.com", "firstName": "Third"},
        {"contactID": JANE, "email": "jane.roe@example.com"},
    ]
    answered = send(emfluence, contacts=contacts, contactIDs=[JOHN, PETER, PETER])

    assert ["", "Duplicate", "", "Duplicate", "", "Duplicate", "", "Duplicate"] == reasons(answered)
    assert {"success": 0, "reason": "Duplicate", "contact": contacts[3]} == answered["contacts"][3]
    assert ("First", "John") == (
        emfluence.contact("new@example.com")["firstName"],
        emfluence.contact("john.doe@example.com")["firstName"],
    )
    assert 4 == len(emfluence.workspace.messages())


@pytest.mark.rule("emf.send_transactional.suppressed")
def test_suppressed_and_held_contacts_get_nothing(emfluence: Emfluence) -> None:
    answered = send(emfluence, contacts=[{"contactID": OLGA, "company": "New"}], contactIDs=[RAFAEL, JOHN])

    assert ["Suppressed", "Held", ""] == reasons(answered)
    assert {"john.doe"} == readers(emfluence)
    assert "New" == emfluence.contact("olga.ivanova@example.net")["company"]


@pytest.mark.rule("emf.send_transactional.suppressed")
@pytest.mark.parametrize("flag", [1, True, "yes", "true"])
def test_suppression_can_be_ignored(emfluence: Emfluence, flag: Any) -> None:
    answered = send(emfluence, contactIDs=[OLGA, RAFAEL], ignoreContactSuppression=flag)

    assert ["", "Held"] == reasons(answered)
    assert {"olga.ivanova"} == readers(emfluence)


@pytest.mark.rule("emf.send_transactional.saves")
def test_a_contact_that_cannot_be_saved_does_not_keep_the_others_from_it(emfluence: Emfluence) -> None:
    contacts: list[dict[str, Any]] = [
        {"firstName": "Nobody"},
        {"email": "no address"},
        {"contactID": 99},
        {"email": "half@example.com", "groupIDs": [999]},
        {"contactID": JOHN, "email": "jane.roe@example.com"},
    ]
    answered = send(emfluence, contacts=contacts, contactIDs=[PETER, 98])

    assert ["contactID or email", "email: ", "99", "999", "belongs to another record", "", "98"] == [
        part if part in reason else reason
        for part, reason in zip(
            ["contactID or email", "email: ", "99", "999", "belongs to another record", "", "98"],
            reasons(answered),
            strict=True,
        )
    ]
    assert {"peter.novak"} == readers(emfluence)
    assert 300 == emfluence.code("contacts/lookup", email="half@example.com")
    assert contacts == [outcome["contact"] for outcome in answered["contacts"][:5]]


@pytest.mark.rule("emf.send_transactional.answer")
def test_a_call_that_reaches_nobody_is_a_success(emfluence: Emfluence) -> None:
    answered = send(emfluence, contactIDs=[OLGA])

    assert ("Sent", {}) == (email(emfluence, answered["emailID"])["status"], metrics(emfluence, answered["emailID"]))
    assert [] == emfluence.workspace.messages()


def test_a_restricted_user_reaches_own_contacts_only(emfluence: Emfluence) -> None:
    answered = send(emfluence.as_user("courier"), contacts=[{"contactID": JOHN}], contactIDs=[JANE])

    assert ["The contact 1001", "The contact 1002"] == [reason[:16] for reason in reasons(answered)]
    assert [] == emfluence.workspace.messages()


# Categories


@pytest.mark.rule(
    "emf.send_transactional.category", "emf.list_transactional_categories", "emf.list_transactional_categories.shape"
)
def test_categories_are_remembered(emfluence: Emfluence) -> None:
    for category in ("Receipts", " Receipts ", "", "Äpfel", "'; DROP TABLE--"):
        send(emfluence, contactIDs=[JOHN], transactionalCategory=category)

    assert ["'; DROP TABLE--", "Receipts", "Tickets", "Äpfel"] == emfluence.ok("emails/transactionalCategories")
    assert 4 == len(emfluence.get("emails/transactionalCategories")["data"])


# Refusals


@pytest.mark.rule("emf.send_transactional.disabled")
@pytest.mark.reading("emfluence", transactional="disabled")
def test_the_account_may_not_be_allowed_to(emfluence: Emfluence) -> None:
    code, said = emfluence.refused("emails/sendTransactional", email=RECEIPT, contactIDs=[JOHN])

    assert (3, "Transactional emails are not enabled for this account") == (code, said)
    assert ["Tickets"] == emfluence.ok("emails/transactionalCategories")


@pytest.mark.rule("emf.send_transactional.nobody")
@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"email": RECEIPT}, "contacts or contactIDs is required"),
        ({"email": RECEIPT, "contacts": [], "contactIDs": ""}, "contacts or contactIDs is required"),
        ({"contactIDs": [JOHN]}, "email is required"),
        ({"contactIDs": [JOHN], "email": None}, "email is required"),
    ],
)
def test_an_email_and_somebody_to_get_it_are_required(emfluence: Emfluence, given: dict[str, Any], missing: str) -> None:
    assert (502, missing) == emfluence.refused("emails/sendTransactional", **given)


@pytest.mark.rule("emf.send_transactional.too_many")
def test_there_are_limits(emfluence: Emfluence) -> None:
    six = [{"email": f"guest{number}@example.com"} for number in range(6)]

    assert (501, "contacts: expected at most 5, found 6") == emfluence.refused(
        "emails/sendTransactional", email=RECEIPT, contacts=six
    )
    assert (501, "contactIDs: expected at most 1000, found 1001") == emfluence.refused(
        "emails/sendTransactional", email=RECEIPT, contactIDs=list(range(1001))
    )
    assert 300 == emfluence.code("contacts/lookup", email="guest0@example.com")
    assert 1000 == len(send(emfluence, contactIDs=list(range(1001, 2001)))["contacts"])


@pytest.mark.rule("emf.send_transactional.incomplete")
@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"subject": ""}, "email.subject is required"),
        ({"fromAddress": " "}, "email.fromAddress is required"),
        ({"content": {"htmlVersion": " "}}, "email.content is required"),
    ],
)
def test_the_email_must_be_whole(emfluence: Emfluence, changed: dict[str, Any], missing: str) -> None:
    given = {"email": {**RECEIPT, **changed}, "contacts": [{"email": "new@example.com"}]}

    assert (502, missing) == emfluence.refused("emails/sendTransactional", **given)
    assert 300 == emfluence.code("contacts/lookup", email="new@example.com")


@pytest.mark.rule("emf.send_transactional.incomplete")
def test_what_makes_no_sense_for_it_is_passed_over(emfluence: Emfluence) -> None:
    answered = send(emfluence, email={**RECEIPT, "emailID": TICKET, "groupIDs": [999]}, contactIDs=[JOHN])

    assert REPORT + 1 == answered["emailID"]
    assert {"john.doe"} == readers(emfluence)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"contacts": "all"}, 500),
        ({"contacts": [7]}, 500),
        ({"contactIDs": ["x"]}, 500),
        ({"contactIDs": [JOHN], "email": "x"}, 500),
        ({"contactIDs": [JOHN], "email": {**RECEIPT, "subject": []}}, 500),
        ({"contactIDs": [JOHN], "email": {**RECEIPT, "fromAddress": "x"}}, 501),
        ({"contactIDs": [JOHN], "email": {**RECEIPT, "htmlVersionEditable": 0}}, 502),
        ({"contactIDs": [JOHN], "email": {**RECEIPT, "templateID": 9}}, 300),
        ({"contactIDs": [JOHN], "ignoreContactSuppression": "so what"}, 500),
    ],
)
def test_odd_parameters_are_refused(emfluence: Emfluence, given: dict[str, Any], code: int) -> None:
    assert code == emfluence.code("emails/sendTransactional", **{"email": RECEIPT, **given})


@pytest.mark.rule("emf.send_transactional.permission")
def test_it_needs_one_permission_only(emfluence: Emfluence) -> None:
    code, said = emfluence.as_user("volunteer").refused("emails/sendTransactional", email=RECEIPT, contactIDs=[PETER])

    assert (204, "Access to this endpoint requires the permission 'Send Mail'") == (code, said)
    assert [""] == reasons(send(emfluence.as_user("editor"), contacts=[{"email": "new@example.com"}]))
    assert 2 == emfluence.get("emails/sendTransactional")["code"]
