"""Deleting and restoring contacts by the list."""

from datetime import datetime
from typing import Any

import pytest

from tests.providers.ethermailer.client import EtherMailer, violations
from tests.workspace import Response

DELETE = ("DELETE", "/user/contact/multiple")
RESTORE = ("PUT", "/user/contact/multiple/restore")
UNKNOWN = "999999999999999999"

both = pytest.mark.parametrize("call", [DELETE, RESTORE], ids=["delete", "restore"])
Call = tuple[str, str]


def bulk(ether: EtherMailer, call: Call, *contacts: str) -> Response:
    """Delete or restore, each id in a parameter of its own."""
    return ether.request(*call, params={"contactIds": list(contacts)})


def ids(ether: EtherMailer, *, deleted: bool = False) -> list[str]:
    """The ids of the deleted contacts, or of the others."""
    return [contact["contactId"] for contact in ether.contacts() if contact["deleted"] is deleted]


def row(ether: EtherMailer, contact: str) -> dict[str, Any]:
    """The contact in the list."""
    return next(row for row in ether.contacts() if row["contactId"] == contact)


def milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)


def prepare(ether: EtherMailer, call: Call) -> list[str]:
    """Two contacts that the call would change."""
    chosen = ids(ether)[:2]
    if call == RESTORE:
        bulk(ether, DELETE, *chosen)
    return chosen


def is_changed(ether: EtherMailer, call: Call, contact: str) -> bool:
    """Whether the call has had its effect on a contact of `prepare`."""
    return row(ether, contact)["deleted"] is (call == DELETE)


# Deleting


@pytest.mark.rule("ether.delete_contacts", "ether.empty_answer")
def test_the_named_contacts_are_deleted_and_the_answer_is_empty(ether: EtherMailer) -> None:
    first, second, third, *_ = ids(ether)
    response = bulk(ether, DELETE, first, third)

    assert (200, b"") == (response.status_code, response.content)
    assert [True, False, True] == [row(ether, contact)["deleted"] for contact in (first, second, third)]


@pytest.mark.rule("ether.delete_contacts.soft")
def test_a_deleted_contact_is_marked_with_the_moment_and_stays_in_the_list(ether: EtherMailer) -> None:
    ether.workspace.freeze("2030-01-01T12:00:00Z")
    contact = ids(ether)[0]
    before = row(ether, contact)
    bulk(ether, DELETE, contact)

    assert {**before, "deleted": True, "deletedAtDate": milliseconds("2030-01-01T12:00:00Z")} == row(ether, contact)
    assert 404 == ether.get(f"/user/contact/{contact}").status_code


@pytest.mark.rule("ether.delete_contacts.soft")
def test_a_contact_that_the_fixtures_deleted_can_be_restored(ether: EtherMailer) -> None:
    (contact,) = ids(ether, deleted=True)
    bulk(ether, RESTORE, contact)

    assert "peter.klein@example.com" == ether.contact(contact)["email"]


# Restoring


@pytest.mark.rule("ether.restore_contacts", "ether.empty_answer")
def test_the_named_contacts_are_restored_and_the_answer_is_empty(ether: EtherMailer) -> None:
    first, second, third, *_ = ids(ether)
    bulk(ether, DELETE, first, second, third)
    response = bulk(ether, RESTORE, first, third)

    assert (200, b"") == (response.status_code, response.content)
    assert [False, True, False] == [row(ether, contact)["deleted"] for contact in (first, second, third)]


@pytest.mark.rule("ether.restore_contacts.round_trip")
def test_a_restored_contact_is_what_it_was(ether: EtherMailer) -> None:
    contact = ids(ether)[0]
    listed, whole = row(ether, contact), ether.contact(contact)
    bulk(ether, DELETE, contact)
    bulk(ether, RESTORE, contact)

    assert (False, 0) == (listed["deleted"], listed["deletedAtDate"])
    assert whole["groups"]
    assert [field for field in whole["extraFieldValues"] if field["value"]]
    assert listed == row(ether, contact)
    assert whole == ether.contact(contact)


@pytest.mark.rule("ether.restore_contacts.round_trip")
def test_a_group_that_was_deleted_in_the_meantime_does_not_come_back_with_a_contact(ether: EtherMailer) -> None:
    contact = ids(ether)[0]
    newsletter = next(group for group in ether.groups() if group["name"] == "Newsletter")
    bulk(ether, DELETE, contact)
    ether.delete(f"/user/contact-groups/{newsletter['groupId']}")
    bulk(ether, RESTORE, contact)

    assert ["All customers"] == [group["name"] for group in ether.contact(contact)["groups"]]


# How many


@pytest.mark.rule("ether.bulk.size", "ether.bulk.long_url")
@both
def test_a_thousand_ids_in_one_url_are_taken(ether: EtherMailer, call: Call) -> None:
    ether.post("/user/contact/import", [{"email": f"{number}@example.com"} for number in range(1000)])
    new = [
        contact["contactId"]
        for offset in range(12, 1012, 50)
        for contact in ether.get(f"/user/contact/limit/50/offset/{offset}").json()["items"]
    ]
    if call == RESTORE:
        bulk(ether, DELETE, *new)
    response = bulk(ether, call, *new)
    last = ether.get("/user/contact/limit/50/offset/962").json()

    assert 200 == response.status_code
    assert 1000 == len(new)
    assert len(response.request.url.query) > 29_000
    assert [call == DELETE] * 50 == [contact["deleted"] for contact in last["items"]]


@pytest.mark.rule("ether.bulk.size", "ether.rollback")
@both
def test_one_id_more_than_a_thousand_is_refused_and_nothing_changes(ether: EtherMailer, call: Call) -> None:
    contact, _ = prepare(ether, call)
    response = bulk(ether, call, contact, *map(str, range(1000)))

    assert 400 == response.status_code
    assert [("contactIds", "Size")] == violations(response)
    assert not is_changed(ether, call, contact)


@pytest.mark.rule("ether.bulk.size")
@both
def test_repeated_ids_count_towards_the_thousand(ether: EtherMailer, call: Call) -> None:
    contact, _ = prepare(ether, call)

    assert [("contactIds", "Size")] == violations(bulk(ether, call, *[contact] * 1001))
    assert not is_changed(ether, call, contact)


@pytest.mark.rule("ether.bulk.size", "ether.bulk.commas")
@both
def test_ids_joined_by_commas_count_towards_the_thousand(ether: EtherMailer, call: Call) -> None:
    contact, _ = prepare(ether, call)

    assert [("contactIds", "Size")] == violations(bulk(ether, call, ",".join([contact] * 1001)))
    assert not is_changed(ether, call, contact)


@pytest.mark.rule("ether.bulk.empty")
@pytest.mark.parametrize(
    "query", ["", "contactIds", "contactIds=", "contactIds=&contactIds=", "contactIds=,,", "contactid=1", "ids=1"]
)
@both
def test_no_ids_in_the_query_are_refused(ether: EtherMailer, call: Call, query: str) -> None:
    method, path = call
    response = ether.request(method, f"{path}?{query}")

    assert 400 == response.status_code
    assert [("contactIds", "NotEmpty")] == violations(response)


@pytest.mark.rule("ether.bulk.empty")
@both
def test_ids_in_a_body_are_not_read(ether: EtherMailer, call: Call) -> None:
    contacts = prepare(ether, call)
    response = ether.request(*call, json={"contactIds": contacts})

    assert 400 == response.status_code
    assert [("contactIds", "NotEmpty")] == violations(response)
    assert not is_changed(ether, call, contacts[0])


@pytest.mark.rule("ether.bulk.commas")
@both
def test_a_single_value_may_hold_several_ids(ether: EtherMailer, call: Call) -> None:
    contacts = prepare(ether, call)
    response = bulk(ether, call, ",".join(contacts))

    assert 200 == response.status_code
    assert all(is_changed(ether, call, contact) for contact in contacts)


@pytest.mark.rule("ether.bulk.commas")
@both
def test_commas_at_the_ends_of_a_single_value_mean_nothing(ether: EtherMailer, call: Call) -> None:
    contact, other = prepare(ether, call)

    assert 200 == bulk(ether, call, f",{contact},").status_code
    assert is_changed(ether, call, contact)
    assert not is_changed(ether, call, other)


# Which


@pytest.mark.rule("ether.bulk.unknown")
@pytest.mark.parametrize("unknown", [UNKNOWN, "nobody", "-1", "1.5", "9" * 40, " ", "٣"])
@both
def test_ids_of_no_contact_are_skipped_and_the_others_are_not(ether: EtherMailer, call: Call, unknown: str) -> None:
    first, second = prepare(ether, call)
    response = bulk(ether, call, first, unknown, second)

    assert (200, b"") == (response.status_code, response.content)
    assert is_changed(ether, call, first)
    assert is_changed(ether, call, second)


@pytest.mark.rule("ether.bulk.unknown")
@both
def test_nothing_but_ids_of_no_contact_is_a_success(ether: EtherMailer, call: Call) -> None:
    before = ether.contacts()

    assert 200 == bulk(ether, call, UNKNOWN).status_code
    assert before == ether.contacts()


@pytest.mark.rule("ether.bulk.unknown")
def test_the_id_of_a_group_is_the_id_of_no_contact(ether: EtherMailer) -> None:
    groups = ether.groups()

    assert 200 == bulk(ether, DELETE, *(group["groupId"] for group in groups)).status_code
    assert groups == ether.groups()


@pytest.mark.rule("ether.bulk.unknown", "ether.rollback")
@pytest.mark.reading("ethermailer", unknown_ids="not_found")
@pytest.mark.parametrize("unknown", [UNKNOWN, "nobody"])
@both
def test_one_id_of_no_contact_refuses_all_when_the_switch_says_so(ether: EtherMailer, call: Call, unknown: str) -> None:
    first, second = prepare(ether, call)
    response = bulk(ether, call, first, unknown, second)

    assert (404, b"") == (response.status_code, response.content)
    assert not is_changed(ether, call, first)


@pytest.mark.rule("ether.bulk.unknown", "ether.bulk.repeated", "ether.bulk.idempotent")
@pytest.mark.reading("ethermailer", unknown_ids="not_found")
@both
def test_known_ids_are_taken_when_the_switch_refuses_unknown_ones(ether: EtherMailer, call: Call) -> None:
    first, second = prepare(ether, call)
    bulk(ether, call, first)

    assert 200 == bulk(ether, call, first, second, second).status_code
    assert is_changed(ether, call, second)


@pytest.mark.rule("ether.bulk.repeated")
@both
def test_an_id_given_twice_counts_once(ether: EtherMailer, call: Call) -> None:
    contact, other = prepare(ether, call)

    assert 200 == bulk(ether, call, contact, contact).status_code
    assert is_changed(ether, call, contact)
    assert not is_changed(ether, call, other)


@pytest.mark.rule("ether.bulk.idempotent")
def test_deleting_a_deleted_contact_keeps_its_first_date(ether: EtherMailer) -> None:
    ether.workspace.freeze("2030-01-01T12:00:00Z")
    contact, other = ids(ether)[:2]
    bulk(ether, DELETE, contact)
    ether.workspace.advance(days=1)
    response = bulk(ether, DELETE, contact, other)

    assert 200 == response.status_code
    assert milliseconds("2030-01-01T12:00:00Z") == row(ether, contact)["deletedAtDate"]
    assert milliseconds("2030-01-02T12:00:00Z") == row(ether, other)["deletedAtDate"]


@pytest.mark.rule("ether.bulk.idempotent")
def test_restoring_a_contact_that_is_not_deleted_does_nothing(ether: EtherMailer) -> None:
    contact = ids(ether)[0]
    before = ether.contact(contact)

    assert 200 == bulk(ether, RESTORE, contact).status_code
    assert before == ether.contact(contact)


@pytest.mark.rule("ether.bulk.idempotent", "ether.delete_contacts.soft")
def test_a_contact_deleted_anew_after_its_restoration_has_the_new_date(ether: EtherMailer) -> None:
    ether.workspace.freeze("2030-01-01T12:00:00Z")
    contact = ids(ether)[0]
    bulk(ether, DELETE, contact)
    bulk(ether, RESTORE, contact)
    ether.workspace.advance(days=1)
    bulk(ether, DELETE, contact)

    assert milliseconds("2030-01-02T12:00:00Z") == row(ether, contact)["deletedAtDate"]
