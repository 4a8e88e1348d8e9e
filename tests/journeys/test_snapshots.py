"""Going back to a snapshot, and telling what happened since, over real connections."""

import signal
import sqlite3
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journeys.conftest import Serve
from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

SQLITE = {"Content-Type": "application/vnd.sqlite3"}
NOON, NOON_AND_A_MINUTE = "2030-01-01T12:00:00Z", "2030-01-01T12:01:00Z"
EMMA, JOHN, JULY = 200, 1001, 402
"""A member of Emma's standard account, a contact and an email of emfluence's."""

_numbers = count(1)


class World:
    """A workspace, and a customer's program for each of its providers."""

    def __init__(self, client: httpx2.Client, name: str) -> None:
        self.workspace = Workspace(client, name)
        self.emma, self.emfluence = Emma(self.workspace), Emfluence(self.workspace)
        self.ether = EtherMailer(self.workspace)

    def take(self, name: str = "before") -> dict[str, Any]:
        taken: dict[str, Any] = self.workspace.control("PUT", f"snapshots/{name}")
        return taken

    def restore(self, name: str = "before") -> dict[str, Any]:
        restored: dict[str, Any] = self.workspace.control("POST", f"snapshots/{name}/restore")
        return restored

    def difference(self, **parameters: Any) -> dict[str, Any]:
        wanted = {"workspace": self.workspace.name, **parameters}
        response = self.workspace.server.get("/_mock/difference", params=wanted)

        assert 200 == response.status_code, response.text
        found: dict[str, Any] = response.json()
        return found

    def changes(self, provider: str, table: str) -> dict[str, Any]:
        """What has happened to one table since the snapshot, each kind as a list, which must be complete."""
        found = self.difference(**{"from": "before"})["tables"].get(provider, {}).get(table, {})

        assert all(len(kind["rows"]) == kind["total"] for kind in found.values())
        return {kind: listed["rows"] for kind, listed in found.items() if listed["rows"]}

    def download(self, name: str = "before") -> bytes:
        asked = {"workspace": self.workspace.name}
        response = self.workspace.server.get(f"/_mock/snapshots/{name}/file", params=asked)

        assert 200 == response.status_code, response.text
        return response.content

    def upload(self, file: bytes, name: str = "sent") -> httpx2.Response:
        asked = {"workspace": self.workspace.name}
        return self.workspace.server.put(f"/_mock/snapshots/{name}/file", params=asked, content=file, headers=SQLITE)

    def new_ids(self) -> list[str]:
        """The ids of something new in each provider."""
        return [
            str(self.emma.add("newest@example.com")),
            str(self.emfluence.ok("contacts/save", email="newest@example.com")["contactID"]),
            self.ether.add("newest@example.com"),
        ]

    def moment(self) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
        """Clock, scheduled work and outbox."""
        ask = self.workspace.control
        return ask("GET", "clock"), ask("GET", "tasks"), ask("GET", "outbox")


def new_world(client: httpx2.Client) -> World:
    """A workspace whose clock stands at noon, and in which imports, mailings and confirmations take a minute."""
    name = f"snapshots-{next(_numbers)}"
    client.post("/_mock/workspaces", json={"name": name}).raise_for_status()
    world = World(client, name)
    world.workspace.freeze(NOON)
    world.workspace.configure("emma", imports_take=60, sends_take=60)
    world.workspace.configure("emfluence", sends_take=60)
    world.workspace.configure("ethermailer", confirm_after=60)
    return world


@pytest.fixture
def world(server: httpx2.Client) -> World:
    return new_world(server)


# Going back


def _register(world: World, email: str) -> None:
    profile = world.ether.sender_profiles()[0]["id"]
    world.ether.post("/user/contact/register", {"email": email, "senderProfileId": profile})


STEPS: dict[str, Callable[[World, str], object]] = {
    "emma adds": lambda world, email: world.emma.post("/members/add", {"email": email}),
    "emma imports": lambda world, email: world.emma.post("/members", {"members": [{"email": email}]}),
    "emma archives": lambda world, _: world.emma.delete(f"/members/{EMMA}"),
    "emma refuses": lambda world, _: world.emma.post("/members/add", {"email": "none"}),
    "emfluence saves": lambda world, email: world.emfluence.call("contacts/save", email=email),
    "emfluence deletes": lambda world, _: world.emfluence.call("contacts/delete", contactID=JOHN),
    "emfluence refuses": lambda world, _: world.emfluence.call("contacts/save", email="none"),
    "ether adds": lambda world, email: world.ether.post("/user/contact", {"email": email}),
    "ether registers": _register,
    "ether refuses": lambda world, _: world.ether.post("/user/contact", {"email": "none"}),
    "time passes": lambda world, _: world.workspace.advance(seconds=40),
    "the clock runs": lambda world, _: world.workspace.control("PUT", "clock", json={"frozen": False, "scale": 2}),
    "the clock is set back": lambda world, _: world.workspace.control("PUT", "clock", json={"now": "2020-02-02T02:02:02Z"}),
    "the outbox is emptied": lambda world, _: world.workspace.control("DELETE", "outbox"),
    "a reset": lambda world, _: world.workspace.control("POST", "reset"),
}
_emails = st.sampled_from([f"{name}@example.com" for name in ("ann", "bob", "cleo")])
_steps = st.lists(st.tuples(st.sampled_from(list(STEPS)), _emails), max_size=12)


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=_steps, after=_steps)
def test_whatever_happened_a_restore_brings_everything_back(
    server: httpx2.Client, before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    world = new_world(server)
    for step, email in before:
        STEPS[step](world, email)
    world.workspace.freeze(NOON)
    world.take()
    then = world.moment()
    ids = world.new_ids()
    for step, email in after:
        STEPS[step](world, email)
    world.restore()
    difference = world.difference(**{"from": "before"})
    now = world.moment()
    again = world.new_ids()
    world.workspace.control("DELETE", f"workspaces/{world.workspace.name}")

    assert {"from": "before", "to": "now", "same": True, "tables": {}} == difference
    assert then == now
    assert ids == again


def test_an_import_under_way_at_the_snapshot_finishes_after_the_restore(world: World) -> None:
    made = world.emma.ask("POST", "/members", {"members": [{"email": "new@example.com"}]})["import_id"]
    world.take()
    world.workspace.advance(minutes=2)
    finished = world.emma.ask("GET", f"/members/imports/{made}")["status"]
    world.restore()
    waiting = world.emma.ask("GET", f"/members/imports/{made}")["status"]
    world.workspace.advance(minutes=1)
    again = world.emma.ask("GET", f"/members/imports/{made}")

    assert ("o", "q") == (finished, waiting)
    assert ("o", 1) == (again["status"], again["num_members_added"])


def test_an_email_on_its_way_at_the_snapshot_goes_out_after_the_restore(world: World) -> None:
    world.emfluence.ok("emails/send", emailID=JULY)
    world.take()
    world.workspace.advance(minutes=2)
    sent = len(world.workspace.control("GET", "outbox"))
    world.restore()
    waiting = len(world.workspace.control("GET", "outbox"))
    world.workspace.advance(minutes=1)

    assert sent > 0
    assert (0, sent) == (waiting, len(world.workspace.control("GET", "outbox")))


def test_a_registration_that_waits_at_the_snapshot_is_confirmed_after_the_restore(world: World) -> None:
    _register(world, "v@example.com")
    world.take()
    world.workspace.advance(minutes=2)
    world.restore()
    waiting = {each["email"] for each in world.ether.contacts()}
    world.workspace.advance(minutes=1)

    assert {"v@example.com"} == {each["email"] for each in world.ether.contacts()} - waiting


def test_work_that_was_planned_after_the_snapshot_never_happens(world: World) -> None:
    world.take()
    world.emma.ask("POST", "/members", {"members": [{"email": "new@example.com"}]})
    world.restore()
    advanced = world.workspace.control("POST", "clock/advance", json={"days": 1})

    assert 0 == advanced["tasks_run"]
    assert 404 == world.emma.get("/members/email/new@example.com").status_code


def test_a_restore_leaves_configuration_faults_and_journal_alone(world: World) -> None:
    world.take()
    world.workspace.configure("ethermailer", epoch_unit="seconds")
    world.ether.add("new@example.com")
    fault = {"match": {"operation": "get_user"}, "act": {"kind": "refusal", "name": "too_many_requests"}}
    world.workspace.control("POST", "faults", json=fault)
    world.restore()
    settings = world.workspace.control("GET", "config")["providers"]["ethermailer"]

    assert "seconds" == settings["epoch_unit"]
    assert 429 == world.ether.get("/user").status_code
    assert "/user/contact" in [call["path"] for call in world.workspace.calls()]


def test_a_clock_that_ran_goes_on_as_if_it_had_never_been_left(world: World) -> None:
    world.workspace.control("PUT", "clock", json={"now": "2040-01-01T00:00:00Z", "frozen": False, "scale": 100})
    world.take()
    world.workspace.freeze(NOON)
    restored = world.restore()
    clock = world.workspace.control("GET", "clock")

    assert (False, 100) == (clock["frozen"], clock["scale"])
    assert "2040-01-01" <= restored["at"] < restored["now"] <= clock["now"] < "2040-01-02"


def test_throttle_windows_start_anew(world: World) -> None:
    world.workspace.throttle("enforce")
    world.take()
    spent = [world.ether.get("/user").status_code for _ in range(4)]
    world.restore()

    assert [200, 200, 200, 429] == spent
    assert 200 == world.ether.get("/user").status_code


def test_a_reset_keeps_snapshots(world: World) -> None:
    world.ether.add("new@example.com")
    world.take()
    world.workspace.control("POST", "reset")
    world.restore()

    assert "new@example.com" in {each["email"] for each in world.ether.contacts()}


# What happened


def test_emma_tells_what_was_added_changed_and_removed(world: World) -> None:
    group = world.emma.group("Old")
    world.emma.ask("PUT", f"/members/{EMMA}/groups", {"group_ids": [group]})
    world.take()
    member = world.emma.add("new@example.com", fields={"first_name": "Nina"})
    world.emma.ask("PUT", f"/groups/{group}", {"group_name": "New"})
    world.emma.ask("PUT", f"/members/{EMMA}/groups/remove", {"group_ids": [group]})
    (added,) = world.changes("emma", "emma_member")["added"]

    assert (member, "new@example.com", {"first_name": "Nina"}) == (added["id"], added["email"], added["fields"])
    assert {
        "changed": [{"key": {"id": group}, "columns": {"name": {"before": "Old", "after": "New"}}}],
    } == world.changes("emma", "emma_group")
    assert {"removed": [{"member_id": EMMA, "group_id": group}]} == world.changes("emma", "emma_membership")


def test_emfluence_tells_what_was_added_changed_and_removed(world: World) -> None:
    kept = world.emfluence.ok("contacts/save", email="kept@example.com", firstName="Ann")["contactID"]
    world.workspace.freeze(NOON_AND_A_MINUTE)
    world.take()
    made = world.emfluence.ok("contacts/save", email="new@example.com", firstName="Nina")["contactID"]
    world.emfluence.ok("contacts/save", email="kept@example.com", firstName="Eva")
    world.emfluence.ok("contacts/delete", contactID=JOHN)
    changes = world.changes("emfluence", "emf_contact")
    (added,), (removed,), (changed,) = changes["added"], changes["removed"], changes["changed"]

    assert (made, "Nina", NOON_AND_A_MINUTE) == (added["id"], added["first_name"], added["date_added"])
    assert (JOHN, "john.doe@example.com") == (removed["id"], removed["email"])
    assert {"id": kept} == changed["key"]
    assert {"first_name": {"before": "Ann", "after": "Eva"}} == {
        name: change for name, change in changed["columns"].items() if not name.startswith(("date_", "last_"))
    }


def test_ether_mailer_tells_what_was_added_changed_and_removed(world: World) -> None:
    contact = world.ether.add("kept@example.com", name="Ann")
    world.take()
    made = world.ether.add("new@example.com", name="Nina")
    world.ether.post(f"/user/contact/{contact}", {"email": "kept@example.com", "name": "Eva"})
    group = world.ether.groups()[-1]["groupId"]
    world.ether.delete(f"/user/contact-groups/{group}")
    changes = world.changes("ethermailer", "ether_contact")

    assert {
        "added": [
            {
                "id": int(made),
                "email": "new@example.com",
                "email_key": "new@example.com",
                "name": "Nina",
                "surname": None,
                "extra_values": {},
                "deleted_at": None,
            }
        ],
        "changed": [{"key": {"id": int(contact)}, "columns": {"name": {"before": "Ann", "after": "Eva"}}}],
    } == changes
    assert [int(group)] == [row["id"] for row in world.changes("ethermailer", "ether_contact_group")["removed"]]


def test_messages_and_scheduled_work_are_told_of_beside_the_providers(world: World) -> None:
    world.take()
    _register(world, "v@example.com")
    (message,) = world.changes("mockserver", "mock_message")["added"]
    (task,) = world.changes("mockserver", "mock_task")["added"]

    assert ("ethermailer", "v@example.com", NOON) == (message["provider"], message["recipient"], message["sent_at"])
    assert ("confirm", NOON_AND_A_MINUTE) == (task["kind"], task["due"])


def test_the_start_is_what_the_workspace_was_made_of(world: World) -> None:
    untouched = world.difference()
    world.ether.add("new@example.com")
    touched = world.difference()

    assert {"from": "start", "to": "now", "same": True, "tables": {}} == untouched
    assert {"ethermailer": ["ether_contact"]} == {name: list(tables) for name, tables in touched["tables"].items()}


def test_a_difference_is_told_in_both_directions_and_between_snapshots(world: World) -> None:
    world.take("one")
    world.ether.add("new@example.com")
    world.take("two")
    world.workspace.control("POST", "reset")
    there = world.difference(**{"from": "one", "to": "two"})["tables"]["ethermailer"]["ether_contact"]
    back = world.difference(**{"from": "two", "to": "one"})["tables"]["ethermailer"]["ether_contact"]

    assert (1, 0) == (there["added"]["total"], there["removed"]["total"])
    assert (0, 1) == (back["added"]["total"], back["removed"]["total"])
    assert there["added"]["rows"] == back["removed"]["rows"]


# Files


def test_a_snapshot_of_one_server_is_restored_on_another(serve: Serve) -> None:
    options = ("--throttle", "off")
    with serve(*options).client() as one, serve(*options, "--fixtures", "empty").client() as other:
        here = new_world(one)
        here.emma.add("emma@example.com")
        here.emfluence.ok("contacts/save", email="emfluence@example.com")
        here.ether.add("ether@example.com")
        here.emma.ask("POST", "/members", {"members": [{"email": "soon@example.com"}]})
        taken = here.take()
        file = here.download()
        there = new_world(other)
        sent = there.upload(file).json()
        there.restore("sent")
        there.workspace.advance(minutes=1)
        found = [
            there.emma.get("/members/email/emma@example.com").status_code,
            there.emma.get("/members/email/soon@example.com").status_code,
            there.emfluence.code("contacts/lookup", email="emfluence@example.com"),
            "ether@example.com" in {each["email"] for each in there.ether.contacts()},
        ]

    assert (taken["at"], taken["counts"]) == (sent["at"], sent["counts"])
    assert [200, 200, 0, True] == found


def test_a_download_is_a_database_that_any_tool_opens(world: World, tmp_path: Path) -> None:
    world.ether.add("new@example.com")
    taken = world.take()
    file = tmp_path / "snapshot.sqlite"
    file.write_bytes(world.download())
    with sqlite3.connect(file) as connection:
        found = connection.execute("SELECT name FROM ether_contact WHERE email = 'new@example.com'").fetchall()
        secrets = connection.execute("SELECT value FROM mock_memory WHERE key = 'credentials'").fetchall()
    connection.close()

    assert taken["bytes"] == file.stat().st_size
    assert [(None,)] == found
    assert [] == secrets


def test_a_file_that_is_too_large_is_refused(serve: Serve) -> None:
    with serve("--throttle", "off", variables={"MOCKSERVER_LIMITS__SNAPSHOT_BYTES": "100000"}).client() as client:
        world = new_world(client)
        world.take()
        response = world.upload(world.download())
        names = [each["name"] for each in world.workspace.control("GET", "snapshots")]

    assert (413, {"error": "a control call has at most 100000 bytes"}) == (response.status_code, response.json())
    assert ["before"] == names


# A state folder


def test_snapshots_survive_the_process_even_when_it_is_killed(serve: Serve, tmp_path: Path) -> None:
    options = ("--throttle", "off", "--state", str(tmp_path / "state"))
    server = serve(*options)
    with server.client() as client:
        world = new_world(client)
        world.ether.add("new@example.com")
        taken = world.take()
        world.workspace.control("POST", "reset")
    server.end(signal.SIGKILL)
    with serve(*options).client() as client:
        again = World(client, world.workspace.name)
        listed = again.workspace.control("GET", "snapshots")
        again.restore()
        contacts = {each["email"] for each in again.ether.contacts()}
        clock = again.workspace.control("GET", "clock")
        workspaces = {each["name"] for each in client.get("/_mock/workspaces").json()}

    assert [taken] == listed
    assert "new@example.com" in contacts
    assert (NOON, True) == (clock["now"], clock["frozen"])
    assert {"default", world.workspace.name} == workspaces


def test_what_was_restored_survives_the_process(serve: Serve, tmp_path: Path) -> None:
    options = ("--throttle", "off", "--state", str(tmp_path / "state"))
    server = serve(*options)
    with server.client() as client:
        world = new_world(client)
        world.take()
        world.ether.add("new@example.com")
        world.restore()
        ids = world.new_ids()
        world.restore()
    server.end(signal.SIGKILL)
    with serve(*options).client() as client:
        again = World(client, world.workspace.name)
        difference = again.difference(**{"from": "before"})
        clock = again.workspace.control("GET", "clock")

        assert ids == again.new_ids()
    assert difference["same"]
    assert (NOON, True) == (clock["now"], clock["frozen"])


def test_a_deleted_workspace_takes_its_snapshots_along(serve: Serve, tmp_path: Path) -> None:
    with serve("--throttle", "off", "--state", str(tmp_path / "state")).client() as client:
        world, other = new_world(client), new_world(client)
        world.take()
        other.take()
        world.workspace.control("DELETE", f"workspaces/{world.workspace.name}")
        left = sorted(path.name for path in (tmp_path / "state" / "snapshots").iterdir())
        client.post("/_mock/workspaces", json={"name": world.workspace.name}).raise_for_status()
        listed = world.workspace.control("GET", "snapshots")

    assert [other.workspace.name] == left
    assert [] == listed
