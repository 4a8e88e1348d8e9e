"""Updating a contact: one operation, and what it does with what its payload leaves out."""

from typing import Any

import pytest

from tests.providers.ethermailer.client import EtherMailer, violations
from tests.workspace import Response

ELENI = "eleni.markou@example.com"
NIKOS = "nikos.pappas@example.com"
DELETED = "peter.klein@example.com"
NOBODY = "999999999999999999"


def identify(ether: EtherMailer, email: str) -> str:
    return next(str(row["contactId"]) for row in ether.contacts() if row["email"] == email)


def update(ether: EtherMailer, contact: str, **payload: Any) -> Response:
    return ether.post(f"/user/contact/{contact}", payload)


def groups(contact: dict[str, Any]) -> list[str]:
    return [group["name"] for group in contact["groups"]]


def values(contact: dict[str, Any]) -> dict[str, str]:
    return {field["name"]: field["value"] for field in contact["extraFieldValues"] if field["value"] is not None}


def value(ether: EtherMailer, field: str, value: str | None) -> dict[str, Any]:
    return {"fieldId": ether.extra_fields()[field]["fieldId"], "value": value}


# What becomes of the contact


@pytest.mark.rule("ether.update_contact", "ether.update_contact.replace")
def test_an_updated_contact_is_its_payload_under_the_same_id(ether: EtherMailer) -> None:
    eleni = identify(ether, ELENI)
    wholesale = ether.groups()[2]["groupId"]

    response = update(
        ether,
        eleni,
        email="eleni@example.com",
        name="Helen",
        surname="Mark",
        groups=[{"groupId": wholesale}],
        extraFieldValues=[value(ether, "Country", "Cyprus")],
    )

    assert 200 == response.status_code
    assert {"text": eleni} == response.json()
    found = ether.contact(eleni)
    assert ("eleni@example.com", "Helen", "Mark") == (found["email"], found["name"], found["surname"])
    assert ["Wholesale"] == groups(found)
    assert {"Country": "Cyprus"} == values(found)


@pytest.mark.rule("ether.update_contact")
def test_an_updated_contact_keeps_its_place_and_the_others_stay_as_they_were(ether: EtherMailer) -> None:
    before = ether.contacts()

    update(ether, before[3]["contactId"], email="jim@example.net", name="Jim", surname="Walker")

    before[3] |= {"email": "jim@example.net", "name": "Jim"}
    assert before == ether.contacts()


@pytest.mark.rule("ether.update_contact.replace")
@pytest.mark.parametrize("lists", [{}, {"groups": None, "extraFieldValues": None}, {"groups": [], "extraFieldValues": []}])
def test_what_the_payload_leaves_out_is_gone(ether: EtherMailer, lists: dict[str, Any]) -> None:
    eleni = identify(ether, ELENI)

    response = update(ether, eleni, email=ELENI, **lists)

    assert 200 == response.status_code
    found = ether.contact(eleni)
    assert (None, None, [], {}) == (found["name"], found["surname"], groups(found), values(found))


@pytest.mark.rule("ether.update_contact.replace")
def test_groups_count_one_more_and_one_less(ether: EtherMailer) -> None:
    james, before = identify(ether, "james.walker@example.net"), ether.groups()

    update(ether, james, email="james.walker@example.net", groups=[{"groupId": before[1]["groupId"]}])

    assert [-1, 1, 0, 0] == [
        after["contactsCount"] - group["contactsCount"] for group, after in zip(before, ether.groups(), strict=True)
    ]


@pytest.mark.rule("ether.update_contact.replace")
@pytest.mark.reading("ethermailer", update="merge")
@pytest.mark.parametrize("lists", [{}, {"groups": None, "extraFieldValues": None}, {"groups": [], "extraFieldValues": []}])
def test_what_the_payload_leaves_out_stays_when_the_switch_says_merge(ether: EtherMailer, lists: dict[str, Any]) -> None:
    eleni = identify(ether, ELENI)
    before = ether.contact(eleni)

    response = update(ether, eleni, email=ELENI, **lists)

    assert 200 == response.status_code
    assert before == ether.contact(eleni)


@pytest.mark.rule("ether.update_contact.replace")
@pytest.mark.reading("ethermailer", update="merge")
def test_what_the_payload_says_is_laid_over_the_contact_when_the_switch_says_merge(ether: EtherMailer) -> None:
    eleni = identify(ether, ELENI)
    wholesale = ether.groups()[2]["groupId"]

    response = update(
        ether,
        eleni,
        email="eleni@example.com",
        surname=None,
        groups=[{"groupId": wholesale}],
        extraFieldValues=[value(ether, "Country", "Cyprus"), value(ether, "Orders", None)],
    )

    assert {"text": eleni} == response.json()
    found = ether.contact(eleni)
    assert ("eleni@example.com", "Eleni", None) == (found["email"], found["name"], found["surname"])
    assert ["All customers", "Newsletter", "Wholesale"] == groups(found)
    assert ["Country", "Date of birth", "Loyalty card", "Favourite oil"] == list(values(found))
    assert "Cyprus" == values(found)["Country"]


@pytest.mark.rule("ether.update_contact.replace", "ether.contacts.email")
@pytest.mark.reading("ethermailer", update="merge")
def test_a_merging_update_without_an_address_keeps_the_one_there_is(ether: EtherMailer) -> None:
    contact = identify(ether, ELENI)
    response = update(ether, contact, name="Helen")

    assert 200 == response.status_code
    assert (ELENI, "Helen", "Markou") == tuple(ether.contact(contact)[name] for name in ("email", "name", "surname"))


# The address


@pytest.mark.rule("ether.update_contact")
def test_an_old_address_is_free_for_another_contact(ether: EtherMailer) -> None:
    update(ether, identify(ether, ELENI), email="eleni@example.com")

    ether.add(ELENI)

    assert {ELENI, "eleni@example.com"} <= {row["email"] for row in ether.contacts()}


@pytest.mark.rule("ether.contacts.duplicate", "ether.contacts.email_spelling")
@pytest.mark.parametrize("spelling", [ELENI, "Eleni.MARKOU@example.com"])
def test_a_contact_may_keep_its_own_address_in_any_spelling(ether: EtherMailer, spelling: str) -> None:
    eleni = identify(ether, ELENI)

    response = update(ether, eleni, email=spelling)

    assert 200 == response.status_code
    assert spelling == ether.contact(eleni)["email"]


@pytest.mark.rule("ether.contacts.duplicate")
@pytest.mark.parametrize("spelling", [NIKOS, "NIKOS.Pappas@example.com"])
def test_the_address_of_another_contact_is_refused(ether: EtherMailer, spelling: str) -> None:
    eleni = identify(ether, ELENI)
    before = ether.contact(eleni)

    response = update(ether, eleni, email=spelling, name="Helen")

    assert 400 == response.status_code
    assert [("email", "AlreadyExists")] == violations(response)
    assert spelling in response.json()["errors"][0]["description"]
    assert before == ether.contact(eleni)


@pytest.mark.rule("ether.contacts.duplicate_deleted")
@pytest.mark.parametrize("spelling", [DELETED, "Peter.KLEIN@example.com"])
def test_the_address_of_a_deleted_contact_is_refused(ether: EtherMailer, spelling: str) -> None:
    eleni = identify(ether, ELENI)
    before = ether.contacts(), ether.contact(eleni)

    response = update(ether, eleni, email=spelling, name="Helen")

    assert 400 == response.status_code
    assert [("email", "AlreadyExists")] == violations(response)
    assert before == (ether.contacts(), ether.contact(eleni))


