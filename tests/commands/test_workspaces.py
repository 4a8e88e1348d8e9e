"""The commands for the state of a workspace: reset and snapshot."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import Ask, shell
from tests.conftest import Run
from tests.journeys.conftest import Serve, Server
from tests.providers.ethermailer.client import EtherMailer


def emails(ether: EtherMailer) -> set[str]:
    return {each["email"] for each in ether.contacts()}


# reset


def test_reset_takes_the_workspace_that_is_named_back_to_its_fixtures(ask: Ask, ether: EtherMailer) -> None:
    ether.add("ada@example.com")
    name = ether.workspace.name

    assert (0, f"{name} is back at its fixtures: standard\n", "") == ask("reset")
    assert "ada@example.com" not in emails(ether)
    assert ["list_contacts"] == [call["operation"] for call in ether.workspace.calls()]


# snapshot


def test_a_snapshot_is_taken_listed_restored_and_deleted(ask: Ask, ether: EtherMailer) -> None:
    ether.workspace.freeze()
    code, out, _ = ask("snapshot", "take", "before")
    ether.add("ada@example.com")
    restored = ask("snapshot", "restore", "before")

    assert 0 == code
    assert out.startswith("before  2030-01-01 12:00:00  ")
    assert "\n    ethermailer: 12 contacts, 4 contact groups, " in out
    assert (0, out, "") == ask("snapshot", "list")
    assert (0, f"{ether.workspace.name} is back at before; its clock shows 2030-01-01 12:00:00 UTC\n", "") == restored
    assert "ada@example.com" not in emails(ether)
    assert (0, "", "") == ask("snapshot", "delete", "before")
    assert (0, "[]\n", "") == ask("snapshot", "list", "--json")


def test_a_workspace_without_snapshots_says_so_beside_the_output(ask: Ask, ether: EtherMailer) -> None:
    line = f"mockserver: {ether.workspace.name} has no snapshots; mockserver snapshot take NAME makes one\n"

    assert (0, "", line) == ask("snapshot", "list")


def test_snapshots_are_listed_as_json(ask: Ask) -> None:
    ask("snapshot", "take", "before")
    _, out, _ = ask("snapshot", "list", "--json")

    assert ["before"] == [each["name"] for each in json.loads(out)]


def test_diff_prints_the_rows_that_differ_from_start_to_now(ask: Ask, ether: EtherMailer) -> None:
    contact = ether.add("ada@example.com", name="Ada")
    ask("snapshot", "take", "ada")
    ether.post(f"/user/contact/{contact}", {"email": "ada@example.com", "name": "Zoë\x1b"})
    code, added, _ = ask("snapshot", "diff", "start", "ada")
    _, changed, _ = ask("snapshot", "diff", "ada")

    assert 0 == code
    assert added.startswith("ethermailer ether_contact: 1 added\n  + id ")
    assert 'email "ada@example.com"' in added
    assert added.endswith("\n1 table differs from start to ada\n")
    assert "ethermailer ether_contact: 1 changed\n" in changed
    assert f'  ~ id {contact}: name "Ada" -> "Zoë\\u001b"' in changed
    assert changed.endswith(" from ada to now\n")


def test_diff_lists_so_many_rows_and_counts_the_rest(ask: Ask, ether: EtherMailer) -> None:
    for name in ("ada", "eva", "ida"):
        ether.add(f"{name}@example.com")
    _, out, _ = ask("snapshot", "diff", "--limit", "1")

    first, row, rest, *_ = out.splitlines()

    assert "ethermailer ether_contact: 3 added" == first
    assert row.startswith("  + id ")
    assert "    and 2 more" == rest


def test_diff_of_one_provider_leaves_the_others_out(ask: Ask, ether: EtherMailer) -> None:
    ether.add("ada@example.com")

    assert (0, "no difference from start to now\n", "") == ask("snapshot", "diff", "--provider", "emma")


def test_diff_ends_with_2_when_it_is_told_to_fail_on_a_change(ask: Ask, ether: EtherMailer) -> None:
    same, _, _ = ask("snapshot", "diff", "--fail-on-change")
    ether.add("ada@example.com")
    code, out, _ = ask("snapshot", "diff", "--fail-on-change", "--json")

    assert (0, 2) == (same, code)
    assert ["start", "now", False] == [json.loads(out)[key] for key in ("from", "to", "same")]


def test_a_long_value_is_cut_in_a_diff(ask: Ask, ether: EtherMailer) -> None:
    ether.add("ada@example.com", name="A" * 100)
    _, out, _ = ask("snapshot", "diff")

    assert f'"{"A" * 79}...' in out


def test_a_snapshot_is_carried_to_another_workspace(
    ask: Ask, run: Run, running: Server, ether: EtherMailer, tmp_path: Path
) -> None:
    ether.add("ada@example.com")
    file, other = tmp_path / "ada.sqlite", f"{ether.workspace.name}-other"
    with running.client() as client:
        client.post("/_mock/workspaces", json={"name": other})
    there = ("--url", running.url, "--workspace", other)
    ask("snapshot", "take", "ada")
    downloaded = ask("snapshot", "download", "ada", str(file))
    code, out, _ = run("snapshot", "upload", str(file), "carried", *there)
    run("snapshot", "restore", "carried", *there)
    _, changes, _ = run("snapshot", "diff", *there)

    assert (0, "", "") == downloaded
    assert file.read_bytes().startswith(b"SQLite format 3\x00")
    assert 0 == code
    assert out.startswith("carried  ")
    assert "ada@example.com" in changes


def test_a_snapshot_goes_through_a_pipe(running: Server, ask: Ask, ether: EtherMailer) -> None:
    ask("snapshot", "take", "one")
    where = f"--workspace {ether.workspace.name}"
    line = f"mockserver snapshot download one - {where} | mockserver snapshot upload - two {where}"
    done = shell(line, {"MOCKSERVER_URL": running.url})

    assert (0, b"") == (done.returncode, done.stderr)
    assert done.stdout.startswith(b"two  ")


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (("restore", "nothing"), 64, 'no snapshot is called "nothing"'),
        (("delete", "nothing"), 64, 'no snapshot is called "nothing"'),
        (("take", "../x"), 64, "'../x' is no name of a snapshot: lower-case letters, digits, - and _, 64 at most"),
        (("delete", ""), 64, "'' is no name of a snapshot: lower-case letters, digits, - and _, 64 at most"),
        (("take", "now"), 64, '"now" is what a difference calls the present; take another name'),
        (("diff", "nothing"), 64, 'from: no snapshot is called "nothing"'),
        (("upload", "/nowhere/at-all", "x"), 64, "cannot read /nowhere/at-all: No such file or directory"),
        (("upload", __file__, "x"), 64, "the file is no SQLite database"),
    ],
)
def test_what_makes_no_sense_ends_with_64_and_a_sentence(ask: Ask, arguments: tuple[str, ...], code: int, line: str) -> None:
    found, out, err = ask("snapshot", *arguments)

    assert (code, "") == (found, out)
    assert line in err
    assert 1 == len(err.splitlines())


def test_a_file_that_cannot_be_written_is_a_failure(ask: Ask, tmp_path: Path) -> None:
    ask("snapshot", "take", "one")

    assert (1, "", f"mockserver: cannot write {tmp_path}: Is a directory\n") == ask(
        "snapshot", "download", "one", str(tmp_path)
    )


def test_no_room_for_a_snapshot_is_a_failure(run: Run, serve: Serve) -> None:
    server = serve(variables={"MOCKSERVER_LIMITS__SNAPSHOTS": "1"})
    run("snapshot", "take", "one", "--url", server.url)
    line = "mockserver: there are 1 snapshots already, the most a workspace keeps; delete one first\n"

    assert (1, "", line) == run("snapshot", "take", "two", "--url", server.url)


@pytest.mark.parametrize("command", [("reset",), ("snapshot", "list"), ("snapshot", "take", "x"), ("snapshot", "diff")])
def test_a_server_that_is_not_there_is_a_failure(run: Run, command: tuple[str, ...]) -> None:
    code, out, err = run(*command, "--url", "http://127.0.0.1:9")

    assert (1, "") == (code, out)
    assert err.startswith("mockserver: no mockserver answers at http://127.0.0.1:9: ")


def test_snapshot_alone_shows_its_commands(run: Run) -> None:
    code, out, err = run("snapshot")

    assert 64 == code
    assert {"take", "restore", "list", "delete", "diff", "download", "upload"} <= set((out + err).split())
