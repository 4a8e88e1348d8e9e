"""The values of contacts: spellings that are taken, forms that are asked for, and what is refused."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence
from tests.workspace import Workspace

JOHN, JANE, DAVID = 1001, 1002, 1015
TEXTS = (
    *("customerID", "originalSource", "firstName", "lastName", "company", "title", "phone", "fax", "address1", "address2"),
    *("city", "state", "zipCode", "country", "ipAddress", "notes", "memo"),
)


def save(emfluence: Emfluence, **parameters: Any) -> dict[str, Any]:
    saved: dict[str, Any] = emfluence.ok("contacts/save", contactID=JOHN, **parameters)
    return saved


def values(saved: dict[str, Any], kind: str = "customFields") -> dict[str, str]:
    """The values that are not blank."""
    return {name: each["value"] for name, each in saved[kind].items() if each["value"]}


# Texts


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("spelled", [str, str.lower, str.upper])
def test_every_text_is_saved_under_its_name_in_any_case(emfluence: Emfluence, name: str, spelled: Any) -> None:
    assert 'Zoë\'s 100% "x" 😀' == save(emfluence, **{spelled(name): 'Zoë\'s 100% "x" 😀'})[name]


@pytest.mark.rule("emf.contacts.blank")
@pytest.mark.parametrize(("given", "kept"), [("", ""), (None, ""), (7, "7"), (1.5, "1.5"), (True, "true"), (" x ", " x ")])
def test_what_a_text_becomes(emfluence: Emfluence, given: Any, kept: str) -> None:
    assert kept == save(emfluence, firstName=given)["firstName"]


@pytest.mark.parametrize("value", [["x"], {"value": "x"}])
def test_a_text_that_is_none_is_refused(emfluence: Emfluence, value: Any) -> None:
    code, said = emfluence.refused("contacts/save", contactID=JOHN, firstName=value)

    assert 500 == code
    assert said.startswith("firstName: ")


def test_what_the_endpoint_does_not_know_is_ignored(emfluence: Emfluence) -> None:
    saved = save(emfluence, unknown=1, contactScore={"value": 9}, dateAdded="2000-01-01", dateSuppressed="2000-01-01")

    assert 0 == saved["contactScore"]["value"]
    assert not saved["dateAdded"].startswith("2000")
    assert "" == saved["dateSuppressed"]


@pytest.mark.rule("emf.contacts.score")
def test_nobody_has_a_score(emfluence: Emfluence) -> None:
    assert {"dateModified": "", "value": 0, "percentile": ""} == save(emfluence)["contactScore"]


# Custom fields and content variables


@pytest.mark.rule("emf.contacts.shapes")
@pytest.mark.parametrize(
    "given",
    [
        {"customFields": {"custom3": {"value": "May"}}},
        {"customFields": {"custom3": {"label": "Whatever", "value": "May"}}},
        {"CUSTOMFIELDS": {"CUSTOM3": {"VALUE": "May"}}},
        {"customFields": {"custom3": "May"}},
        {"custom3": "May"},
        {"Custom3": {"value": "May"}},
        {"customFields": {}, "custom3": "May"},
    ],
)
def test_a_custom_field_is_given_in_several_shapes(emfluence: Emfluence, given: dict[str, Any]) -> None:
    assert {"custom1": "Gold", "custom2": "Whales", "custom3": "May"} == values(save(emfluence, **given))


@pytest.mark.rule("emf.contacts.shapes")
@pytest.mark.parametrize("given", [{"contentVariables": {"content10": {"value": "x"}}}, {"content10": "x"}])
def test_a_content_variable_is_given_in_several_shapes(emfluence: Emfluence, given: dict[str, Any]) -> None:
    save(emfluence, contentVariables={"content1": "first"})

    assert {"content1": "first", "content10": "x"} == values(save(emfluence, **given), "contentVariables")


@pytest.mark.rule("emf.contacts.blank")
@pytest.mark.parametrize("blank", ["", None, {"value": ""}, {"value": None}])
def test_a_blank_clears_a_custom_field_and_no_other(emfluence: Emfluence, blank: Any) -> None:
    assert {"custom2": "Whales"} == values(save(emfluence, customFields={"custom1": blank}))


@pytest.mark.parametrize(("given", "kept"), [(5, "5"), (True, "true"), ({"value": 1.5}, "1.5")])
def test_numbers_and_booleans_become_texts(emfluence: Emfluence, given: Any, kept: str) -> None:
    assert kept == values(save(emfluence, customFields={"custom1": given}))["custom1"]


@pytest.mark.rule("emf.contacts.unknown_custom_field")
@pytest.mark.parametrize("name", ["custom4", "custom0", "custom", "membership", "custom1x", "$", ""])
def test_a_custom_field_that_is_not_defined_is_refused(emfluence: Emfluence, name: str) -> None:
    code, said = emfluence.refused("contacts/save", contactID=JOHN, customFields={name: {"value": "x"}})

    assert 501 == code
    assert said.endswith("there are custom1, custom2, custom3")


@pytest.mark.rule("emf.contacts.unknown_custom_field")
def test_a_custom_field_that_is_not_defined_is_refused_beside_the_others(emfluence: Emfluence) -> None:
    assert 501 == emfluence.code("contacts/save", contactID=JOHN, custom99="x")


@pytest.mark.rule("emf.contacts.content_variables")
@pytest.mark.parametrize("name", ["content0", "content11", "custom1"])
def test_there_are_ten_content_variables(emfluence: Emfluence, name: str) -> None:
    assert 501 == emfluence.code("contacts/save", contactID=JOHN, contentVariables={name: "x"})


@pytest.mark.parametrize(
    "given",
    ["x", ["custom1"], 1, {"custom1": ["x"]}, {"custom1": {}}, {"custom1": {"label": "x"}}, {"custom1": {"value": {}}}],
)
def test_custom_fields_of_the_wrong_type_are_refused(emfluence: Emfluence, given: Any) -> None:
    code, said = emfluence.refused("contacts/save", contactID=JOHN, customFields=given, custom2="x")

    assert 500 == code
    assert said.startswith("customFields: ")


@pytest.mark.rule("emf.contacts.blank")
@pytest.mark.parametrize("blank", ["", None, {}])
def test_no_custom_fields_are_none(emfluence: Emfluence, blank: Any) -> None:
    assert {"custom1": "Gold", "custom2": "Whales"} == values(save(emfluence, customFields=blank))


# Numbers of phones


@pytest.mark.rule("emf.contacts.mobile_number")
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("+14155552671", "+14155552671"),
        ("(415) 555-2671", "+14155552671"),
        ("14155552671", "+14155552671"),
        (4155552671, "+14155552671"),
        ("+49 30 901820", "+4930901820"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_mobile_number_comes_back_in_its_international_form(emfluence: Emfluence, given: Any, kept: str) -> None:
    assert kept == save(emfluence, mobileNumber=given)["mobileNumber"]


@pytest.mark.rule("emf.contacts.mobile_number")
@pytest.mark.parametrize("given", ["12", "call me", "+1415555267199999", "+0"])
def test_an_impossible_mobile_number_is_refused(emfluence: Emfluence, given: str) -> None:
    code, said = emfluence.refused("contacts/save", contactID=JOHN, mobileNumber=given)

    assert 501 == code
    assert said.startswith("mobileNumber: expected a phone number")


def test_other_numbers_are_texts(emfluence: Emfluence) -> None:
    saved = save(emfluence, phone="ext. 5", fax="none")

    assert ("ext. 5", "none") == (saved["phone"], saved["fax"])


# Birthdays


@pytest.mark.rule("emf.contacts.birthday")
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("1975-04-12", "1975-04-12"),
        ("1900-11-03", "1900-11-03"),
        ("1975-04-12 23:59:59", "1975-04-12"),
        ("2030-01-01", "2030-01-01"),
        ("", ""),
        (None, ""),
    ],
)
def test_what_a_birthday_becomes(emfluence: Emfluence, workspace: Workspace, given: Any, kept: str) -> None:
    workspace.freeze("2030-01-01T12:00:00Z")

    assert kept == save(emfluence, dateofbirth=given)["dateOfBirth"]


@pytest.mark.rule("emf.contacts.birthday")
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("hello", 500),
        ("12/04/1975", 500),
        ("1975-02-30", 500),
        (1975, 500),
        ([], 500),
        ("1899-12-31", 501),
        ("2030-01-02", 501),
    ],
)
def test_a_birthday_that_is_none_is_refused(emfluence: Emfluence, workspace: Workspace, given: Any, code: int) -> None:
    workspace.freeze("2030-01-01T12:00:00Z")

    found, said = emfluence.refused("contacts/save", contactID=JOHN, dateOfBirth=given)

    assert code == found
    assert said.startswith("dateOfBirth: ")


# Personal addresses


@pytest.mark.rule("emf.contacts.purl_letters")
def test_a_purl_has_letters_digits_and_a_few_signs(emfluence: Emfluence) -> None:
    assert "J.D_7-x!" == save(emfluence, purl=" J.D_7-x! ")["purl"]
    assert 501 == emfluence.code("contacts/save", contactID=JOHN, purl="john doe")
    assert 501 == emfluence.code("contacts/save", contactID=JOHN, purl="jöhn")


@pytest.mark.rule("emf.contacts.purl_unique")
@pytest.mark.parametrize("purl", ["david.cohen", "David.Cohen"])
def test_a_purl_belongs_to_one_contact(emfluence: Emfluence, purl: str) -> None:
    refusal = emfluence.call("contacts/save", contactID=JOHN, purl=purl)

    assert (301, {"contactID": DAVID}) == (refusal["code"], refusal["data"])
    assert 301 == emfluence.code("contacts/save", email="new@example.com", purl=purl)
    assert purl == emfluence.ok("contacts/save", contactID=DAVID, purl=purl)["purl"]


@pytest.mark.rule("emf.contacts.purl_unique")
def test_a_purl_that_was_given_up_is_free(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/save", contactID=DAVID, purl="")

    assert "david.cohen" == save(emfluence, purl="david.cohen")["purl"]
    assert "" == emfluence.ok("contacts/save", contactID=JANE, purl="")["purl"]
