"""`mockserver manners`, as a build calls it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.journeys.conftest import Serve, Server, environment
from tests.journeys.manners.scenes import Guest


def run(*arguments: str, variables: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """The command's exit code, and what it prints on stdout and stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "mockserver", *arguments],
        env=environment(variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def ask(running: Server, guest: Guest, *options: str) -> tuple[int, str, str]:
    return run("manners", "--url", running.url, "--workspace", guest.workspace.name, *options)


def test_clean_manners_end_with_0(running: Server, guest: Guest) -> None:
    guest.ether.get("/user")

    assert (0, "1 calls judged: nothing to complain of; most calls at a time: ethermailer 1\n", "") == ask(running, guest)


def test_advice_alone_ends_with_0_as_well(running: Server, guest: Guest) -> None:
    guest.ether.get("/user", headers={"Accept": None})
    code, out, _ = ask(running, guest)

    assert 0 == code
    assert "advice   manners.missing_header  ethermailer get_user  [ether.accept.absent]" == out.splitlines()[0]
    assert "1 calls judged: 1 advice; most calls at a time: ethermailer 1" == out.splitlines()[-1]


@pytest.mark.parametrize(("severity", "size", "times"), [("error", 51, 1), ("warning", 50, 4)])
def test_an_error_or_a_warning_ends_with_2(running: Server, guest: Guest, severity: str, size: int, times: int) -> None:
    for _ in range(times):
        guest.page("ethermailer", 0, size)
    code, out, err = ask(running, guest)

    assert (2, "") == (code, err)
    assert severity == out.split()[0]


def test_findings_are_text_for_people(running: Server, guest: Guest) -> None:
    for _ in range(24):
        guest.ether.get("/user")
    _, out, _ = ask(running, guest)
    named = ", ".join(map(str, range(4, 24)))

    assert [
        "warning  manners.burst  ethermailer get_user  [ether.throttle]",
        "         24 calls within 1 s at /user, 3 allowed, and 21 calls came too soon: spread them out. "
        f"(calls {named} and 1 more)",
        "24 calls judged: 1 warning; most calls at a time: ethermailer 1",
    ] == out.splitlines()


def test_findings_can_be_json_of_one_provider(running: Server, guest: Guest) -> None:
    guest.emfluence.call("users/lookup", userIDs=list(range(26)))
    guest.ether.get("/user", headers={"Accept": None})
    code, out, _ = ask(running, guest, "--json", "--provider", "ethermailer")

    assert 0 == code
    assert guest.workspace.server.get(
        f"/_mock/manners?workspace={guest.workspace.name}&provider=ethermailer"
    ).json() == json.loads(out)


def test_address_and_token_come_from_the_environment_too(serve: Serve) -> None:
    token = {"MOCKSERVER_CONTROL_TOKEN": "open-sesame"}
    server = serve(variables={**token, "MOCKSERVER_URL": "http://127.0.0.1:1"})  # means nothing to a server
    known, unknown = run("manners", variables={**token, "MOCKSERVER_URL": server.url}), run("manners", "--url", server.url)

    assert (0, "0 calls judged: nothing to complain of; most calls at a time: none\n", "") == known
    assert 1 == unknown[0]
    assert unknown[2].startswith("mockserver: the control API wants its token")


@pytest.mark.parametrize("command", ["manners", "coverage"])
def test_a_server_that_cannot_be_reached_ends_with_1(command: str) -> None:
    code, out, err = run(command, "--url", "http://127.0.0.1:9")

    assert (1, "") == (code, out)
    assert err.startswith("mockserver: no mockserver answers at http://127.0.0.1:9")


@pytest.mark.parametrize("body", [b"<html></html>", b'{"up": true}'])
def test_something_else_at_the_address_ends_with_1(body: bytes) -> None:
    class Stranger(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Stranger) as stranger:
        Thread(target=stranger.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{stranger.server_port}"
        answer = run("manners", "--url", url)
        stranger.shutdown()

    assert (1, "", f"mockserver: what answers at {url} is no mockserver\n") == answer


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--provider", "ethermail"], 'no provider is called "ethermail"; did you mean "ethermailer"?'),
        (["--workspace", "nowhere"], 'there is no workspace "nowhere"'),
        (["--url", "nowhere"], "'nowhere' is no address of a server; expected one such as http://127.0.0.1:8765"),
        (["--severity"], "No such option: --severity"),
    ],
)
@pytest.mark.parametrize("command", ["manners", "coverage"])
def test_a_question_that_makes_no_sense_ends_with_64(running: Server, command: str, options: list[str], says: str) -> None:
    code, out, err = run(command, "--url", running.url, *options)

    assert (64, "") == (code, out)
    assert says in err
    assert "Traceback" not in err
