"""Contacts against a model: saved, imported and deleted in whatever order, they are what a dictionary says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.providers.emfluence.client import Emfluence
from tests.workspace import Workspace

START = datetime(2030, 1, 1, 12, tzinfo=UTC)
EMAILS = ["ann@example.com", "Ann@Example.com", "bob@example.com", "BOB@example.com", "cleo@example.com"]
NAMES = ("firstName", "city", "purl")
FIXTURE = "\n".join(
    [
        '[account]\nname = "x"',
        *(f'[[custom_fields]]\nnumber = {number}\nlabel = "Field {number}"' for number in (1, 2)),
        *(f'[[groups]]\nid = {group}\nname = "Group {group}"' for group in (11, 12)),
    ]
)

_numbers = count(1)


@dataclass
class Person:
    """A contact as the model remembers it."""

    email: str
    added: str
    modified: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    custom: dict[str, str] = field(default_factory=dict)
    suppressed: str = ""
    groups: set[int] = field(default_factory=set)


texts = {name: st.sampled_from(["x", "y", ""]) for name in NAMES}
drafts = st.fixed_dictionaries(
    {},
    optional={
        **texts,
        "custom1": st.sampled_from(["one", ""]),
        "custom2": st.sampled_from(["two", None]),
        "suppressed": st.sampled_from([0, 1, ""]),
        "groupIDs": st.sets(st.sampled_from([11, 12])).map(sorted),
        "removeGroupIDs": st.sets(st.sampled_from([11, 12])).map(sorted),
    },
)
emails = st.sampled_from(EMAILS)


class Contacts(RuleBasedStateMachine):
    """Does the same to a fresh workspace and to the model, and compares all that can be read of them."""

    def __init__(self, server: TestClient) -> None:
        super().__init__()
        self.workspace = Workspace(server, f"contacts{next(_numbers)}")
        self.workspace.control("POST", "workspaces", json={"name": self.workspace.name})
        self.workspace.freeze(START.isoformat())
        self.emfluence = Emfluence(self.workspace)
        self.people: dict[int, Person] = {}
        self.moment = START

    def teardown(self) -> None:
        self.workspace.control("DELETE", f"workspaces/{self.workspace.name}")

    @property
    def now(self) -> str:
        return f"{self.moment:%Y-%m-%d %H:%M:%S}"

    def owner(self, email: str) -> int | None:
        return next((id_ for id_, person in self.people.items() if person.email.lower() == email.lower()), None)

    def owner_of_purl(self, purl: str) -> int | None:
        return next((id_ for id_, person in self.people.items() if purl and person.texts.get("purl") == purl), None)

    def lay_over(self, contact: int, draft: dict[str, Any], *, unsuppress: bool = True) -> None:
        person = self.people[contact]
        person.texts |= {name: draft[name] for name in NAMES if name in draft}
        person.custom |= {name: draft[name] or "" for name in ("custom1", "custom2") if name in draft}
        if draft.get("suppressed") == 1:
            person.suppressed = person.suppressed or self.now
        if draft.get("suppressed") == 0 and unsuppress:
            person.suppressed = ""
        person.groups |= set(draft.get("groupIDs", []))
        person.groups -= set(draft.get("removeGroupIDs", []))

    @rule(seconds=st.integers(1, 100_000))
    def let_time_pass(self, seconds: int) -> None:
        self.workspace.advance(seconds=seconds)
        self.moment += timedelta(seconds=seconds)

    @rule(email=emails, draft=drafts)
    def save_by_email(self, email: str, draft: dict[str, Any]) -> None:
        body = self.emfluence.call("contacts/save", email=email, **draft)

        known = self.owner(email)
        rival = self.owner_of_purl(draft.get("purl", ""))
        if rival not in (None, known):
            assert (301, {"contactID": rival}) == (body["code"], body["data"])
            return
        contact = body["data"]["contactID"]
        assert known in (None, contact)
        if known is None:
            assert contact not in self.people
            self.people[contact] = Person(email, self.now)
        else:
            self.people[contact].email, self.people[contact].modified = email, self.now
        self.lay_over(contact, draft)
        assert self.shown(contact) == body["data"]

    @precondition(lambda self: self.people)
    @rule(data=st.data(), email=emails | st.none(), draft=drafts)
    def save_by_id(self, data: st.DataObject, email: str | None, draft: dict[str, Any]) -> None:
        contact = data.draw(st.sampled_from(sorted(self.people)))
        body = self.emfluence.call("contacts/save", contactID=contact, **draft, **({"email": email} if email else {}))

        rivals = {self.owner(email or ""), self.owner_of_purl(draft.get("purl", ""))} - {None, contact}
        if rivals:
            assert 301 == body["code"]
            assert body["data"]["contactID"] in rivals
            return
        self.people[contact].email, self.people[contact].modified = email or self.people[contact].email, self.now
        self.lay_over(contact, draft)
        assert self.shown(contact) == body["data"]

    @rule(rows=st.lists(st.tuples(emails, st.sampled_from(["x", "y"]), st.sampled_from([0, 1])), max_size=4))
    def import_some(self, rows: list[tuple[str, str, int]]) -> None:
        records = [{"email": email, "city": city, "suppressed": flag} for email, city, flag in rows]
        data = self.emfluence.ok("contacts/import", contacts=records)

        new = {email.lower() for email, _, _ in rows if self.owner(email) is None}
        assert (len(rows), len(new), len(rows) - len(new)) == tuple(data.values())
        for record in records:
            contact = self.owner(record["email"])
            if contact is None:
                contact = self.emfluence.contact(record["email"])["contactID"]
                self.people[contact] = Person(record["email"], self.now)
            else:
                self.people[contact].modified = self.now
            self.people[contact].email = record["email"]
            self.lay_over(contact, record, unsuppress=False)

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        contact = data.draw(st.sampled_from(sorted(self.people)))

        suppressed = self.people[contact].suppressed
        assert (302 if suppressed else 0) == self.emfluence.code("contacts/delete", contactID=contact)
        if not suppressed:
            del self.people[contact]
            assert 300 == self.emfluence.code("contacts/lookup", contactID=contact)

    @invariant()
    def every_contact_is_as_remembered(self) -> None:
        asked = sorted(self.people)
        if asked:
            assert [self.shown(contact) for contact in asked] == self.emfluence.ok("contacts/lookup", contactIDs=asked)
        for flag in (0, 1):
            found = self.emfluence.records("contacts/search", suppressed=flag)
            assert [id_ for id_ in asked if bool(self.people[id_].suppressed) == bool(flag)] == [
                record["contactID"] for record in found
            ]

    def shown(self, contact: int) -> dict[str, Any]:
        """A contact as it travels."""
        person = self.people[contact]
        blanks = [
            *("lastName", "company", "title", "customerID", "mobileNumber", "phone", "fax", "address1", "address2"),
            *("state", "zipCode", "country", "dateOfBirth", "ipAddress", "notes", "memo"),
            *("dateHeld", "lastActivityDate", "lastClickDate"),
        ]
        return {
            **dict.fromkeys((*blanks, *NAMES), ""),
            **person.texts,
            "contactID": contact,
            "email": person.email,
            "userID": 1,
            "originalSource": "Unknown",
            "suppressed": int(bool(person.suppressed)),
            "dateSuppressed": person.suppressed,
            "held": 0,
            "customFields": {
                f"custom{number}": {"label": f"Field {number}", "value": person.custom.get(f"custom{number}", "")}
                for number in (1, 2)
            },
            "contentVariables": {f"content{n}": {"label": f"Content {n}", "value": ""} for n in range(1, 11)},
            "groupIDs": [1, *sorted(person.groups)],
            "dateAdded": person.added,
            "dateModified": person.modified,
            "contactScore": {"dateModified": "", "value": 0, "percentile": ""},
        }


@pytest.fixture(scope="module")
def server_with_two_groups(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server whose workspaces start with two custom fields, two groups, and nobody."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "emfluence.toml").write_text(FIXTURE, "utf-8")
    app = create_app(Settings(fixtures=[str(folder)], throttle="off"))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.mark.rule(
    "emf.save_contact",
    "emf.save_contact.changed",
    "emf.save_contact.groups",
    "emf.import_contacts",
    "emf.import_contacts.repeated",
    "emf.import_contacts.never_unsuppresses",
    "emf.delete_contact",
)
def test_any_sequence_of_calls_leaves_what_the_model_says(server_with_two_groups: TestClient) -> None:
    run_state_machine_as_test(
        lambda: Contacts(server_with_two_groups),  # type: ignore[arg-type] # anything that makes a machine will do
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )
