"""Reading contacts: the list, and single ones with their groups and extra fields."""

from typing import Any

import pytest

from tests.providers.ethermailer.client import EtherMailer, violations

DELETED = "peter.klein@example.com"


def row(ether: EtherMailer, email: str) -> dict[str, Any]:
    """The row of the list that has this address."""
    return next(row for row in ether.contacts() if row["email"] == email)


def read(ether: EtherMailer, email: str) -> dict[str, Any]:
    """The single contact that has this address."""
    return ether.contact(row(ether, email)["contactId"])


def values(contact: dict[str, Any]) -> dict[str, str | None]:
    return {field["name"]: field["value"] for field in contact["extraFieldValues"]}


# The list


@pytest.mark.rule("ether.list_contacts")
def test_a_page_of_contacts_is_told_with_the_number_of_all(ether: EtherMailer) -> None:
    page = ether.get("/user/contact/limit/2/offset/1").json()

    assert {"items", "totalItems"} == set(page)
    assert 12 == page["totalItems"]
    assert ["nikos.pappas@example.com", "sofia.rossi@example.org"] == [row["email"] for row in page["items"]]


@pytest.mark.rule("ether.list_contacts", "ether.list_contacts.never_deleted")
def test_a_row_has_the_documented_shape_and_no_groups(ether: EtherMailer) -> None:
    eleni = ether.contacts()[0]

    assert {
        "contactId": eleni["contactId"],
        "email": "eleni.markou@example.com",
        "name": "Eleni",
        "surname": "Markou",
        "deleted": False,
        "deletedAtDate": 0,
    } == eleni
    assert [str, bool, int] == [type(eleni[name]) for name in ("contactId", "deleted", "deletedAtDate")]


@pytest.mark.rule("ether.list_contacts.never_deleted")
def test_whoever_is_not_deleted_has_the_date_zero(ether: EtherMailer) -> None:
    others = [row for row in ether.contacts() if row["email"] != DELETED]

    assert 11 == len(others)
    assert {(False, 0)} == {(row["deleted"], row["deletedAtDate"]) for row in others}


@pytest.mark.rule("ether.list_contacts.deleted")
def test_a_deleted_contact_is_listed_marked_and_counted(ether: EtherMailer) -> None:
    page = ether.get("/user/contact/limit/50/offset/0").json()

    marked = [row for row in page["items"] if row["deleted"]]
    assert [DELETED] == [row["email"] for row in marked]
    assert marked[0]["deletedAtDate"] > 1_500_000_000_000
    assert 12 == page["totalItems"] == len(page["items"])


@pytest.mark.rule("ether.list_contacts.deleted")
def test_the_date_of_a_deleted_contact_is_the_moment_of_its_deletion(ether: EtherMailer) -> None:
    eleni = ether.contacts()[0]

    ether.workspace.freeze("2030-01-01T12:00:00Z")
    ether.delete(f"/user/contact/multiple?contactIds={eleni['contactId']}")

    assert {**eleni, "deleted": True, "deletedAtDate": 1893499200000} == ether.contacts()[0]


@pytest.mark.rule("ether.list_contacts.deleted")
@pytest.mark.reading("ethermailer", deleted_in_list="hidden")
def test_a_deleted_contact_is_neither_listed_nor_counted_when_the_switch_hides_it(ether: EtherMailer) -> None:
    page = ether.get("/user/contact/limit/50/offset/0").json()

    assert DELETED not in [row["email"] for row in page["items"]]
    assert 11 == page["totalItems"] == len(page["items"])


@pytest.mark.rule("ether.list_contacts.deleted")
@pytest.mark.reading("ethermailer", deleted_in_list="hidden")
def test_hidden_contacts_take_no_place_on_a_page(ether: EtherMailer) -> None:
    page = ether.get("/user/contact/limit/2/offset/9").json()

    assert ["ingrid.berg@example.net", "yuki.tanaka@example.org"] == [row["email"] for row in page["items"]]


# A single contact


@pytest.mark.rule("ether.get_contact", "ether.get_contact.extra_values")
def test_a_single_contact_is_told_as_the_document_shows_it(ether: EtherMailer) -> None:
    eleni = ether.contacts()[0]["contactId"]
    groups = [{"groupId": group["groupId"], "name": group["name"]} for group in ether.groups()[:2]]
    fields = ether.extra_fields()
    fruity = fields["Favourite oil"]["options"][1]["optionId"]

    assert {
        "contactId": eleni,
        "email": "eleni.markou@example.com",
        "name": "Eleni",
        "surname": "Markou",
        "groups": groups,
        "extraFieldValues": [
            {**fields["Country"], "value": "Greece"},
            {**fields["Date of birth"], "value": "1984-05-17"},
            {**fields["Orders"], "value": "12"},
            {**fields["Loyalty card"], "value": "true"},
            {**fields["Favourite oil"], "value": fruity},
        ],
    } == ether.contact(eleni)


@pytest.mark.rule("ether.get_contact")
def test_a_contact_without_groups_has_an_empty_list_of_them(ether: EtherMailer) -> None:
    ann = ether.add("ann@example.com")

    assert [] == ether.contact(ann)["groups"]


@pytest.mark.rule("ether.get_contact.unknown")
@pytest.mark.parametrize("unknown", ["0", "1", "-1", "multiple", "999999999999999999", "99999999999999999999", "١٢", "%20"])
def test_an_id_of_nobody_is_not_found(ether: EtherMailer, unknown: str) -> None:
    response = ether.get(f"/user/contact/{unknown}")

    assert 404 == response.status_code
    assert b"" == response.content


