"""Writing contacts: one payload, the same rules in the four operations that take it."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.providers.ethermailer.client import EtherMailer, violations
from tests.workspace import Response

KNOWN = "eleni.markou@example.com"
DELETED = "peter.klein@example.com"
JAMES = "james.walker@example.net"
NOWHERE = "999999999999999999"

every_way = pytest.mark.parametrize("way", ["add", "update", "import", "register"])


def send(ether: EtherMailer, way: str, payload: dict[str, Any]) -> Response:
    """Call one of the four operations that take a payload; an update is one of James."""
    match way:
        case "add":
            return ether.post("/user/contact", payload)
        case "update":
            return ether.post(f"/user/contact/{identify(ether, JAMES)}", payload)
        case "import":
            return ether.post("/user/contact/import", [payload])
        case _:
            return ether.post("/user/contact/register", {"senderProfileId": ether.sender_profiles()[0]["id"], **payload})


def refusal(ether: EtherMailer, way: str, payload: dict[str, Any]) -> list[tuple[str, str]]:
    """Field and code of everything that an operation finds wrong with a payload, and nothing has changed."""
    before = world(ether)

    response = send(ether, way, payload)

    assert before == world(ether)
    if way == "import":
        return row_violations(response)
    assert 400 == response.status_code, response.text
    return violations(response)


def row_violations(response: Response) -> list[tuple[str, str]]:
    """What is wrong with the only row of an import."""
    summary = response.json()

    assert [0, 0, 1] == [summary["totalCreated"], summary["totalUpdated"], summary["totalErrors"]]
    (row,) = summary["contactImportResponses"]
    return [(error["objectName"], error["constraintName"]) for error in row["constraintViolationErrorList"]]


def written(ether: EtherMailer, way: str, payload: dict[str, Any]) -> dict[str, Any]:
    """What becomes of a good payload: the contact with its address."""
    response = send(ether, way, payload)

    assert 200 == response.status_code, response.text
    if way == "register":
        ether.workspace.control("POST", "ethermailer/confirm", json={"email": payload["email"]})
    return ether.contact(identify(ether, payload["email"]))


def world(ether: EtherMailer) -> list[Any]:
    """Everything that a payload could change."""
    contacts = ether.contacts()
    singles = [ether.contact(row["contactId"]) for row in contacts if not row["deleted"]]
    waiting = ether.workspace.control("GET", "ethermailer/registrations")
    return [contacts, singles, ether.groups(), waiting, ether.workspace.messages()]


def identify(ether: EtherMailer, email: str) -> str:
    return next(str(row["contactId"]) for row in ether.contacts() if row["email"] == email)


def value_of(ether: EtherMailer, field: str, value: Any) -> dict[str, Any]:
    """A good payload with one extra value."""
    inputs = [{"fieldId": ether.extra_fields()[field]["fieldId"], "value": value}]
    return {"email": "ann@example.com", "extraFieldValues": inputs}


def kept(ether: EtherMailer, field: str, value: Any) -> str | None:
    """What a new contact has in a field that was given a value."""
    return values(written(ether, "add", value_of(ether, field, value)))[field]


def values(contact: dict[str, Any]) -> dict[str, str | None]:
    return {field["name"]: field["value"] for field in contact["extraFieldValues"]}


def refused(ether: EtherMailer, field: str, value: Any) -> list[tuple[str, str]]:
    """What is wrong with a value of a field, when a contact is added with it."""
    return refusal(ether, "add", value_of(ether, field, value))


# Adding


@pytest.mark.rule("ether.add_contact")
def test_an_added_contact_is_read_under_the_id_in_the_answer(ether: EtherMailer) -> None:
    newsletter, country = ether.groups()[1], ether.extra_fields()["Country"]

    response = ether.post(
        "/user/contact",
        {
            "email": "ann@example.com",
            "name": "Ann",
            "surname": "Lee",
            "groups": [{"groupId": newsletter["groupId"]}],
            "extraFieldValues": [{"fieldId": country["fieldId"], "value": "Ireland"}],
        },
    )

    assert 200 == response.status_code
    assert {"text"} == set(response.json())
    ann = ether.contact(response.json()["text"])
    assert ("ann@example.com", "Ann", "Lee") == (ann["email"], ann["name"], ann["surname"])
    assert [{"groupId": newsletter["groupId"], "name": "Newsletter"}] == ann["groups"]
    assert {**country, "value": "Ireland"} == ann["extraFieldValues"][0]


@pytest.mark.rule("ether.add_contact")
def test_an_added_contact_is_the_last_of_the_list_and_counts_in_its_group(ether: EtherMailer) -> None:
    before = ether.groups()[1]

    ann = ether.add("ann@example.com", groups=[{"groupId": before["groupId"]}])

    assert ann == ether.contacts()[-1]["contactId"]
    assert before["contactsCount"] + 1 == ether.groups()[1]["contactsCount"]


# The address


@pytest.mark.rule("ether.contacts.email")
@every_way
@pytest.mark.parametrize("payload", [{}, {"email": None}, {"email": ""}, {"email": " \t "}])
def test_a_contact_needs_an_address(ether: EtherMailer, way: str, payload: dict[str, Any]) -> None:
    assert [("email", "NotEmpty")] == refusal(ether, way, {"name": "Ann", **payload})


@pytest.mark.rule("ether.contacts.email_form")
@every_way
def test_what_is_no_address_is_refused_by_every_operation(ether: EtherMailer, way: str) -> None:
    assert [("email", "Email")] == refusal(ether, way, {"email": "ann.example.com"})


@pytest.mark.rule("ether.contacts.email_form")
@pytest.mark.parametrize(
    "email",
    [
        "ann",
        "@",
        "@example.com",
        "ann@",
        "ann@@example.com",
        "ann@lee@example.com",
        "ann lee@example.com",
        "ann@exam ple.com",
        "ann @example.com",
        "ann@\texample.com",
        "ann@example.com\nbob",
        "ann\u00a0lee@example.com",
    ],
)
def test_an_address_has_one_at_sign_between_two_sides_and_no_blank(ether: EtherMailer, email: str) -> None:
    assert [("email", "Email")] == refusal(ether, "add", {"email": email})


@pytest.mark.rule("ether.contacts.email_form")
@pytest.mark.parametrize(
    "email",
    [
        "a@b",
        "ann+news@example.com",
        "ann..lee@example.com",
        ".ann.@example.com",
        "o'brien@example.com",
        '"ann"@example.com',
        "ann@[192.0.2.1]",
        "ann@-example-.com",
        "ann@example.com.",
        "ελένη@παράδειγμα.example",
        "安@例え.example",
        "🫒@example.com",
        "<ann@example.com>",
        "ann@example.com,bob",
        "%_'\"\\;--@example.com",
        "a" * 500 + "@" + "b" * 500,
    ],
)
def test_nothing_else_is_asked_of_an_address(ether: EtherMailer, email: str) -> None:
    assert email == ether.contact(ether.add(email))["email"]


@pytest.mark.rule("ether.contacts.email_spelling")
@every_way
def test_an_address_is_kept_as_it_was_spelled(ether: EtherMailer, way: str) -> None:
    assert "Ann.LEE@Example.COM" == written(ether, way, {"email": "Ann.LEE@Example.COM"})["email"]


@pytest.mark.rule("ether.contacts.email_spelling")
def test_blanks_around_an_address_are_no_part_of_it(ether: EtherMailer) -> None:
    assert "ann@example.com" == ether.contact(ether.add(" ann@example.com\n"))["email"]


@pytest.mark.rule("ether.contacts.email_spelling", "ether.contacts.duplicate")
@pytest.mark.parametrize("email", ["ELENI.MARKOU@EXAMPLE.COM", " eleni.markou@example.com ", "Eleni.Markou@Example.com\t"])
def test_another_spelling_is_the_same_address(ether: EtherMailer, email: str) -> None:
    assert [("email", "AlreadyExists")] == refusal(ether, "add", {"email": email})


@pytest.mark.rule("ether.contacts.email_spelling", "ether.contacts.duplicate")
def test_letter_case_is_ignored_in_other_scripts_as_well(ether: EtherMailer) -> None:
    ether.add("Ελένη@example.com")

    assert [("email", "AlreadyExists")] == refusal(ether, "add", {"email": "ΕΛΈΝΗ@example.com"})


@pytest.mark.rule("ether.contacts.email_spelling")
@pytest.mark.parametrize("email", ["Ελενη@example.com", "Μαρία@example.com", "Eleni@example.com"])
def test_other_letters_are_another_address(ether: EtherMailer, email: str) -> None:
    ether.add("Ελένη@example.com")

    assert email == written(ether, "add", {"email": email})["email"]


@pytest.mark.rule("ether.contacts.duplicate")
@pytest.mark.parametrize("way", ["add", "update", "register"])
def test_an_address_that_another_contact_has_is_refused(ether: EtherMailer, way: str) -> None:
    assert [("email", "AlreadyExists")] == refusal(ether, way, {"email": KNOWN})


@pytest.mark.rule("ether.contacts.duplicate")
def test_the_refusal_is_the_documented_one_with_the_address_in_it(ether: EtherMailer) -> None:
    response = ether.post("/user/contact", {"email": KNOWN})

    assert 400 == response.status_code
    assert {
        "errors": [
            {
                "objectName": "email",
                "constraintName": "AlreadyExists",
                "description": "A contact with the email eleni.markou@example.com already exists",
            }
        ]
    } == response.json()


@pytest.mark.rule("ether.contacts.duplicate_deleted")
@every_way
def test_the_address_of_a_deleted_contact_stays_reserved(ether: EtherMailer, way: str) -> None:
    assert [("email", "AlreadyExists")] == refusal(ether, way, {"email": DELETED})


@pytest.mark.rule("ether.contacts.duplicate_deleted")
@pytest.mark.reading("ethermailer", add_deleted_address="restore")
def test_adding_the_address_of_a_deleted_contact_restores_it_when_the_switch_says_so(ether: EtherMailer) -> None:
    peter = identify(ether, DELETED)

    added = ether.add("Peter.KLEIN@example.com", name="Pete")

    restored = next(row for row in ether.contacts() if row["contactId"] == peter)
    assert peter == added
    assert (False, 0) == (restored["deleted"], restored["deletedAtDate"])
    assert 12 == len(ether.contacts())


@pytest.mark.rule("ether.contacts.duplicate_deleted")
@pytest.mark.reading("ethermailer", add_deleted_address="restore")
def test_a_contact_restored_by_adding_is_what_its_payload_says(ether: EtherMailer) -> None:
    wholesale = ether.groups()[2]["groupId"]

    peter = ether.contact(ether.add("Peter.KLEIN@example.com", name="Pete", groups=[{"groupId": wholesale}]))

    assert ("Peter.KLEIN@example.com", "Pete", None) == (peter["email"], peter["name"], peter["surname"])
    assert ["Wholesale"] == [group["name"] for group in peter["groups"]]
    assert {None} == set(values(peter).values())


@pytest.mark.rule("ether.contacts.duplicate")
@pytest.mark.reading("ethermailer", add_deleted_address="restore")
def test_adding_the_address_of_a_living_contact_is_refused_whatever_the_switch_says(ether: EtherMailer) -> None:
    assert [("email", "AlreadyExists")] == refusal(ether, "add", {"email": KNOWN})


# Groups


@pytest.mark.rule("ether.contacts.no_groups")
@every_way
@pytest.mark.parametrize("groups", [{}, {"groups": None}, {"groups": []}])
def test_a_contact_may_be_in_no_group(ether: EtherMailer, way: str, groups: dict[str, Any]) -> None:
    assert [] == written(ether, way, {"email": "ann@example.com", **groups})["groups"]


@pytest.mark.rule("ether.add_contact", "ether.contacts.no_groups")
@every_way
def test_every_list_and_name_may_be_null(ether: EtherMailer, way: str) -> None:
    ann = {"email": "ann@example.com", "name": None, "surname": None, "groups": None, "extraFieldValues": None}

    contact = written(ether, way, ann)

    assert (None, None, []) == (contact["name"], contact["surname"], contact["groups"])
    assert {None} == set(values(contact).values())


@pytest.mark.rule("ether.contacts.unknown_group")
@every_way
def test_an_unknown_group_is_named_by_its_place_and_nothing_is_saved(ether: EtherMailer, way: str) -> None:
    groups = [{"groupId": ether.groups()[1]["groupId"]}, {"groupId": NOWHERE}]

    assert [("groups[1].groupId", "NotFound")] == refusal(ether, way, {"email": "ann@example.com", "groups": groups})


@pytest.mark.rule("ether.contacts.unknown_group")
@pytest.mark.parametrize("reference", [{}, {"groupId": None}, {"groupId": ""}, {"groupId": "Newsletter"}, {"groupId": "-1"}])
def test_a_reference_to_no_group_is_refused(ether: EtherMailer, reference: dict[str, Any]) -> None:
    payload = {"email": "ann@example.com", "groups": [reference]}

    assert [("groups[0].groupId", "NotFound")] == refusal(ether, "add", payload)


@pytest.mark.rule("ether.contacts.unknown_group")
def test_a_deleted_group_is_unknown(ether: EtherMailer) -> None:
    gone = ether.groups()[2]["groupId"]
    ether.delete(f"/user/contact-groups/{gone}")

    payload = {"email": "ann@example.com", "groups": [{"groupId": gone}]}

    assert [("groups[0].groupId", "NotFound")] == refusal(ether, "add", payload)


@pytest.mark.rule("ether.contacts.unknown_group")
@pytest.mark.reading("ethermailer", unknown_group="ignore")
@every_way
def test_an_unknown_group_is_passed_over_when_the_switch_says_so(ether: EtherMailer, way: str) -> None:
    groups = [{"groupId": NOWHERE}, {"groupId": ether.groups()[1]["groupId"]}, {}]

    ann = written(ether, way, {"email": "ann@example.com", "groups": groups})

    assert ["Newsletter"] == [group["name"] for group in ann["groups"]]


@pytest.mark.rule("ether.contacts.unknown_group")
def test_more_groups_than_a_statement_has_room_for_are_looked_up_all_the_same(ether: EtherMailer) -> None:
    known = ether.groups()[0]["groupId"]
    groups = [{"groupId": str(number)} for number in range(1, 300_000)]
    response = ether.post("/user/contact", {"email": "new@example.com", "groups": [{"groupId": known}, *groups]})

    assert 400 == response.status_code
    assert len(groups) == len(violations(response))


@pytest.mark.rule("ether.contacts.repeated_group")
@every_way
def test_a_group_named_twice_counts_once(ether: EtherMailer, way: str) -> None:
    before = ether.groups()[1]
    twice = [{"groupId": before["groupId"]}] * 2

    ann = written(ether, way, {"email": "ann@example.com", "groups": twice})

    assert ["Newsletter"] == [group["name"] for group in ann["groups"]]
    assert before["contactsCount"] + 1 == ether.groups()[1]["contactsCount"]


# Extra fields


@pytest.mark.rule("ether.contacts.unknown_extra_field")
@every_way
def test_an_unknown_extra_field_is_named_by_its_place(ether: EtherMailer, way: str) -> None:
    payload = value_of(ether, "Country", "Ireland")
    payload["extraFieldValues"] += [{"fieldId": NOWHERE, "value": "x"}]

    assert [("extraFieldValues[1].fieldId", "NotFound")] == refusal(ether, way, payload)


@pytest.mark.rule("ether.contacts.unknown_extra_field")
@pytest.mark.parametrize("reference", [{"value": "x"}, {"fieldId": None}, {"fieldId": ""}, {"fieldId": "Country"}])
def test_a_reference_to_no_extra_field_is_refused(ether: EtherMailer, reference: dict[str, Any]) -> None:
    payload = {"email": "ann@example.com", "extraFieldValues": [reference]}

    assert [("extraFieldValues[0].fieldId", "NotFound")] == refusal(ether, "add", payload)


@pytest.mark.rule("ether.contacts.unknown_extra_field")
@pytest.mark.reading("ethermailer", unknown_extra_field="ignore")
@every_way
def test_an_unknown_extra_field_is_passed_over_when_the_switch_says_so(ether: EtherMailer, way: str) -> None:
    payload = value_of(ether, "Country", "Ireland")
    payload["extraFieldValues"] += [{"fieldId": NOWHERE, "value": "x"}, {}]

    ann = written(ether, way, payload)

    assert "Ireland" == values(ann)["Country"]
    assert 5 == len(values(ann))


@pytest.mark.rule("ether.extra_values.text")
@pytest.mark.parametrize(
    "text", ["Ireland", " two  blanks ", "007", "true", "Ελλάδα", "🫒", "a\nb\tc", "<b>&amp;</b>", "'", "x" * 9_999]
)
def test_a_text_is_given_back_as_it_was(ether: EtherMailer, text: str) -> None:
    assert text == kept(ether, "Country", text)


@pytest.mark.rule("ether.extra_values.integer")
@pytest.mark.parametrize("integer", ["5", "+5", "-5", "0", "-0", "007", "1" * 40])
def test_an_integer_is_digits_with_an_optional_sign(ether: EtherMailer, integer: str) -> None:
    assert integer == kept(ether, "Orders", integer)


@pytest.mark.rule("ether.extra_values.integer")
@pytest.mark.parametrize(
    "other", ["5.0", "5,0", "٥", "²", "-", "+", "--5", "+-5", "5-", "1e3", "0x1F", "1_000", "5 ", " 5", "five", "true"]
)
def test_anything_else_is_no_integer(ether: EtherMailer, other: str) -> None:
    assert [("extraFieldValues[0].value", "InvalidValue")] == refused(ether, "Orders", other)


@pytest.mark.rule("ether.extra_values.boolean")
@pytest.mark.parametrize("boolean", ["true", "false"])
def test_a_boolean_is_true_or_false(ether: EtherMailer, boolean: str) -> None:
    assert boolean == kept(ether, "Loyalty card", boolean)


@pytest.mark.rule("ether.extra_values.boolean")
@pytest.mark.parametrize("other", ["TRUE", "True", "False", "yes", "1", "0", " true", "on", "null"])
def test_anything_else_is_no_boolean(ether: EtherMailer, other: str) -> None:
    assert [("extraFieldValues[0].value", "InvalidValue")] == refused(ether, "Loyalty card", other)


@pytest.mark.rule("ether.extra_values.date")
@pytest.mark.parametrize("day", ["2024-02-29", "1984-05-17", "0001-01-01", "9999-12-31"])
def test_a_date_is_a_day_that_exists(ether: EtherMailer, day: str) -> None:
    assert day == kept(ether, "Date of birth", day)


@pytest.mark.rule("ether.extra_values.date")
@pytest.mark.parametrize(
    "other",
    [
        "2024-02-30",
        "2023-02-29",
        "2024-13-01",
        "2024-00-10",
        "0000-01-01",
        "20240101",
        "2024-1-1",
        "2024-W01-1",
        "24-01-01",
        "01/02/2024",
        "2024/01/01",
        "2024-01-01T00:00:00",
        "2024-01-01 ",
        "٢٠٢٤-٠١-٠١",
        "1704067200000",
        "today",
    ],
)
def test_anything_else_is_no_date(ether: EtherMailer, other: str) -> None:
    assert [("extraFieldValues[0].value", "InvalidValue")] == refused(ether, "Date of birth", other)


@pytest.mark.rule("ether.extra_values.options")
def test_each_option_of_a_field_may_be_its_value(ether: EtherMailer) -> None:
    oil = ether.extra_fields()["Favourite oil"]
    ids = [option["optionId"] for option in oil["options"]]

    added = [
        ether.add(f"taster{place}@example.com", extraFieldValues=[{"fieldId": oil["fieldId"], "value": option}])
        for place, option in enumerate(ids)
    ]

    assert ids == [values(ether.contact(taster))["Favourite oil"] for taster in added]


@pytest.mark.rule("ether.extra_values.options")
@pytest.mark.parametrize("other", ["Mild", "0", NOWHERE])
def test_anything_else_is_no_option(ether: EtherMailer, other: str) -> None:
    assert [("extraFieldValues[0].value", "NotFound")] == refused(ether, "Favourite oil", other)


@pytest.mark.rule(
    "ether.extra_values.integer", "ether.extra_values.boolean", "ether.extra_values.date", "ether.extra_values.options"
)
@every_way
def test_every_operation_looks_at_the_values(ether: EtherMailer, way: str) -> None:
    fields = ether.extra_fields()
    wrong = {"Orders": "5.0", "Loyalty card": "TRUE", "Date of birth": "2024-02-30", "Favourite oil": "Mild"}
    inputs = [{"fieldId": fields[name]["fieldId"], "value": value} for name, value in wrong.items()]

    assert [
        ("extraFieldValues[0].value", "InvalidValue"),
        ("extraFieldValues[1].value", "InvalidValue"),
        ("extraFieldValues[2].value", "InvalidValue"),
        ("extraFieldValues[3].value", "NotFound"),
    ] == refusal(ether, way, {"email": "ann@example.com", "extraFieldValues": inputs})


@pytest.mark.rule("ether.extra_values.blank")
@pytest.mark.parametrize("field", ["Country", "Date of birth", "Orders", "Loyalty card", "Favourite oil"])
def test_null_is_no_value(ether: EtherMailer, field: str) -> None:
    assert kept(ether, field, None) is None


@pytest.mark.rule("ether.extra_values.blank")
@pytest.mark.parametrize("blank", ["", " "])
@pytest.mark.parametrize("field", ["Date of birth", "Orders", "Loyalty card", "Favourite oil"])
def test_a_blank_text_is_no_value(ether: EtherMailer, field: str, blank: str) -> None:
    assert kept(ether, field, blank) is None


@pytest.mark.rule("ether.extra_values.blank", "ether.extra_values.text")
def test_an_empty_text_is_a_value_of_a_text_field(ether: EtherMailer) -> None:
    assert "" == kept(ether, "Country", "")


@pytest.mark.rule("ether.contacts.repeated_extra_field")
@every_way
def test_the_last_of_two_values_for_a_field_counts(ether: EtherMailer, way: str) -> None:
    payload = value_of(ether, "Country", "Ireland")
    payload["extraFieldValues"] += value_of(ether, "Country", "Malta")["extraFieldValues"]

    assert "Malta" == values(written(ether, way, payload))["Country"]


@pytest.mark.rule("ether.contacts.repeated_extra_field", "ether.extra_values.blank")
def test_a_last_null_leaves_no_value(ether: EtherMailer) -> None:
    payload = value_of(ether, "Country", "Ireland")
    payload["extraFieldValues"] += value_of(ether, "Country", None)["extraFieldValues"]

    assert values(written(ether, "add", payload))["Country"] is None


# Several faults


@pytest.mark.rule("ether.contacts.all_faults")
@every_way
def test_all_faults_of_the_fields_are_in_one_answer(ether: EtherMailer, way: str) -> None:
    payload = value_of(ether, "Orders", "many")
    payload["extraFieldValues"] += [{"fieldId": NOWHERE, "value": "x"}]

    assert [
        ("email", "Email"),
        ("groups[0].groupId", "NotFound"),
        ("extraFieldValues[0].value", "InvalidValue"),
        ("extraFieldValues[1].fieldId", "NotFound"),
    ] == refusal(ether, way, {**payload, "email": "ann", "groups": [{"groupId": NOWHERE}]})


@pytest.mark.rule("ether.contacts.all_faults")
@every_way
@pytest.mark.parametrize("email", [KNOWN, DELETED])
def test_whether_the_address_is_free_is_asked_only_of_a_good_payload(ether: EtherMailer, way: str, email: str) -> None:
    payload = {**value_of(ether, "Orders", "many"), "email": email}

    assert [("extraFieldValues[0].value", "InvalidValue")] == refusal(ether, way, payload)


class TestRequiredExtraFields:
    """A world whose contacts must say where they are from, what they like, and how often they ordered."""

    FIXTURE = """
    [[sender_profiles]]
    name = "Olive Grove"
    email = "news@olivegrove.example"

    [[extra_fields]]
    name = "Country"
    type = "TEXT"
    required = true

    [[extra_fields]]
    name = "Oil"
    type = "OPTIONS"
    options = ["Mild", "Fruity"]
    required = true

    [[extra_fields]]
    name = "Orders"
    type = "INTEGER"
    required = true

    [[extra_fields]]
    name = "Vinegar"
    type = "OPTIONS"
    options = ["White", "Red"]

    [[contacts]]
    email = "james.walker@example.net"
    extra = { Country = "Greece", Oil = "Mild", Orders = 1 }
    """

    @pytest.fixture(scope="class")
    @classmethod
    def server(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
        """A server of this world, for the fixture `workspace` to make the workspaces of these tests on."""
        folder = tmp_path_factory.mktemp("required")
        (folder / "ethermailer.toml").write_text(cls.FIXTURE)
        settings = Settings(fixtures=[str(folder)], throttle="off")
        with TestClient(create_app(settings), base_url="http://127.0.0.1:8765") as client:
            yield client

    @staticmethod
    def payload(ether: EtherMailer, **changed: Any) -> dict[str, Any]:
        """A payload with all that is required, where some values are changed or, by `...`, left out."""
        fields = ether.extra_fields()
        given = {"Country": "Ireland", "Oil": fields["Oil"]["options"][1]["optionId"], "Orders": "7", **changed}
        inputs = [{"fieldId": fields[name]["fieldId"], "value": value} for name, value in given.items() if value is not ...]
        return {"email": "ann@example.com", "extraFieldValues": inputs}

    @pytest.mark.rule("ether.list_extra_fields")
    def test_the_list_tells_which_fields_are_required(self, ether: EtherMailer) -> None:
        required = {name: field["required"] for name, field in ether.extra_fields().items()}

        assert {"Country": True, "Oil": True, "Orders": True, "Vinegar": False} == required

    @pytest.mark.rule("ether.contacts.required_extra_field")
    @every_way
    def test_a_contact_with_all_required_values_is_taken(self, ether: EtherMailer, way: str) -> None:
        assert "Ireland" == values(written(ether, way, self.payload(ether)))["Country"]

    @pytest.mark.rule("ether.contacts.required_extra_field")
    @every_way
    def test_a_missing_value_is_refused_by_every_operation(self, ether: EtherMailer, way: str) -> None:
        assert [("extraFieldValues", "NotEmpty")] == refusal(ether, way, self.payload(ether, Country=...))

    @pytest.mark.rule("ether.contacts.required_extra_field")
    def test_the_refusal_names_the_field(self, ether: EtherMailer) -> None:
        response = ether.post("/user/contact", self.payload(ether, Country=...))

        assert ["the extra field Country is required"] == [each["description"] for each in response.json()["errors"]]

    @pytest.mark.rule("ether.contacts.required_extra_field")
    @pytest.mark.parametrize("field", ["Country", "Oil", "Orders"])
    @pytest.mark.parametrize("value", [None, ""])
    def test_an_empty_value_is_as_good_as_none(self, ether: EtherMailer, field: str, value: str | None) -> None:
        assert [("extraFieldValues", "NotEmpty")] == refusal(ether, "add", self.payload(ether, **{field: value}))

    @pytest.mark.rule("ether.contacts.required_extra_field")
    def test_blanks_do_not_satisfy_a_required_text(self, ether: EtherMailer) -> None:
        assert [("extraFieldValues", "NotEmpty")] == refusal(ether, "add", self.payload(ether, Country="  "))

    @pytest.mark.rule("ether.contacts.required_extra_field")
    @pytest.mark.parametrize("inputs", [{}, {"extraFieldValues": None}, {"extraFieldValues": []}])
    def test_each_missing_value_is_an_error_of_its_own(self, ether: EtherMailer, inputs: dict[str, Any]) -> None:
        assert [("extraFieldValues", "NotEmpty")] * 3 == refusal(ether, "add", {"email": "ann@example.com", **inputs})

    @pytest.mark.rule("ether.contacts.required_extra_field")
    def test_a_bad_value_is_refused_for_what_it_is_and_not_as_missing(self, ether: EtherMailer) -> None:
        assert [("extraFieldValues[1].value", "NotFound"), ("extraFieldValues[2].value", "InvalidValue")] == refusal(
            ether, "add", self.payload(ether, Oil="Mild", Orders="many")
        )

    @pytest.mark.rule("ether.extra_values.options")
    def test_the_option_of_another_field_is_refused(self, ether: EtherMailer) -> None:
        red = ether.extra_fields()["Vinegar"]["options"][1]["optionId"]

        assert [("extraFieldValues[1].value", "NotFound")] == refusal(ether, "add", self.payload(ether, Oil=red))

    @pytest.mark.rule("ether.contacts.required_extra_field")
    @pytest.mark.reading("ethermailer", required_extra_fields="ignored")
    @every_way
    def test_required_values_may_be_missing_when_the_switch_says_so(self, ether: EtherMailer, way: str) -> None:
        ann = written(ether, way, {"email": "ann@example.com"})

        assert {"Country": None, "Oil": None, "Orders": None, "Vinegar": None} == values(ann)

    @pytest.mark.rule("ether.contacts.required_extra_field", "ether.update_contact.replace")
    @pytest.mark.reading("ethermailer", update="merge")
    def test_an_update_that_merges_may_leave_required_values_alone(self, ether: EtherMailer) -> None:
        james = written(ether, "update", {"email": JAMES, "name": "Jim"})

        assert ("Jim", "Greece") == (james["name"], values(james)["Country"])

    @pytest.mark.rule("ether.contacts.required_extra_field", "ether.update_contact.replace")
    @pytest.mark.reading("ethermailer", update="merge")
    def test_an_update_that_merges_may_not_empty_required_values(self, ether: EtherMailer) -> None:
        assert [("extraFieldValues", "NotEmpty")] == refusal(ether, "update", self.payload(ether, Country=None, Oil=...))
