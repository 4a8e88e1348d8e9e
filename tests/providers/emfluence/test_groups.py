"""Groups themselves: looking them up, making and changing them, and the number of their members."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence

ALL, NEWSLETTER, MEMBERS, PRESS, SIGNUPS, PAST, BOARD, MAINE = 1, 201, 202, 203, 204, 205, 206, 207
DIRECTOR, EDITOR, VOLUNTEER = 101, 102, 103
NO_GROUPS = [0, -201, 208, 10**18, "999", -(2**63)]


def group(emfluence: Emfluence, group_id: int) -> dict[str, Any]:
    found: dict[str, Any] = emfluence.ok("groups/lookup", groupID=group_id)
    return found


def counts(emfluence: Emfluence, group_id: int) -> tuple[int, int]:
    found = group(emfluence, group_id)
    return found["totalMembers"], found["activeMembers"]


def save(emfluence: Emfluence, **parameters: Any) -> dict[str, Any]:
    saved: dict[str, Any] = emfluence.ok("groups/save", **parameters)
    return saved


# Looking up


@pytest.mark.rule("emf.lookup_groups", "emf.groups.blanks")
def test_a_group_is_answered_whole(emfluence: Emfluence) -> None:
    found = group(emfluence, MEMBERS)

    assert {
        "groupID": 202,
        "groupName": "Members",
        "friendlyName": "Members",
        "description": "Friends of the museum",
        "notes": "",
        "externalID": "CRM-7",
        "status": "Active",
        "type": "Static",
        "protected": 0,
        "private": 1,
        "sendTests": 0,
        "userID": DIRECTOR,
        "userIDs": [],
        "autoResponseEmailID": "",
        "dateAdded": found["dateAdded"],
        "dateModified": "",
        "dateLastEmailSent": "",
        "totalMembers": 7,
        "activeMembers": 6,
    } == found


@pytest.mark.rule("emf.lookup_groups", "emf.groups.blanks")
def test_a_group_tells_who_may_use_it_and_whose_source_it_is(emfluence: Emfluence) -> None:
    newsletter, signups, everybody = emfluence.ok("groups/lookup", groupIDs=[NEWSLETTER, SIGNUPS, ALL])

    assert ([EDITOR, VOLUNTEER], 0) == (newsletter["userIDs"], newsletter["private"])
    assert 405 == signups["autoResponseEmailID"]
    assert ("All", "", 1) == (everybody["groupName"], everybody["userID"], everybody["protected"])


@pytest.mark.rule("emf.groups.unknown")
@pytest.mark.parametrize("group_id", NO_GROUPS)
def test_an_id_of_no_group_is_not_found(emfluence: Emfluence, group_id: Any) -> None:
    code, said = emfluence.refused("groups/lookup", groupID=group_id)

    assert (300, f"groupID: there is no group {group_id}") == (code, said)
    assert 300 == emfluence.code("groups/save", groupID=group_id, notes="x")
    assert 300 == emfluence.code("groups/getContacts", groupID=group_id)


@pytest.mark.rule("emf.groups.unknown")
def test_the_documents_example_of_a_failure_is_a_group_that_is_not_found(emfluence: Emfluence) -> None:
    assert 300 == emfluence.get("groups/lookup", groupID=0)["code"]


@pytest.mark.rule("emf.lookup_groups.several")
@pytest.mark.parametrize(
    "ids",
    [[PRESS, NEWSLETTER], ["203", "201"], "203,201", ["203,201"], [PRESS, 999, NEWSLETTER, PRESS], " 203 , 201 "],
)
def test_several_groups_are_an_array_in_the_order_asked_for(emfluence: Emfluence, ids: Any) -> None:
    assert [PRESS, NEWSLETTER] == [each["groupID"] for each in emfluence.ok("groups/lookup", groupIDs=ids)]


@pytest.mark.rule("emf.lookup_groups.several")
def test_one_id_in_the_list_is_an_array_as_well_and_wins(emfluence: Emfluence) -> None:
    found = emfluence.ok("groups/lookup", groupIDs=[PRESS], groupID=NEWSLETTER)

    assert [PRESS] == [each["groupID"] for each in found]
    assert [] == emfluence.ok("groups/lookup", groupIDs=[999])
    assert [PRESS] == [each["groupID"] for each in emfluence.get("groups/lookup", groupids="203")["data"]]


@pytest.mark.rule("emf.lookup_groups.most")
def test_more_than_25_groups_cannot_be_asked_for_at_once(emfluence: Emfluence) -> None:
    code, said = emfluence.refused("groups/lookup", groupIDs=list(range(201, 227)))

    assert (501, "groupIDs: expected 25 ids at most, found 26") == (code, said)
    assert 7 == len(emfluence.ok("groups/lookup", groupIDs=list(range(201, 226))))
    assert 1 == len(emfluence.ok("groups/lookup", groupIDs=[201] * 26))


@pytest.mark.rule("emf.lookup_groups.none")
@pytest.mark.parametrize("parameters", [{}, {"groupID": ""}, {"groupID": None}, {"groupIDs": []}, {"groupIDs": ""}])
def test_a_lookup_without_an_id_is_refused(emfluence: Emfluence, parameters: dict[str, Any]) -> None:
    assert (502, "groupID or groupIDs is required") == emfluence.refused("groups/lookup", **parameters)


@pytest.mark.parametrize(
    "parameters",
    [{"groupID": "x"}, {"groupID": [201]}, {"groupIDs": ["201", "x"]}, {"groupIDs": {"a": 1}}, {"groupID": 1.5}],
)
def test_what_is_no_id_is_of_the_wrong_type(emfluence: Emfluence, parameters: dict[str, Any]) -> None:
    code, said = emfluence.refused("groups/lookup", **parameters)

    assert 500 == code
    assert said.startswith("groupID")


@pytest.mark.rule("emf.groups.permission")
@pytest.mark.parametrize(
    ("path", "parameters"), [("groups/lookup", {"groupID": NEWSLETTER}), ("groups/save", {"groupName": "Mine"})]
)
def test_groups_need_a_permission(emfluence: Emfluence, path: str, parameters: dict[str, Any]) -> None:
    refused = emfluence.as_user("volunteer").refused(path, **parameters)

    assert (204, "Access to this endpoint requires the permission 'Create Groups'") == refused
    assert 0 == emfluence.as_user("editor").code(path, **parameters)


# Counting


@pytest.mark.rule("emf.groups.counts")
def test_suppressed_held_and_opted_out_members_are_not_active(emfluence: Emfluence) -> None:
    contact = emfluence.ok("contacts/save", email="new@example.com", groupIDs=[PRESS])["contactID"]
    seen = [counts(emfluence, PRESS)]
    for changes in ({"suppressed": 1}, {"suppressed": 0, "held": 1}, {"held": 0}):
        emfluence.ok("contacts/save", contactID=contact, **changes)
        seen.append(counts(emfluence, PRESS))
    for flag in (1, 0):
        emfluence.ok("contacts/saveGroups", contactID=contact, groups=[{"groupID": PRESS, "suppressed": flag}])
        seen.append(counts(emfluence, PRESS))

    assert [(3, 3), (3, 2), (3, 2), (3, 3), (3, 2), (3, 3)] == seen


@pytest.mark.rule("emf.groups.counts")
def test_all_counts_every_contact_and_a_dynamic_group_those_that_fit(emfluence: Emfluence) -> None:
    before = counts(emfluence, ALL), counts(emfluence, MAINE)
    emfluence.ok("contacts/save", email="new@example.com", state="ME", suppressed=1)

    assert ((20, 18), (5, 5)) == before
    assert ((21, 18), (6, 5)) == (counts(emfluence, ALL), counts(emfluence, MAINE))


# Making


@pytest.mark.rule("emf.save_group", "emf.save_group.defaults")
def test_a_new_group_has_the_documented_defaults(emfluence: Emfluence) -> None:
    emfluence.workspace.freeze("2030-01-01T12:00:00Z")
    saved = save(emfluence.as_user("editor"), groupName="Friends")

    assert {
        "groupID": 208,
        "groupName": "Friends",
        "friendlyName": "Friends",
        "description": "",
        "notes": "",
        "externalID": "",
        "status": "Active",
        "type": "Static",
        "protected": 0,
        "private": 1,
        "sendTests": 0,
        "userID": EDITOR,
        "userIDs": [],
        "autoResponseEmailID": "",
        "dateAdded": "2030-01-01 12:00:00",
        "dateModified": "",
        "dateLastEmailSent": "",
        "totalMembers": 0,
        "activeMembers": 0,
    } == saved
    assert saved == group(emfluence, saved["groupID"])


@pytest.mark.rule("emf.save_group")
def test_a_group_is_made_of_everything_that_is_given(emfluence: Emfluence) -> None:
    given = {
        "groupName": "Freunde ✨",
        "friendlyName": "Our friends",
        "description": "d",
        "notes": "n",
        "externalID": "7",
        "status": "Archived",
        "type": "Static",
        "protected": 0,
        "private": 0,
        "userIDs": [EDITOR, DIRECTOR],
    }
    saved = save(emfluence, **given)

    assert given == {name: saved[name] for name in given}


@pytest.mark.rule("emf.save_group.defaults")
@pytest.mark.parametrize("friendly", ["", None])
def test_a_blank_friendly_name_is_the_name(emfluence: Emfluence, friendly: str | None) -> None:
    made = save(emfluence, groupName="Friends", friendlyName=friendly)
    renamed = save(emfluence, groupID=made["groupID"], groupName="Foes", friendlyName=friendly)

    assert ("Friends", "Foes") == (made["friendlyName"], renamed["friendlyName"])


@pytest.mark.rule("emf.save_group.defaults")
def test_parameters_come_in_any_letter_case_and_as_texts(emfluence: Emfluence) -> None:
    saved = save(emfluence, GROUPNAME="Friends", Private="0", PROTECTED="true", userids="101,103", externalid=7)

    assert (0, 1, [DIRECTOR, VOLUNTEER], "7") == tuple(
        saved[name] for name in ("private", "protected", "userIDs", "externalID")
    )


@pytest.mark.rule("emf.save_group.no_name")
@pytest.mark.parametrize("name", [{}, {"groupName": ""}, {"groupName": "  "}, {"groupName": None}])
def test_a_new_group_needs_a_name_and_a_known_one_keeps_its(emfluence: Emfluence, name: dict[str, Any]) -> None:
    assert (502, "groupName is required") == emfluence.refused("groups/save", notes="x", **name)
    assert (501 if name else 0) == emfluence.code("groups/save", groupID=PRESS, **name)
    assert "Press" == group(emfluence, PRESS)["groupName"]


@pytest.mark.rule("emf.save_group.duplicate")
@pytest.mark.parametrize("name", ["Newsletter", "newsletter", " NEWSLETTER ", "Past Events", "People from maine", "all"])
def test_a_name_is_taken_in_any_letter_case(emfluence: Emfluence, name: str) -> None:
    body = emfluence.call("groups/save", groupName=name)
    taken = {"newsletter": NEWSLETTER, "past events": PAST, "people from maine": MAINE, "all": ALL}

    assert (301, {"groupID": taken[name.strip().lower()]}) == (body["code"], body["data"])
    assert [f"groupName: there is another group called {name.strip()}"] == body["errors"]
    assert 301 == emfluence.code("groups/save", groupID=PRESS, groupName=name)


@pytest.mark.rule("emf.save_group.duplicate")
def test_letters_beyond_ascii_are_compared_alike(emfluence: Emfluence) -> None:
    made = save(emfluence, groupName="Élèves")

    assert 301 == emfluence.code("groups/save", groupName="ÉLÈVES")
    assert "ÉLÈVES" == save(emfluence, groupID=made["groupID"], groupName="ÉLÈVES")["groupName"]


@pytest.mark.rule("emf.save_group.type")
def test_dynamic_groups_are_not_made_but_may_be_renamed(emfluence: Emfluence) -> None:
    assert 501 == emfluence.code("groups/save", groupName="Nobody", type="dynamic")
    assert 501 == emfluence.code("groups/save", groupID=PRESS, type="Dynamic")
    assert 501 == emfluence.code("groups/save", groupID=MAINE, type="Static")
    assert 501 == emfluence.code("groups/save", groupID=PRESS, type="Elastic")

    renamed = save(emfluence, groupID=MAINE, groupName="Mainers", type="Dynamic")
    assert ("Mainers", "Dynamic", 5) == (renamed["groupName"], renamed["type"], renamed["totalMembers"])


@pytest.mark.rule("emf.save_group.status")
@pytest.mark.parametrize("status", ["archived", "ARCHIVED", " Archived "])
def test_a_group_is_archived_and_comes_back(emfluence: Emfluence, status: str) -> None:
    assert "Archived" == save(emfluence, groupID=PRESS, status=status)["status"]
    assert "Archived" == group(emfluence, PRESS)["status"]
    assert "Active" == save(emfluence, groupID=PRESS, status="active")["status"]


@pytest.mark.rule("emf.save_group.status")
@pytest.mark.parametrize(
    ("status", "code"), [("Deleted", 501), ("All", 501), (7, 500), (["Active"], 500), ("", 0), (None, 0)]
)
def test_there_are_two_statuses(emfluence: Emfluence, status: Any, code: int) -> None:
    assert code == emfluence.code("groups/save", groupID=PRESS, status=status)


@pytest.mark.rule("emf.save_group.protected")
def test_protected_groups_are_not_archived(emfluence: Emfluence) -> None:
    code, said = emfluence.refused("groups/save", groupID=BOARD, status="Archived")

    assert (302, "status: the group Board is protected and cannot be archived") == (code, said)
    assert 302 == emfluence.code("groups/save", groupID=PAST, protected=1)
    assert 302 == emfluence.code("groups/save", groupName="New", status="Archived", protected=1)
    assert 302 == emfluence.code("groups/save", groupID=ALL, status="Archived", protected=0)
    assert "Active" == group(emfluence, BOARD)["status"]


@pytest.mark.rule("emf.save_group.protected")
def test_one_call_ends_the_protection_and_archives(emfluence: Emfluence) -> None:
    assert "Archived" == save(emfluence, groupID=BOARD, protected=0, status="Archived")["status"]


@pytest.mark.rule("emf.save_group.built_in")
def test_all_keeps_its_name(emfluence: Emfluence) -> None:
    assert (302, "groupName: the group All keeps its name") == emfluence.refused(
        "groups/save", groupID=ALL, groupName="Some"
    )
    assert "Everyone" == save(emfluence, groupID=ALL, groupName="All", description="Everyone")["description"]


@pytest.mark.rule("emf.save_group.unknown_user")
@pytest.mark.parametrize("ids", [[999], "101,999", [0], [-1]])
def test_groups_are_for_users_that_exist(emfluence: Emfluence, ids: Any) -> None:
    code, said = emfluence.refused("groups/save", groupID=PRESS, userIDs=ids, notes="changed")

    assert 300 == code
    assert "userIDs: there is no user" in said
    assert "" == group(emfluence, PRESS)["notes"]


@pytest.mark.rule("emf.save_group.partial")
def test_only_what_is_given_changes(emfluence: Emfluence) -> None:
    emfluence.workspace.freeze("2030-01-01T12:00:00Z")
    before = group(emfluence, NEWSLETTER)

    assert {**before, "notes": "n", "dateModified": "2030-01-01 12:00:00"} == save(emfluence, groupID=NEWSLETTER, notes="n")
    changes: dict[str, Any] = {
        "groupID": NEWSLETTER,
        "userIDs": [],
        "private": True,
        "description": "",
        "groupName": " Post ",
    }
    after = save(emfluence, **changes)
    changed = {name: value for name, value in after.items() if value != before[name]}
    assert {
        "userIDs": [],
        "private": 1,
        "description": "",
        "groupName": "Post",
        "notes": "n",
        "dateModified": "2030-01-01 12:00:00",
    } == changed


@pytest.mark.rule("emf.save_group.partial")
def test_a_group_can_be_saved_as_it_was_looked_up(emfluence: Emfluence) -> None:
    for group_id in (ALL, NEWSLETTER, PRESS, PAST, BOARD, MAINE):
        before = group(emfluence, group_id)

        assert before | {"dateModified": ""} == save(emfluence, **before) | {"dateModified": ""}


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"groupName": ["a"]}, 500),
        ({"groupName": {"a": 1}}, 500),
        ({"groupName": "x", "protected": "maybe"}, 500),
        ({"groupName": "x", "userIDs": "a"}, 500),
        ({"groupName": "x", "userIDs": 10**30}, 501),
        ({"groupID": 10**30}, 501),
        ({"groupName": "x'; DROP TABLE emf_group; --"}, 0),
        ({"groupName": "𝔘𝔫𝔦" * 1000}, 0),
        ({"groupName": 7, "notes": 1.5, "description": True}, 0),
    ],
)
def test_hostile_groups_are_refused_or_kept_as_they_are(emfluence: Emfluence, parameters: dict[str, Any], code: int) -> None:
    assert code == emfluence.code("groups/save", **parameters)
