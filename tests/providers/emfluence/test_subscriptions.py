"""Who is in which group: the groups of a contact, the contacts of a group, joining, leaving, opting out of one group."""

from typing import Any

import pytest

from mockserver.providers.emfluence.actions import automation
from tests.providers.emfluence.client import Emfluence

ALL, NEWSLETTER, MEMBERS, PRESS, SIGNUPS, PAST, BOARD, MAINE = 1, 201, 202, 203, 204, 205, 206, 207
JOHN, AMINA, PETER = 1001, 1006, 1007
FROZEN = "2030-01-01T12:00:00Z"


def groups(emfluence: Emfluence, contact: int) -> dict[int, int]:
    """The groups that a contact is in, each with its flag."""
    found = emfluence.records("contacts/getGroups", contactID=contact)
    return {each["groupID"]: each["suppressed"] for each in found}


def members(emfluence: Emfluence, group: int) -> dict[int, int]:
    found = emfluence.records("groups/getContacts", groupID=group, rpp=250)
    return {each["contactID"]: each["suppressed"] for each in found}


def subscribe(emfluence: Emfluence, contact: int, flags: dict[int, Any]) -> Any:
    wanted = [{"groupID": group, "suppressed": flag} for group, flag in flags.items()]
    return emfluence.ok("contacts/saveGroups", contactID=contact, groups=wanted)


# Reading


@pytest.mark.rule("emf.list_contact_groups", "emf.subscriptions.flag", "emf.subscriptions.order")
def test_the_groups_of_a_contact(emfluence: Emfluence) -> None:
    assert [
        {"groupID": 1, "groupName": "All", "suppressed": 0},
        {"groupID": 201, "groupName": "Newsletter", "suppressed": 1},
        {"groupID": 202, "groupName": "Members", "suppressed": 0},
        {"groupID": 207, "groupName": "People from Maine", "suppressed": 0},
    ] == emfluence.records("contacts/getGroups", contactID=AMINA)
    assert groups(emfluence, AMINA) == {
        each["groupID"]: each["suppressed"]
        for each in emfluence.records("contacts/getGroups", email=" AMINA.diallo@example.org")
    }
    assert [1, 201, 202, 207] == emfluence.ok("contacts/lookup", contactID=AMINA)["groupIDs"]


@pytest.mark.rule("emf.list_contact_groups", "emf.subscriptions.order")
def test_the_groups_of_a_contact_are_paged(emfluence: Emfluence) -> None:
    page = emfluence.ok("contacts/getGroups", contactID=JOHN, rpp=3, page=2)

    assert (4, 2, "") == (page["paging"]["totalRecords"], page["paging"]["totalPages"], page["paging"]["next"])
    assert [MAINE] == [each["groupID"] for each in page["records"]]
    assert 501 == emfluence.code("contacts/getGroups", contactID=JOHN, rpp=251)


@pytest.mark.rule("emf.list_group_contacts", "emf.subscriptions.date_added", "emf.subscriptions.flag")
def test_the_contacts_of_a_group(emfluence: Emfluence) -> None:
    emfluence.workspace.freeze(FROZEN)
    subscribe(emfluence, JOHN, {PRESS: 0})
    found = emfluence.ok("groups/getContacts", groupID=PRESS)

    assert 3 == found["paging"]["totalRecords"]
    assert {
        "contactID": JOHN,
        "email": "john.doe@example.com",
        "suppressed": 0,
        "dateAdded": "2030-01-01 12:00:00",
    } == found["records"][0]
    assert {AMINA: 1}.items() <= members(emfluence, NEWSLETTER).items()


@pytest.mark.rule("emf.list_group_contacts", "emf.subscriptions.date_added")
def test_the_contacts_of_all_and_of_a_dynamic_group(emfluence: Emfluence) -> None:
    emfluence.workspace.freeze(FROZEN)
    new = emfluence.ok("contacts/save", email="new@example.com", state="ME")["contactID"]
    row = {"contactID": new, "email": "new@example.com", "suppressed": 0}

    assert {**row, "dateAdded": "2030-01-01 12:00:00"} == emfluence.records("groups/getContacts", groupID=ALL, rpp=250)[-1]
    assert {**row, "dateAdded": ""} == emfluence.records("groups/getContacts", groupID=MAINE)[-1]
    assert 21 == emfluence.ok("groups/getContacts", groupID=ALL)["paging"]["totalRecords"]


@pytest.mark.rule("emf.list_group_contacts", "emf.subscriptions.order")
@pytest.mark.parametrize("group", [ALL, NEWSLETTER, MAINE, PAST])
def test_the_contacts_of_a_group_are_paged(emfluence: Emfluence, group: int) -> None:
    whole = emfluence.records("groups/getContacts", groupID=group, rpp=250)
    pages = [emfluence.ok("groups/getContacts", groupID=group, rpp=4, page=page) for page in range(1, 7)]

    assert whole == [each for page in pages for each in page["records"]]
    assert {len(whole)} == {page["paging"]["totalRecords"] for page in pages}
    assert sorted(each["contactID"] for each in whole) == [each["contactID"] for each in whole]


def test_reading_is_possible_by_get(emfluence: Emfluence) -> None:
    assert 4 == emfluence.get("contacts/getGroups", contactID=JOHN)["data"]["paging"]["totalRecords"]
    assert 13 == emfluence.get("groups/getContacts", groupID=NEWSLETTER)["data"]["paging"]["totalRecords"]
    assert 2 == emfluence.get("contacts/saveGroups", contactID=JOHN)["code"]
    assert 2 == emfluence.get("contacts/deleteGroups", contactID=JOHN)["code"]


# Joining


@pytest.mark.rule("emf.save_contact_groups", "emf.subscriptions.flag")
def test_a_contact_joins_groups_with_and_without_a_flag(emfluence: Emfluence) -> None:
    entries = [{"groupID": PRESS}, {"groupid": "204", "suppressed": True}, {"groupID": BOARD, "suppressed": "1"}]

    assert {} == emfluence.ok("contacts/saveGroups", contactID=JOHN, groups=entries)
    assert {ALL: 0, NEWSLETTER: 0, MEMBERS: 0, PRESS: 0, SIGNUPS: 1, BOARD: 1, MAINE: 0} == groups(emfluence, JOHN)


@pytest.mark.rule("emf.subscriptions.flag")
def test_joining_again_lets_a_contact_back_in(emfluence: Emfluence) -> None:
    seen = []
    for flag in (0, 1, None, 1, "", 1):
        subscribe(emfluence, AMINA, {NEWSLETTER: flag})
        seen.append(groups(emfluence, AMINA)[NEWSLETTER])
    emfluence.ok("contacts/save", contactID=AMINA, groupIDs=[NEWSLETTER])

    assert [0, 1, 0, 1, 0, 1] == seen
    assert 0 == groups(emfluence, AMINA)[NEWSLETTER]


@pytest.mark.rule("emf.subscriptions.flag")
def test_opting_out_of_one_group_leaves_the_contact_and_its_other_groups_alone(emfluence: Emfluence) -> None:
    before = emfluence.ok("contacts/lookup", contactID=JOHN)
    subscribe(emfluence, JOHN, {NEWSLETTER: 1})

    assert before == emfluence.ok("contacts/lookup", contactID=JOHN)
    assert {ALL: 0, NEWSLETTER: 1, MEMBERS: 0, MAINE: 0} == groups(emfluence, JOHN)


@pytest.mark.rule("emf.subscriptions.archived")
def test_archived_groups_are_joined_and_left_as_others(emfluence: Emfluence) -> None:
    subscribe(emfluence, JOHN, {PAST: 0})
    joined = groups(emfluence, JOHN)
    emfluence.ok("contacts/deleteGroups", contactID=JOHN, groupIDs=[PAST])

    assert (True, False) == (PAST in joined, PAST in groups(emfluence, JOHN))


@pytest.mark.rule("emf.subscriptions.nothing")
def test_no_entries_change_nothing_and_the_last_one_of_a_group_decides(emfluence: Emfluence) -> None:
    before = groups(emfluence, JOHN)

    assert {} == emfluence.ok("contacts/saveGroups", contactID=JOHN, groups=[])
    assert before == groups(emfluence, JOHN)
    twice = [{"groupID": PRESS, "suppressed": 0}, {"groupID": PRESS, "suppressed": 1}]
    emfluence.ok("contacts/saveGroups", contactID=JOHN, groups=twice)
    assert 1 == groups(emfluence, JOHN)[PRESS]


# Joining the source of an automated email


@pytest.fixture
def triggered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, list[int]]]:
    """The groups that contacts newly come into during the test, each with those contacts."""
    seen: list[tuple[int, list[int]]] = []
    monkeypatch.setattr(automation, "triggered", lambda _, group, contacts: seen.append((group, list(contacts))))
    return seen


@pytest.mark.rule("emf.subscriptions.triggers")
def test_only_coming_in_triggers_an_automated_email(emfluence: Emfluence, triggered: list[tuple[int, list[int]]]) -> None:
    subscribe(emfluence, JOHN, {NEWSLETTER: 0, SIGNUPS: 0, PRESS: 1, ALL: 0})
    subscribe(emfluence, JOHN, {SIGNUPS: 0, PRESS: 0})
    subscribe(emfluence, JOHN, {SIGNUPS: 1})
    subscribe(emfluence, JOHN, {SIGNUPS: 0})
    came_in_once = list(triggered)
    emfluence.ok("contacts/deleteGroups", contactID=JOHN, groupIDs=[SIGNUPS])
    emfluence.ok("contacts/save", contactID=JOHN, groupIDs=[SIGNUPS, NEWSLETTER])

    assert [(SIGNUPS, [JOHN])] == came_in_once
    assert [(SIGNUPS, [JOHN])] == triggered[1:]


@pytest.mark.rule("emf.subscriptions.triggers")
def test_a_refused_call_triggers_nothing(emfluence: Emfluence, triggered: list[tuple[int, list[int]]]) -> None:
    emfluence.refused("contacts/saveGroups", contactID=JOHN, groups=[{"groupID": SIGNUPS}, {"groupID": MAINE}])
    emfluence.refused("contacts/save", contactID=JOHN, groupIDs=[SIGNUPS, 999])

    assert [] == triggered


# Leaving


@pytest.mark.rule("emf.delete_contact_groups")
@pytest.mark.parametrize("ids", [[NEWSLETTER, PRESS], "201,203", ["201, 203"], [NEWSLETTER, NEWSLETTER]])
def test_a_contact_leaves_groups_whether_it_was_in_them_or_not(emfluence: Emfluence, ids: Any) -> None:
    assert {} == emfluence.ok("contacts/deleteGroups", email="john.doe@example.com", groupIDs=ids)
    assert {ALL: 0, MEMBERS: 0, MAINE: 0} == groups(emfluence, JOHN)
    assert JOHN not in members(emfluence, NEWSLETTER)


@pytest.mark.rule("emf.delete_contact_groups", "emf.subscriptions.flag")
def test_leaving_forgets_the_opting_out(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/deleteGroups", contactID=AMINA, groupIDs=[NEWSLETTER])
    subscribe(emfluence, AMINA, {NEWSLETTER: 0})

    assert 0 == groups(emfluence, AMINA)[NEWSLETTER]


# Refusals: nothing of the call is done


def unchanged(emfluence: Emfluence, code: int, path: str, **parameters: Any) -> str:
    before = groups(emfluence, JOHN)
    found, said = emfluence.refused(path, contactID=JOHN, **parameters)

    assert code == found, said
    assert before == groups(emfluence, JOHN)
    return said


@pytest.mark.rule("emf.subscriptions.unknown_group")
@pytest.mark.parametrize("group", [999, 0, -5, 2**62])
def test_an_unknown_group_is_refused(emfluence: Emfluence, group: int) -> None:
    entries = [{"groupID": PRESS}, {"groupID": group}]

    assert f"groups: there is no group {group}" == unchanged(emfluence, 300, "contacts/saveGroups", groups=entries)
    said = unchanged(emfluence, 300, "contacts/deleteGroups", groupIDs=[NEWSLETTER, group])
    assert f"groupIDs: there is no group {group}" == said
    unchanged(emfluence, 300, "contacts/save", groupIDs=[PRESS, group])
    unchanged(emfluence, 300, "contacts/save", removeGroupIDs=[NEWSLETTER, group])


@pytest.mark.rule("emf.subscriptions.unknown_group")
@pytest.mark.reading("emfluence", unknown_group="ignore")
def test_an_unknown_group_may_be_passed_over(emfluence: Emfluence) -> None:
    subscribe(emfluence, JOHN, {999: 1, PRESS: 0})
    emfluence.ok("contacts/deleteGroups", contactID=JOHN, groupIDs=[NEWSLETTER, 999])

    assert {ALL: 0, MEMBERS: 0, PRESS: 0, MAINE: 0} == groups(emfluence, JOHN)


@pytest.mark.rule("emf.subscriptions.dynamic")
def test_the_members_of_a_dynamic_group_are_not_chosen(emfluence: Emfluence) -> None:
    said = unchanged(emfluence, 302, "contacts/saveGroups", groups=[{"groupID": PRESS}, {"groupID": MAINE}])

    assert "groups: the members of the dynamic group People from Maine are whoever fits its rule" in said
    unchanged(emfluence, 302, "contacts/saveGroups", groups=[{"groupID": MAINE, "suppressed": 1}])
    unchanged(emfluence, 302, "contacts/deleteGroups", groupIDs=[NEWSLETTER, MAINE])
    unchanged(emfluence, 302, "contacts/save", removeGroupIDs=[MAINE])


@pytest.mark.rule("emf.subscriptions.all")
def test_all_cannot_be_left(emfluence: Emfluence) -> None:
    said = unchanged(emfluence, 302, "contacts/deleteGroups", groupIDs=[NEWSLETTER, ALL])

    assert said.startswith("groupIDs: no contact can leave the group All")
    unchanged(emfluence, 302, "contacts/saveGroups", groups=[{"groupID": PRESS}, {"groupID": ALL, "suppressed": 1}])
    unchanged(emfluence, 302, "contacts/save", removeGroupIDs=[ALL])
    before = groups(emfluence, JOHN)
    subscribe(emfluence, JOHN, {ALL: 0})
    assert before == groups(emfluence, JOHN)


@pytest.mark.rule("emf.subscriptions.required")
@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("contacts/saveGroups", {}),
        ("contacts/saveGroups", {"groups": [{}]}),
        ("contacts/saveGroups", {"groups": [{"groupID": ""}]}),
        ("contacts/saveGroups", {"groups": [{"groupID": PRESS}, {"groupID": None}]}),
        ("contacts/deleteGroups", {}),
        ("contacts/deleteGroups", {"groupIDs": []}),
        ("contacts/deleteGroups", {"groupIDs": ""}),
        ("groups/getContacts", {}),
        ("groups/getContacts", {"groupID": ""}),
    ],
    ids=str,
)
def test_what_is_missing_is_named(emfluence: Emfluence, path: str, parameters: dict[str, Any]) -> None:
    said = unchanged(emfluence, 502, path, **parameters)

    assert said.startswith("group")
    assert said.endswith("is required")


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("contacts/saveGroups", {"groups": "201"}),
        ("contacts/saveGroups", {"groups": {"groupID": PRESS}}),
        ("contacts/saveGroups", {"groups": [201]}),
        ("contacts/saveGroups", {"groups": None}),
        ("contacts/saveGroups", {"groups": [{"groupID": "x"}]}),
        ("contacts/saveGroups", {"groups": [{"groupID": [PRESS]}]}),
        ("contacts/saveGroups", {"groups": [{"groupID": PRESS, "suppressed": "never"}]}),
        ("contacts/deleteGroups", {"groupIDs": ["x"]}),
        ("contacts/deleteGroups", {"groupIDs": [{"groupID": PRESS}]}),
        ("groups/getContacts", {"groupID": "x"}),
    ],
    ids=str,
)
def test_what_is_of_the_wrong_type_is_named(emfluence: Emfluence, path: str, parameters: dict[str, Any]) -> None:
    assert unchanged(emfluence, 500, path, **parameters).startswith("group")


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("contacts/saveGroups", {"groups": [{"groupID": PRESS}]}),
        ("contacts/deleteGroups", {"groupIDs": [PRESS]}),
        ("contacts/getGroups", {}),
    ],
)
def test_only_contacts_that_exist_are_in_groups(emfluence: Emfluence, path: str, parameters: dict[str, Any]) -> None:
    assert 300 == emfluence.code(path, contactID=999, **parameters)
    assert 300 == emfluence.code(path, email="nobody@nowhere.example", **parameters)
    assert 502 == emfluence.code(path, **parameters)


@pytest.mark.rule("emf.subscriptions.permission")
@pytest.mark.parametrize(
    ("path", "parameters"),
    [("contacts/saveGroups", {"groups": [{"groupID": PRESS}]}), ("contacts/deleteGroups", {"groupIDs": [PRESS]})],
)
def test_changing_groups_needs_a_permission(emfluence: Emfluence, path: str, parameters: dict[str, Any]) -> None:
    reader = emfluence.as_user("reader")

    assert (204, "Access to this endpoint requires the permission 'Contacts (Edit)'") == reader.refused(
        path, contactID=PETER, **parameters
    )
    assert 0 == emfluence.as_user("volunteer").code(path, contactID=PETER, **parameters)


@pytest.mark.rule("emf.subscriptions.restricted")
def test_a_restricted_user_works_with_own_contacts_only(emfluence: Emfluence) -> None:
    volunteer = emfluence.as_user("volunteer")

    assert 303 == volunteer.code("contacts/getGroups", contactID=JOHN)
    assert 303 == volunteer.code("contacts/saveGroups", contactID=JOHN, groups=[{"groupID": PRESS}])
    assert 303 == volunteer.code("contacts/deleteGroups", email="john.doe@example.com", groupIDs=[NEWSLETTER])
    assert {ALL: 0, NEWSLETTER: 0} == groups(volunteer, PETER)
    for group, own in ((NEWSLETTER, [PETER]), (ALL, [PETER, 1008]), (MAINE, []), (PRESS, [])):
        found = volunteer.ok("groups/getContacts", groupID=group)
        assert own == [each["contactID"] for each in found["records"]]
        assert len(own) == found["paging"]["totalRecords"]
