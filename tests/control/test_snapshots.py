"""Snapshots through the control API: names, room, and files that are none."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Response, Workspace

SQLITE = "application/vnd.sqlite3"


def call(workspace: Workspace, method: str, path: str, **request: Any) -> Response:
    """A control call, whatever is answered."""
    return workspace.server.request(method, f"/_mock/{path}", params={"workspace": workspace.name}, **request)


def refused(response: Response) -> tuple[int, str]:
    """Status and sentence of a refusal."""
    body = response.json()

    assert {"error"} == set(body)
    return response.status_code, body["error"]


def upload(workspace: Workspace, file: bytes, name: str = "sent", content_type: str = SQLITE) -> Response:
    return call(workspace, "PUT", f"snapshots/{name}/file", content=file, headers={"Content-Type": content_type})


def _clock(state: str) -> str:
    """SQL that lets a file remember another clock."""
    return f"UPDATE mock_memory SET value = '{state}' WHERE key = 'clock'"  # noqa: S608 - on a file of this test


def names(workspace: Workspace) -> list[str]:
    return [each["name"] for each in workspace.control("GET", "snapshots")]


@pytest.fixture
def file(workspace: Workspace) -> bytes:
    """A snapshot as it is downloaded, of a world with scheduled work and a message."""
    workspace.freeze()
    workspace.configure("ethermailer", confirm_after=60)
    ether = EtherMailer(workspace)
    profile = ether.sender_profiles()[0]["id"]
    ether.post("/user/contact/register", {"email": "v@example.com", "senderProfileId": profile})
    workspace.control("PUT", "snapshots/before")
    return call(workspace, "GET", "snapshots/before/file").content


@pytest.fixture
def changed(file: bytes, tmp_path: Path) -> Callable[[str], bytes]:
    """The same file after somebody ran SQL on it."""

    def change(script: str) -> bytes:
        path = tmp_path / "changed.sqlite"
        path.write_bytes(file)
        with sqlite3.connect(path) as connection:
            connection.executescript(script)
        connection.close()
        return path.read_bytes()

    return change


@pytest.fixture
def small() -> Iterator[Workspace]:
    """A workspace of a server that keeps two snapshots of each."""
    app = create_app(Settings(throttle="off", limits={"snapshots": 2}))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield Workspace(client, "default")


# Names and room


def test_a_snapshot_tells_when_it_was_taken_and_what_is_in_it(workspace: Workspace) -> None:
    workspace.freeze("2030-01-01T12:00:00Z")
    taken = workspace.control("PUT", "snapshots/before")
    counts = {each["name"]: each["counts"] for each in workspace.control("GET", "providers")}

    assert {"name", "at", "bytes", "counts", "problem"} == set(taken)
    assert ("before", "2030-01-01T12:00:00Z", None) == (taken["name"], taken["at"], taken["problem"])
    assert counts == taken["counts"]
    assert taken == workspace.control("GET", "snapshots/before")
    assert [taken] == workspace.control("GET", "snapshots")


def test_a_snapshot_takes_the_place_of_its_namesake(workspace: Workspace) -> None:
    workspace.control("PUT", "snapshots/before")
    EtherMailer(workspace).add("new@example.com")
    workspace.control("PUT", "snapshots/before")
    workspace.control("POST", "reset")
    workspace.control("POST", "snapshots/before/restore")

    assert ["before"] == names(workspace)
    assert 13 == workspace.provider("ethermailer")["counts"]["contacts"]


def test_snapshots_belong_to_one_workspace(workspace: Workspace) -> None:
    workspace.control("PUT", "snapshots/before")

    assert 404 == workspace.server.get("/_mock/snapshots/before").status_code


def test_a_deleted_snapshot_is_gone(workspace: Workspace) -> None:
    workspace.control("PUT", "snapshots/before")
    deleted = workspace.control("DELETE", "snapshots/before")

    assert {"deleted": 1} == deleted
    assert [] == names(workspace)
    assert 404 == call(workspace, "POST", "snapshots/before/restore").status_code


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("DELETE", ""), ("POST", "/restore"), ("GET", "/file")],
    ids=lambda part: part or "itself",
)
def test_an_unknown_snapshot_is_told_with_the_name_that_is_near(workspace: Workspace, method: str, path: str) -> None:
    workspace.control("PUT", "snapshots/before")

    assert (404, 'no snapshot is called "befor"; did you mean "before"?') == refused(
        call(workspace, method, f"snapshots/befor{path}")
    )


@pytest.mark.parametrize("name", ["A", "-a", "a b", "ä", "x" * 65, "%2e%2e", "a%00", "a%2fb"])
def test_a_name_that_is_none_is_refused(workspace: Workspace, file: bytes, name: str) -> None:
    statuses = {call(workspace, "PUT", f"snapshots/{name}").status_code, upload(workspace, file, name).status_code}

    assert statuses <= {400, 404, 415}
    assert ["before"] == names(workspace)


@pytest.mark.parametrize(("name", "meaning"), [("start", "start-up fixtures"), ("now", "present")])
def test_a_name_that_a_difference_uses_is_refused(workspace: Workspace, file: bytes, name: str, meaning: str) -> None:
    expected = (400, f'"{name}" is what a difference calls the {meaning}; take another name')

    assert expected == refused(call(workspace, "PUT", f"snapshots/{name}"))
    assert expected == refused(upload(workspace, file, name))


def test_past_the_bound_there_is_no_room_but_for_a_namesake(small: Workspace) -> None:
    for name in ("one", "two", "one"):
        small.control("PUT", f"snapshots/{name}")
    file = call(small, "GET", "snapshots/one/file").content
    expected = (409, "there are 2 snapshots already, the most a workspace keeps; delete one first")

    assert expected == refused(call(small, "PUT", "snapshots/three"))
    assert expected == refused(upload(small, file, "three"))
    assert 200 == upload(small, file, "two").status_code


def test_a_workspace_keeps_its_own_credentials(server: TestClient, workspace: Workspace) -> None:
    made = server.get(f"/_mock/workspaces/{workspace.name}").json()["credentials"]
    server.put("/_mock/snapshots/of-default").raise_for_status()
    upload(workspace, server.get("/_mock/snapshots/of-default/file").content)
    workspace.control("POST", "snapshots/sent/restore")
    server.delete("/_mock/snapshots/of-default").raise_for_status()
    key = made["ethermailer"][0]["api_key"]

    assert made == server.get(f"/_mock/workspaces/{workspace.name}").json()["credentials"]
    assert 200 == server.get("/ethermailer/user", headers={"Authorization": f"API {key}"}).status_code


# Files


def test_an_upload_is_a_snapshot_like_any_other(workspace: Workspace, file: bytes) -> None:
    sent = upload(workspace, file).json()
    between = workspace.server.get(
        "/_mock/difference", params={"workspace": workspace.name, "from": "before", "to": "sent"}
    ).json()
    workspace.control("POST", "reset")
    workspace.control("POST", "snapshots/sent/restore")
    workspace.advance(minutes=1)

    assert ("sent", "2030-01-01T12:00:00Z") == (sent["name"], sent["at"])
    assert between["same"]
    assert "v@example.com" in {each["email"] for each in EtherMailer(workspace).contacts()}


def test_a_download_says_what_it_is(workspace: Workspace, file: bytes) -> None:
    response = call(workspace, "GET", "snapshots/before/file")

    assert file == response.content
    assert SQLITE == response.headers["content-type"]
    assert f'attachment; filename="{workspace.name}-before.sqlite"' == response.headers["content-disposition"]


@pytest.mark.parametrize("content_type", ["application/json", "application/octet-stream", "text/plain"])
def test_a_file_under_another_label_is_refused(workspace: Workspace, file: bytes, content_type: str) -> None:
    assert (415, f"changes are sent as {SQLITE}") == refused(upload(workspace, file, content_type=content_type))


def test_no_other_call_takes_a_file(workspace: Workspace, file: bytes) -> None:
    labelled = {"content": file, "headers": {"Content-Type": SQLITE}}
    expected = (415, "changes are sent as application/json")

    assert expected == refused(call(workspace, "PUT", "snapshots/before", **labelled))
    assert expected == refused(call(workspace, "POST", "snapshots/before/file", **labelled))
    assert expected == refused(call(workspace, "PUT", "clock", **labelled))


def test_a_page_of_another_origin_cannot_send_a_file(workspace: Workspace, file: bytes) -> None:
    headers = {"Content-Type": SQLITE, "Origin": "http://evil.example"}
    sent = call(workspace, "PUT", "snapshots/sent/file", content=file, headers=headers)
    asked = call(workspace, "OPTIONS", "snapshots/sent/file", headers={"Origin": "http://evil.example"})

    assert (403, 403) == (sent.status_code, asked.status_code)
    assert [] == [name for name in asked.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda _: b"", "body: Field required"),
        (lambda _: b"{}" * 5000, "the file is no SQLite database"),
        (lambda _: b"SQLite format 3\x00", "the file is damaged: "),
        (lambda file: file[:2048], "the file is damaged: "),
        (lambda file: file[: len(file) // 2], "the file is damaged: "),
        (lambda file: file[:40_000] + bytes(80_000) + file[120_000:], "the file is damaged: "),
        (lambda file: file[:16] + b"\xff" * 84 + file[100:], "the file is damaged: "),
    ],
    ids=["nothing", "JSON", "a beginning", "half a page", "a half", "a hole", "a broken header"],
)
def test_what_is_no_whole_database_is_refused(
    workspace: Workspace, file: bytes, damage: Callable[[bytes], bytes], reason: str
) -> None:
    status, said = refused(upload(workspace, damage(file)))

    assert 400 == status
    assert said.startswith(reason)
    assert ["before"] == names(workspace)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (
            "CREATE TRIGGER evil AFTER INSERT ON ether_contact BEGIN DELETE FROM ether_contact; END",
            'the file has a trigger "evil"; a snapshot has tables and indexes only',
        ),
        ("CREATE VIEW evil AS SELECT 1", 'the file has a view "evil"; a snapshot has tables and indexes only'),
        ("CREATE TABLE evil (a)", "the file does not define evil as this server does"),
        ("CREATE VIRTUAL TABLE evil USING fts5(a)", "the file does not define evil"),
        ("CREATE INDEX evil ON ether_contact (name)", "the file does not define evil as this server does"),
        ("DROP TABLE ether_registration", "the file does not define ether_registration, "),
        ("ALTER TABLE ether_contact ADD COLUMN evil TEXT", "the file does not define ether_contact as this server does"),
        ("DROP TABLE mock_memory", "the file is no snapshot of mockserver"),
        (
            "UPDATE mock_memory SET value = '\"0123456789abcdef\"' WHERE key = 'schema'",
            "the file was written by another version of mockserver, whose tables differ: 0123456789abcdef there, ",
        ),
        ("DELETE FROM mock_memory WHERE key = 'clock'", "the file does not know its world: clock: Field required"),
        (
            _clock('{"virtual": 1e300, "real": 0, "frozen": true, "scale": 1}'),
            "the file does not know its world: clock.virtual: ",
        ),
        (
            _clock('{"virtual": 0, "real": 0, "frozen": false, "scale": 1e6}'),
            "the file's clock has run past 9000",
        ),
        (_clock("{"), "the file does not know its world: "),
        (
            """UPDATE mock_memory SET value = '{"message": -1}' WHERE key = 'counters'""",
            "the file does not know its world: counters",
        ),
        ("UPDATE mock_memory SET value = '7' WHERE key = 'snapshot'", "the file does not know its world: snapshot: "),
        ("UPDATE ether_contact SET email = x'00ff'", "ether_contact.email: \"b'\\\\x00\\\\xff'\" is no value for it"),
        ("UPDATE ether_contact SET extra_values = '{'", "ether_contact.extra_values: '{' is no value for it"),
        ("UPDATE ether_contact SET deleted_at = 'soon'", "ether_contact.deleted_at: 'soon' is no value for it"),
        ("UPDATE emf_contact SET user_id = 'me'", "emf_contact.user_id: 'me' is no value for it"),
        ("UPDATE mock_task SET kind = 'evil'", "scheduled work 2: nobody here can do 'evil' of 'ethermailer'"),
        ("UPDATE mock_task SET payload = '[]'", "scheduled work 2: nobody here can do 'confirm' of 'ethermailer'"),
        ("UPDATE mock_message SET provider = 'evil'", "a message: nobody here writes 'opt-in' of 'evil'"),
        ("UPDATE mock_message SET reference = '{}', kind = 'evil'", "a message: nobody here writes 'evil' of 'ethermailer'"),
    ],
)
def test_what_is_no_snapshot_of_this_version_is_refused(
    workspace: Workspace, changed: Callable[[str], bytes], script: str, reason: str
) -> None:
    status, said = refused(upload(workspace, changed(script)))

    assert (400, reason) == (status, said[: len(reason)])
    assert ["before"] == names(workspace)


def test_a_table_in_the_place_of_another_is_found_out(workspace: Workspace, changed: Callable[[str], bytes]) -> None:
    swapped = changed(
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = "
        "(SELECT rootpage FROM sqlite_master WHERE name = 'emma_member') WHERE name = 'ether_contact'"
    )
    status, said = refused(upload(workspace, swapped))

    assert 400 == status
    assert said.startswith("the file is damaged")


def test_a_default_that_calls_a_function_is_found_out(workspace: Workspace, changed: Callable[[str], bytes]) -> None:
    script = (
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'name VARCHAR', "
        "'name VARCHAR DEFAULT (load_extension(1))') WHERE name = 'ether_contact'"
    )

    assert (400, "the file does not define ether_contact as this server does") == refused(upload(workspace, changed(script)))


# A state folder


def test_a_file_of_another_version_in_a_state_folder_is_shown_and_refused(tmp_path: Path) -> None:
    app = create_app(Settings(throttle="off", state=tmp_path))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        workspace = Workspace(client, "default")
        workspace.control("PUT", "snapshots/before")
        path = tmp_path / "snapshots" / "default" / "before.sqlite"
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE mock_memory SET value = '\"another\"' WHERE key = 'schema'")
        connection.close()
        path.with_name("broken.sqlite").write_bytes(b"no database" * 1000)
        path.with_name("Not Ours.sqlite").write_bytes(b"")
        old, broken = workspace.control("GET", "snapshots")
        status, said = refused(call(workspace, "POST", "snapshots/before/restore"))
        compared = refused(client.get("/_mock/difference", params={"from": "before"}))
        deleted = workspace.control("DELETE", "snapshots/before")

    assert ("broken", None, {}) == (broken["name"], broken["at"], broken["counts"])
    assert broken["problem"].startswith('the snapshot "broken" is damaged: ')
    assert ("before", None, said) == (old["name"], old["at"], old["problem"])
    assert (409, 'the snapshot "before" was written by another version of mockserver') == (status, said.partition(",")[0])
    assert {"deleted": 1} == deleted
    assert (409, f"from: {said}") == compared
