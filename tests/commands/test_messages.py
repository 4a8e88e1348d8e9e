"""The command for the messages of a workspace: outbox."""

import json
import subprocess
import sys
from email import message_from_string
from email.policy import default

import pytest

from tests.commands.conftest import PATIENCE_SECONDS, Ask
from tests.conftest import Run
from tests.journeys.conftest import Server, environment
from tests.journeys.test_outbox import register, resend_by_emma, write_by_emfluence
from tests.workspace import Workspace


@pytest.fixture
def full(workspace: Workspace) -> Workspace:
    """A workspace at noon in which Ether Mailer has written to Ada, and emfluence to Zoë."""
    workspace.freeze()
    register(workspace, "ada@example.com")
    write_by_emfluence(workspace, "zoe@example.com", "Grüße, Zoë")
    return workspace


def ids(out: str) -> list[str]:
    return [line.split()[0] for line in out.splitlines()]


# A list


@pytest.mark.usefixtures("full")
def test_messages_are_listed_as_they_were_sent(ask: Ask) -> None:
    code, out, _ = ask("outbox")

    assert 0 == code
    assert (
        "    1  12:00:00 ethermailer opt-in to ada@example.com: Please confirm your subscription to Olive Grove\n"
        "    2  12:00:00 emfluence transactional to zoe@example.com: Grüße, Zoë\n"
    ) == out


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--recipient", "ADA@example.com"), ["1"]),
        (("--subject", "grüße"), ["2"]),
        (("--provider", "emfluence"), ["2"]),
        (("--kind", "opt-in"), ["1"]),
        (("--after", "1"), ["2"]),
        (("--limit", "1"), ["2"]),
        (("--recipient", "ada@example.com", "--provider", "ethermailer"), ["1"]),
    ],
)
def test_each_option_chooses_among_the_messages(ask: Ask, options: tuple[str, ...], found: list[str]) -> None:
    _, out, _ = ask("outbox", *options)

    assert found == ids(out)


def test_messages_are_listed_as_json_the_newest_first(ask: Ask, full: Workspace) -> None:
    _, out, _ = ask("outbox", "--json")

    assert full.control("GET", "outbox") == json.loads(out)
    assert out.isascii()


def test_an_empty_outbox_is_told_beside_the_output(ask: Ask) -> None:
    assert (0, "", "mockserver: the outbox has no such messages\n") == ask("outbox")
    assert (0, "[]\n", "") == ask("outbox", "--json")


# One message


def test_one_message_is_shown_whole_with_its_links_and_codes(ask: Ask, full: Workspace) -> None:
    _, opt_in, _ = ask("outbox", "1")
    _, other, _ = ask("outbox", "2")
    link = full.control("GET", "outbox/1")["links"][0]["url"]

    assert opt_in.startswith(
        "message 1: ethermailer opt-in\nFrom: Olive Grove <news@olivegrove.example>\nTo: ada@example.com\n"
    )
    assert "\n\nHello ada@example.com,\n" in opt_in
    assert f"\n\nlinks:\n  {link}  Confirm\n" in opt_in
    assert other.endswith("\n\ncodes: 482913\n")


def test_a_message_is_printed_in_each_of_its_forms(ask: Ask, full: Workspace) -> None:
    whole = full.control("GET", "outbox/1")
    _, html, _ = ask("outbox", "1", "--html")
    _, text, _ = ask("outbox", "1", "--text")
    _, eml, _ = ask("outbox", "1", "--eml")
    _, as_json, _ = ask("outbox", "1", "--json")

    assert (whole["html"], whole["text"], whole) == (html, text, json.loads(as_json))
    assert "ada@example.com" == message_from_string(eml, policy=default)["To"]


def test_a_form_that_a_message_does_not_have_is_a_failure(ask: Ask, workspace: Workspace) -> None:
    """Luis prefers plain text."""
    resend_by_emma(workspace, recipient_emails=["luis.ortega@example.net"])

    assert (1, "", "mockserver: message 1 has no html\n") == ask("outbox", "1", "--html")
    assert "Hello" in ask("outbox", "1", "--text")[1]


# Waiting


@pytest.mark.usefixtures("full")
def test_waiting_shows_a_message_that_is_there_in_any_form(ask: Ask) -> None:
    code, out, _ = ask("outbox", "--wait", "5", "--recipient", "ada@example.com")
    _, eml, _ = ask("outbox", "--wait", "5", "--recipient", "zoe@example.com", "--eml")

    assert 0 == code
    assert out.startswith("message 1: ")
    assert "zoe@example.com" == message_from_string(eml, policy=default)["To"]


@pytest.mark.usefixtures("full")
def test_waiting_in_vain_ends_with_2(ask: Ask) -> None:
    code, out, err = ask("outbox", "--wait", "0.1", "--after", "2")

    assert (2, "") == (code, out)
    assert 'mockserver: no such message came within 0.1 seconds; the newest one is to zoe@example.com: "Grüße, Zoë"\n' == err


def test_a_message_that_comes_meanwhile_ends_the_waiting(running: Server, workspace: Workspace) -> None:
    """For longer than the server lets anybody wait at a time."""
    waiting = subprocess.Popen(
        [sys.executable, "-m", "mockserver", "outbox", "--wait", "600", "--url", running.url, "--workspace", workspace.name],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    early = waiting.poll()
    register(workspace, "ada@example.com")
    out, _ = waiting.communicate(timeout=PATIENCE_SECONDS)

    assert (None, 0) == (early, waiting.returncode)
    assert out.startswith("message 1: ")


# Calls that make no sense


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("1", "--wait", "2"), "ID and --wait do not go together"),
        (("1", "--limit", "2"), "ID and --limit do not go together"),
        (("1", "--recipient", "a@example.com"), "ID and --recipient do not go together"),
        (("--wait", "2", "--limit", "2"), "--wait and --limit do not go together"),
        (("1", "--html", "--json"), "--html and --json do not go together"),
        (("--eml",), "--eml is for one message: give its ID, or --wait"),
        (("1",), "the outbox has no message 1"),
        (("--wait", "-1"), "--wait -1.0 is no time to wait"),
        (("--wait", "nan"), "--wait nan is no time to wait"),
        (("--provider", "ema"), 'no provider is called "ema"; did you mean "emma"?'),
        (("--limit", "0"), "limit: Input should be greater than or equal to 1"),
    ],
)
def test_what_makes_no_sense_ends_with_64_and_a_sentence(ask: Ask, options: tuple[str, ...], line: str) -> None:
    code, out, err = ask("outbox", *options)

    assert (64, "") == (code, out)
    assert line in err


@pytest.mark.parametrize("options", [(), ("7",), ("--wait", "1")])
def test_a_server_that_is_not_there_is_a_failure(run: Run, options: tuple[str, ...]) -> None:
    code, out, err = run("outbox", *options, "--url", "http://127.0.0.1:9")

    assert (1, "") == (code, out)
    assert err.startswith("mockserver: no mockserver answers at http://127.0.0.1:9: ")
