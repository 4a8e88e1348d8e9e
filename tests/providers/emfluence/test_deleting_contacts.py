"""Deleting contacts, and what goes with them."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence

JOHN, OLGA, PETER, SARA = 1001, 1004, 1007, 1008
NEWSLETTER, TICKET = 201, 406


@pytest.mark.rule("emf.delete_contact")
def test_a_contact_is_deleted(emfluence: Emfluence) -> None:
    assert {} == emfluence.ok("contacts/delete", contactID=JOHN)
    assert 300 == emfluence.code("contacts/lookup", contactID=JOHN)
    assert 300 == emfluence.code("contacts/lookup", email="john.doe@example.com")
    assert 19 == emfluence.ok("contacts/search")["paging"]["totalRecords"]


@pytest.mark.rule("emf.contacts.unknown")
def test_a_contact_is_deleted_once(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/delete", contactID=JOHN)

    assert (300, "There is no contact 1001") == emfluence.refused("contacts/delete", contactID=JOHN)


@pytest.mark.rule("emf.delete_contact.remains")
def test_a_contact_that_comes_again_is_a_new_one(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/delete", contactID=JOHN)

    again = emfluence.ok("contacts/save", email="john.doe@example.com")

    assert JOHN != again["contactID"]
    assert ("", [1]) == (again["firstName"], again["groupIDs"])
    assert [] == emfluence.records("contacts/getEmailHistory", contactID=again["contactID"])


@pytest.mark.rule("emf.delete_contact.remains")
def test_groups_lose_a_contact_that_is_deleted(emfluence: Emfluence) -> None:
    before = emfluence.ok("groups/lookup", groupID=NEWSLETTER)["totalMembers"]

    emfluence.ok("contacts/delete", contactID=JOHN)

    assert before - 1 == emfluence.ok("groups/lookup", groupID=NEWSLETTER)["totalMembers"]


@pytest.mark.parametrize(
    ("parameters", "code"), [({}, 502), ({"contactID": ""}, 502), ({"contactID": "x"}, 500), ({"contactID": 2**64}, 501)]
)
def test_a_bad_id_is_refused(emfluence: Emfluence, parameters: dict[str, Any], code: int) -> None:
    assert code == emfluence.code("contacts/delete", **parameters)


def test_an_email_names_nobody_to_delete(emfluence: Emfluence) -> None:
    assert (502, "contactID is required") == emfluence.refused("contacts/delete", email="john.doe@example.com")


# Suppressed ones


@pytest.mark.rule("emf.delete_contact.suppressed")
def test_a_suppressed_contact_is_not_deleted(emfluence: Emfluence) -> None:
    code, said = emfluence.refused("contacts/delete", contactID=OLGA)

    assert 302 == code
    assert "suppressed" in said
    assert OLGA == emfluence.ok("contacts/lookup", contactID=OLGA)["contactID"]


@pytest.mark.rule("emf.delete_contact.suppressed")
@pytest.mark.reading("emfluence", delete_suppressed="allow")
def test_a_suppressed_contact_can_be_deleted_where_the_account_lets_it(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/delete", contactID=OLGA)

    assert 300 == emfluence.code("contacts/lookup", contactID=OLGA)


# Who may


@pytest.mark.rule("emf.delete_contact.permission")
def test_deleting_requires_its_permission(emfluence: Emfluence) -> None:
    volunteer = emfluence.as_user("volunteer")

    assert (204, "Access to this endpoint requires the permission 'Contacts (Delete)'") == volunteer.refused(
        "contacts/delete", contactID=PETER
    )
    assert 204 == volunteer.code("contacts/delete", contactID=7)
    assert 0 == emfluence.as_user("editor").code("contacts/delete", contactID=PETER)