@pytest.mark.rule("ether.contacts.duplicate_deleted")
@pytest.mark.reading("ethermailer", add_deleted_address="restore")
def test_an_update_does_not_restore_the_owner_of_an_address(ether: EtherMailer) -> None:
    response = update(ether, identify(ether, ELENI), email=DELETED)

    assert 400 == response.status_code
    assert [("email", "AlreadyExists")] == violations(response)
    assert next(row for row in ether.contacts() if row["email"] == DELETED)["deleted"]


# Contacts that cannot be updated


@pytest.mark.rule("ether.update_contact.unknown")
@pytest.mark.parametrize("unknown", ["0", "1", "-1", "multiple", NOBODY, "99999999999999999999", "١٢", "%20"])
def test_an_unknown_contact_is_not_found(ether: EtherMailer, unknown: str) -> None:
    before = ether.contacts()

    response = update(ether, unknown, email="ann@example.com")

    assert 404 == response.status_code
    assert b"" == response.content
    assert before == ether.contacts()


@pytest.mark.rule("ether.update_contact.unknown")
@pytest.mark.reading("ethermailer", not_found_body="errors")
def test_an_unknown_contact_is_named_in_the_envelope_when_the_switch_asks_for_one(ether: EtherMailer) -> None:
    response = update(ether, NOBODY, email="ann@example.com")

    assert 404 == response.status_code
    assert [("contactId", "NotFound")] == violations(response)


@pytest.mark.rule("ether.update_contact.deleted")
def test_a_deleted_contact_is_not_found_until_it_is_restored(ether: EtherMailer) -> None:
    peter, before = identify(ether, DELETED), ether.contacts()

    refused = update(ether, peter, email=DELETED, name="Pete")
    unchanged = ether.contacts()
    ether.put(f"/user/contact/multiple/restore?contactIds={peter}")
    accepted = update(ether, peter, email=DELETED, name="Pete")

    assert [(404, b""), 200] == [(refused.status_code, refused.content), accepted.status_code]
    assert before == unchanged
    assert "Pete" == ether.contact(peter)["name"]


@pytest.mark.rule("ether.update_contact.deleted")
@pytest.mark.reading("ethermailer", deleted_contact="readable")
def test_a_deleted_contact_that_can_be_read_can_still_not_be_updated(ether: EtherMailer) -> None:
    response = update(ether, identify(ether, DELETED), email=DELETED)

    assert 404 == response.status_code


# What it complains of first


@pytest.mark.rule("ether.update_contact.order")
def test_a_bad_payload_is_refused_even_for_an_unknown_contact(ether: EtherMailer) -> None:
    response = update(ether, NOBODY, email="nobody", groups=[{"groupId": NOBODY}])

    assert 400 == response.status_code
    assert [("email", "Email"), ("groups[0].groupId", "NotFound")] == violations(response)


@pytest.mark.rule("ether.update_contact.order")
def test_an_unknown_contact_is_not_found_before_its_address_is_looked_at(ether: EtherMailer) -> None:
    response = update(ether, NOBODY, email=ELENI)

    assert 404 == response.status_code


@pytest.mark.rule("ether.update_contact.order")
@pytest.mark.reading("ethermailer", update_of_unknown="contact_first")
def test_an_unknown_contact_is_not_found_first_of_all_when_the_switch_says_so(ether: EtherMailer) -> None:
    unknown = update(ether, NOBODY, email="nobody")
    deleted = update(ether, identify(ether, DELETED), email="nobody")

    assert [(404, b""), (404, b"")] == [(each.status_code, each.content) for each in (unknown, deleted)]


@pytest.mark.rule("ether.update_contact.order")
@pytest.mark.reading("ethermailer", update_of_unknown="contact_first")
def test_a_bad_payload_for_a_known_contact_is_refused_whatever_the_switch_says(ether: EtherMailer) -> None:
    eleni = identify(ether, ELENI)
    before = ether.contact(eleni)

    response = update(ether, eleni, email="nobody")

    assert 400 == response.status_code
    assert [("email", "Email")] == violations(response)
    assert before == ether.contact(eleni)