@pytest.mark.rule("ether.get_contact.unknown")
def test_an_id_with_another_spelling_is_nobody(ether: EtherMailer) -> None:
    eleni = ether.contacts()[0]["contactId"]
    arabic = eleni.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    statuses = [ether.get(f"/user/contact/{spelling}").status_code for spelling in (f"0{eleni}", f"+{eleni}", arabic)]

    assert [404, 404, 404] == statuses


@pytest.mark.rule("ether.get_contact.unknown")
@pytest.mark.reading("ethermailer", not_found_body="errors")
def test_an_unknown_contact_is_named_in_the_envelope_when_the_switch_asks_for_one(ether: EtherMailer) -> None:
    response = ether.get("/user/contact/1")

    assert 404 == response.status_code
    assert [("contactId", "NotFound")] == violations(response)


@pytest.mark.rule("ether.get_contact.deleted")
def test_a_deleted_contact_cannot_be_read(ether: EtherMailer) -> None:
    response = ether.get(f"/user/contact/{row(ether, DELETED)['contactId']}")

    assert 404 == response.status_code
    assert b"" == response.content


@pytest.mark.rule("ether.get_contact.deleted")
@pytest.mark.reading("ethermailer", deleted_contact="readable")
def test_a_deleted_contact_is_read_like_any_other_when_the_switch_allows_it(ether: EtherMailer) -> None:
    peter = read(ether, DELETED)

    assert {"contactId", "email", "name", "surname", "groups", "extraFieldValues"} == set(peter)
    assert ["All customers", "Newsletter"] == [group["name"] for group in peter["groups"]]


# Extra fields of a contact


@pytest.mark.rule("ether.get_contact.extra_values")
def test_fields_without_a_value_are_shown_with_null(ether: EtherMailer) -> None:
    nobody = read(ether, "hello@example.net")

    assert [{**field, "value": None} for field in ether.extra_fields().values()] == nobody["extraFieldValues"]


@pytest.mark.rule("ether.get_contact.extra_values")
@pytest.mark.reading("ethermailer", extra_field_values="set")
def test_fields_without_a_value_are_left_out_when_the_switch_says_so(ether: EtherMailer) -> None:
    fields = ether.extra_fields()

    assert [] == read(ether, "hello@example.net")["extraFieldValues"]
    assert [{**fields["Country"], "value": "Portugal"}, {**fields["Orders"], "value": "3"}] == read(
        ether, "maria.costa@example.com"
    )["extraFieldValues"]


@pytest.mark.rule("ether.contacts.option_value")
def test_an_option_is_written_and_read_by_its_id(ether: EtherMailer) -> None:
    oil = ether.extra_fields()["Favourite oil"]
    mild = oil["options"][0]["optionId"]

    ann = ether.add("ann@example.com", extraFieldValues=[{"fieldId": oil["fieldId"], "value": mild}])

    assert mild == values(ether.contact(ann))["Favourite oil"]


@pytest.mark.rule("ether.contacts.option_value")
@pytest.mark.reading("ethermailer", option_value="text")
def test_an_option_is_written_and_read_by_its_text_when_the_switch_says_so(ether: EtherMailer) -> None:
    oil = ether.extra_fields()["Favourite oil"]

    ann = ether.add("ann@example.com", extraFieldValues=[{"fieldId": oil["fieldId"], "value": "Mild"}])

    assert "Mild" == values(ether.contact(ann))["Favourite oil"]
    assert "Fruity" == values(read(ether, "eleni.markou@example.com"))["Favourite oil"]


@pytest.mark.rule("ether.contacts.option_value")
@pytest.mark.reading("ethermailer", option_value="text")
def test_an_option_id_is_no_text(ether: EtherMailer) -> None:
    oil = ether.extra_fields()["Favourite oil"]
    inputs = [{"fieldId": oil["fieldId"], "value": oil["options"][0]["optionId"]}]
    before = ether.contacts()

    response = ether.post("/user/contact", {"email": "ann@example.com", "extraFieldValues": inputs})

    assert 400 == response.status_code
    assert [("extraFieldValues[0].value", "NotFound")] == violations(response)
    assert before == ether.contacts()


@pytest.mark.rule("ether.contacts.option_value")
@pytest.mark.reading("ethermailer", option_value="text")
def test_a_contact_without_an_option_still_shows_null(ether: EtherMailer) -> None:
    assert values(read(ether, "james.walker@example.net"))["Favourite oil"] is None


# Names that were never given


@pytest.mark.rule("ether.contacts.unset_name")
def test_names_never_given_are_null(ether: EtherMailer) -> None:
    listed, single = row(ether, "hello@example.net"), read(ether, "hello@example.net")

    assert [None, None] == [listed["name"], listed["surname"]] == [single["name"], single["surname"]]


@pytest.mark.rule("ether.contacts.unset_name")
@pytest.mark.reading("ethermailer", unset_name="empty")
def test_names_never_given_are_empty_when_the_switch_says_so(ether: EtherMailer) -> None:
    listed, single = row(ether, "hello@example.net"), read(ether, "hello@example.net")

    assert ["", ""] == [listed["name"], listed["surname"]] == [single["name"], single["surname"]]


@pytest.mark.rule("ether.contacts.unset_name")
def test_one_name_may_be_given_without_the_other(ether: EtherMailer) -> None:
    ann = ether.contact(ether.add("ann@example.com", name="Ann"))
    lee = ether.contact(ether.add("lee@example.com", name=None, surname="Lee"))

    assert [("Ann", None), (None, "Lee")] == [(each["name"], each["surname"]) for each in (ann, lee)]


@pytest.mark.rule("ether.contacts.unset_name")
def test_an_empty_name_was_given_and_stays_empty(ether: EtherMailer) -> None:
    assert "" == ether.contact(ether.add("ann@example.com", name=""))["name"]
