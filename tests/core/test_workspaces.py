"""Workspaces: how they are made, named, reset and deleted."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from mockserver.app import Switchboard, doors
from mockserver.core import outbox
from mockserver.core.database import Database
from mockserver.core.errors import NoRoomForWorkspace
from mockserver.core.fixtures import find_set
from mockserver.core.limits import Limits
from mockserver.core.outbox_search import Wanted, search
from mockserver.core.provider import Credential, Provider
from mockserver.core.state import StateRefused
from mockserver.core.workspace import Workspace
from mockserver.core.workspaces import Seat, Workspaces
from mockserver.providers.ethermailer import ETHERMAILER
from mockserver.providers.ethermailer.actions import contact_groups
from mockserver.providers.ethermailer.settings import EtherMailerSettings
from mockserver.providers.ethermailer.tables import ContactGroup
from mockserver.settings import Settings
from tests.runtime import NOON, new_runtime
from tests.slices import at_once

DEFAULT_KEY = "100000000000000001-00000000-0000-0000"

Start = Callable[..., Workspaces]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start servers, without sockets, from the standard set."""
    started: list[Workspaces] = []

    def start(*changed: Provider, **options: Any) -> Workspaces:
        workspaces = new_runtime(*changed, **options).workspaces
        started.append(workspaces)
        return workspaces

    yield start
    for workspaces in started:
        workspaces.close()


@pytest.fixture
def workspaces(start: Start) -> Workspaces:
    return start()


def create_group(workspace: Workspace, name: str) -> int:
    with workspace.transaction(ETHERMAILER) as context:
        return contact_groups.create(context, name)


def groups(workspace: Workspace) -> list[str]:
    statement = select(ContactGroup.c.name).order_by(ContactGroup.c.id)
    return list(workspace.context(ETHERMAILER).execute(statement).scalars())


def seated(workspaces: Workspaces, key: str) -> Workspace | None:
    """The workspace that a key selects."""
    seat = workspaces.seat("ethermailer", key)
    return seat.workspace if seat is not None else None


def keys(workspace: Workspace) -> list[str]:
    return [credential.secret for credential in workspace.credentials()["ethermailer"]]


# Names


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("ws-a", "a"),
        ("ws-7", "7"),
        ("ws-checkout_tests-2", "checkout_tests-2"),
        ("WS-A", "a"),
        ("Ws-CheckOut", "checkout"),
        (f"ws-{'x' * 64}", "x" * 64),
    ],
)
def test_a_key_made_of_a_name_selects_the_workspace_and_makes_it_on_first_use(
    workspaces: Workspaces, key: str, name: str
) -> None:
    workspace = seated(workspaces, key)

    assert workspace is not None
    assert name == workspace.name
    assert workspace is workspaces.get(name)
    assert workspace is seated(workspaces, key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "ws",
        "ws-",
        "ws--a",
        "ws-_a",
        "ws-a b",
        "ws-a.b",
        "ws-ä",
        "ws-../../etc/passwd",
        "ws-a/b",
        "ws-a\n",
        "ws-a\x00",
        f"ws-{'x' * 65}",
        "xs-a",
        "a",
        " ws-a",
        "ws_a",
        f"{DEFAULT_KEY}0",
    ],
)
def test_any_other_key_selects_nothing_and_makes_nothing(workspaces: Workspaces, key: str) -> None:
    assert workspaces.seat("ethermailer", key) is None
    assert 1 == len(workspaces)


def test_the_key_of_the_fixtures_selects_the_default_workspace(workspaces: Workspaces) -> None:
    assert [DEFAULT_KEY] == keys(workspaces.default)
    assert workspaces.default is seated(workspaces, DEFAULT_KEY)


def test_a_key_of_another_provider_selects_nothing(workspaces: Workspaces) -> None:
    assert workspaces.seat("postcard", DEFAULT_KEY) is None


# Credentials


def with_credentials(*credentials: Credential) -> Provider:
    """A provider whose fixtures define these credentials."""
    return replace(ETHERMAILER, credentials=lambda _: credentials)


OPEN = Credential("open-sesame", {"api_key": "open-sesame", "owner": "Ali Baba"})
REVOKED = Credential("open-barley", {"api_key": "open-barley", "owner": "Cassim"}, revoked=True)


@pytest.fixture
def cave(start: Start) -> Workspaces:
    """A server whose default workspace has a credential and a revoked one."""
    return start(with_credentials(OPEN, REVOKED))


def test_a_key_brings_all_that_is_known_of_its_credential(cave: Workspaces) -> None:
    assert Seat(cave.default, OPEN) == cave.seat("ethermailer", "open-sesame")


@pytest.mark.parametrize("key", ["ws-new", "WS-New"])
def test_a_key_made_of_a_name_brings_the_credential_of_that_name(workspaces: Workspaces, key: str) -> None:
    seat = workspaces.seat("ethermailer", key)

    assert seat is not None
    assert ETHERMAILER.named_credential(seat.workspace) == seat.credential
    assert ("ws-new", False) == (seat.credential.secret, seat.credential.revoked)


def test_a_made_credential_is_brought_by_its_key(workspaces: Workspaces) -> None:
    workspace = workspaces.issue("one")

    for credential in workspace.credentials()["ethermailer"]:
        assert Seat(workspace, credential) == workspaces.seat("ethermailer", credential.secret)


def test_a_revoked_credential_is_known_by_its_key_but_is_none_that_opens_anything(cave: Workspaces) -> None:
    assert Seat(cave.default, REVOKED) == cave.seat("ethermailer", "open-barley")
    assert [OPEN, REVOKED] == cave.default.known_credentials()["ethermailer"]
    assert [OPEN] == cave.default.credentials()["ethermailer"]


def test_a_revoked_credential_is_still_known_after_a_reset(cave: Workspaces) -> None:
    cave.reset(cave.default)

    assert Seat(cave.default, REVOKED) == cave.seat("ethermailer", "open-barley")


def test_a_revoked_credential_comes_back_revoked_from_a_file(start: Start, tmp_path: Path) -> None:
    start(with_credentials(OPEN, REVOKED), state=tmp_path).close()
    after = start(state=tmp_path)

    assert Seat(after.default, REVOKED) == after.seat("ethermailer", "open-barley")
    assert [OPEN] == after.default.credentials()["ethermailer"]


def test_every_provider_knows_every_workspace_by_its_name_and_by_made_credentials(workspaces: Workspaces) -> None:
    workspace = workspaces.issue("one")

    for provider, credentials in workspace.credentials().items():
        assert len(credentials) > 1
        assert {workspace} == {seat.workspace for each in credentials if (seat := workspaces.seat(provider, each.secret))}


def test_nobody_is_shown_a_revoked_credential(cave: Workspaces) -> None:
    client = TestClient(Switchboard(cave.default.runtime, doors(Settings())), base_url="http://127.0.0.1:8765")
    pages = ["workspaces", "workspaces/default", "providers", "config", "journal", "health", ""]
    shown = "".join(client.get(f"/_mock/{page}").text for page in pages) + client.post("/_mock/reset").text

    assert "open-sesame" in shown
    assert "open-barley" not in shown


# A new workspace


def test_a_new_workspace_is_a_copy_of_the_fixtures(workspaces: Workspaces) -> None:
    create_group(workspaces.default, "Bakers")
    new = workspaces.open("new")

    assert ["All customers", "Newsletter", "Wholesale", "Tasting evenings"] == groups(new)
    assert NOON == new.clock.now()


def test_a_new_workspace_is_known_by_its_name_only(workspaces: Workspaces) -> None:
    new = workspaces.open("new")

    assert ["ws-new"] == keys(new)
    assert workspaces.default is seated(workspaces, DEFAULT_KEY)


def test_what_happens_in_one_workspace_does_not_happen_in_another(workspaces: Workspaces) -> None:
    one, other = workspaces.open("one"), workspaces.open("other")
    create_group(one, "Bakers")
    one.clock.advance(timedelta(days=1))

    assert "Bakers" in groups(one)
    assert "Bakers" not in groups(other)
    assert NOON == other.clock.now()


def test_the_same_calls_give_the_same_ids_in_every_workspace(workspaces: Workspaces, start: Start) -> None:
    ids = [create_group(workspaces.open(name), "Bakers") for name in ("one", "other")]

    assert ids[0] == ids[1] == create_group(start().open("third"), "Bakers")


def test_a_made_workspace_has_credentials_of_its_own_beside_its_name(workspaces: Workspaces) -> None:
    one, other = workspaces.issue("one"), workspaces.issue("other")

    assert "ws-one" == keys(one)[-1]
    assert 2 == len(keys(one))
    assert all(seated(workspaces, key) is one for key in keys(one))
    assert set(keys(one)).isdisjoint(keys(other))


def test_made_credentials_are_the_same_on_every_run(start: Start) -> None:
    assert keys(start().issue("one")) == keys(start().issue("one"))
    assert keys(start(seed=1).issue("one")) != keys(start(seed=2).issue("one"))


# Room


def test_past_the_bound_there_is_no_room(start: Start) -> None:
    workspaces = start(limits=Limits(workspaces=2))
    one = workspaces.open("one")
    with pytest.raises(NoRoomForWorkspace, match="there are 2 workspaces already"):
        workspaces.seat("ethermailer", "ws-two")

    assert one is seated(workspaces, "ws-one")
    assert workspaces.get("two") is None
    assert 2 == len(workspaces)


def test_a_deletion_makes_room(start: Start) -> None:
    workspaces = start(limits=Limits(workspaces=2))
    workspaces.open("one")
    workspaces.delete("one")

    assert "two" == workspaces.open("two").name


# Copies made ahead


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> list[Database]:
    """The databases that became copies of another, in their order."""
    made: list[Database] = []
    copy_from = Database.copy_from

    def noted(database: Database, template: Database) -> None:
        made.append(database)
        copy_from(database, template)

    monkeypatch.setattr(Database, "copy_from", noted)
    return made


def test_a_prepared_copy_becomes_the_next_workspace_and_no_other(workspaces: Workspaces, copies: list[Database]) -> None:
    workspaces.prepare()
    workspaces.prepare()
    one, other = workspaces.issue("one"), workspaces.issue("other")
    create_group(one, "Bakers")

    assert [one.database, other.database] == copies
    assert [True, False] == ["Bakers" in groups(each) for each in (one, other)]


def test_a_workspace_of_a_prepared_copy_is_like_any_other(workspaces: Workspaces, start: Start) -> None:
    workspaces.prepare()
    one, like = workspaces.issue("one"), start().issue("one")

    assert like.credentials() == one.credentials()
    assert like.fixtures == one.fixtures
    assert create_group(like, "Bakers") == create_group(one, "Bakers")


def test_a_workspace_of_other_sets_is_no_prepared_copy(workspaces: Workspaces) -> None:
    workspaces.prepare()

    assert groups(workspaces.open("one", ["empty"])) != groups(workspaces.open("other"))


def test_nothing_is_prepared_where_workspaces_are_files(start: Start, tmp_path: Path, copies: list[Database]) -> None:
    workspaces = start(state=tmp_path)
    copies.clear()
    workspaces.prepare()

    assert [] == copies


def test_a_large_world_is_not_prepared(
    workspaces: Workspaces, copies: list[Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mockserver.core.workspaces._LARGEST_SPARE", workspaces.default.database.size - 1)
    workspaces.prepare()

    assert [] == copies


# Transactions


def test_what_is_raised_undoes_what_was_done(workspaces: Workspaces) -> None:
    def fail() -> None:
        with workspaces.default.transaction(ETHERMAILER) as context:
            contact_groups.create(context, "Bakers")
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        fail()

    assert "Bakers" not in groups(workspaces.default)
    assert not workspaces.default.database.in_transaction


# Reset


def test_a_reset_goes_back_to_the_start(workspaces: Workspaces) -> None:
    workspace = workspaces.open("one")
    first = create_group(workspace, "Bakers")
    _send(workspace)
    workspace.clock.advance(timedelta(days=1))
    workspace.throttle = "off"
    workspace.settings["ethermailer"] = EtherMailerSettings(calls_per_second=9)
    workspace.touched["ether.get_user"] += 1
    workspaces.reset(workspace)

    assert ["All customers", "Newsletter", "Wholesale", "Tasting evenings"] == groups(workspace)
    assert [] == at_once(search(workspace, Wanted(), limit=1))
    assert NOON == workspace.clock.now()
    assert "enforce" == workspace.throttle
    assert workspace.runtime.settings == workspace.settings
    assert EtherMailerSettings() == workspace.settings["ethermailer"]
    assert 0 == workspace.touched.total()
    assert first == create_group(workspace, "Bakers")


def test_a_reset_touches_one_workspace(workspaces: Workspaces) -> None:
    one, other = workspaces.open("one"), workspaces.open("other")
    for workspace in (one, other, workspaces.default):
        create_group(workspace, "Bakers")
    workspaces.reset(one)

    assert [False, True, True] == ["Bakers" in groups(each) for each in (one, other, workspaces.default)]


def test_a_reset_keeps_credentials(workspaces: Workspaces) -> None:
    workspace = workspaces.issue("one")
    before = keys(workspace)
    workspaces.reset(workspace)

    assert before == keys(workspace)
    assert all(seated(workspaces, key) is workspace for key in before)


def test_a_reset_of_the_default_workspace_keeps_its_credentials(workspaces: Workspaces) -> None:
    workspaces.reset(workspaces.default)

    assert [DEFAULT_KEY] == keys(workspaces.default)


def test_a_reset_does_not_give_the_key_of_the_default_workspace_away(workspaces: Workspaces) -> None:
    workspace = workspaces.open("one")
    workspaces.reset(workspace)

    assert ["ws-one"] == keys(workspace)


# Deletion


def test_a_deleted_workspace_is_gone_with_its_credentials(workspaces: Workspaces) -> None:
    workspace = workspaces.issue("one")
    made, named = keys(workspace)
    create_group(workspace, "Bakers")
    workspaces.delete("one")

    assert workspaces.get("one") is None
    assert workspaces.seat("ethermailer", made) is None
    assert ["default"] == [each.name for each in workspaces]
    assert "Bakers" not in groups(seated(workspaces, named) or workspaces.default)


# Files


def test_each_workspace_is_a_file(start: Start, tmp_path: Path) -> None:
    workspaces = start(state=tmp_path / "deep" / "state")
    workspaces.open("one")
    workspaces.close()

    assert ["default.sqlite", "one.sqlite"] == sorted(path.name for path in (tmp_path / "deep" / "state").glob("*.sqlite*"))


def test_a_file_brings_its_workspace_back(start: Start, tmp_path: Path) -> None:
    before = start(state=tmp_path)
    workspace = before.issue("one")
    group = create_group(workspace, "Bakers")
    workspace.clock.advance(timedelta(days=1))
    workspace.keep_clock()
    credentials = keys(workspace)
    before.close()
    after = start(state=tmp_path, clock=None, fixtures=[find_set("empty")])
    again = after.get("one")

    assert again is not None
    assert "Bakers" in groups(again)
    assert credentials == keys(again)
    assert NOON + timedelta(days=1) == again.clock.now()
    assert group < create_group(again, "Butchers")


def test_a_file_of_other_tables_is_refused(start: Start, tmp_path: Path) -> None:
    before = start(state=tmp_path)
    before.default.remember("schema", "0123456789abcdef")
    before.close()

    with pytest.raises(StateRefused, match=r"default\.sqlite: written by another version"):
        start(state=tmp_path)


def test_a_file_that_holds_nothing_yet_is_filled(start: Start, tmp_path: Path) -> None:
    (tmp_path / "one.sqlite").touch()

    assert "Newsletter" in groups(start(state=tmp_path).open("one"))


def test_a_folder_that_another_server_uses_is_refused(start: Start, tmp_path: Path) -> None:
    start(state=tmp_path)

    with pytest.raises(StateRefused, match="another server uses it"):
        start(state=tmp_path)


def test_a_folder_is_free_again_when_its_server_is_closed(start: Start, tmp_path: Path) -> None:
    start(state=tmp_path).close()

    assert start(state=tmp_path).default is not None


def test_a_deletion_takes_only_the_files_of_the_workspace(start: Start, tmp_path: Path) -> None:
    workspaces = start(state=tmp_path)
    for name in ("one", "one-more", "1one"):
        workspaces.open(name)
    workspaces.delete("one")
    workspaces.close()

    assert ["1one.sqlite", "default.sqlite", "one-more.sqlite"] == sorted(path.name for path in tmp_path.glob("*.sqlite*"))


def _send(workspace: Workspace) -> None:
    with workspace.transaction(ETHERMAILER) as context:
        sender = ("Olive Grove", "news@olivegrove.example")
        outbox.send(context, kind="test", sender=sender, recipient="v@example.com", subject="s", text="t", html="h")


def test_a_folder_that_cannot_be_used_is_refused_in_words(start: Start, tmp_path: Path) -> None:
    (tmp_path / "in-use.lock").mkdir()

    with pytest.raises(StateRefused, match="cannot be used"):
        start(state=tmp_path)


def test_a_directory_in_the_place_of_a_file_is_refused_in_words(start: Start, tmp_path: Path) -> None:
    (tmp_path / "default.sqlite").mkdir()

    with pytest.raises(StateRefused, match=r"default\.sqlite"):
        start(state=tmp_path)


def test_changes_that_fail_leave_the_workspace_usable(workspaces: Workspaces) -> None:
    with pytest.raises(ZeroDivisionError), workspaces.default.changes():
        1 / 0  # noqa: B018

    with workspaces.default.changes():
        workspaces.default.remember("tried", "again")

    assert "again" == workspaces.default.remembered("tried")
