"""Dynamic groups: whoever fits the rule is in, and only as long as it does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.fixtures import FixtureFaults
from mockserver.settings import Settings
from tests.providers.emfluence.client import Emfluence
from tests.workspace import Workspace

MAINE = 207
RULES = """
groups = [
    { id = 11, name = "Lunch", type = "Static" },
    { id = 12, name = "Lunch in Maine", type = "Dynamic", rule = { GROUPID = 11, state = "me" } },
    { id = 13, name = "Of a dynamic one", type = "Dynamic", rule = { groupID = 12 } },
    { id = 14, name = "Of itself", type = "Dynamic", rule = { groupID = 14 } },
    { id = 15, name = "Of no group", type = "Dynamic", rule = { groupID = 99 } },
    { id = 16, name = "Those", type = "Dynamic", rule = { contactIDs = [21, 23, 99], suppressed = 0 } },
    { id = 17, name = "Everybody", type = "Dynamic", rule = {} },
    { id = 18, name = "Newcomers", type = "Dynamic", rule = { dateAddedStart = 2020-01-01, email = "*@example.com" } },
]
contacts = [
    { id = 21, email = "ann@example.com", state = "ME", groups = ["Lunch"] },
    { id = 22, email = "bob@example.com", state = "ME" },
    { id = 23, email = "cid@example.net", groups = [{ group = "Lunch", suppressed = true }], state = "ME" },
    { id = 24, email = "dan@example.net", suppressed = "-1d", groups = ["Lunch"] },
]
"""


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emfluence]:
    """A client of an account with many rules; its world is only read."""
    folder = tmp_path_factory.mktemp("rules")
    (folder / "emfluence.toml").write_text(RULES, "utf-8")
    app = create_app(Settings(throttle="off", fixtures=[str(folder)]))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        workspace = Workspace(client, "rules")
        workspace.control("POST", "workspaces", json={"name": "rules"})
        yield Emfluence(workspace)


def members(emfluence: Emfluence, group: int = MAINE) -> list[int]:
    return [each["contactID"] for each in emfluence.records("groups/getContacts", groupID=group)]


@pytest.mark.rule("emf.subscriptions.rule")
def test_a_contact_comes_and_goes_with_what_the_rule_is_about(emfluence: Emfluence) -> None:
    sara, seen = 1008, []
    for changes in ({}, {"state": "me"}, {"state": "TX"}):
        emfluence.ok("contacts/save", contactID=sara, **changes)
        groups = emfluence.ok("contacts/lookup", contactID=sara)["groupIDs"]
        seen.append(
            (sara in members(emfluence), MAINE in groups, emfluence.ok("groups/lookup", groupID=MAINE)["totalMembers"])
        )

    assert [(False, False, 5), (True, True, 6), (False, False, 5)] == seen


@pytest.mark.rule("emf.subscriptions.rule")
def test_a_dynamic_group_and_a_search_by_it_find_the_same(emfluence: Emfluence) -> None:
    found = emfluence.records("contacts/search", groupID=MAINE)

    assert members(emfluence) == [each["contactID"] for each in found]


@pytest.mark.rule("emf.subscriptions.rule")
def test_a_dynamic_group_keeps_its_members_when_it_is_renamed_or_archived(emfluence: Emfluence) -> None:
    before = members(emfluence)
    emfluence.ok("groups/save", groupID=MAINE, groupName="Mainers", status="Archived")

    assert before == members(emfluence)
    assert {"groupID": MAINE, "groupName": "Mainers", "suppressed": 0} in emfluence.records(
        "contacts/getGroups", contactID=1001
    )


@pytest.mark.rule("emf.subscriptions.rule")
@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (11, [21, 23, 24]),
        (12, [21, 23]),
        (13, []),
        (14, []),
        (15, []),
        (16, [21, 23]),
        (17, [21, 22, 23, 24]),
        (18, [21, 22]),
    ],
)
def test_rules_are_searches_for_contacts(ruled: Emfluence, group: int, expected: list[int]) -> None:
    counted = ruled.ok("groups/lookup", groupID=group)
    of_contacts = [each for each in (21, 22, 23, 24) if group in ruled.ok("contacts/lookup", contactID=each)["groupIDs"]]

    assert expected == members(ruled, group) == of_contacts
    assert len(expected) == counted["totalMembers"]


@pytest.mark.rule("emf.groups.counts")
def test_the_active_members_of_a_dynamic_group(ruled: Emfluence) -> None:
    found = {each["groupID"]: each["activeMembers"] for each in ruled.records("groups/search")}

    assert {1: 3, 11: 1, 12: 2, 13: 0, 14: 0, 15: 0, 16: 2, 17: 3, 18: 2} == found


@pytest.mark.rule("emf.subscriptions.rule")
@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{ stat = 'ME' }", 'no parameter of contacts/search is called "stat"; did you mean "state"?'),
        ("{ suppressed = 'perhaps' }", "suppressed: "),
        ("{ dobMonth = 13 }", "dobMonth: "),
        ("{ dobYear = 1 }", "dobYear: expected 1900 to "),
    ],
)
def test_a_faulty_rule_of_a_fixture_is_told_by_its_place(tmp_path: Path, rule: str, said: str) -> None:
    fixture = f"[[groups]]\nname = 'X'\ntype = 'Dynamic'\nrule = {rule}\n"
    (tmp_path / "emfluence.toml").write_text(fixture, "utf-8")

    with pytest.raises(FixtureFaults) as caught:
        create_app(Settings(fixtures=[str(tmp_path)]))
    assert [True] == [f"emfluence.toml: groups[0].rule: {said}" in fault for fault in caught.value.faults]


def crowded(emfluence: Emfluence, group: int, **parameters: Any) -> tuple[int, int]:
    paging = emfluence.ok("groups/getContacts", groupID=group, **parameters)["paging"]
    return paging["totalRecords"], paging["totalPages"]


@pytest.mark.rule("emf.groups.counts")
def test_large_groups_are_counted_in_slices(tmp_path: Path) -> None:
    rule = "rule = { email = '*@example.*' }"
    fixture = f"groups = [{{ id = 11, name = 'Quarter' }}, {{ id = 12, name = 'All of them', type = 'Dynamic', {rule} }}]\n"
    (tmp_path / "emfluence.toml").write_text(f"{fixture}[generate]\npeople = 41000\n", "utf-8")
    with TestClient(create_app(Settings(throttle="off", fixtures=[str(tmp_path)])), base_url="http://127.0.0.1") as client:
        workspace = Workspace(client, "many")
        workspace.control("POST", "workspaces", json={"name": "many"})
        emfluence = Emfluence(workspace)
        found = {
            each["groupID"]: each["totalMembers"] for each in emfluence.records("groups/search", sortField="totalMembers")
        }

        assert {1: 41_000, 11: 10_250, 12: 41_000} == found
        assert (10_250, 41) == crowded(emfluence, 11, rpp=250, page=41)
        assert (41_000, 164) == crowded(emfluence, 12, rpp=250)
