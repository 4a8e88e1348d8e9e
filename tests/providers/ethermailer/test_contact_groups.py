"""Contact groups: four operations."""

from typing import Any

import pytest

from tests.providers.ethermailer.client import EtherMailer, violations
from tests.workspace import Response

NO_NAMES = [{}, {"name": None}, {"name": ""}, {"name": "   "}, {"name": "\t\n"}]
NO_GROUPS = ["0", "1", "-1", "999999999999999999", "99999999999999999999", "newsletter", "١٢", "%20"]


def group(ether: EtherMailer, name: str) -> dict[str, Any]:
    return next(group for group in ether.groups() if group["name"] == name)


def rename(ether: EtherMailer, name: str, to: str) -> Response:
    return ether.put(f"/user/contact-groups/{group(ether, name)['groupId']}/name", {"name": to})


def delete(ether: EtherMailer, name: str) -> Response:
    return ether.delete(f"/user/contact-groups/{group(ether, name)['groupId']}")


def counts(ether: EtherMailer) -> dict[str, int]:
    return {group["name"]: group["contactsCount"] for group in ether.groups()}


# Listing


@pytest.mark.rule("ether.list_contact_groups")
def test_a_page_of_groups_is_told_with_the_number_of_all(ether: EtherMailer) -> None:
    page = ether.get("/user/contact-groups/limit/2/offset/1").json()

    assert {"items", "totalItems"} == set(page)
    assert 4 == page["totalItems"]
    assert ["Newsletter", "Wholesale"] == [group["name"] for group in page["items"]]


@pytest.mark.rule("ether.list_contact_groups")
def test_a_group_in_the_list_has_the_documented_shape(ether: EtherMailer) -> None:
    for each in ether.groups():
        assert {"groupId": str, "name": str, "canDelete": bool, "contactsCount": int} == {
            name: type(value) for name, value in each.items()
        }


@pytest.mark.rule("ether.contact_groups.can_delete")
def test_only_the_group_that_the_fixtures_protect_cannot_be_deleted(ether: EtherMailer) -> None:
    assert {"All customers": False, "Newsletter": True, "Wholesale": True, "Tasting evenings": True} == {
        group["name"]: group["canDelete"] for group in ether.groups()
    }


@pytest.mark.rule("ether.contact_groups.can_delete")
def test_a_group_can_be_deleted_whether_it_is_in_use_or_not(ether: EtherMailer) -> None:
    made = ether.post("/user/contact-groups", {"name": "Bakers", "canDelete": False}).json()["text"]
    ether.add("ann@example.com", groups=[{"groupId": made}])

    assert {"groupId": made, "name": "Bakers", "canDelete": True, "contactsCount": 1} == group(ether, "Bakers")


@pytest.mark.rule("ether.list_contact_groups.count")
def test_deleted_contacts_are_not_counted(ether: EtherMailer) -> None:
    assert {"All customers": 10, "Newsletter": 7, "Wholesale": 3, "Tasting evenings": 0} == counts(ether)


@pytest.mark.rule("ether.list_contact_groups.count")
@pytest.mark.reading("ethermailer", contacts_count="all")
def test_deleted_contacts_are_counted_when_the_switch_says_so(ether: EtherMailer) -> None:
    assert {"All customers": 11, "Newsletter": 8, "Wholesale": 3, "Tasting evenings": 0} == counts(ether)


@pytest.mark.rule("ether.list_contact_groups.count")
def test_the_count_falls_when_a_contact_is_deleted_and_rises_when_it_is_restored(ether: EtherMailer) -> None:
    nikos = next(contact["contactId"] for contact in ether.contacts() if contact["name"] == "Nikos")

    ether.delete(f"/user/contact/multiple?contactIds={nikos}")
    without = counts(ether)
    ether.put(f"/user/contact/multiple/restore?contactIds={nikos}")

    assert {"All customers": 9, "Newsletter": 6, "Wholesale": 2, "Tasting evenings": 0} == without
    assert {"All customers": 10, "Newsletter": 7, "Wholesale": 3, "Tasting evenings": 0} == counts(ether)


# Creating


@pytest.mark.rule("ether.create_contact_group", "ether.list_contact_groups")
def test_a_created_group_is_listed_under_the_id_in_the_answer(ether: EtherMailer) -> None:
    response = ether.post("/user/contact-groups", {"name": "Bakers"})

    assert 200 == response.status_code
    assert {"groupId": response.json()["text"], "name": "Bakers", "canDelete": True, "contactsCount": 0} == ether.groups()[
        -1
    ]


@pytest.mark.rule("ether.create_contact_group")
def test_the_answer_holds_nothing_but_the_id(ether: EtherMailer) -> None:
    response = ether.post("/user/contact-groups", {"name": "Bakers"})

    assert {"text": group(ether, "Bakers")["groupId"]} == response.json()


@pytest.mark.rule("ether.contact_groups.name")
@pytest.mark.parametrize("payload", NO_NAMES)
def test_a_group_without_a_name_is_not_created(ether: EtherMailer, payload: dict[str, Any]) -> None:
    before = ether.groups()

    response = ether.post("/user/contact-groups", payload)

    assert 400 == response.status_code
    assert [("name", "NotEmpty")] == violations(response)
    assert before == ether.groups()


@pytest.mark.rule("ether.contact_groups.duplicate")
def test_a_name_that_another_group_has_is_refused(ether: EtherMailer) -> None:
    before = ether.groups()

    response = ether.post("/user/contact-groups", {"name": "Newsletter"})

    assert 400 == response.status_code
    assert [("name", "AlreadyExists")] == violations(response)
    assert "Newsletter" in response.json()["errors"][0]["description"]
    assert before == ether.groups()


@pytest.mark.rule("ether.contact_groups.duplicate")
@pytest.mark.reading("ethermailer", duplicate_group_name="allow")
def test_a_name_that_another_group_has_is_taken_when_the_switch_allows_it(ether: EtherMailer) -> None:
    response = ether.post("/user/contact-groups", {"name": "Newsletter"})

    assert 200 == response.status_code
    assert 2 == [group["name"] for group in ether.groups()].count("Newsletter")


@pytest.mark.rule("ether.contact_groups.duplicate")
def test_the_name_of_a_deleted_group_is_free_again(ether: EtherMailer) -> None:
    old = group(ether, "Wholesale")["groupId"]
    delete(ether, "Wholesale")

    response = ether.post("/user/contact-groups", {"name": "Wholesale"})

    assert 200 == response.status_code
    assert old != response.json()["text"]
    assert 0 == counts(ether)["Wholesale"]


@pytest.mark.rule("ether.contact_groups.long_name")
def test_a_name_of_any_length_is_created_and_renamed(ether: EtherMailer) -> None:
    long, longer = "Bäcker " * 1_000 + "!", "面包师" * 30_000

    made = ether.post("/user/contact-groups", {"name": long}).json()["text"]
    first = ether.groups()[-1]["name"]
    response = ether.put(f"/user/contact-groups/{made}/name", {"name": longer})

    assert 200 == response.status_code
    assert [long, longer] == [first, ether.groups()[-1]["name"]]


# Renaming


@pytest.mark.rule("ether.rename_contact_group")
def test_a_renamed_group_keeps_its_id_its_place_and_its_contacts(ether: EtherMailer) -> None:
    before = ether.groups()

    response = rename(ether, "Newsletter", to="Monthly letter")

    before[1]["name"] = "Monthly letter"
    assert 200 == response.status_code
    assert {"text": before[1]["groupId"]} == response.json()
    assert before == ether.groups()


@pytest.mark.rule("ether.rename_contact_group")
def test_contacts_show_the_new_name_of_their_group(ether: EtherMailer) -> None:
    hello = next(contact["contactId"] for contact in ether.contacts() if contact["email"] == "hello@example.net")

    rename(ether, "Newsletter", to="Monthly letter")

    assert ["Monthly letter"] == [group["name"] for group in ether.contact(hello)["groups"]]


@pytest.mark.rule("ether.rename_contact_group.fixed")
def test_a_group_that_cannot_be_deleted_can_be_renamed(ether: EtherMailer) -> None:
    response = rename(ether, "All customers", to="Everybody")

    assert 200 == response.status_code
    assert ("Everybody", False) == (ether.groups()[0]["name"], ether.groups()[0]["canDelete"])


@pytest.mark.rule("ether.contact_groups.name")
@pytest.mark.parametrize("payload", NO_NAMES)
def test_a_group_keeps_its_name_when_the_new_one_is_empty(ether: EtherMailer, payload: dict[str, Any]) -> None:
    before = ether.groups()

    response = ether.put(f"/user/contact-groups/{group(ether, 'Newsletter')['groupId']}/name", payload)

    assert 400 == response.status_code
    assert [("name", "NotEmpty")] == violations(response)
    assert before == ether.groups()


@pytest.mark.rule("ether.contact_groups.duplicate")
def test_a_group_cannot_take_the_name_of_another(ether: EtherMailer) -> None:
    before = ether.groups()

    response = rename(ether, "Wholesale", to="Newsletter")

    assert 400 == response.status_code
    assert [("name", "AlreadyExists")] == violations(response)
    assert before == ether.groups()


@pytest.mark.rule("ether.contact_groups.duplicate")
def test_a_group_may_be_renamed_to_its_own_name(ether: EtherMailer) -> None:
    before = ether.groups()

    response = rename(ether, "Newsletter", to="Newsletter")

    assert 200 == response.status_code
    assert before == ether.groups()


@pytest.mark.rule("ether.contact_groups.duplicate")
@pytest.mark.reading("ethermailer", duplicate_group_name="allow")
def test_a_group_may_take_the_name_of_another_when_the_switch_allows_it(ether: EtherMailer) -> None:
    response = rename(ether, "Wholesale", to="Newsletter")

    assert 200 == response.status_code
    assert ["All customers", "Newsletter", "Newsletter", "Tasting evenings"] == [group["name"] for group in ether.groups()]


@pytest.mark.rule("ether.contact_groups.unknown")
@pytest.mark.parametrize("unknown", NO_GROUPS)
def test_an_unknown_group_cannot_be_renamed(ether: EtherMailer, unknown: str) -> None:
    before = ether.groups()

    response = ether.put(f"/user/contact-groups/{unknown}/name", {"name": "Bakers"})

    assert 404 == response.status_code
    assert b"" == response.content
    assert before == ether.groups()


@pytest.mark.rule("ether.contact_groups.unknown")
def test_a_deleted_group_cannot_be_renamed(ether: EtherMailer) -> None:
    gone = group(ether, "Wholesale")["groupId"]
    delete(ether, "Wholesale")

    response = ether.put(f"/user/contact-groups/{gone}/name", {"name": "Bakers"})

    assert 404 == response.status_code
    assert ["All customers", "Newsletter", "Tasting evenings"] == [group["name"] for group in ether.groups()]


@pytest.mark.rule("ether.contact_groups.unknown")
@pytest.mark.reading("ethermailer", not_found_body="errors")
def test_an_unknown_group_is_named_in_the_envelope_when_the_switch_asks_for_one(ether: EtherMailer) -> None:
    renamed = ether.put("/user/contact-groups/1/name", {"name": "Bakers"})
    deleted = ether.delete("/user/contact-groups/1")

    assert [404, 404] == [renamed.status_code, deleted.status_code]
    assert [("groupId", "NotFound")] == violations(renamed) == violations(deleted)


# Deleting


@pytest.mark.rule("ether.delete_contact_group")
def test_a_deleted_group_is_gone_and_the_answer_is_empty(ether: EtherMailer) -> None:
    response = delete(ether, "Tasting evenings")

    assert 200 == response.status_code
    assert b"" == response.content
    assert ["All customers", "Newsletter", "Wholesale"] == [group["name"] for group in ether.groups()]


@pytest.mark.rule("ether.delete_contact_group.contacts_stay")
def test_the_contacts_of_a_deleted_group_stay_without_it(ether: EtherMailer) -> None:
    before = ether.contacts()
    nikos = next(contact["contactId"] for contact in before if contact["name"] == "Nikos")

    response = delete(ether, "Newsletter")

    assert 200 == response.status_code
    assert before == ether.contacts()
    assert ["All customers", "Wholesale"] == [group["name"] for group in ether.contact(nikos)["groups"]]
    assert {"All customers": 10, "Wholesale": 3, "Tasting evenings": 0} == counts(ether)


@pytest.mark.rule("ether.delete_contact_group.contacts_stay")
def test_a_contact_that_is_restored_later_is_not_in_the_group_deleted_meanwhile(ether: EtherMailer) -> None:
    peter = next(contact["contactId"] for contact in ether.contacts() if contact["name"] == "Peter")

    delete(ether, "Newsletter")
    ether.put(f"/user/contact/multiple/restore?contactIds={peter}")

    assert ["All customers"] == [group["name"] for group in ether.contact(peter)["groups"]]


@pytest.mark.rule("ether.delete_contact_group.fixed")
def test_a_group_that_cannot_be_deleted_stays_with_its_contacts(ether: EtherMailer) -> None:
    before = ether.groups()

    response = delete(ether, "All customers")

    assert 400 == response.status_code
    assert [("groupId", "CannotDelete")] == violations(response)
    assert before == ether.groups()


@pytest.mark.rule("ether.contact_groups.unknown")
@pytest.mark.parametrize("unknown", NO_GROUPS)
def test_an_unknown_group_cannot_be_deleted(ether: EtherMailer, unknown: str) -> None:
    before = ether.groups()

    response = ether.delete(f"/user/contact-groups/{unknown}")

    assert 404 == response.status_code
    assert b"" == response.content
    assert before == ether.groups()


@pytest.mark.rule("ether.contact_groups.unknown")
def test_a_group_cannot_be_deleted_twice(ether: EtherMailer) -> None:
    gone = group(ether, "Wholesale")["groupId"]

    statuses = [ether.delete(f"/user/contact-groups/{gone}").status_code for _ in range(2)]

    assert [200, 404] == statuses


@pytest.mark.rule("ether.contact_groups.unknown")
def test_the_id_of_a_contact_is_no_group(ether: EtherMailer) -> None:
    contact = ether.contacts()[0]["contactId"]

    response = ether.delete(f"/user/contact-groups/{contact}")

    assert 404 == response.status_code
