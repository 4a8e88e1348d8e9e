"""Importing contacts: shapes of the call, what refuses all of it, and what becomes of each record."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.providers.emfluence.client import Emfluence, envelope
from tests.workspace import Workspace

JOHN, JANE, OLGA, AMINA, PETER = 1001, 1002, 1004, 1006, 1007
DIRECTOR, EDITOR = 101, 102
ALL, NEWSLETTER, MEMBERS, PRESS, SIGNUPS, MAINE = 1, 201, 202, 203, 204, 207

Counts = tuple[int, int, int, list[str]]


def counts(body: dict[str, Any]) -> Counts:
    """Records in the data, inserted, updated; and warnings."""
    assert 1 == body["success"], body
    data = body["data"]
    assert {"recordsInData", "recordsInserted", "recordsUpdated"} == set(data)
    return data["recordsInData"], data["recordsInserted"], data["recordsUpdated"], body.get("warnings", [])


def load(emfluence: Emfluence, *records: Any, **parameters: Any) -> Counts:
    return counts(emfluence.call("contacts/import", contacts=list(records), **parameters))


def invented(number: int) -> list[dict[str, str]]:
    return [{"email": f"p{place}@example.com", "lastName": str(place)} for place in range(number)]


@pytest.mark.rule("emf.import_contacts", "emf.import_contacts.by_email")
def test_contacts_are_added_and_updated_by_their_emails(emfluence: Emfluence, workspace: Workspace) -> None:
    workspace.freeze("2030-01-01T12:00:00Z")
    before = emfluence.contact("john.doe@example.com")

    found = load(
        emfluence,
        {"email": "JOHN.DOE@example.com", "lastName": "Deer", "contactID": JANE, "custom1": "Silver"},
        {"email": "new@example.com", "lastName": "New", "contactID": JANE, "custom1": ""},
    )

    assert (2, 1, 1, []) == found
    assert before | {
        "email": "JOHN.DOE@example.com",
        "lastName": "Deer",
        "customFields": before["customFields"] | {"custom1": {"label": "Membership", "value": "Silver"}},
        "dateModified": "2030-01-01 12:00:00",
    } == emfluence.contact("john.doe@example.com")
    new = emfluence.contact("new@example.com")
    assert ("New", DIRECTOR, "Unknown", "2030-01-01 12:00:00", "", [ALL]) == tuple(
        new[name] for name in ("lastName", "userID", "originalSource", "dateAdded", "dateModified", "groupIDs")
    )
    assert "Roe" == emfluence.contact("jane.roe@example.com")["lastName"]


# Shapes of the call


@pytest.mark.rule("emf.import_contacts.wrapper")
@pytest.mark.parametrize(
    "body",
    [
        {"contacts": [{"email": "new@example.com"}]},
        {"CONTACTS": [{"email": "new@example.com"}], "others": [1]},
        {"data": [{"email": "new@example.com"}]},
        {"records": [{"email": "new@example.com"}], "groupIDs": [PRESS], "format": "json"},
        [{"email": "new@example.com"}],
    ],
)
def test_the_records_have_a_name_or_none(emfluence: Emfluence, body: Any) -> None:
    assert (1, 1, 0, []) == counts(envelope(emfluence.request("POST", "contacts/import", json=body)))


@pytest.mark.rule("emf.import_contacts.wrapper")
def test_an_array_may_come_with_groups_in_the_url(emfluence: Emfluence) -> None:
    response = emfluence.request("POST", "contacts/import?groupIDs=203", json=[{"email": "new@example.com"}])

    assert (1, 1, 0, []) == counts(envelope(response))
    assert [ALL, PRESS] == emfluence.contact("new@example.com")["groupIDs"]


@pytest.mark.rule("emf.import_contacts.wrapper")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 502),
        ({"groupIDs": [PRESS]}, 502),
        ({"a": [], "b": []}, 501),
        ({"contacts": {"email": "new@example.com"}}, 500),
        ({"contacts": "new@example.com"}, 500),
        ({"contacts": None}, 500),
    ],
)
def test_records_that_are_not_to_be_found_refuse_the_call(emfluence: Emfluence, body: Any, code: int) -> None:
    assert code == envelope(emfluence.request("POST", "contacts/import", json=body))["code"]


def test_no_records_are_imported_easily(emfluence: Emfluence) -> None:
    assert (0, 0, 0, []) == load(emfluence)


@pytest.mark.rule("emf.import_contacts.most")
def test_a_thousand_records_are_imported_and_no_more(emfluence: Emfluence) -> None:
    assert (1000, 1000, 0, []) == load(emfluence, *invented(1000))
    assert (1000, 0, 1000, []) == load(emfluence, *invented(1000))
    assert (501, "contacts: expected at most 1000 records, found 1001") == emfluence.refused(
        "contacts/import", contacts=invented(1001)
    )
    assert "999" == emfluence.contact("p999@example.com")["lastName"]


@pytest.mark.rule("emf.import_contacts.structure")
@pytest.mark.parametrize(
    ("record", "code", "said"),
    [
        ({"email": "b@example.com"}, 501, "it lacks lastname"),
        ({"email": "b@example.com", "lastName": "B", "city": "X"}, 501, "it has city besides"),
        ({"email": "b@example.com", "firstName": "B"}, 501, "it lacks lastname and has firstname besides"),
        ("b@example.com", 500, "expected an object, found str"),
        (None, 500, "expected an object, found NoneType"),
    ],
)
def test_a_record_of_another_structure_refuses_the_call(emfluence: Emfluence, record: Any, code: int, said: str) -> None:
    found, text = emfluence.refused("contacts/import", contacts=[*invented(2), record])

    assert code == found
    assert text.startswith("contacts[2]: ")
    assert text.endswith(said)
    assert 20 == emfluence.ok("contacts/search")["paging"]["totalRecords"]


@pytest.mark.rule("emf.import_contacts.structure")
def test_order_and_letter_case_are_no_structure(emfluence: Emfluence) -> None:
    assert (2, 2, 0, []) == load(
        emfluence, {"email": "a@example.com", "lastName": "A"}, {"lastname": "B", "EMAIL": "b@example.com"}
    )


@pytest.mark.rule("emf.import_contacts.no_email")
@pytest.mark.parametrize("record", [{"email": "", "lastName": "B"}, {"email": None, "lastName": "B"}])
def test_a_record_without_an_email_refuses_the_call(emfluence: Emfluence, record: Any) -> None:
    assert (502, "contacts[2].email is required") == emfluence.refused("contacts/import", contacts=[*invented(2), record])
    assert 300 == emfluence.code("contacts/lookup", email="p0@example.com")


@pytest.mark.rule("emf.import_contacts.no_email")
def test_records_that_know_no_emails_refuse_the_call(emfluence: Emfluence) -> None:
    assert (502, "contacts[0].email is required") == emfluence.refused("contacts/import", contacts=[{"contactID": JOHN}])


@pytest.mark.rule("emf.import_contacts.no_email")
@pytest.mark.reading("emfluence", import_without_email="warn")
def test_a_record_without_an_email_can_be_a_warning(emfluence: Emfluence) -> None:
    found = load(emfluence, *invented(2), {"email": " ", "lastName": "B"})

    assert (3, 2, 0, ["contacts[2]: email is required"]) == found


# What becomes of each record


@pytest.mark.rule("emf.import_contacts.warnings")
@pytest.mark.parametrize(
    ("field", "good", "bad", "said"),
    [
        ("lastName", "Good", ["x"], "lastName: "),
        ("dateOfBirth", "1975-04-12", "2999-01-01", "dateOfBirth: expected a day of the past"),
        ("mobileNumber", "4155552671", "12", "mobileNumber: expected a phone number"),
        ("purl", "good", "david.cohen", 'PURL "david.cohen" belongs to another record.'),
        ("userID", EDITOR, 999, "userID: expected a user of the account"),
        ("custom2", "Good", {"label": "x"}, "customFields: "),
        ("groupIDs", [PRESS], [999], "groupIDs: there is no group 999"),
        ("groupIDs", "203", [MAINE], "groupIDs: "),
        ("removeGroupIDs", [PRESS], [998], "groupIDs: there is no group 998"),
        ("suppressed", 1, "maybe", "suppressed: "),
    ],
)
def test_a_bad_record_is_a_warning_and_the_others_are_saved(
    emfluence: Emfluence, field: str, good: Any, bad: Any, said: str
) -> None:
    records = [{"email": f"{name}@example.com", field: value} for name, value in (("a", bad), ("b", good), ("c", bad))]

    in_data, inserted, updated, warnings = load(emfluence, *records)

    assert (3, 1, 0) == (in_data, inserted, updated)
    assert [f"contacts[{place}]: {said}" for place in (0, 2)] == [warning[: len(said) + 13] for warning in warnings]
    assert [300, 0, 300] == [emfluence.code("contacts/lookup", email=record["email"]) for record in records]


@pytest.mark.rule("emf.import_contacts.warnings")
def test_an_address_that_is_none_is_a_warning(emfluence: Emfluence) -> None:
    found = load(emfluence, {"email": "nobody"}, {"email": 7}, {"email": "a@example.com"})

    assert (3, 1, 0) == found[:3]
    assert [
        "contacts[0]: email: expected an e-mail address, found 'nobody'",
        "contacts[1]: email: expected an e-mail address, found 7",
    ] == found[3]


@pytest.mark.rule("emf.import_contacts.never_unsuppresses", "emf.contacts.suppressed", "emf.contacts.held")
def test_an_import_suppresses_and_never_unsuppresses(emfluence: Emfluence, workspace: Workspace) -> None:
    workspace.freeze("2030-01-01T12:00:00Z")
    since = emfluence.contact("olga.ivanova@example.net")["dateSuppressed"]

    found = load(
        emfluence,
        {"email": "olga.ivanova@example.net", "suppressed": 0, "held": 1, "lastName": "Iwanowa"},
        {"email": "nobody.there@example.com", "suppressed": 1, "held": 0, "lastName": "Silva"},
    )

    assert (2, 0, 2, []) == found
    names = ("suppressed", "dateSuppressed", "held", "dateHeld", "lastName")
    now = "2030-01-01 12:00:00"
    assert (1, since, 1, now, "Iwanowa") == tuple(emfluence.contact("olga.ivanova@example.net")[name] for name in names)
    assert (1, now, 0, "", "Silva") == tuple(emfluence.contact("nobody.there@example.com")[name] for name in names)


@pytest.mark.rule("emf.import_contacts.repeated")
def test_an_email_that_comes_again_updates_what_it_made(emfluence: Emfluence) -> None:
    found = load(
        emfluence,
        {"email": "new@example.com", "custom1": "a", "custom2": "x"},
        {"email": "New@example.com", "custom1": "b", "custom2": "y"},
        {"email": "other@example.com", "custom1": "c", "custom2": ""},
        {"email": "NEW@example.com", "custom1": "d", "custom2": ""},
    )

    assert (4, 2, 2, []) == found
    new = emfluence.contact("new@example.com")
    assert ("NEW@example.com", "d", "") == (new["email"], *(new["customFields"][f"custom{n}"]["value"] for n in (1, 2)))


@pytest.mark.rule("emf.import_contacts.warnings", "emf.contacts.purl_unique")
def test_a_purl_that_comes_again_is_the_first_ones(emfluence: Emfluence) -> None:
    found = load(emfluence, {"email": "a@example.com", "purl": "me"}, {"email": "b@example.com", "purl": "ME"})

    assert (2, 1, 0, ['contacts[1]: PURL "ME" belongs to another record.']) == found


@pytest.mark.rule("emf.contacts.unknown_custom_field")
def test_a_custom_field_that_is_not_defined_is_a_warning(emfluence: Emfluence) -> None:
    found = load(emfluence, {"email": "a@example.com", "customFields": {"custom9": {"value": "x"}}})

    assert (1, 0, 0) == found[:3]
    assert "there is no custom field custom9" in found[3][0]


# Groups


@pytest.mark.rule("emf.import_contacts.groups")
def test_groups_are_for_all_records_or_for_one(emfluence: Emfluence) -> None:
    found = load(
        emfluence,
        {"email": "a@example.com", "groupIDs": [MEMBERS], "removeGroupIDs": []},
        {"email": "b@example.com", "groupIDs": [], "removeGroupIDs": ""},
        {"email": "john.doe@example.com", "groupIDs": "", "removeGroupIDs": [NEWSLETTER]},
        groupIDs="203",
    )

    assert (3, 2, 1, []) == found
    assert [ALL, MEMBERS, PRESS] == emfluence.contact("a@example.com")["groupIDs"]
    assert [ALL, PRESS] == emfluence.contact("b@example.com")["groupIDs"]
    assert [ALL, MEMBERS, PRESS, MAINE] == emfluence.contact("john.doe@example.com")["groupIDs"]


@pytest.mark.rule("emf.import_contacts.groups")
@pytest.mark.parametrize(("groups", "code"), [([999], 300), ([MAINE], 302), ("x", 500)])
def test_a_bad_group_for_all_refuses_the_call(emfluence: Emfluence, groups: Any, code: int) -> None:
    assert code == emfluence.code("contacts/import", contacts=invented(1), groupIDs=groups)
    assert 300 == emfluence.code("contacts/lookup", email="p0@example.com")


@pytest.mark.rule("emf.import_contacts.groups")
def test_whoever_comes_into_the_source_group_of_an_automated_email_gets_it(
    emfluence: Emfluence, workspace: Workspace
) -> None:
    load(emfluence, *invented(2), groupIDs=[SIGNUPS])
    load(emfluence, *invented(3), groupIDs=[SIGNUPS])

    assert [f"p{place}@example.com" for place in (0, 1, 2)] == sorted(
        message["recipient"] for message in workspace.messages()
    )


@pytest.mark.reading("emfluence", unknown_group="ignore")
def test_unknown_groups_can_be_passed_over(emfluence: Emfluence) -> None:
    assert (1, 1, 0, []) == load(emfluence, {"email": "a@example.com", "groupIDs": [998, PRESS]}, groupIDs=[999])
    assert [ALL, PRESS] == emfluence.contact("a@example.com")["groupIDs"]


# Who may


@pytest.mark.rule("emf.import_contacts.permission")
def test_importing_requires_its_permission_and_no_other(emfluence: Emfluence) -> None:
    said = "Access to this endpoint requires the permission 'Contacts (Import)'"

    assert (204, said) == emfluence.as_user("volunteer").refused("contacts/import", contacts=invented(1))
    assert 0 == emfluence.as_user("editor").code("contacts/import", contacts=invented(1))
    assert EDITOR == emfluence.contact("p0@example.com")["userID"]


@pytest.fixture
def importer(tmp_path: Path) -> Iterator[Emfluence]:
    """A restricted user who may import, in a world with a contact of somebody else."""
    (tmp_path / "emfluence.toml").write_text(
        """
        users = [
            { username = "owner", permissions = ["Client admin"] },
            { username = "importer", permissions = ["Restricted user", "Contacts (Import)"] },
        ]
        contacts = [{ email = "john@example.com", owner = "owner" }, { email = "ann@example.com", owner = "importer" }]
        """,
        "utf-8",
    )
    with TestClient(create_app(Settings(fixtures=[str(tmp_path)])), base_url="http://127.0.0.1:8765") as client:
        workspace = Workspace(client, "imports")
        workspace.control("POST", "workspaces", json={"name": workspace.name})
        yield Emfluence(workspace, "importer")


@pytest.mark.rule("emf.import_contacts.warnings")
def test_a_restricted_user_imports_own_contacts(importer: Emfluence) -> None:
    in_data, inserted, updated, warnings = load(
        importer, {"email": "john@example.com"}, {"email": "ann@example.com"}, {"email": "new@example.com"}
    )

    assert (3, 1, 1) == (in_data, inserted, updated)
    assert ["contacts[0]: The contact 1 belongs to another user"] == [each.partition(",")[0] for each in warnings]
    assert importer.contact("ann@example.com")["userID"] == importer.contact("new@example.com")["userID"]


def test_importing_is_for_post_only(emfluence: Emfluence) -> None:
    assert 2 == emfluence.get("contacts/import", contacts="x")["code"]
