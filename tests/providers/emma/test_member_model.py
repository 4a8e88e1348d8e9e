"""Members against a model: whatever is called in whatever order, a few dictionaries tell what must come out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
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
from tests.providers.emma.client import Emma, error
from tests.workspace import Response, Workspace

START = datetime(2030, 1, 1, 12, tzinfo=UTC)
NOBODY = 999_999
EMAILS = ["ann@example.com", "Ann@Example.com", "bob@example.com", "BOB@example.com", "cleo@example.com", "dan@example.com"]
WORDS = {"a": "active", "e": "error", "o": "opt-out"}
FIELDS = ("first_name", "visits")

_numbers = count(1)

Draft = dict[str, Any]


@dataclass
class Person:
    """A member as the model remembers it."""

    email: str
    since: str
    status: str = "a"
    fields: dict[str, Any] = field(default_factory=dict)
    groups: set[int] = field(default_factory=set)
    optouts: list[str] = field(default_factory=list)
    modified_at: str | None = None
    archived_at: str | None = None


class Model:
    """What the rulebook says of members, and nothing else. Dictionaries keep the order of creation."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}

    def owner(self, email: str) -> int | None:
        return next((id_ for id_, person in self.people.items() if person.email.lower() == email.lower()), None)

    def lay_over(self, member: int, now: str, **changes: Any) -> None:
        """A member takes on what is given, which is a modification only if something becomes different."""
        person = self.people[member]
        before = (person.email, person.status, person.fields, person.archived_at)
        given = changes.pop("fields", {})
        person.fields = {name: value for name, value in {**person.fields, **given}.items() if value is not None}
        for name, value in changes.items():
            setattr(person, name, value)
        if before != (person.email, person.status, person.fields, person.archived_at):
            person.modified_at = now

    def shift(self, member: int, now: str, status: str) -> None:
        """A member has another status from now on; being opted out is remembered."""
        person = self.people[member]
        if person.status != status:
            person.status, person.modified_at = status, now
            person.optouts += [now] if status == "o" else []


class Members(RuleBasedStateMachine):
    """Does the same to a fresh workspace and to the model, and compares all that can be read of them."""

    members: Bundle[int] = Bundle("members")
    emails = st.sampled_from([*EMAILS, "nobody", ""])
    values = st.fixed_dictionaries(
        {},
        optional={
            "first_name": st.sampled_from(["Ann", "Lee", "", None]),
            "visits": st.sampled_from([0, 3, None]),
            "unknown": st.just("whatever"),
        },
    )
    group_lists = st.lists(st.sampled_from([1024, 1025, NOBODY]), max_size=2)

    def __init__(self, server: TestClient) -> None:
        super().__init__()
        self.workspace = Workspace(server, f"model{next(_numbers)}")
        self.workspace.control("POST", "workspaces", json={"name": self.workspace.name})
        self.workspace.freeze(START.isoformat())
        self.emma = Emma(self.workspace)
        self.model = Model()
        self.moment = START
        self.emma.ask("POST", "/groups", {"groups": [{"group_name": "Bakers"}, {"group_name": "Smiths"}]})
        for name, kind in zip(FIELDS, ("text", "numeric"), strict=True):
            self.emma.ask("POST", "/fields", {"shortcut_name": name, "display_name": name, "field_type": kind})

    def teardown(self) -> None:
        self.workspace.control("DELETE", f"workspaces/{self.workspace.name}")

    @property
    def now(self) -> str:
        """The moment as it travels: in winter it is six hours earlier at the account than in UTC."""
        return f"@D:{(self.moment - timedelta(hours=6)).replace(tzinfo=None).isoformat()}"

    # Archived and purged members stay in the bundle, beside one that never was: rules meet unknown ids all the time.

    @initialize(target=members)
    def start_with_a_member(self) -> MultipleResults[int]:
        eve = self.emma.add("eve@example.com")
        self.model.people[eve] = Person("eve@example.com", self.now)
        return multiple(eve, NOBODY)

    @rule(seconds=st.integers(1, 100_000))
    def let_time_pass(self, seconds: int) -> None:
        self.workspace.advance(seconds=seconds)
        self.moment += timedelta(seconds=seconds)

    @rule(target=members, email=emails, fields=values, group_ids=group_lists)
    def add(self, email: str, fields: Draft, group_ids: list[int]) -> int | MultipleResults[int]:
        response = self.emma.post("/members/add", {"email": email, "fields": fields, "group_ids": group_ids})

        if "@" not in email:
            return refused(response)
        owner = self.model.owner(email)
        answer = response.json()
        member: int = answer["member_id"]
        if owner is None:
            self.model.people[member] = Person(email, self.now)
            self.model.people[member].fields = {n: v for n, v in known(fields).items() if v is not None}
        else:
            self.model.lay_over(owner, self.now, fields=known(fields), archived_at=None)
        person = self.model.people[member]
        person.groups |= set(group_ids) - {NOBODY}
        assert {"status": person.status, "added": owner is None, "member_id": owner or member} == answer
        return member

    @rule(target=members, email=emails, group_ids=group_lists)
    def sign_up(self, email: str, group_ids: list[int]) -> int | MultipleResults[int]:
        messages = len(self.workspace.control("GET", "outbox"))
        response = self.emma.post("/members/signup", {"email": email, "group_ids": group_ids})

        if "@" not in email:
            return refused(response)
        owner = self.model.owner(email)
        member: int = response.json()["member_id"]
        person = self.model.people.setdefault(member, Person(email, self.now))
        new_groups = set(group_ids) - {NOBODY} - person.groups
        asked = owner is None or bool(new_groups) or person.archived_at is not None
        if person.archived_at is not None:
            self.model.lay_over(member, self.now, archived_at=None)
        person.groups |= new_groups
        assert {"status": person.status, "member_id": owner or member} == response.json()
        assert messages + asked == len(self.workspace.control("GET", "outbox"))
        return member

    @rule(member=members, email=st.none() | emails, fields=values, status=st.sampled_from(["a", "e", "o", "f", None]))
    def update(self, member: int, email: str | None, fields: Draft, status: str | None) -> None:
        response = self.emma.put(f"/members/{member}", {"email": email, "fields": fields, "status_to": status})

        if member not in self.model.people:
            assert 404 == response.status_code
        elif status == "f" or (email is not None and ("@" not in email or self.model.owner(email) not in {None, member})):
            refused(response)
        else:
            assert response.json() is True
            self.model.lay_over(member, self.now, fields=known(fields), **({} if email is None else {"email": email}))
            if status is not None:
                self.model.shift(member, self.now, status)

    @rule(email=emails)
    def opt_out(self, email: str) -> None:
        response = self.emma.put(f"/members/email/optout/{email or 'nobody'}", {})

        owner = self.model.owner(email)
        assert (404 if owner is None else 200) == response.status_code
        if owner is not None:
            self.model.shift(owner, self.now, "o")

    @rule(member=members)
    def archive(self, member: int) -> None:
        response = self.emma.delete(f"/members/{member}")

        assert (200 if member in self.model.people else 404) == response.status_code
        if member in self.model.people:
            person = self.model.people[member]
            person.archived_at = person.archived_at or self.now

    @rule(members=st.lists(members, max_size=3))
    def purge(self, members: list[int]) -> None:
        assert self.emma.ask("POST", "/members/purge", {"member_ids": members}) is True
        for member in members:
            self.model.people.pop(member, None)

    @invariant()
    def the_lists_of_members_agree(self) -> None:
        people = {member: shown(member, person) for member, person in self.model.people.items()}
        live = [row for row in people.values() if row["deleted_at"] is None]
        archived = [row for row in people.values() if row["deleted_at"] is not None]

        assert list(people.values()) == self.emma.ask("GET", "/members", deleted=1)
        assert live == self.emma.ask("GET", "/members")
        assert archived == self.emma.ask("GET", "/members", deleted_only=1)
        assert live[1:3] == self.emma.ask("GET", "/members", start=1, end=3)
        assert len(live) == self.emma.ask("GET", "/members", count=1)

    @invariant()
    def single_members_agree(self) -> None:
        for member, person in self.model.people.items():
            status = 200 if person.archived_at is None else 404
            history = [{"timestamp": moment, "mailing_id": None} for moment in person.optouts if person.status == "o"]

            assert status == self.emma.get(f"/members/{member}").status_code
            assert status == self.emma.get(f"/members/email/{person.email}").status_code
            assert history == self.emma.ask("GET", f"/members/{member}/optout")
            assert sorted(person.groups) == [
                row["member_group_id"] for row in self.emma.ask("GET", f"/members/{member}/groups")
            ]


def known(fields: Draft) -> Draft:
    return {name: value for name, value in fields.items() if name in FIELDS}


def shown(member: int, person: Person) -> dict[str, Any]:
    """A member as it travels."""
    return {
        "status": WORDS[person.status],
        "confirmed_opt_in": None,
        "account_id": 100,
        "fields": person.fields,
        "member_id": member,
        "sms": None,
        "last_modified_at": person.modified_at,
        "member_status_id": person.status,
        "plaintext_preferred": False,
        "email_error": None,
        "member_since": person.since,
        "bounce_count": 0,
        "deleted_at": person.archived_at,
        "email": person.email,
    }


def refused(response: Response) -> MultipleResults[int]:
    """A call was refused, and made nothing."""
    assert 400 == response.status_code
    assert error(response)
    return multiple()


@pytest.fixture(scope="module")
def empty() -> Iterator[TestClient]:
    """A server whose workspaces start with nothing in them."""
    app = create_app(Settings(fixtures=["empty"], throttle="off"))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.mark.rule(
    "emma.list_members",
    "emma.get_member",
    "emma.members.merge",
    "emma.members.modified",
    "emma.members.status_kept",
    "emma.get_member_optout.not_opted_out",
)
def test_any_sequence_of_calls_leaves_what_the_model_says(empty: TestClient) -> None:
    run_state_machine_as_test(
        lambda: Members(empty),  # type: ignore[arg-type] # anything that makes a machine will do
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )
