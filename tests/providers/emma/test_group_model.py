"""Groups against a model: whatever is called in whatever order, a few sets tell who is in which group afterwards."""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.providers.emma.client import Emma
from tests.workspace import Workspace

STANDARD_GROUPS = (150, 151, 152, 153, 154)
STANDARD_MEMBERS = range(200, 208)
STATUSES = {200: "a", 201: "o", 202: "a", 203: "a", 204: "a", 205: "a", 206: "e", 207: "f"}
NOBODY = 999

_numbers = count(1)


class Model:
    """Who is in which live group, who is archived, and who has which status: nothing else decides an answer here."""

    def __init__(self) -> None:
        self.groups: dict[int, set[int]] = {
            150: {200, 201},
            151: {200, 202},
            152: {200, 202, 204, 205},
            153: {204},
            154: set(),
        }
        self.statuses = dict(STATUSES)
        self.archived = {203}

    def among(self, members: Iterable[int], letters: Iterable[str] | None) -> set[int]:
        """Those of the members who have one of the statuses; any will do if none is named."""
        wanted = set("aoef" if letters is None else letters)
        return {member for member in members if self.statuses[member] in wanted}

    def live(self, members: Iterable[int]) -> set[int]:
        return {member for member in members if member in self.statuses and member not in self.archived}

    def counts(self, group: int) -> list[int]:
        """Active, opted out and faulty members."""
        return [len(self.among(self.live(self.groups[group]), status)) for status in "aoe"]

    def groups_of(self, member: int) -> list[int]:
        return sorted(group for group, members in self.groups.items() if member in members)

    def leave_all(self, members: Iterable[int]) -> None:
        leaving = set(members)
        for group in self.groups:
            self.groups[group] -= leaving


def once(ids: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(ids))


def statuses(letters: list[str] | None) -> dict[str, str]:
    """As a query names them."""
    return {} if letters is None else {"member_status_id": ",".join(letters)}


class GroupsAndMembers(RuleBasedStateMachine):
    """Does the same to a fresh workspace and to the model, and compares all that can be read of groups."""

    groups: Bundle[int] = Bundle("groups")
    members = st.sampled_from([*STANDARD_MEMBERS, NOBODY])
    some_members = st.lists(members, max_size=5)
    letters = st.none() | st.lists(st.sampled_from("aoe"), min_size=1, max_size=2, unique=True)

    def __init__(self, server: TestClient) -> None:
        super().__init__()
        self.workspace = Workspace(server, f"groups{next(_numbers)}")
        self.workspace.control("POST", "workspaces", json={"name": self.workspace.name})
        self.emma = Emma(self.workspace)
        self.model = Model()

    def teardown(self) -> None:
        self.workspace.control("DELETE", f"workspaces/{self.workspace.name}")

    def answer(self, method: str, path: str, body: Any = None, *, of: int, **parameters: Any) -> Any:
        """What a call about the group `of` answers; None when it is refused because there is no such group any more."""
        response = self.emma.request(method, path, params=parameters, json=body)

        assert (200 if of in self.model.groups else 404) == response.status_code, response.text
        return response.json() if response.status_code == 200 else None

    # Deleted groups stay in the bundle, so that rules meet them, too.

    @initialize(target=groups)
    def start_with_the_standard_groups(self) -> MultipleResults[int]:
        return multiple(*STANDARD_GROUPS)

    @rule(target=groups)
    def create(self) -> int:
        group = self.emma.group("Another one")
        self.model.groups[group] = set()
        return group

    @rule(group=groups)
    def delete(self, group: int) -> None:
        if self.answer("DELETE", f"/groups/{group}", of=group):
            del self.model.groups[group]

    @rule(group=groups, ids=some_members)
    def add(self, group: int, ids: list[int]) -> None:
        added = self.answer("PUT", f"/groups/{group}/members", {"member_ids": ids}, of=group)

        if added is not None:
            new = self.model.live(ids) - self.model.groups[group]
            assert [member for member in once(ids) if member in new] == added
            self.model.groups[group] |= new

    @rule(group=groups, ids=some_members)
    def remove(self, group: int, ids: list[int]) -> None:
        removed = self.answer("PUT", f"/groups/{group}/members/remove", {"member_ids": ids}, of=group)

        if removed is not None:
            assert [member for member in once(ids) if member in self.model.groups[group]] == removed
            self.model.groups[group] -= set(ids)

    @rule(group=groups, letters=letters)
    def remove_all(self, group: int, letters: list[str] | None) -> None:
        number = self.answer("DELETE", f"/groups/{group}/members", of=group, **statuses(letters))

        if number is not None:
            leaving = self.model.among(self.model.groups[group], letters)
            assert len(leaving) == number
            self.model.groups[group] -= leaving

    @rule(group=groups, letters=letters)
    def delete_members(self, group: int, letters: list[str] | None) -> None:
        assert self.emma.ask("DELETE", f"/groups/{group}/members/remove", **statuses(letters)) is True

        leaving = self.model.among(self.model.live(self.model.groups.get(group, ())), letters)
        self.model.archived |= leaving
        self.model.leave_all(leaving)

    @rule(source=groups, other=groups, letters=letters)
    def copy(self, source: int, other: int, letters: list[str] | None) -> None:
        assert self.emma.ask("PUT", f"/groups/{source}/{other}/members/copy", {"member_status_id": letters}) is True

        if source in self.model.groups and other in self.model.groups:
            self.model.groups[other] |= self.model.among(self.model.live(self.model.groups[source]), letters)

    @rule(member=st.sampled_from(STANDARD_MEMBERS), ids=st.lists(groups, max_size=4))
    def join(self, member: int, ids: list[int]) -> None:
        affected = self.emma.ask("PUT", f"/members/{member}/groups", {"group_ids": ids})

        assert [group for group in once(ids) if group in self.model.groups] == affected
        for group in affected:
            self.model.groups[group].add(member)

    @rule(member=st.sampled_from(STANDARD_MEMBERS), ids=st.lists(groups, max_size=4))
    def leave(self, member: int, ids: list[int]) -> None:
        affected = self.emma.ask("PUT", f"/members/{member}/groups/remove", {"group_ids": ids})

        assert [group for group in once(ids) if group in self.model.groups_of(member)] == affected
        for group in affected:
            self.model.groups[group].remove(member)

    @rule(member=st.sampled_from(STANDARD_MEMBERS))
    def leave_all(self, member: int) -> None:
        assert self.emma.ask("DELETE", f"/members/{member}/groups") is True
        self.model.leave_all([member])

    @rule(ids=some_members, group_ids=st.lists(groups, max_size=3))
    def leave_many(self, ids: list[int], group_ids: list[int]) -> None:
        body = {"member_ids": ids, "group_ids": group_ids}
        response = self.emma.put("/members/groups/remove", body)

        if NOBODY in ids or not self.model.groups.keys() >= set(group_ids):
            assert 404 == response.status_code
            return
        assert (200, True) == (response.status_code, response.json())
        for group in group_ids:
            self.model.groups[group] -= set(ids)

    @rule(member=st.sampled_from(STANDARD_MEMBERS), group=groups)
    def look(self, member: int, group: int) -> None:
        found = self.emma.ask("GET", f"/members/{member}/groups")
        live = self.answer("GET", f"/groups/{group}/members", of=group)

        assert self.model.groups_of(member) == [row["member_group_id"] for row in found]
        if live is not None:
            assert sorted(self.model.live(self.model.groups[group])) == [row["member_id"] for row in live]

    @rule(member=st.sampled_from(STANDARD_MEMBERS))
    def archive(self, member: int) -> None:
        self.emma.ask("DELETE", f"/members/{member}")
        self.model.archived.add(member)

    @rule(member=st.sampled_from(STANDARD_MEMBERS), status=st.sampled_from("aoe"))
    def change_status(self, member: int, status: str) -> None:
        self.emma.ask("PUT", f"/members/{member}", {"status_to": status})
        self.model.statuses[member] = status

    @invariant()
    def the_list_of_groups_is_that_of_the_model(self) -> None:
        listed = self.emma.ask("GET", "/groups", group_types="all")

        assert [(group, self.model.counts(group)) for group in sorted(self.model.groups)] == [
            (row["member_group_id"], [row[f"{status}_count"] for status in ("active", "optout", "error")]) for row in listed
        ]

    @invariant()
    def everybody_is_where_the_model_says(self) -> None:
        for group, members in self.model.groups.items():
            everybody = self.emma.ask("GET", f"/groups/{group}/members", deleted="1")

            assert sorted(members) == [row["member_id"] for row in everybody]


@pytest.fixture(scope="module")
def lone_server() -> Iterator[TestClient]:
    """A server for nobody else: many workspaces come and go."""
    with TestClient(create_app(Settings(throttle="off")), base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.mark.rule(
    "emma.list_groups",
    "emma.groups.counts",
    "emma.groups.unknown",
    "emma.list_group_members.archived",
    "emma.list_member_groups",
)
def test_any_sequence_of_calls_leaves_everybody_where_the_model_says(lone_server: TestClient) -> None:
    run_state_machine_as_test(
        lambda: GroupsAndMembers(lone_server),  # type: ignore[arg-type] # anything that makes a machine will do
        settings=settings(
            max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )
