"""Parameters: where they are taken from, and the forms in which their values are taken."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence, envelope


def found(emfluence: Emfluence, path: str = "users/lookup", **request: Any) -> Any:
    """The id of the user that was looked up, or the code of the refusal."""
    body = envelope(emfluence.request("POST", path, **request))
    return body["data"]["userID"] if body["success"] else f"code {body['code']}"


# Where from


@pytest.mark.rule("emf.parameters.sources")
def test_a_get_takes_its_parameters_from_the_url_and_a_post_from_both(emfluence: Emfluence) -> None:
    assert 102 == envelope(emfluence.request("GET", "users/lookup?userID=102"))["data"]["userID"]
    assert 102 == found(emfluence, json={"userID": 102})
    assert 102 == found(emfluence, "users/lookup?userID=102")
    assert 102 == found(emfluence, "users/lookup?colour=blue", json={"userID": 102})


@pytest.mark.rule("emf.parameters.url_wins")
@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("userID=102", {"userID": 101}),
        ("userid=102", {"userID": 101}),
        ("userID=102", {"USERID": 101}),
        ("USERID=102", {"userID": 101, "userid": 103}),
        ("userID=102", {"userID": "nothing"}),
        ("user%49D=102", {"userID": 101}),
    ],
)
def test_a_parameter_in_the_url_wins(emfluence: Emfluence, query: str, body: dict[str, Any]) -> None:
    assert 102 == found(emfluence, f"users/lookup?{query}", json=body)


@pytest.mark.rule("emf.parameters.url_wins")
def test_a_blank_in_the_url_wins_as_well(emfluence: Emfluence) -> None:
    assert "code 502" == found(emfluence, "users/lookup?userID=", json={"userID": 101})


# Bodies


@pytest.mark.rule("emf.parameters.label")
@pytest.mark.parametrize(
    "label",
    [None, "application/x-www-form-urlencoded", "text/plain", "application/json; charset=x", "multipart/form-data", "?"],
)
def test_a_json_body_is_read_whatever_it_is_labelled_as(emfluence: Emfluence, label: str | None) -> None:
    assert 102 == found(emfluence, content=b'{"userID": 102}', headers={"Content-Type": label} if label else {})


@pytest.mark.rule("emf.parameters.label")
def test_a_body_is_read_without_a_content_length(emfluence: Emfluence) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"userID"'
        yield b": 102}"

    assert 102 == found(emfluence, content=pieces())


@pytest.mark.rule("emf.parameters.bodiless")
@pytest.mark.parametrize("body", [b"", b"  \r\n", b"null", b"{}"])
def test_a_body_of_nothing_is_no_parameters(emfluence: Emfluence, body: bytes) -> None:
    assert "code 502" == found(emfluence, content=body)
    assert 102 == found(emfluence, "users/lookup?userID=102", content=body)


@pytest.mark.rule("emf.parameters.bodiless")
@pytest.mark.parametrize("body", [b'{"userID": 101}', b"{", b" " * 300_000 + b"{"])
def test_the_body_of_a_get_is_not_looked_at(emfluence: Emfluence, body: bytes) -> None:
    response = emfluence.request("GET", "users/lookup", params={"username": "editor"}, content=body)

    assert 102 == envelope(response)["data"]["userID"]


@pytest.mark.rule("emf.unreadable")
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"userID=102",
        b"7",
        b"7.5",
        b'"text"',
        b"true",
        b'[{"userID": 102}]',
        b"[]",
        b"[" * 100_000,
        b"\xff\xfe{",
        b'{"a": NaN}',
        b'{"a": "\\ud800"}',
        b'{"userID": 1' + b"0" * 5_000 + b"}",
        b'{"a": [' + b'{"email": "a@example.com"},' * 20_000 + b"]}",
        b"[" + b"1," * 200_000 + b"1]",
    ],
    ids=range(15),
)
def test_a_body_that_is_no_json_object_is_code_500(emfluence: Emfluence, body: bytes) -> None:
    answer = envelope(emfluence.request("POST", "users/lookup", content=body))

    assert 500 == answer["code"]
    assert "expected a JSON object" in answer["errors"][0]


@pytest.mark.rule("emf.unreadable")
@pytest.mark.parametrize("records", [1, 10_000], ids=str)
def test_only_an_import_takes_an_array(emfluence: Emfluence, records: int) -> None:
    contacts = [{"email": f"{number}@example.com"} for number in range(records)]
    codes = [
        envelope(emfluence.request("POST", path, json=contacts))["code"] for path in ("contacts/import", "contacts/save")
    ]

    assert [0 if records == 1 else 501, 500] == codes


# Names


@pytest.mark.rule("emf.parameters.names")
def test_names_are_taken_in_any_letter_case_nested_ones_too(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/save", EMAIL="case@example.com", FirstNAME="Cara", dateofbirth="1990-02-03", IPADDRESS="10.0.0.1")
    emfluence.ok("contacts/savegroups", Email="case@example.com", GROUPS=[{"groupid": 203, "SUPPRESSED": 1}])
    contact = emfluence.contact("case@example.com")
    groups = emfluence.ok("contacts/getGroups", email="case@example.com")["records"]

    assert ("Cara", "1990-02-03", "10.0.0.1") == (contact["firstName"], contact["dateOfBirth"], contact["ipAddress"])
    assert [(203, 1)] == [(each["groupID"], each["suppressed"]) for each in groups if each["groupName"] == "Press"]


@pytest.mark.rule("emf.parameters.unknown")
def test_unknown_parameters_are_ignored_wherever_they_are(emfluence: Emfluence) -> None:
    strange = {"_internal": True, "": 1, "user": {"userID": 101}, "userID ": 101, "ŭserID": 101}

    assert 102 == found(emfluence, "users/lookup?_=1&&=&=x", json={"userID": 102, **strange})


# Lists


@pytest.mark.rule("emf.parameters.arrays")
@pytest.mark.parametrize(
    "ids", [[101, 102], ["101", "102"], "101,102", " 101 , 102,", ["101,102"], ["101", 102], ["101, 102", ""]]
)
def test_a_list_may_be_an_array_or_a_text_with_commas(emfluence: Emfluence, ids: Any) -> None:
    assert [101, 102] == [each["userID"] for each in emfluence.ok("users/lookup", userIDs=ids)]


@pytest.mark.rule("emf.parameters.arrays")
def test_one_thing_is_a_list_of_one(emfluence: Emfluence) -> None:
    assert [101] == [each["userID"] for each in emfluence.ok("users/lookup", userIDs=101)]


@pytest.mark.rule("emf.parameters.arrays", "emf.parameters.repeated")
@pytest.mark.parametrize(
    "query", ["userIDs=101,102", "userIDs=101&userIDs=102", "userids=101&USERIDS=102", "userIDs=101%2C102"]
)
def test_a_list_in_the_url_has_commas_or_is_repeated(emfluence: Emfluence, query: str) -> None:
    users = envelope(emfluence.request("GET", f"users/lookup?{query}"))["data"]

    assert [101, 102] == [each["userID"] for each in users]


@pytest.mark.rule("emf.parameters.repeated", "emf.code.500")
def test_a_repeated_parameter_that_is_no_list_is_code_500(emfluence: Emfluence) -> None:
    assert 500 == envelope(emfluence.request("GET", "users/lookup?userID=101&userID=102"))["code"]


@pytest.mark.rule("emf.code.500")
@pytest.mark.parametrize("ids", [["x"], "x", [None], [1.5], {"a": 1}, [[101]], [True, "y"], "101;102", "1e3"])
def test_a_list_of_something_else_is_code_500_and_names_the_place(emfluence: Emfluence, ids: Any) -> None:
    code, said = emfluence.refused("users/lookup", userIDs=ids)

    assert 500 == code
    assert said.startswith("userIDs[")


# Single values


@pytest.mark.rule("emf.parameters.booleans")
@pytest.mark.parametrize(
    ("value", "count"),
    [
        *((value, 1) for value in (True, 1, "1", "true", "TRUE", "yes", 1.0)),
        *((value, 19) for value in (False, 0, "0", "false", "No", 0.0)),
        *((value, 20) for value in ("", " ", None)),
    ],
    ids=repr,
)
def test_a_boolean_may_be_given_in_many_forms(emfluence: Emfluence, value: Any, count: int) -> None:
    assert count == emfluence.ok("contacts/search", suppressed=value)["paging"]["totalRecords"]
    if not isinstance(value, float | None):
        assert count == emfluence.get("contacts/search", suppressed=str(value))["data"]["paging"]["totalRecords"]


@pytest.mark.rule("emf.code.500")
@pytest.mark.parametrize("value", ["hello", 2, -1, [], [True], {}, 0.5, "11"])
def test_what_is_no_boolean_is_code_500(emfluence: Emfluence, value: Any) -> None:
    code, said = emfluence.refused("contacts/search", suppressed=value)

    assert 500 == code
    assert said.startswith("suppressed: ")


@pytest.mark.rule("emf.code.500", "emf.code.501", "emf.code.300")
@pytest.mark.parametrize(
    ("value", "code"),
    [
        (102, 0),
        ("102", 0),
        (" 102 ", 0),
        (102.0, 0),
        ("hello", 500),
        (1.5, 500),
        ("1.5", 500),
        ([102], 500),
        ({"userID": 102}, 500),
        (10**30, 501),
        (-(10**30), 501),
        (2**63 - 1, 300),
        (-(2**63), 300),
    ],
    ids=repr,
)
def test_a_number_may_be_a_text_with_one(emfluence: Emfluence, value: Any, code: int) -> None:
    assert code == emfluence.code("users/lookup", userID=value)


@pytest.mark.rule("emf.parameters.texts")
@pytest.mark.parametrize(
    ("value", "taken"), [(7, "7"), (7.5, "7.5"), (True, "true"), (False, "false"), (None, ""), ("", "")]
)
def test_numbers_and_booleans_are_taken_for_texts(emfluence: Emfluence, value: Any, taken: str) -> None:
    assert taken == emfluence.ok("contacts/save", email="text@example.com", customerID=value)["customerID"]


@pytest.mark.rule("emf.code.500")
@pytest.mark.parametrize("value", [[], ["x"], {}, {"value": "x"}])
def test_what_is_no_text_is_code_500(emfluence: Emfluence, value: Any) -> None:
    assert 500 == emfluence.code("contacts/save", email="text@example.com", customerID=value)


@pytest.mark.rule("emf.parameters.blanks")
@pytest.mark.parametrize("blank", ["", " ", None])
def test_a_blank_counts_as_not_given(emfluence: Emfluence, blank: Any) -> None:
    given = dict.fromkeys(["groupID", "suppressed", "dateAddedStart", "page", "rpp", "contactIDs"], blank)
    paging = emfluence.ok("contacts/search", **given)["paging"]

    assert (20, 1, 20) == (paging["totalRecords"], paging["page"], paging["rpp"])


@pytest.mark.rule("emf.parameters.texts")
@pytest.mark.parametrize("name", ["Zoë", "李", "🦭", "O'Hara; --", "a\x00b", "x" * 10_000, "%_*"])
def test_texts_come_back_as_they_were(emfluence: Emfluence, name: str) -> None:
    assert name == emfluence.ok("contacts/save", email="text@example.com", lastName=name)["lastName"]
    assert name == emfluence.contact("text@example.com")["lastName"]
