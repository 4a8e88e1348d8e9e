"""Memberships against a model: whatever is called in whatever order, a few dictionaries tell who is where afterwards."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.providers.emfluence.client import Emfluence
from tests.workspace import Workspace

ALL, BOARD, MAINE, NOTHING = 1, 206, 207, 999
STATIC = {
    201: {*range(1001, 1008), 1010},
    202: {1001, 1005, 1006, 1009},
    203: {1003},
    204: set[int](),
    206: {1010},
}
CONTACTS = range(1001, 1011)
OPTED_OUT, SUPPRESSED, HELD = (1006, 201), 1004, 1005
FROM_MAINE = {1001, 1002, 1006}

_numbers = count(1)


class Model:
    """Who is in which static group and has opted out of it, who fits the dynamic one, whom mail reaches."""

    def __init__(self) -> None:
        self.contacts = set(CONTACTS)
        self.flags = {(contact, group): 0 for group, contacts in STATIC.items() for contact in contacts} | {OPTED_OUT: 1}
        self.fitting = set(FROM_MAINE)
        self.suppressed = {SUPPRESSED}
        self.held = {HELD}

    def join(self, contact: int, flags: dict[int, int]) -> None:
        self.flags |= {(contact, group): flag for group, flag in flags.items()}

    def leave(self, contact: int, groups: list[int]) -> None:
        for group in groups:
            self.flags.pop((contact, group), None)

    def members(self, group: int) -> dict[int, int]:
        """The contacts in a group, each with its flag."""
        if group == ALL:
            return dict.fromkeys(self.contacts, 0)
        if group == MAINE:
            return dict.fromkeys(self.fitting, 0)
        return {contact: flag for (contact, other), flag in self.flags.items() if other == group}

    def groups_of(self, contact: int) -> dict[int, int]:
        found = {group: self.members(group).get(contact) for group in (ALL, *STATIC, MAINE)}
        return {group: flag for group, flag in found.items() if flag is not None}

    def counts(self, group: int) -> tuple[int, int]:
        members = self.members(group)
        active = [each for each, flag in members.items() if not flag and each not in self.suppressed | self.held]
        return len(members), len(active)

    def delete(self, contact: int) -> None:
        self.contacts.remove(contact)
        self.fitting.discard(contact)
        self.held.discard(contact)
        self.leave(contact, list(STATIC))


class ContactsAndGroups(RuleBasedStateMachine):
    """Does the same to a fresh workspace and to the model, and compares all that can be read of memberships."""

    contacts = st.sampled_from(CONTACTS)
    groups = st.sampled_from(sorted(STATIC))
    flags = st.dictionaries(groups, st.sampled_from([0, 1]), max_size=4)

    def __init__(self, server: TestClient) -> None:
        super().__init__()
        self.workspace = Workspace(server, f"memberships{next(_numbers)}")
        self.workspace.control("POST", "workspaces", json={"name": self.workspace.name})
        self.emfluence = Emfluence(self.workspace)
        for contact in self.emfluence.records("contacts/search", rpp=250):
            if contact["contactID"] not in CONTACTS:
                self.emfluence.ok("contacts/delete", contactID=contact["contactID"])
        self.model = Model()

    def teardown(self) -> None:
        self.workspace.control("DELETE", f"workspaces/{self.workspace.name}")

    def does(self, contact: int, path: str, **parameters: Any) -> bool:
        """Whether a call about a contact succeeds: it does as long as there is the contact."""
        code = self.emfluence.code(path, contactID=contact, **parameters)

        assert (0 if contact in self.model.contacts else 300) == code
        return code == 0

    @rule(contact=contacts, flags=flags)
    def save_groups(self, contact: int, flags: dict[int, int]) -> None:
        entries = [{"groupID": group, "suppressed": flag} for group, flag in flags.items()]
        if self.does(contact, "contacts/saveGroups", groups=entries):
            self.model.join(contact, flags)

    @rule(contact=contacts, groups=st.lists(groups, min_size=1, max_size=4))
    def delete_groups(self, contact: int, groups: list[int]) -> None:
        if self.does(contact, "contacts/deleteGroups", groupIDs=groups):
            self.model.leave(contact, groups)

    @rule(contact=contacts, joined=st.lists(groups, max_size=3), left=st.lists(groups, max_size=3))
    def save(self, contact: int, joined: list[int], left: list[int]) -> None:
        if self.does(contact, "contacts/save", groupIDs=joined, removeGroupIDs=left):
            self.model.join(contact, dict.fromkeys(joined, 0))
            self.model.leave(contact, left)

    @rule(contact=contacts, state=st.sampled_from(["ME", "TX", ""]))
    def move(self, contact: int, state: str) -> None:
        if self.does(contact, "contacts/save", state=state):
            (self.model.fitting.add if state == "ME" else self.model.fitting.discard)(contact)

    @rule(contact=contacts, name=st.sampled_from(["suppressed", "held"]), flag=st.booleans())
    def mark(self, contact: int, name: str, flag: bool) -> None:
        if self.does(contact, "contacts/save", **{name: flag}):
            marked: set[int] = getattr(self.model, name)
            (marked.add if flag else marked.discard)(contact)

    @rule(contact=contacts)
    def delete(self, contact: int) -> None:
        if contact not in self.model.suppressed and self.does(contact, "contacts/delete"):
            self.model.delete(contact)

    @rule(contact=contacts, flags=flags, bad=st.sampled_from([(MAINE, 0, 302), (NOTHING, 0, 300), (ALL, 1, 302)]))
    def try_what_is_impossible(self, contact: int, flags: dict[int, int], bad: tuple[int, int, int]) -> None:
        group, flag, code = bad
        entries = [{"groupID": each, "suppressed": flag} for each, flag in [*flags.items(), (group, flag)]]
        refused = self.emfluence.code("contacts/saveGroups", contactID=contact, groups=entries)
        left = self.emfluence.code("contacts/deleteGroups", contactID=contact, groupIDs=[*flags, group])

        assert ([code] * 2 if contact in self.model.contacts else [300] * 2) == [refused, left]

    @rule(contact=contacts)
    def look(self, contact: int) -> None:
        if self.does(contact, "contacts/getGroups"):
            found = self.emfluence.records("contacts/getGroups", contactID=contact)
            whole = self.emfluence.ok("contacts/lookup", contactID=contact)

            assert self.model.groups_of(contact) == {each["groupID"]: each["suppressed"] for each in found}
            assert sorted(self.model.groups_of(contact)) == whole["groupIDs"]

    @invariant()
    def groups_are_counted_as_the_model_says(self) -> None:
        found = self.emfluence.records("groups/search", sortField="groupID")

        assert [(group, self.model.counts(group)) for group in (ALL, *STATIC, MAINE)] == [
            (each["groupID"], (each["totalMembers"], each["activeMembers"])) for each in found
        ]

    @invariant()
    def everybody_is_where_the_model_says(self) -> None:
        for group in (ALL, *STATIC, MAINE):
            found = self.emfluence.records("groups/getContacts", groupID=group)

            assert self.model.members(group) == {each["contactID"]: each["suppressed"] for each in found}


@pytest.fixture(scope="module")
def lone_server() -> Iterator[TestClient]:
    """A server for nobody else: many workspaces come and go."""
    with TestClient(create_app(Settings(throttle="off")), base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.mark.rule(
    "emf.groups.counts",
    "emf.list_group_contacts",
    "emf.list_contact_groups",
    "emf.save_contact_groups",
    "emf.delete_contact_groups",
)
def test_any_sequence_of_calls_leaves_everybody_where_the_model_says(lone_server: TestClient) -> None:
    run_state_machine_as_test(
        lambda: ContactsAndGroups(lone_server),  # type: ignore[arg-type] # anything that makes a machine will do
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )
