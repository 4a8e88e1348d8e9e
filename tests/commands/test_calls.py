"""The command for the calls of a workspace: journal."""

import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

import httpx2
import pytest

from tests.commands.conftest import PATIENCE_SECONDS, Ask, shell
from tests.conftest import Run
from tests.journeys.conftest import Serve, Server, environment
from tests.providers.emma.client import Emma
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

TWO_ADDED = {"match": {"operation": "add_contact", "outcome": "answered"}, "exactly": 2}


@pytest.fixture
def called(ether: EtherMailer) -> Workspace:
    """A workspace at noon in which three calls were made, the second of them refused."""
    ether.workspace.freeze()
    ether.add("ada@example.com")
    ether.post("/user/contact?trace=7", {"email": "nobody", "colour": 1})
    Emma(ether.workspace).ask("GET", "/groups")
    return ether.workspace


def ids(out: str) -> list[str]:
    """The ids at the beginnings of lines."""
    return [line.split()[0] for line in out.splitlines()]


def expect(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


# A list


@pytest.mark.usefixtures("called")
def test_calls_are_listed_as_they_were_made_and_as_the_server_logs_them(ask: Ask) -> None:
    code, out, _ = ask("journal")
    first, second, third = out.splitlines()

    assert 0 == code
    assert first.startswith("    1  12:00:00 ethermailer add_contact POST /user/contact 200 ")
    assert second.startswith("    2  12:00:00 ethermailer add_contact POST /user/contact?trace=7 400 ")
    assert second.endswith(" ms  (ether.bad_request; ether.contacts.email_form)")
    assert third.startswith("    3  12:00:00 emma list_groups GET /100/groups 200 ")


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--provider", "emma"), ["3"]),
        (("--operation", "add_contact"), ["1", "2"]),
        (("--outcome", "refused"), ["2"]),
        (("--status", "200"), ["1", "3"]),
        (("--text", "TRACE=7"), ["2"]),
        (("--text", "ada@example.com"), ["1"]),
        (("--limit", "2"), ["2", "3"]),
        (("--status", "400", "--operation", "add_contact"), ["2"]),
    ],
)
@pytest.mark.usefixtures("called")
def test_each_option_chooses_among_the_calls(ask: Ask, options: tuple[str, ...], found: list[str]) -> None:
    _, out, _ = ask("journal", *options)

    assert found == ids(out)


def test_calls_are_listed_as_json_the_newest_first(ask: Ask, called: Workspace) -> None:
    _, out, _ = ask("journal", "--json", "--limit", "2")

    assert called.calls()[:2] == json.loads(out)


@pytest.mark.usefixtures("called")
def test_calls_are_written_as_an_archive(ask: Ask) -> None:
    _, out, _ = ask("journal", "--har", "--outcome", "answered")

    assert ["POST", "GET"] == [entry["request"]["method"] for entry in json.loads(out)["log"]["entries"]]


@pytest.mark.usefixtures("called")
def test_nothing_found_is_said_beside_the_output(ask: Ask) -> None:
    assert (0, "", "mockserver: the journal has no such calls\n") == ask("journal", "--status", "500")
    assert (0, "[]\n", "") == ask("journal", "--status", "500", "--json")


def test_what_a_client_sent_cannot_command_the_terminal(ask: Ask, ether: EtherMailer) -> None:
    ether.get("/nothing%1B%5B2J%0Anext%E2%80%AE")
    ether.post("/user/contact", {"email": "\x9b2J\u202e"})
    _, out, _ = ask("journal")
    _, whole, _ = ask("journal", "2")

    assert "GET /nothing\\x1b[2J\\nnext\\u202e 404 " in out
    assert "\x9b" not in whole
    assert "\u202e" not in whole


def test_a_fault_and_the_throttle_are_remarks(ask: Ask, ether: EtherMailer) -> None:
    ether.workspace.throttle("observe")
    ether.workspace.freeze()
    ether.workspace.control("POST", "faults", json={"match": {"operation": "add_contact"}, "act": {"kind": "lose_answer"}})
    for _ in range(4):
        ether.sender_profiles()
    with pytest.raises(httpx2.TransportError):
        ether.add("ada@example.com")
    ether.workspace.throttle("off")
    _, out, _ = ask("journal")

    assert " ms  (over the vendor's limit, observed only" in out.splitlines()[3]
    assert "fault 1, no answer went out)" in out.splitlines()[4]
    assert "no answer went out" in ask("journal", "5")[1]


# One call


def test_one_call_is_shown_whole_with_the_text_of_its_rules(ask: Ask, called: Workspace) -> None:
    code, out, _ = ask("journal", "2")

    assert 0 == code
    assert out.startswith("call 2: ethermailer add_contact, refused\n2030-01-01 12:00:00 on the workspace's clock, ")
    assert "\nPOST /user/contact?trace=7\n" in out
    assert "\nauthorization: API ***\n" in out
    assert '\n{\n  "email": "nobody",\n  "colour": 1\n}\n\n400\n' in out
    assert '"constraintName": "Email"' in out
    assert "\nread by nothing: ?trace, colour\nmade by these rows of the rulebook:\n" in out
    assert "\n  ether.contacts.email_form  inferred: An email without exactly one @" in out
    assert called.key not in out


def test_a_body_that_would_not_stay_the_same_is_shown_as_it_was_sent(ask: Ask, ether: EtherMailer) -> None:
    twice = '{"email":"ada@example.com","email":"eva@example.com"}'
    for body in (twice, "[1", "[" * 100_000):
        ether.request("POST", "/user/contact", content=body.encode())
    ether.get("/user")
    shown = [ask("journal", str(number)) for number in (1, 2, 3, 4)]

    assert [0] * 4 == [code for code, _, _ in shown]
    assert f"\n{twice}\n" in shown[0][1]
    assert "\n[1\n" in shown[1][1]
    assert "the journal keeps no more)" in shown[2][1]
    assert "read by nothing: cannot be told, as the body was not kept whole" in shown[2][1]
    assert "read by nothing: nothing, all of it was read" in shown[3][1]


def test_one_call_is_shown_as_json(ask: Ask, called: Workspace) -> None:
    _, out, _ = ask("journal", "2", "--json")

    assert called.control("GET", "journal/2") == json.loads(out)


# A judgement


@pytest.mark.usefixtures("called")
def test_calls_that_are_as_expected_end_with_0(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "expected.json"
    file.write_text(json.dumps({"match": {"operation": "add_contact"}, "exactly": 2}), "utf-8")

    assert (0, "holds: 2 calls fit (1, 2)\n", "") == ask("journal", "--verify", str(file))


@pytest.mark.usefixtures("called")
def test_calls_that_are_not_as_expected_end_with_2_and_the_difference(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    expect(monkeypatch, json.dumps(TWO_ADDED))
    code, out, err = ask("journal", "--verify", "-")
    expect(monkeypatch, json.dumps(TWO_ADDED))
    also, verdict, _ = ask("journal", "--verify", "-", "--json")

    assert (2, 2, "") == (code, also, err)
    assert out.startswith("expected exactly 2 fitting, found 1 among 3 calls\n")
    assert (False, [1]) == (json.loads(verdict)["holds"], json.loads(verdict)["calls"])


@pytest.mark.parametrize("expected", ["", "{", "[]", '{"match": {"operation": "ad_contact"}}', '{"exactly": NaN}', "\x00"])
def test_what_expects_nothing_sensible_ends_with_64(ask: Ask, monkeypatch: pytest.MonkeyPatch, expected: str) -> None:
    expect(monkeypatch, expected)
    code, out, err = ask("journal", "--verify", "-")

    assert (64, "") == (code, out)
    assert 1 == len(err.splitlines())


# Calls that make no sense


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("7", "--follow"), "CALL_ID and --follow do not go together"),
        (("7", "--har"), "CALL_ID and --har do not go together"),
        (("7", "--verify", "x"), "CALL_ID and --verify do not go together"),
        (("0", "--status", "200"), "CALL_ID and --status do not go together"),
        (("--verify", "x", "--limit", "1"), "--verify and --limit do not go together"),
        (("--har", "--json"), "--har and --json do not go together"),
        (("--har", "--follow"), "--har and --follow do not go together"),
        (("--verify", "/nowhere"), "cannot read /nowhere: No such file or directory"),
        (("7",), "the journal has no call 7 (any more)"),
        (("--provider", "ema"), 'no provider is called "ema"; did you mean "emma"?'),
        (
            ("--operation", "ad_contact", "--follow"),
            'operation: no operation is called "ad_contact"; did you mean "add_contact"?',
        ),
        (("--outcome", "lost"), "outcome: Input should be 'answered' or 'refused'"),
        (("--limit", "0"), "limit: Input should be greater than or equal to 1"),
    ],
)
def test_what_makes_no_sense_ends_with_64_and_a_sentence(ask: Ask, options: tuple[str, ...], line: str) -> None:
    code, out, err = ask("journal", *options)

    assert (64, "") == (code, out)
    assert line in err


@pytest.mark.parametrize("options", [(), ("7",), ("--follow",)])
def test_a_server_that_is_not_there_is_a_failure(run: Run, options: tuple[str, ...]) -> None:
    code, out, err = run("journal", *options, "--url", "http://127.0.0.1:9")

    assert (1, "") == (code, out)
    assert err.startswith("mockserver: no mockserver answers at http://127.0.0.1:9: ")


# As they come


class Following:
    """A `journal --follow` that runs, and the lines that it has printed."""

    def __init__(self, url: str, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mockserver", "journal", "--follow", "--url", url, *options],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()

    def line(self) -> str:
        try:
            return self._lines.get(timeout=PATIENCE_SECONDS)
        except Empty:
            pytest.fail("no further line came")

    def until_listening(self, call: Callable[[], Any]) -> str:
        """Call until a first line comes: nobody is told when it begins to listen."""
        for _ in range(200):
            call()
            try:
                return self._lines.get(timeout=0.1)
            except Empty:
                continue
        pytest.fail("it never listens")

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_SECONDS)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))


Follow = Callable[..., Following]


@pytest.fixture
def follow() -> Iterator[Follow]:
    started: list[Following] = []

    def start(url: str, *options: str) -> Following:
        started.append(Following(url, *options))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait(PATIENCE_SECONDS)
        assert each.process.stdout is not None
        each.process.stdout.close()


def test_calls_that_fit_are_shown_as_they_come_until_ctrl_c(follow: Follow, running: Server, ether: EtherMailer) -> None:
    ether.add("early@example.com")
    following = follow(
        running.url, "--workspace", ether.workspace.name, "--operation", "add_contact", "--outcome", "answered"
    )
    first = following.until_listening(
        lambda: ether.post("/user/contact", {"email": f"n{len(ether.workspace.calls())}@example.com"})
    )
    ether.get("/user")
    ether.post("/user/contact", {"email": "nobody"})
    while " 200 " in first and ids(first) != [str(ether.workspace.calls()[2]["id"])]:
        first = following.line()
    ether.add("last@example.com")
    last = following.line()

    assert [str(ether.workspace.calls()[0]["id"])] == ids(last)
    assert " ethermailer add_contact POST /user/contact 200 " in last
    assert 0 == following.end()


def test_earlier_calls_come_first_when_they_are_asked_for(follow: Follow, running: Server, called: Workspace) -> None:
    following = follow(running.url, "--workspace", called.name, "--limit", "2", "--json")
    lines = [json.loads(following.line()) for _ in range(2)]
    Emma(called).ask("GET", "/groups")

    assert [2, 3, 4] == [each["id"] for each in [*lines, json.loads(following.line())]]
    assert 0 == following.end()


def test_a_server_that_starts_anew_is_followed_on(follow: Follow, serve: Serve) -> None:
    first = serve()
    first.get("/ethermailer/user", key=first.api_key)
    first.get("/ethermailer/user", key=first.api_key)
    following = follow(first.url, "--limit", "1")
    before = following.line()
    first.end()
    gone = following.line()
    second = serve("--port", str(first.port))
    back = following.line()
    second.get("/ethermailer/user/who", key=second.api_key)
    after = following.line()

    assert ["2", "1"] == ids(f"{before}\n{after}")
    assert f"mockserver: the server at {first.url} has gone; waiting for it to come back" == gone
    assert f"mockserver: the server at {first.url} is back" == back
    assert 0 == following.end()


def test_a_workspace_that_is_deleted_ends_it_as_a_failure(follow: Follow, running: Server) -> None:
    with running.client() as client:
        client.post("/_mock/workspaces", json={"name": "brief"})
        following = follow(running.url, "--workspace", "brief")
        first = following.until_listening(lambda: running.get("/ethermailer/user", key="ws-brief"))
        client.delete("/_mock/workspaces/brief")
    while not first.startswith("mockserver: "):
        first = following.line()

    assert "brief" in first
    assert 1 == following.process.wait(PATIENCE_SECONDS)


def test_following_ends_when_nobody_reads(running: Server, called: Workspace) -> None:
    """As behind `| grep -m 1`, even when no further call comes."""
    line = f"mockserver journal --follow --limit 1 --workspace {called.name} | head -1"
    done = shell(line, {"MOCKSERVER_URL": running.url})

    assert (0, b"") == (done.returncode, done.stderr)
    assert 1 == len(done.stdout.splitlines())
