"""Searching contacts: who fits, what is answered of them, in which order, page by page."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence
from tests.workspace import Workspace

JOHN, JANE, WEI, OLGA, HELD, AMINA, PETER, SARA, KENJI, FATIMA = range(1001, 1011)
GEORGE, NORA, TOM, INES, DAVID, EMILY, RAJ, CHLOE, HELLO, VICTOR = range(1011, 1021)
EVERYBODY = list(range(1001, 1021))
EDITOR, VOLUNTEER = 102, 103
ALL, NEWSLETTER, PRESS, MAINE = 1, 201, 203, 207
START, END = "2030-01-01 12:00:00", "2030-01-01 12:00:02"


def search(emfluence: Emfluence, **criteria: Any) -> list[int]:
    return [record["contactID"] for record in emfluence.records("contacts/search", rpp=250, **criteria)]


# Who fits


@pytest.mark.rule("emf.search_contacts", "emf.search_contacts.all_of", "emf.search_contacts.wildcards")
@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({}, EVERYBODY),
        ({"contactIDs": "1003,1001,7"}, [JOHN, WEI]),
        ({"userID": VOLUNTEER}, [PETER, SARA]),
        ({"userID": 999}, []),
        ({"suppressed": True}, [OLGA]),
        ({"held": "1"}, [HELD]),
        ({"suppressed": 0, "held": "false", "state": "ME"}, [JOHN, JANE, AMINA, TOM, VICTOR]),
        ({"email": "john.doe@example.com"}, [JOHN]),
        ({"email": "JOHN.DOE@*"}, [JOHN]),
        ({"email": "*@example.org", "state": "m*"}, [WEI, AMINA]),
        ({"email": "john.doe"}, []),
        ({"customerID": "c-1001"}, [JOHN]),
        ({"lastName": "*O*"}, [JOHN, JANE, OLGA, AMINA, PETER, SARA, KENJI, INES, DAVID, EMILY]),
        ({"company": "doe & sons"}, [JOHN]),
        ({"title": "Edit*"}, [WEI]),
        ({"phone": "207*"}, [JOHN]),
        ({"city": "*ort*nd"}, [JANE]),
        ({"zipCode": "04401"}, [JOHN]),
        ({"country": "JP"}, [KENJI]),
        ({"purl": "David.Cohen"}, [DAVID]),
        ({"state": "*"}, EVERYBODY),
        ({"state": "", "suppressed": "", "groupID": "", "contactIDs": "", "dobYear": "", "dateAddedStart": ""}, EVERYBODY),
        ({"firstName": "John", "unknown": 1}, EVERYBODY),
    ],
)
def test_all_criteria_have_to_fit(emfluence: Emfluence, criteria: dict[str, Any], expected: list[int]) -> None:
    assert expected == search(emfluence, **criteria)


@pytest.mark.rule("emf.search_contacts.wildcards")
@pytest.mark.parametrize("pattern", ["%", "_", "M_", "M?", "[A-Z]*", "[", "ME%", "' OR 1=1 --", "\\*", "M" * 999])
def test_no_character_but_the_star_is_special(emfluence: Emfluence, pattern: str) -> None:
    assert [] == search(emfluence, state=pattern)
    assert [] == search(emfluence, email=pattern)


@pytest.mark.rule("emf.search_contacts.wildcards")
def test_special_characters_stand_for_themselves(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/save", contactID=JOHN, company="[50%] a_b?", lastName="Ångström")

    assert [JOHN] == search(emfluence, company="[50%] A_b?")
    assert [JOHN] == search(emfluence, company="*[*]*?")
    assert [JOHN] == search(emfluence, lastName="ånG*M")


def test_a_pattern_without_an_end_is_refused(emfluence: Emfluence) -> None:
    assert 501 == emfluence.code("contacts/search", company="*a" * 501)


@pytest.mark.rule("emf.search_contacts.most_ids")
def test_a_hundred_ids_are_enough(emfluence: Emfluence) -> None:
    assert EVERYBODY == search(emfluence, contactIDs=list(range(1001, 1101)))
    assert (501, "contactIDs: expected at most 100, found 101") == emfluence.refused(
        "contacts/search", contactIDs=list(range(101))
    )


@pytest.mark.rule("emf.search_contacts.birth")
@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"dobMonth": 4}, [JOHN]),
        ({"dobDay": "3"}, [KENJI]),
        ({"dobYear": 1900}, [KENJI]),
        ({"dobYear": 1975, "dobMonth": 4, "dobDay": 12}, [JOHN]),
        ({"dobYear": 1975, "dobMonth": 11}, []),
    ],
)
def test_parts_of_a_birthday(emfluence: Emfluence, criteria: dict[str, Any], expected: list[int]) -> None:
    assert expected == search(emfluence, **criteria)


@pytest.mark.rule("emf.search_contacts.birth")
@pytest.mark.parametrize(
    "criteria", [{"dobMonth": 0}, {"dobMonth": 13}, {"dobDay": 0}, {"dobDay": 32}, {"dobYear": 1899}, {"dobYear": 2031}]
)
def test_parts_that_no_birthday_has_are_refused(
    emfluence: Emfluence, workspace: Workspace, criteria: dict[str, int]
) -> None:
    workspace.freeze("2030-01-01T12:00:00Z")

    code, said = emfluence.refused("contacts/search", **criteria)

    assert 501 == code
    assert said.startswith(f"{next(iter(criteria))}: ")


# Dates


@pytest.mark.rule("emf.search_contacts.ranges")
@pytest.mark.parametrize("kind", ["dateAdded", "dateModified"])
def test_a_range_includes_both_ends(emfluence: Emfluence, workspace: Workspace, kind: str) -> None:
    workspace.freeze("2030-01-01T11:59:59Z")
    places = {}
    for second in range(5):
        found = emfluence.ok("contacts/save", email=f"at{second}@example.com")
        places[found["contactID"]] = second
        emfluence.ok("contacts/save", contactID=found["contactID"])
        workspace.advance(seconds=1)

    def within(**criteria: str) -> list[int]:
        return [places[contact] for contact in search(emfluence, email="at*", **criteria)]

    assert [1, 2, 3] == within(**{f"{kind}Start": START, f"{kind}End": END})
    assert [1, 2, 3, 4] == within(**{f"{kind}Start": START})
    assert [0, 1, 2, 3] == within(**{f"{kind}End": END})
    assert [] == within(**{f"{kind}Start": END, f"{kind}End": START})


@pytest.mark.rule("emf.search_contacts.ranges")
def test_whoever_was_never_modified_is_in_no_range(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/save", contactID=JOHN)

    assert [JOHN] == search(emfluence, dateModifiedStart="1999-01-01 00:00:00")
    assert [JOHN] == search(emfluence, dateModifiedEnd="9999-12-31 23:59:59")


@pytest.mark.parametrize("reading", ["local", "gmt"])
def test_a_range_may_be_of_bare_dates(emfluence: Emfluence, workspace: Workspace, reading: str) -> None:
    workspace.configure("emfluence", bare_datetime=reading)
    workspace.freeze("2030-01-02T03:00:00Z")  # in Chicago it is still the first
    added = emfluence.ok("contacts/save", email="late@example.com")["contactID"]

    assert ([] if reading == "local" else [added]) == search(emfluence, dateAddedStart="2030-01-02")


@pytest.mark.parametrize(("value", "code"), [("hello", 500), ("2030-13-01 00:00:00", 500), (5, 500), ([], 500)])
def test_a_bad_moment_is_refused(emfluence: Emfluence, value: Any, code: int) -> None:
    assert code == emfluence.code("contacts/search", dateAddedStart=value)


@pytest.mark.rule("emf.search_contacts.inactive")
def test_inactive_are_those_without_activity_in_the_range(emfluence: Emfluence) -> None:
    criteria = {"lastActivityDateStart": "2000-01-01 00:00:00", "lastClickDateEnd": "9999-12-31 00:00:00"}

    active = search(emfluence, **criteria)
    inactive = search(emfluence, **criteria, lastActivityType="INACTIVE", lastClickType="inactive")

    assert set() == set(active) & set(inactive)
    assert HELLO in inactive
    assert active == search(emfluence, **criteria, lastActivityType="active", lastClickType="")


@pytest.mark.rule("emf.search_contacts.inactive")
def test_a_type_without_a_range_finds_everybody(emfluence: Emfluence) -> None:
    assert EVERYBODY == search(emfluence, lastActivityType="inactive")


def test_a_type_that_is_none_is_refused(emfluence: Emfluence) -> None:
    assert 501 == emfluence.code("contacts/search", lastClickType="sometimes")


# Groups


@pytest.mark.rule("emf.search_contacts.all_of")
@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"groupID": ALL}, EVERYBODY),
        ({"groupID": PRESS}, [WEI, NORA]),
        ({"groupID": NEWSLETTER, "email": "*@example.org"}, [WEI, AMINA, CHLOE]),
        ({"groupID": MAINE}, [JOHN, JANE, AMINA, TOM, VICTOR]),
        ({"groupID": "207", "city": "bangor"}, [JOHN]),
    ],
)
def test_members_of_a_group(emfluence: Emfluence, criteria: dict[str, Any], expected: list[int]) -> None:
    assert expected == search(emfluence, **criteria)


@pytest.mark.parametrize(("group", "code"), [(999, 300), (0, 300), ("x", 500), (2**63, 501)])
def test_members_of_no_group(emfluence: Emfluence, group: Any, code: int) -> None:
    assert code == emfluence.code("contacts/search", groupID=group)


# Who may


@pytest.mark.rule("emf.search_contacts.restricted")
def test_a_restricted_user_finds_own_contacts(emfluence: Emfluence) -> None:
    volunteer = emfluence.as_user("volunteer")

    assert [PETER, SARA] == search(volunteer)
    assert [PETER] == search(volunteer, groupID=NEWSLETTER)
    assert [] == search(volunteer, email="john*")
    assert 2 == volunteer.ok("contacts/search", rpp=1)["paging"]["totalPages"]


def test_searching_needs_no_permission(emfluence: Emfluence) -> None:
    assert EVERYBODY == search(emfluence.as_user("reader"))


# What is answered


@pytest.mark.rule("emf.search_contacts.default_fields")
def test_a_record_is_short_unless_more_is_asked_for(emfluence: Emfluence) -> None:
    (record,) = emfluence.records("contacts/search", email="john*")

    whole = emfluence.contact("john.doe@example.com")
    names = ["contactID", "dateAdded", "dateModified", "email", "firstName", "held", "lastName", "suppressed", "userID"]
    assert {name: whole[name] for name in names} == record


@pytest.mark.rule("emf.search_contacts.fields")
@pytest.mark.parametrize(
    "fields", ["custom1,FIRSTNAME, content2", ["custom1", "firstname", "Content2"], ["custom1,firstName", "content2"]]
)
def test_fields_are_answered_flat(emfluence: Emfluence, fields: Any) -> None:
    emfluence.ok("contacts/save", contactID=JOHN, content2="x")

    records = emfluence.records("contacts/search", contactIDs=[JOHN, OLGA], fields=fields)

    assert [
        {"contactID": JOHN, "custom1": "Gold", "firstName": "John", "content2": "x"},
        {"contactID": OLGA, "custom1": "", "firstName": "Olga", "content2": ""},
    ] == records


@pytest.mark.rule("emf.search_contacts.fields")
def test_every_field_is_as_in_the_whole_contact(emfluence: Emfluence) -> None:
    whole = emfluence.ok(
        "contacts/save",
        contactID=OLGA,
        held=1,
        mobileNumber="4155552671",
        notes="n",
        customFields={"custom2": "y"},
        contentVariables={"content10": "z"},
        dateOfBirth="1900-02-28",
    )
    nested = ("customFields", "contentVariables", "groupIDs", "contactScore", "ipAddress", "memo")
    flat = {name: value for name, value in whole.items() if name not in nested}
    flat |= {name: each["value"] for kind in nested[:2] for name, each in whole[kind].items()} | {"contactScore": 0}

    (record,) = emfluence.records("contacts/search", contactIDs=OLGA, fields=",".join(flat))

    assert flat == record


@pytest.mark.rule("emf.search_contacts.unknown_field")
@pytest.mark.parametrize("name", ["custom4", "content11", "groupIDs", "contactScore1", "id", "email;", "first name"])
def test_a_field_that_there_is_not_is_refused(emfluence: Emfluence, name: str) -> None:
    code, said = emfluence.refused("contacts/search", fields=["email", name])

    assert 501 == code
    assert said.startswith(f"fields: there is no field {name.lower()}; there are contactID, ")


# Order and pages


@pytest.mark.rule("emf.search_contacts.sort")
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [JOHN, JANE, WEI, HELD, FATIMA]),
        ({"sortDirection": "DESC"}, [FATIMA, HELD, WEI, JANE, JOHN]),
        ({"sortField": "email"}, [FATIMA, JANE, JOHN, WEI, HELD]),
        ({"sortField": "EMAIL", "sortDirection": "desc"}, [HELD, WEI, JOHN, JANE, FATIMA]),
        ({"sortField": "dateModified"}, [JOHN, HELD, FATIMA, WEI, JANE]),
        ({"sortField": "dateModified", "sortDirection": "desc"}, [JANE, WEI, JOHN, HELD, FATIMA]),
        ({"sortField": "contactScore", "sortDirection": "desc"}, [JOHN, JANE, WEI, HELD, FATIMA]),
    ],
)
def test_the_order(emfluence: Emfluence, workspace: Workspace, asked: dict[str, str], expected: list[int]) -> None:
    for contact in (WEI, JANE):
        emfluence.ok("contacts/save", contactID=contact)
        workspace.advance(seconds=1)

    assert expected == search(emfluence, contactIDs=[JOHN, JANE, WEI, HELD, FATIMA], **asked)


@pytest.mark.rule("emf.search_contacts.sort")
@pytest.mark.parametrize("asked", [{"sortField": "lastName"}, {"sortField": "id"}, {"sortDirection": "up"}])
def test_an_order_that_there_is_not_is_refused(emfluence: Emfluence, asked: dict[str, str]) -> None:
    code, said = emfluence.refused("contacts/search", **asked)

    assert 501 == code
    assert said.startswith(f"{next(iter(asked))}: expected ")


@pytest.mark.rule("emf.search_contacts")
def test_pages(emfluence: Emfluence) -> None:
    first = emfluence.get("contacts/search", state="ME", rpp=2, fields="email")["data"]

    assert {"page": 1, "rpp": 2, "totalPages": 3, "totalRecords": 5, "prev": ""} == {
        name: value for name, value in first["paging"].items() if name != "next"
    }
    assert [JOHN, JANE] == [record["contactID"] for record in first["records"]]
    following = emfluence.workspace.server.get(first["paging"]["next"], headers=emfluence.headers).json()["data"]
    assert [AMINA, TOM] == [record["contactID"] for record in following["records"]]
    assert [] == emfluence.records("contacts/search", page=7)


@pytest.mark.rule("emf.search_contacts")
def test_a_page_holds_250_records_and_no_more(emfluence: Emfluence) -> None:
    assert 250 == emfluence.ok("contacts/search", rpp=250)["paging"]["rpp"]
    assert 501 == emfluence.code("contacts/search", rpp=251)


@pytest.mark.reading("emfluence", rpp_above_maximum="clamp")
def test_a_larger_page_can_be_cut(emfluence: Emfluence) -> None:
    assert 250 == emfluence.ok("contacts/search", rpp=1000)["paging"]["rpp"]
    assert 501 == emfluence.code("contacts/search", rpp=0)


def test_nothing_has_no_pages(emfluence: Emfluence) -> None:
    assert (0, 0) == pages_of_nothing(emfluence)


@pytest.mark.reading("emfluence", total_pages_of_nothing=1)
def test_nothing_can_have_a_page(emfluence: Emfluence) -> None:
    assert (1, 0) == pages_of_nothing(emfluence)


def pages_of_nothing(emfluence: Emfluence) -> tuple[int, int]:
    found = emfluence.ok("contacts/search", email="nobody@*")

    assert ("", "", []) == (found["paging"]["next"], found["paging"]["prev"], found["records"])
    return found["paging"]["totalPages"], found["paging"]["totalRecords"]
