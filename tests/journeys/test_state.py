"""Workspaces that survive the process, in a folder given by `--state`."""

import signal
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import httpx2
import pytest

from tests.journeys.conftest import Refused, Serve, Server
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

Start = Callable[[], Server]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def start(serve: Serve, state: Path) -> Start:
    """Start a server on the same folder as the one before."""
    return lambda: serve("--throttle", "off", "--state", str(state))


# A restart


def test_contacts_survive_a_restart(start: Start) -> None:
    server = start()
    with server.client() as client:
        contact = _ether(client, "a").add("new@example.com", name="Nina")
    server.end()
    with start().client() as client:
        found = _ether(client, "a").contact(contact)

    assert ("new@example.com", "Nina") == (found["email"], found["name"])


def test_the_default_workspace_survives_a_restart(start: Start) -> None:
    server = start()
    _rename_first_group(server, "Everybody")
    server.end()
    groups = start().get("/user/contact-groups/limit/1/offset/0", key=server.api_key).json()["items"]

    assert ["Everybody"] == [group["name"] for group in groups]


def test_ids_go_on_after_a_restart(start: Start) -> None:
    server = start()
    with server.client() as client:
        first = _ether(client, "a").add("first@example.com")
    server.end()
    with start().client() as client:
        second = _ether(client, "a").add("second@example.com")

    assert int(second) > int(first)


def test_a_frozen_clock_survives_a_restart(start: Start) -> None:
    server = start()
    with server.client() as client:
        _made(client, "a").freeze("2030-01-01T12:00:00Z")
    server.end()
    with start().client() as client:
        clock = Workspace(client, "a").control("GET", "clock")

    assert ("2030-01-01T12:00:00Z", True) == (clock["now"], clock["frozen"])


def test_made_credentials_survive_a_restart(start: Start) -> None:
    server = start()
    with server.client() as client:
        made = client.post("/_mock/workspaces", json={"name": "a"}).json()["credentials"]["ethermailer"]
        key = made[0]["api_key"]
        contact = _ether(client, "a").add("new@example.com")
    server.end()
    again = start()

    assert not key.startswith("ws-")
    assert 200 == again.get(f"/user/contact/{contact}", key=key).status_code


def test_messages_survive_a_restart(start: Start) -> None:
    server = start()
    with server.client() as client:
        ether = EtherMailer(_made(client, "a"))
        profile = ether.sender_profiles()[0]["id"]
        ether.post("/user/contact/register", {"email": "v@example.com", "senderProfileId": profile})
    server.end()
    with start().client() as client:
        messages = Workspace(client, "a").messages()

    assert ["v@example.com"] == [message["recipient"] for message in messages]


def test_planned_work_survives_a_restart(serve: Serve, state: Path) -> None:
    options = ("--throttle", "off", "--state", str(state))
    server = serve(*options, variables={"MOCKSERVER_ETHERMAILER__CONFIRM_AFTER": "60"})
    with server.client() as client:
        ether = EtherMailer(_made(client, "a"))
        ether.workspace.freeze()
        profile = ether.sender_profiles()[0]["id"]
        ether.post("/user/contact/register", {"email": "v@example.com", "senderProfileId": profile})
    server.end()
    with serve(*options).client() as client:
        ether = _ether(client, "a")
        before = {each["email"] for each in ether.contacts()}
        ether.workspace.advance(minutes=1)
        after = {each["email"] for each in ether.contacts()}

    assert {"v@example.com"} == after - before


def test_a_reset_survives_a_restart(start: Start) -> None:
    server = start()
    with server.client() as client:
        ether = EtherMailer(_made(client, "a"))
        ether.add("new@example.com")
        ether.workspace.control("POST", "reset")
    server.end()
    with start().client() as client:
        contacts = _ether(client, "a").contacts()

    assert "new@example.com" not in {each["email"] for each in contacts}


def test_more_workspaces_than_may_be_kept_are_one_line(start: Start, refused: Refused, state: Path) -> None:
    server = start()
    server.get("/user", key="ws-a")
    server.end()
    code, lines = refused("--port", "0", "--state", str(state), variables={"MOCKSERVER_LIMITS__WORKSPACES": "1"})

    assert 1 == code
    assert ["mockserver: there are 1 workspaces already, the most this server keeps; delete one first"] == lines


# A death


def test_a_killed_server_loses_no_acknowledged_write(start: Start) -> None:
    server = start()
    with ThreadPoolExecutor(4) as threads:
        writers = [threads.submit(_write_until_it_dies, server, name, place) for place, name in enumerate("aabb")]
        server.calls(400)
        server.end(signal.SIGKILL)
        written = [(name, writer.result()) for name, writer in zip("aabb", writers, strict=True)]
    with start().client() as client:
        found = {name: _every_contact(client, name) for name in "ab"}

    assert all(acknowledged for _, acknowledged in written)
    assert [] == [contact for name, acknowledged in written for contact in acknowledged if contact not in found[name]]


# Files of others


def assert_refused_and_left_alone(refused: Refused, file: Path) -> None:
    """A server on the file's folder does not start, says in one line which file it is, and has not written to it."""
    before = file.read_bytes()
    code, lines = refused("--port", "0", "--state", str(file.parent))

    assert 1 == code
    assert 1 == len(lines)
    assert lines[0].startswith(f"mockserver: {file}: ")
    assert before == file.read_bytes()


def test_a_file_of_another_version_is_refused_and_left_alone(start: Start, refused: Refused, state: Path) -> None:
    server = start()
    server.get("/user", key="ws-a")
    server.end()
    file = state / "a.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE mock_memory SET value = '\"another\"' WHERE key = 'schema'")
    connection.close()

    assert_refused_and_left_alone(refused, file)


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\x00" + bytes(84), b"\x00" * 4096])
def test_a_file_that_is_no_database_is_refused_and_left_alone(refused: Refused, state: Path, content: bytes) -> None:
    state.mkdir()
    file = state / "a.sqlite"
    file.write_bytes(content)

    assert_refused_and_left_alone(refused, file)
    assert [file] == list(state.glob("a*"))


def test_a_database_of_somebody_else_is_refused_and_left_alone(refused: Refused, state: Path) -> None:
    state.mkdir()
    file = state / "a.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
    connection.close()

    assert_refused_and_left_alone(refused, file)


def test_a_file_with_another_name_is_nothing_of_ours(start: Start, state: Path) -> None:
    state.mkdir()
    (state / "My Recipes.sqlite").write_bytes(b"not a database")
    workspaces = start().get("/_mock/workspaces").json()

    assert ["default"] == [workspace["name"] for workspace in workspaces]


# Deletion


def test_a_deleted_workspace_takes_its_file_along(start: Start, state: Path) -> None:
    server = start()
    with server.client() as client:
        _ether(client, "a").add("new@example.com")
        _ether(client, "ab").add("new@example.com")
        files = sorted(path.name for path in state.glob("*.sqlite"))
        Workspace(client, "a").control("DELETE", "workspaces/a")
        left = sorted(path.name for path in state.iterdir() if path.name.startswith("a"))

    assert ["a.sqlite", "ab.sqlite", "default.sqlite"] == files
    assert ["ab.sqlite"] == [name for name in left if name.endswith(".sqlite")]
    assert all(name.startswith("ab.sqlite") for name in left)


def test_a_workspace_that_was_deleted_starts_anew(start: Start) -> None:
    with start().client() as client:
        _ether(client, "a").add("new@example.com")
        Workspace(client, "a").control("DELETE", "workspaces/a")
        contacts = _ether(client, "a").contacts()

    assert "new@example.com" not in {each["email"] for each in contacts}


def _ether(client: httpx2.Client, name: str) -> EtherMailer:
    """A client of the workspace of this name, which its key makes on first use."""
    return EtherMailer(Workspace(client, name))


def _made(client: httpx2.Client, name: str) -> Workspace:
    """A new workspace, for a test that controls it before it is called."""
    workspace = Workspace(client, name)
    client.post("/_mock/workspaces", json={"name": name}).raise_for_status()
    return workspace


def _rename_first_group(server: Server, name: str) -> None:
    headers = {"Authorization": f"API {server.api_key}"}
    with server.client() as client:
        groups = client.get("/user/contact-groups/limit/1/offset/0", headers=headers).json()["items"]
        path = f"/user/contact-groups/{groups[0]['groupId']}/name"
        client.put(path, json={"name": name}, headers=headers).raise_for_status()


def _write_until_it_dies(server: Server, name: str, place: int) -> list[str]:
    """Add contacts, one after the other, and return the ids that were acknowledged."""
    acknowledged: list[str] = []
    with server.client() as client:
        ether = _ether(client, name)
        for number in count():
            try:
                acknowledged.append(ether.add(f"guest.{place}.{number}@example.com"))
            except httpx2.TransportError:
                break
    return acknowledged


def _every_contact(client: httpx2.Client, name: str) -> set[str]:
    ether, found, total = _ether(client, name), set[str](), 1
    for offset in range(0, 1_000_000, 50):
        if offset >= total:
            break
        page = ether.get(f"/user/contact/limit/50/offset/{offset}").json()
        found |= {each["contactId"] for each in page["items"]}
        total = page["totalItems"]
    return found


def test_more_workspaces_than_the_usual_limit_on_open_files_has_room_for(serve: Serve, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))  # what a shell has, and what the server inherits
    try:
        server = serve("--state", str(tmp_path / "state"), "--throttle", "off")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    with server.client() as client:
        statuses = {client.get("/user", headers={"Authorization": f"API ws-w{number}"}).status_code for number in range(400)}

    assert {200} == statuses
