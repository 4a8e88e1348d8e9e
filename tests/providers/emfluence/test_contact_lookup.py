"""Looking up contacts: by id, by email, many at a time."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence

JOHN, JANE, WEI, PETER, SARA, KENJI = 1001, 1002, 1003, 1007, 1008, 1009
ALL, NEWSLETTER, MEMBERS, MAINE = 1, 201, 202, 207


def ids(found: list[dict[str, Any]]) -> list[int]:
    return [contact["contactID"] for contact in found]


@pytest.mark.rule("emf.lookup_contacts", "emf.contacts.answer", "emf.contacts.labels")
def test_a_contact_is_answered_whole(emfluence: Emfluence) -> None:
    found = emfluence.ok("contacts/lookup", contactID=JOHN)

    assert ("John", "Doe", "Doe & Sons", "C-1001", "ME") == tuple(
        found[name] for name in ("firstName", "lastName", "company", "customerID", "state")
    )
    assert ("1975-04-12", 0, "", 0, "") == tuple(
        found[name] for name in ("dateOfBirth", "suppressed", "dateSuppressed", "held", "dateHeld")
    )
    assert {"label": "Membership", "value": "Gold"} == found["customFields"]["custom1"]
    assert {"label": "Renewal Month", "value": ""} == found["customFields"]["custom3"]
    assert [ALL, NEWSLETTER, MEMBERS, MAINE] == found["groupIDs"]


@pytest.mark.rule("emf.contacts.answer")
def test_a_suppressed_contact_and_a_held_one_say_since_when(emfluence: Emfluence) -> None:
    olga, nobody = emfluence.contact("olga.ivanova@example.net"), emfluence.contact("nobody.there@example.com")

    assert (1, 0) == (olga["suppressed"], olga["held"])
    assert (0, 1) == (nobody["suppressed"], nobody["held"])
    assert olga["dateSuppressed"] < nobody["dateHeld"]


@pytest.mark.rule("emf.lookup_contacts", "emf.contacts.email_case")
@pytest.mark.parametrize(
    "key", [{"contactID": "1001"}, {"email": "John.Doe@EXAMPLE.com"}, {"EMAIL": " john.doe@example.com"}]
)
def test_a_contact_is_found_by_get_and_by_post(emfluence: Emfluence, key: dict[str, Any]) -> None:
    assert JOHN == emfluence.ok("contacts/lookup", **key)["contactID"]
    assert JOHN == emfluence.get("contacts/lookup", **key)["data"]["contactID"]


@pytest.mark.rule("emf.contacts.no_key")
@pytest.mark.parametrize("key", [{}, {"contactIDs": []}, {"contactIDs": ""}, {"contactID": "", "email": ""}])
def test_a_lookup_without_a_key_is_refused(emfluence: Emfluence, key: dict[str, Any]) -> None:
    assert (502, "contactID or email is required") == emfluence.refused("contacts/lookup", **key)


@pytest.mark.rule("emf.contacts.unknown")
@pytest.mark.parametrize(
    "key",
    [{"contactID": 0}, {"contactID": 999_999}, {"email": "john.doe@example.co"}, {"email": "%"}, {"email": "no address"}],
)
def test_a_lookup_of_nobody_is_refused(emfluence: Emfluence, key: dict[str, Any]) -> None:
    code, said = emfluence.refused("contacts/lookup", **key)

    assert 300 == code
    assert said.startswith("There is no contact ")


@pytest.mark.parametrize(("contact", "code"), [("x", 500), ("1e3", 500), ({}, 500), (10**400, 501)])
def test_a_key_of_the_wrong_type_is_refused(emfluence: Emfluence, contact: Any, code: int) -> None:
    assert code == emfluence.code("contacts/lookup", contactID=contact)
    assert code == emfluence.code("contacts/lookup", contactIDs=[contact])


# Many


@pytest.mark.rule("emf.lookup_contacts.list")
def test_a_list_is_answered_in_its_order_without_those_who_are_nobody(emfluence: Emfluence) -> None:
    found = emfluence.ok("contacts/lookup", contactIDs=[WEI, 999, JOHN, WEI, -1, JANE])

    assert [WEI, JOHN, JANE] == ids(found)
    assert emfluence.contact("john.doe@example.com") == found[1]


@pytest.mark.rule("emf.lookup_contacts.list")
@pytest.mark.parametrize("given", ["1002,1001", "1002", ["1002,1001"], [1002]])
def test_a_list_is_an_array_of_contacts_however_it_is_written(emfluence: Emfluence, given: Any) -> None:
    found = emfluence.ok("contacts/lookup", contactIDs=given)

    assert [JANE, JOHN][: len(found)] == ids(found)


@pytest.mark.rule("emf.lookup_contacts.list")
def test_a_list_of_nobody_is_empty(emfluence: Emfluence) -> None:
    assert [] == emfluence.ok("contacts/lookup", contactIDs=[7])


@pytest.mark.rule("emf.lookup_contacts.most")
def test_a_hundred_contacts_are_looked_up_and_no_more(emfluence: Emfluence) -> None:
    assert 20 == len(emfluence.ok("contacts/lookup", contactIDs=list(range(1001, 1101))))
    assert (501, "contactIDs: expected at most 100, found 101") == emfluence.refused(
        "contacts/lookup", contactIDs=list(range(1001, 1102))
    )


# Who may


@pytest.mark.rule("emf.contacts.owner_only")
def test_a_restricted_user_looks_up_own_contacts(emfluence: Emfluence) -> None:
    volunteer = emfluence.as_user("volunteer")

    assert PETER == volunteer.ok("contacts/lookup", contactID=PETER)["contactID"]
    assert 303 == volunteer.code("contacts/lookup", contactID=JOHN)
    assert 303 == volunteer.code("contacts/lookup", email="john.doe@example.com")
    assert 300 == volunteer.code("contacts/lookup", contactID=7)


@pytest.mark.rule("emf.lookup_contacts.list")
def test_a_restricted_user_gets_own_contacts_of_a_list(emfluence: Emfluence) -> None:
    assert [SARA, PETER] == ids(emfluence.as_user("volunteer").ok("contacts/lookup", contactIDs=[SARA, JOHN, PETER]))
