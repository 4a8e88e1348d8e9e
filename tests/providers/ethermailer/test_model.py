"""Contacts and groups against a model: whatever is called in whatever order, a few dictionaries tell what must come out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
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
from tests.providers.ethermailer.client import EtherMailer, violations
from tests.workspace import Response, Workspace

NOON = 1893499200000
NOBODY = "999999999999999999"
EMAILS = ["ann@example.com", "Ann@Example.com", "bob@example.com", "BOB@example.com", "cleo@example.com", "dan@example.com"]

_numbers = count(1)

Fault = tuple[str, str]
Draft = dict[str, Any]


@dataclass
class Person:
    """A contact as the model remembers it; a name that was never given is None."""

    email: str
    name: str | None
    surname: str | None
    groups: set[str] = field(default_factory=set)
    deleted_at: int = 0


class Model:
    """What the rulebook says of contacts and groups, and nothing else. Dictionaries keep the order of creation."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.groups: dict[str, str] = {}

    def owner(self, email: str) -> str | None:
        return next((id_ for id_, person in self.people.items() if person.email.lower() == email.lower()), None)

    def is_live(self, contact: str) -> bool:
        return contact in self.people and not self.people[contact].deleted_at

    def faults(self, draft: Draft) -> list[Fault]:
        """What is wrong with the fields of a payload."""
        email = [] if "@" in draft["email"] else [("email", "Email")]
        places = [place for place, group in enumerate(draft["groups"]) if group not in self.groups]
        return email + [(f"groups[{place}].groupId", "NotFound") for place in places]

    def put(self, contact: str, draft: Draft) -> None:
        """The contact becomes the payload."""
        self.people[contact] = Person(draft["email"], draft.get("name"), draft.get("surname"), set(draft["groups"]))

    def lay_over(self, contact: str, draft: Draft) -> None:
        """The contact takes on what the payload has, and loses nothing."""
        person = self.people[contact]
        person.email = draft["email"]
        person.name = person.name if draft.get("name") is None else draft["name"]
        person.surname = person.surname if draft.get("surname") is None else draft["surname"]
        person.groups |= set(draft["groups"])

    def name_faults(self, name: str, *, of: str | None = None) -> list[Fault]:
        if not name.strip():
            return [("name", "NotEmpty")]
        return [("name", "AlreadyExists")] if name in {n for id_, n in self.groups.items() if id_ != of} else []


ALREADY_EXISTS = [("email", "AlreadyExists")]


class ContactsAndGroups(RuleBasedStateMachine):
    """Does the same to a fresh workspace and to the model, and compares all that can be read of them."""

    contacts: Bundle[str] = Bundle("contacts")
    groups: Bundle[str] = Bundle("groups")
    names = st.sampled_from(["Ann", "Lee", "", None])
    group_names = st.sampled_from(["Bakers", "bakers", "Smiths", " "])
    drafts = st.fixed_dictionaries(
        {"email": st.sampled_from([*EMAILS, "nobody"]), "groups": st.lists(groups, max_size=3)},
        optional={"name": names, "surname": names},
    )

    def __init__(self, server: TestClient) -> None:
        super().__init__()
        self.workspace = Workspace(server, f"model{next(_numbers)}")
        self.workspace.control("POST", "workspaces", json={"name": self.workspace.name})
        self.workspace.freeze("2030-01-01T12:00:00Z")
        self.ether = EtherMailer(self.workspace)
        self.model = Model()
        self.now = NOON

    def teardown(self) -> None:
        self.workspace.control("DELETE", f"workspaces/{self.workspace.name}")

    # Deleted contacts and groups stay in the bundles, beside one that never was: rules meet unknown ids all the time.

    @initialize(target=groups)
    def start_with_a_group(self) -> MultipleResults[str]:
        made = self.ether.post("/user/contact-groups", {"name": "Everybody"}).json()["text"]
        self.model.groups[made] = "Everybody"
        return multiple(made, NOBODY)

    @initialize(target=contacts)
    def start_with_a_contact(self) -> MultipleResults[str]:
        eve = self.ether.add("eve@example.com")
        self.model.put(eve, {"email": "eve@example.com", "groups": []})
        return multiple(eve, NOBODY)

    @rule(seconds=st.integers(1, 100_000))
    def let_time_pass(self, seconds: int) -> None:
        self.workspace.advance(seconds=seconds)
        self.now += seconds * 1000

    @rule(target=contacts, draft=drafts)
    def add(self, draft: Draft) -> str | MultipleResults[str]:
        response = self.ether.post("/user/contact", wire(draft))

        expected = self.model.faults(draft) or (ALREADY_EXISTS if self.model.owner(draft["email"]) else [])
        if expected:
            return refused(response, expected)
        contact: str = response.json()["text"]
        self.model.put(contact, draft)
        return contact

    @rule(contact=contacts, draft=drafts)
    def update(self, contact: str, draft: Draft) -> None:
        response = self.ether.post(f"/user/contact/{contact}", wire(draft))

        if faults := self.model.faults(draft):
            refused(response, faults)
        elif not self.model.is_live(contact):
            assert 404 == response.status_code
        elif self.model.owner(draft["email"]) not in {None, contact}:
            refused(response, ALREADY_EXISTS)
        else:
            assert {"text": contact} == response.json()
            self.model.put(contact, draft)

    @rule(ids=st.lists(contacts, min_size=1, max_size=4))
    def delete(self, ids: list[str]) -> None:
        response = self.ether.delete("/user/contact/multiple", params={"contactIds": ids})

        assert (200, b"") == (response.status_code, response.content)
        for contact in filter(self.model.is_live, ids):
            self.model.people[contact].deleted_at = self.now

    @rule(ids=st.lists(contacts, min_size=1, max_size=4))
    def restore(self, ids: list[str]) -> None:
        response = self.ether.put("/user/contact/multiple/restore", params={"contactIds": ids})

        assert (200, b"") == (response.status_code, response.content)
        for contact in filter(self.model.people.__contains__, ids):
            self.model.people[contact].deleted_at = 0

    @rule(target=contacts, drafts=st.lists(drafts, max_size=5))
    def import_(self, drafts: list[Draft]) -> MultipleResults[str]:
        summary = self.ether.post("/user/contact/import", [wire(draft) for draft in drafts]).json()

        made = [row["contactId"] for row in self.ether.contacts() if row["contactId"] not in self.model.people]
        created, updated, faults = iter(made), 0, []
        for draft in drafts:
            owner = self.model.owner(draft["email"])
            if wrong := self.model.faults(draft) or (ALREADY_EXISTS if owner and not self.model.is_live(owner) else []):
                faults.append((draft["email"], wrong))
            elif owner:
                updated += 1
                self.model.lay_over(owner, draft)
            else:
                self.model.put(next(created), draft)
        assert [len(made), updated, len(faults)] == [summary[f"total{kind}"] for kind in ("Created", "Updated", "Errors")]
        assert faults == [
            (row["contactEmail"], [(e["objectName"], e["constraintName"]) for e in row["constraintViolationErrorList"]])
            for row in summary["contactImportResponses"]
        ]
        assert [] == list(created)
        return multiple(*made)

    @rule(target=groups, name=group_names)
    def create_group(self, name: str) -> str | MultipleResults[str]:
        response = self.ether.post("/user/contact-groups", {"name": name})

        if faults := self.model.name_faults(name):
            return refused(response, faults)
        group: str = response.json()["text"]
        self.model.groups[group] = name
        return group

    @rule(group=groups, name=group_names)
    def rename_group(self, group: str, name: str) -> None:
        response = self.ether.put(f"/user/contact-groups/{group}/name", {"name": name})

        if group not in self.model.groups:
            assert (404 if name.strip() else 400) == response.status_code
        elif faults := self.model.name_faults(name, of=group):
            refused(response, faults)
        else:
            assert {"text": group} == response.json()
            self.model.groups[group] = name

    @rule(group=groups)
    def delete_group(self, group: str) -> None:
        response = self.ether.delete(f"/user/contact-groups/{group}")

        assert (200 if group in self.model.groups else 404) == response.status_code
        self.model.groups.pop(group, None)
        for person in self.model.people.values():
            person.groups.discard(group)

    @invariant()
    def the_list_of_contacts_agrees(self) -> None:
        assert [
            {
                "contactId": contact,
                "email": person.email,
                "name": person.name,
                "surname": person.surname,
                "deleted": bool(person.deleted_at),
                "deletedAtDate": person.deleted_at,
            }
            for contact, person in self.model.people.items()
        ] == self.ether.contacts()

    @invariant()
    def single_contacts_agree(self) -> None:
        for contact, person in self.model.people.items():
            response = self.ether.get(f"/user/contact/{contact}")

            if person.deleted_at:
                assert (404, b"") == (response.status_code, response.content)
            else:
                groups = [{"groupId": id_, "name": name} for id_, name in self.model.groups.items() if id_ in person.groups]
                assert {
                    "contactId": contact,
                    "email": person.email,
                    "name": person.name,
                    "surname": person.surname,
                    "groups": groups,
                    "extraFieldValues": [],
                } == response.json()

    @invariant()
    def the_list_of_groups_agrees(self) -> None:
        live = [person for person in self.model.people.values() if not person.deleted_at]

        assert [
            {
                "groupId": group,
                "name": name,
                "canDelete": True,
                "contactsCount": sum(group in person.groups for person in live),
            }
            for group, name in self.model.groups.items()
        ] == self.ether.groups()


def wire(draft: Draft) -> dict[str, Any]:
    """A payload as it travels."""
    return {**draft, "groups": [{"groupId": group} for group in draft["groups"]]}


def refused(response: Response, expected: list[Fault]) -> MultipleResults[str]:
    """A call was refused for exactly these reasons, and made nothing."""
    assert 400 == response.status_code
    assert expected == violations(response)
    return multiple()


@pytest.fixture(scope="module")
def empty() -> Iterator[TestClient]:
    """A server whose workspaces start with nothing in them."""
    app = create_app(Settings(fixtures=["empty"], throttle="off"))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.mark.rule(
    "ether.list_contacts",
    "ether.get_contact",
    "ether.list_contact_groups",
    "ether.list_contact_groups.count",
    "ether.paging.order",
    "ether.restore_contacts.round_trip",
    "ether.rollback",
)
def test_any_sequence_of_calls_leaves_what_the_model_says(empty: TestClient) -> None:
    run_state_machine_as_test(
        lambda: ContactsAndGroups(empty),  # type: ignore[arg-type] # anything that makes a machine will do
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )
