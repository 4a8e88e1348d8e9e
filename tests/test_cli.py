"""The command line, one command after the other."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mockserver import __version__
from mockserver.providers import PROVIDERS
from tests.conftest import Run

# Help


def test_help_names_every_command(run: Run) -> None:
    code, out, _ = run("--help")

    assert 0 == code
    assert {"serve", "wait", "env", "ca", "doctor", "check", "reset", "snapshot", "journal", "outbox"} <= set(out.split())
    assert {"manners", "coverage", "conformance", "openapi", "version"} <= set(out.split())


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (
            "serve",
            "--host --port --tls --tls-port [8443] --fixtures --state --throttle --ready-file --log-format "
            "[127.0.0.1] [8765] [standard] memory] [enforce] [text] MOCKSERVER_PORT.",
        ),
        ("wait", "--url [http://127.0.0.1:8765] --timeout SECONDS [30]"),
        ("env", "[PROVIDER] --url --workspace [default] --token --tls"),
        ("ca", "--path"),
        ("doctor", "--url --strict warn ok,"),
        ("check", "[NAME-OR-PATH]... fault"),
        ("reset", "--url --workspace --token [http://127.0.0.1:8765] [default] [none] fixtures: checkout"),
        ("snapshot", "take restore list delete diff download upload before-import"),
        ("snapshot take", "NAME --url --workspace --token before-import"),
        ("snapshot restore", "NAME --url --workspace --token before-import"),
        ("snapshot list", "--url --workspace --token --json"),
        ("snapshot delete", "NAME --url --workspace --token before-import"),
        ("snapshot diff", "FROM TO --provider --limit --fail-on-change --json [start] [now] [20] [all]"),
        ("snapshot download", "NAME FILE --url --workspace --token before-import.sqlite"),
        ("snapshot upload", "FILE NAME --url --workspace --token before-import.sqlite"),
        ("journal", "CALL_ID --provider --operation --outcome --status --limit --follow --har --verify --json --verify -"),
        ("outbox", "ID --recipient --subject --provider --kind --after --limit --wait --html --text --eml --json [100]"),
        ("openapi", "PROVIDER --url --token [control] emma.json"),
        ("conformance", "--json rulebook:"),
        ("manners", "--url --workspace --provider --token --json [http://127.0.0.1:8765] [default] [all] journal."),
        ("coverage", "--url --workspace --provider --token --json --untouched [http://127.0.0.1:8765] [default] [all]"),
        ("version", "version."),
    ],
)
def test_help_of_a_command_names_options_and_defaults(run: Run, command: str, words: str) -> None:
    code, out, _ = run(*command.split(), "--help")

    assert 0 == code
    assert set(words.split()) <= set(out.split())


def test_it_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "mockserver", "version"], capture_output=True, text=True, check=True)

    assert f"{__version__}\n" == done.stdout


def test_version(run: Run) -> None:
    assert (0, f"{__version__}\n", "") == run("version")


# Calls that make no sense


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["serv"], "No such command 'serv'"),
        (["serve", "--prot", "1"], "No such option: --prot"),
        (["serve", "--port"], "--port"),
        (["serve", "now"], "unexpected extra argument"),
        (["version", "2"], "unexpected extra argument"),
        (["conformance", "--yaml"], "No such option: --yaml"),
        ([], "Usage: mockserver"),
    ],
)
def test_a_call_that_makes_no_sense_ends_with_64(run: Run, arguments: list[str], says: str) -> None:
    code, out, err = run(*arguments)

    assert 64 == code
    assert says in out + err
    assert "Traceback" not in err


# check


@pytest.mark.parametrize("name", ["standard", "empty", "crowded"])
def test_a_packaged_set_has_no_faults(run: Run, name: str) -> None:
    assert (0, f"{name}: no faults\n", "") == run("check", name)


def test_the_configured_sets_are_checked_when_none_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCKSERVER_FIXTURES", "empty, standard")

    assert (0, "empty, standard: no faults\n", "") == run("check")


def test_check_prints_every_fault_with_file_and_key_and_what_was_found_and_expected(run: Run, tmp_path: Path) -> None:
    one = _set(
        tmp_path / "one",
        """
        colour = "green"
        [account]
        created = "yesterday"
        [[groups]]
        id = "7"
        """,
    )
    other = _set(
        tmp_path / "other",
        """
        [[groups]]
        name = "Bakers"
        [[contacts]]
        email = "anna"
        groups = ["Baker"]
        """,
    )
    code, out, err = run("check", one, other)

    assert (1, "") == (code, err)
    assert [
        f"{one}/ethermailer.toml: account.created: found 'yesterday'; "
        'expected a date, "now", or a distance such as "-3d" or "+12h" (s, m, h, d, w)',
        f"{one}/ethermailer.toml: groups[0].id: found '7'; input should be a valid integer",
        f"{one}/ethermailer.toml: groups[0].name: is missing",
        f"{one}/ethermailer.toml: colour: no such key",
        f'{other}/ethermailer.toml: contacts[0].groups[0]: no group is called "Baker"; did you mean "Bakers"?',
        f"{other}/ethermailer.toml: contacts[0].email: anna is not a well-formed email address",
    ] == out.splitlines()


def test_check_of_a_set_that_is_not_there_ends_with_64(run: Run) -> None:
    code, out, err = run("check", "standart")

    assert (64, "") == (code, out)
    assert "'standart' is neither a folder nor one of the fixture sets crowded, empty, standard" in err


def test_check_leaves_the_state_folder_alone(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOCKSERVER_STATE", str(tmp_path / "state"))
    code, _, _ = run("check")

    assert 0 == code
    assert not (tmp_path / "state").exists()


# conformance


def test_conformance_prints_every_row_and_how_many_of_each_kind(run: Run) -> None:
    code, out, _ = run("conformance")
    *rows, blank, counts = out.splitlines()

    assert 0 == code
    assert [rule for provider in PROVIDERS for rule in provider.rulebook] == [row.split()[0] for row in rows]
    assert "" == blank
    assert counts.startswith(f"{len(rows)} rows: ")
    assert len(rows) == sum(int(part.split()[0]) for part in counts.partition(": ")[2].split(", "))


def test_conformance_as_json_has_everything_about_a_row(run: Run) -> None:
    code, out, _ = run("conformance", "--json")
    rows = json.loads(out)

    assert 0 == code
    assert [rule for provider in PROVIDERS for rule in provider.rulebook] == [row["id"] for row in rows]
    assert all({"provider", "id", "operation", "text", "evidence", "source", "switch"} <= set(row) for row in rows)


@pytest.mark.parametrize("provider", [provider.name for provider in PROVIDERS])
def test_conformance_of_one_provider_leaves_the_others_out(run: Run, provider: str) -> None:
    code, out, _ = run("conformance", provider, "--json")

    assert 0 == code
    assert {provider} == {row["provider"] for row in json.loads(out)}


def test_conformance_of_an_unknown_provider_ends_with_64(run: Run) -> None:
    code, out, err = run("conformance", "postcard")

    assert (64, "") == (code, out)
    assert f"mockserver: there is no provider postcard; there are {', '.join(p.name for p in PROVIDERS)}\n" == err


def _set(folder: Path, ethermailer: str) -> str:
    """A fixture set of one file; returns its name on the command line."""
    folder.mkdir()
    (folder / "ethermailer.toml").write_text(ethermailer, "utf-8")
    return str(folder)
