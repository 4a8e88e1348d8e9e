"""Output on terminals that cannot show everything, and for readers that do not stay."""

import json

import pytest

from tests.commands.conftest import shell
from tests.journeys.conftest import Server
from tests.journeys.test_outbox import write_by_emfluence
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

ASCII = {"PYTHONIOENCODING": "ascii"}


@pytest.mark.parametrize(
    "command",
    [
        "conformance",
        "openapi",
        "openapi --url $MOCKSERVER_URL",
        "coverage",
        "coverage --json",
        "journal",
        "journal --json",
        "journal 1",
    ],
)
def test_a_reader_that_has_seen_enough_makes_no_trouble(running: Server, ether: EtherMailer, command: str) -> None:
    ether.post("/user/contact", {"email": "x" * 5000})
    for _ in range(20):
        ether.get("/user", params={"q": "x" * 500})
    named = "" if command.startswith(("conf", "openapi")) else f"--workspace {ether.workspace.name}"
    done = shell(f"mockserver {command} {named} | true", {"MOCKSERVER_URL": running.url})

    assert (0, b"", b"") == (done.returncode, done.stdout, done.stderr)


def test_a_verdict_stands_even_if_nobody_reads_it(running: Server, ether: EtherMailer) -> None:
    ether.add("ada@example.com")
    line = f"mockserver snapshot diff --fail-on-change --workspace {ether.workspace.name} | true"

    assert 2 == shell(line, {"MOCKSERVER_URL": running.url}).returncode


def test_a_terminal_without_a_character_shows_its_number(running: Server, workspace: Workspace) -> None:
    write_by_emfluence(workspace, "zoe@example.com", "Zoë €")
    line = f"mockserver outbox --workspace {workspace.name}"
    done = shell(line, {"MOCKSERVER_URL": running.url, **ASCII})

    assert (0, b"") == (done.returncode, done.stderr)
    assert done.stdout.endswith(b": Zo\\xeb \\u20ac\n")


def test_json_and_messages_are_the_same_on_every_terminal(running: Server, workspace: Workspace) -> None:
    write_by_emfluence(workspace, "zoe@example.com", "Zoë €")
    for command in ("outbox --json", "outbox 1 --html", "outbox 1 --eml"):
        line = f"mockserver {command} --workspace {workspace.name}"
        plain = shell(line, {"MOCKSERVER_URL": running.url, **ASCII})
        rich = shell(line, {"MOCKSERVER_URL": running.url, "PYTHONIOENCODING": "utf-8"})

        assert (0, rich.stdout) == (plain.returncode, plain.stdout), command
        if command.endswith("--json"):
            json.loads(plain.stdout)


def test_a_sentence_about_strange_bytes_is_printed(running: Server) -> None:
    done = shell("mockserver snapshot take $'\\xff' ", {"MOCKSERVER_URL": running.url, **ASCII})

    assert 64 == done.returncode
    assert b"Traceback" not in done.stderr
