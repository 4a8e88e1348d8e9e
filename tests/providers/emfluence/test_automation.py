"""Automated emails: whoever comes into their source group gets them."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence
from tests.providers.emfluence.mailbox import (
    JANE,
    JOHN,
    OLGA,
    RAFAEL,
    SIGNUPS,
    WELCOME,
    email,
    history,
    metrics,
    outbox,
    readers,
)


def children(emfluence: Emfluence) -> list[dict[str, Any]]:
    return emfluence.records("emails/search", deliveryType="automated", automatedResults="detail", parentEmailID=WELCOME)


@pytest.mark.rule("emf.automation.sent")
def test_a_new_contact_in_the_source_group_is_welcomed(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/save", email="new@example.com", firstName="Nia", groupIDs=[SIGNUPS])
    (child,) = children(emfluence)
    message = outbox(emfluence)["new@example.com"]

    assert ("Automated", "Sent", WELCOME, {"recipients": 1}) == (
        child["deliveryType"],
        child["status"],
        child["parentEmailID"],
        {name: count for name, count in child["metrics"].items() if count},
    )
    assert ("automated", "Welcome, Nia", child["emailID"]) == (
        message["kind"],
        message["subject"],
        message["details"]["email_id"],
    )
    assert "Good to have you, Nia." in message["text"]


@pytest.mark.rule("emf.automation.sent", "emf.emails.metrics")
def test_each_way_into_the_group_counts_and_the_parent_sums_up(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/saveGroups", contactID=JOHN, groups=[{"groupID": SIGNUPS}])
    rows = [{"email": f"guest{number}@example.com", "groupIDs": [SIGNUPS]} for number in range(3)]
    emfluence.ok("contacts/import", contacts=rows)
    newest = children(emfluence)[0]["emailID"]
    emfluence.backstage("click", {"email_id": newest, "share": 1})

    assert {"john.doe", "guest0", "guest1", "guest2"} == readers(emfluence)
    assert 4 == metrics(emfluence, WELCOME)["recipients"]
    assert metrics(emfluence, newest)["uniqueClicks"] == metrics(emfluence, WELCOME)["uniqueClicks"] > 0
    assert ("Active", "") == (email(emfluence, WELCOME)["status"], email(emfluence, WELCOME)["dateSent"])


@pytest.mark.rule("emf.automation.once")
def test_a_member_gets_nothing_until_it_comes_back(emfluence: Emfluence) -> None:
    for _ in range(2):
        emfluence.ok("contacts/save", contactID=JANE, groupIDs=[SIGNUPS])
    once = len(emfluence.workspace.messages())
    emfluence.ok("contacts/save", contactID=JANE, removeGroupIDs=[SIGNUPS])
    emfluence.ok("contacts/save", contactID=JANE, groupIDs=[SIGNUPS])

    assert (1, 2) == (once, len(emfluence.workspace.messages()))
    assert 2 == len(children(emfluence))
    assert children(emfluence)[0]["emailID"] == history(emfluence, JANE, children(emfluence)[0]["emailID"])["emailID"]


@pytest.mark.rule("emf.automation.sent")
@pytest.mark.parametrize("contact", [OLGA, RAFAEL])
def test_suppressed_and_held_contacts_are_not_welcomed(emfluence: Emfluence, contact: int) -> None:
    emfluence.ok("contacts/save", contactID=contact, groupIDs=[SIGNUPS])

    assert [] == children(emfluence)
    assert [] == emfluence.workspace.messages()


def test_a_transactional_email_can_bring_somebody_into_the_group(emfluence: Emfluence) -> None:
    receipt = {"subject": "x", "fromAddress": "a@b.example", "htmlVersionEditable": 1, "htmlVersion": "<p>x</p>"}
    contacts = [{"email": "new@example.com", "groupIDs": [SIGNUPS]}]
    emfluence.ok("emails/sendTransactional", email=receipt, contacts=contacts)

    assert ["transactional", "automated"] == [message["kind"] for message in emfluence.workspace.messages()]
