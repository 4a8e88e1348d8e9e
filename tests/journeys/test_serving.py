"""The server as a process: how it starts, what it says, whom it lets in, how it ends."""

import json
import signal
import socket
import subprocess
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

import httpx2
import pytest

from mockserver.providers import PROVIDERS
from tests.journeys.conftest import Refused, Serve, Server, command, environment
from tests.providers.emma.client import basic

SIGNALS = [signal.SIGTERM, signal.SIGINT]


# What it says when it is ready


def test_the_ready_file_says_where_the_server_answers_and_how_to_get_in(serve: Serve) -> None:
    server = serve()
    providers = server.ready["providers"]

    assert {
        "url": f"http://127.0.0.1:{server.port}",
        "pid": server.process.pid,
        "control_url": f"http://127.0.0.1:{server.port}/_mock",
        "control_token": None,
        "tls_url": None,
        "ca_file": None,
        "relay": None,
        "providers": providers,
    } == server.ready
    assert {each.name: f"http://127.0.0.1:{server.port}/{each.name}" for each in PROVIDERS} == {
        name: provider["base_url"] for name, provider in providers.items()
    }
    assert [{"api_key": "100000000000000001-00000000-0000-0000"}] == providers["ethermailer"]["credentials"]
    assert all(provider["credentials"] for provider in providers.values())


def test_a_revoked_key_of_the_fixtures_is_shown_to_nobody(serve: Serve) -> None:
    server = serve()
    shown = server.ready_file.read_text("utf-8") + server.log()

    assert server.api_key in shown
    assert "f0e1d2c3b4a5f6e7d8c9" not in shown


def test_the_table_names_base_url_credentials_and_control_address(serve: Serve) -> None:
    server = serve()
    rows = [line.split() for line in server.log().splitlines()]

    assert ["Ether", "Mailer", f"{server.url}/ethermailer", "api_key", server.api_key] in rows
    assert ["control", f"{server.url}/_mock/"] in rows


def test_the_credentials_of_the_ready_file_are_let_in(running: Server) -> None:
    assert 200 == running.get("/ethermailer/user", key=running.api_key).status_code


# One line for each call


def test_each_call_is_one_line_of_text(serve: Serve) -> None:
    server = serve()
    server.get("/ethermailer/user", key="ws-a")
    server.get("/user/contact/77", key="ws-a")
    user, contact = server.calls(2)

    assert "ethermailer a GET /user 200" in user
    assert "ethermailer a GET /user/contact/77 404" in contact
    assert contact.endswith("(ether.get_contact.unknown)")


def test_everything_printed_is_json_when_asked_for(serve: Serve) -> None:
    server = serve("--log-format", "json")
    server.get("/ethermailer/user", key="ws-a")
    server.get("/ethermailer/user?a=1", key="unknown")
    ready, user, unknown = map(json.loads, server.calls(3))

    assert (
        "ethermailer",
        "a",
        "get_user",
        "GET",
        "/user",
        "",
        200,
    ) == tuple(user[name] for name in ("provider", "workspace", "operation", "method", "path", "query", "status"))
    assert (401, "a=1", ["ether.auth.refused"]) == (unknown["status"], unknown["query"], unknown["rules"])
    assert {"event": "ready", **server.ready} == ready
    assert 3 == len(server.log().splitlines())


def test_a_line_break_in_a_path_does_not_break_the_line(serve: Serve) -> None:
    server = serve()
    server.get("/user/contact/7%0A12:00:00%20forged", key="ws-a")
    (line,) = server.calls(1)

    assert "GET /user/contact/7%0A12%3A00%3A00%20forged 404" in line


def test_the_server_outlives_whoever_reads_its_log(tmp_path: Path) -> None:
    ready_file = tmp_path / "ready.json"
    process = subprocess.Popen(
        command("--port", "0", "--ready-file", str(ready_file)), env=environment(), stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    while not ready_file.exists():
        sleep(0.01)
    process.stdout.close()
    url = json.loads(ready_file.read_text("utf-8"))["url"]
    statuses = [httpx2.get(f"{url}/user", headers={"Authorization": f"API ws-{name}"}).status_code for name in "abc"]
    sleep(0.2)
    statuses.append(httpx2.get(f"{url}/livez").status_code)
    process.terminate()

    assert [200, 200, 200, 200] == statuses
    assert 0 == process.wait(20)


def test_the_line_of_a_throttled_call_says_how_to_switch_that_off(serve: Serve) -> None:
    server = serve()
    statuses = [server.get("/user", key="ws-a").status_code for _ in range(4)]
    *_, last = server.calls(4)

    assert [200, 200, 200, 429] == statuses
    assert "--throttle off" in last


def test_no_log_line_shows_a_key(serve: Serve) -> None:
    server = serve()
    server.get(f"/user?key={server.api_key}", key=server.api_key)
    (line,) = server.calls(1)

    assert server.api_key not in line


def test_calls_still_waiting_for_their_line_are_logged_before_the_end(serve: Serve) -> None:
    server = serve()
    server.get("/user", key="ws-a")
    server.end()

    assert "GET /user 200" in server.log()


# How it ends


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_it_at_once_and_well(serve: Serve, number: signal.Signals) -> None:
    server = serve()
    began = monotonic()
    code = server.end(number)

    assert 0 == code
    assert monotonic() - began < 3
    assert "" == server.errors()


@pytest.mark.parametrize("number", SIGNALS)
def test_an_idle_connection_does_not_hold_it_back(serve: Serve, number: signal.Signals) -> None:
    server = serve()
    with server.client() as client:
        client.get("/livez")
        began = monotonic()
        code = server.end(number)

    assert 0 == code
    assert monotonic() - began < 3
    assert "" == server.errors()


def test_half_a_request_does_not_hold_it_back(serve: Serve) -> None:
    server = serve()
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"POST /user/contact HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        server.get("/livez")
        began = monotonic()
        code = server.end()

    assert 0 == code
    assert monotonic() - began < 3


# What it does not start with


def test_a_taken_port_is_one_line(refused: Refused, running: Server) -> None:
    code, lines = refused("--port", str(running.port))

    assert 1 == code
    assert [
        f"mockserver: cannot listen on 127.0.0.1:{running.port}: Address already in use; --port 0 takes a free port"
    ] == lines


def test_a_state_folder_that_is_a_file_is_one_line(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "state").touch()
    code, lines = refused("--port", "0", "--state", str(tmp_path / "state"))

    assert 1 == code
    assert 1 == len(lines)
    assert str(tmp_path / "state") in lines[0]


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--port", "99999", "port: '99999' is refused: input should be less than or equal to 65535"),
        ("--port", "-1", "port: '-1' is refused: input should be greater than or equal to 0"),
        ("--port", "abc", "port: 'abc' is refused: input should be a valid integer"),
        ("--host", "", "host: '' is refused: string should have at least 1 character"),
        ("--throttle", "maybe", "throttle: 'maybe' is refused: input should be 'enforce', 'observe' or 'off'"),
        ("--log-format", "xml", "log_format: 'xml' is refused: input should be 'text' or 'json'"),
        ("--fixtures", "nowhere", "'nowhere' is neither a folder nor one of the fixture sets crowded, empty, standard"),
        ("--fixtures", "", "'' is neither a folder nor one of the fixture sets crowded, empty, standard"),
        ("--ready-file", "/nowhere/ready.json", "there is no folder /nowhere"),
    ],
)
def test_a_bad_option_is_one_line(refused: Refused, option: str, value: str, says: str) -> None:
    code, lines = refused(option, value)

    assert 64 == code
    assert 1 == len(lines)
    assert says in lines[0]
    assert lines[0].startswith("mockserver: ")
    assert f"(set by {option} or MOCKSERVER_{option[2:].replace('-', '_').upper()})" in lines[0]


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("MOCKSERVER_PORT", "x", "port: 'x' is refused: input should be a valid integer"),
        ("MOCKSERVER_PROT", "1", "MOCKSERVER_PROT: there is no such setting; did you mean MOCKSERVER_PORT?"),
        (
            "MOCKSERVER_ETHERMAILER__CALLS_PER_SECOND",
            "0",
            "ethermailer.calls_per_second: '0' is refused: input should be greater than or equal to 1 "
            "(set by MOCKSERVER_ETHERMAILER__CALLS_PER_SECOND)",
        ),
        (
            "MOCKSERVER_ETHERMAILER__CALL_PER_SECOND",
            "5",
            "MOCKSERVER_ETHERMAILER__CALL_PER_SECOND: there is no such setting; "
            "did you mean MOCKSERVER_ETHERMAILER__CALLS_PER_SECOND?",
        ),
        ("MOCKSERVER_CLOCK", "2030-01-01T00:00:00", "clock: '2030-01-01T00:00:00' is refused: input should have timezone"),
        ("MOCKSERVER_LIMITS__WORKSPACES", "0", "(set by MOCKSERVER_LIMITS__WORKSPACES)"),
    ],
)
def test_a_bad_variable_is_one_line(refused: Refused, variable: str, value: str, says: str) -> None:
    code, lines = refused(variables={variable: value})

    assert 64 == code
    assert 1 == len(lines)
    assert says in lines[0]


def test_a_server_that_does_not_start_leaves_no_ready_file_of_an_earlier_one(refused: Refused, tmp_path: Path) -> None:
    ready_file, fixture = tmp_path / "ready.json", tmp_path / "ethermailer.toml"
    ready_file.write_text('{"url": "http://127.0.0.1:1"}', "utf-8")
    fixture.write_text("no TOML", "utf-8")
    code, _ = refused("--port", "0", "--ready-file", str(ready_file), "--fixtures", str(tmp_path))

    assert 1 == code
    assert not ready_file.exists()


# Which setting counts


def test_a_variable_beats_the_default(serve: Serve) -> None:
    server = serve(variables={"MOCKSERVER_THROTTLE": "observe", "MOCKSERVER_FIXTURES": "empty"})

    assert "fixtures empty; throttle observe" in server.log()


def test_an_option_beats_a_variable(serve: Serve) -> None:
    server = serve("--throttle", "off", variables={"MOCKSERVER_THROTTLE": "observe", "MOCKSERVER_PORT": "1"})

    assert "fixtures standard; throttle off" in server.log()
    assert server.port != 1


def test_a_provider_is_configured_by_variables(serve: Serve) -> None:
    server = serve(variables={"MOCKSERVER_ETHERMAILER__CALLS_PER_SECOND": "1"})

    assert [200, 429] == [server.get("/user", key="ws-a").status_code for _ in range(2)]


def test_several_fixture_sets_are_planted_one_after_the_other(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "bakers").mkdir()
    (tmp_path / "bakers" / "ethermailer.toml").write_text('[[groups]]\nname = "Bakers"\n', "utf-8")
    server = serve("--fixtures", "standard", "--fixtures", str(tmp_path / "bakers"))
    groups = server.get("/user/contact-groups/limit/50/offset/0", key="ws-a").json()["items"]

    assert ["All customers", "Newsletter", "Wholesale", "Tasting evenings", "Bakers"] == [group["name"] for group in groups]


def test_a_bad_fixture_keeps_it_from_starting(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "ethermailer.toml").write_text('[[groups]]\nnam = "Bakers"\n', "utf-8")
    code, lines = refused("--port", "0", "--fixtures", str(tmp_path))

    assert 1 == code
    assert [
        f"mockserver: {tmp_path}/ethermailer.toml: groups[0].name: is missing",
        f"{tmp_path}/ethermailer.toml: groups[0].nam: no such key",
    ] == lines


# Which way leads to a provider


@pytest.mark.parametrize("host", ["api.ethermailer.com", "API.EtherMailer.com:443", "ethermailer.localhost:8765"])
def test_the_host_name_leads_to_the_provider(running: Server, host: str) -> None:
    answer = running.get("/user", key="ws-hosts", Host=host)

    assert 200 == answer.status_code
    assert "olivegrove" == answer.json()["username"]


def test_under_its_host_name_every_path_is_the_providers(running: Server) -> None:
    answer = running.get("/nothing/here", key="ws-hosts", Host="api.ethermailer.com")

    assert (404, b"") == (answer.status_code, answer.content)


@pytest.mark.parametrize("path", ["/ethermailer/user", "/user"])
def test_the_prefix_and_the_bare_path_lead_to_the_provider(running: Server, path: str) -> None:
    assert "olivegrove" == running.get(path, key="ws-paths").json()["username"]


@pytest.mark.parametrize("path", ["/", "/users", "/ethermailer2/user", "/_mocked", "/livez/"])
def test_a_path_of_nobody_is_answered_with_the_base_urls(running: Server, path: str) -> None:
    answer = running.get(path)

    assert 404 == answer.status_code
    assert {each.name: f"{running.url}/{each.name}" for each in PROVIDERS} == answer.json()["base_urls"]
    assert f"{running.url}/_mock/" == answer.json()["control"]


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_probes_are_answered(running: Server, path: str) -> None:
    answer = running.get(path)

    assert (200, "ok") == (answer.status_code, answer.text)


# Who may control it


def test_a_server_for_all_interfaces_makes_a_token_and_wants_it(serve: Serve) -> None:
    server = serve("--host", "0.0.0.0")  # noqa: S104 - called by loopback only
    token = server.ready["control_token"]
    statuses = [server.get("/_mock/clock", **shown).status_code for shown in _shown("", "Bearer wrong", f"Bearer {token}")]

    assert f"http://127.0.0.1:{server.port}" == server.url
    assert f"token {token}" in server.log()
    assert [401, 401, 200] == statuses


def test_a_server_for_all_interfaces_serves_providers_without_the_token(serve: Serve) -> None:
    server = serve("--host", "0.0.0.0")  # noqa: S104

    assert 200 == server.get("/user", key="ws-a").status_code
    assert 200 == server.get("/_mock/health").status_code


def test_the_token_can_be_chosen(serve: Serve) -> None:
    server = serve(variables={"MOCKSERVER_CONTROL_TOKEN": "open sesame"})

    assert "open sesame" == server.ready["control_token"]
    assert 401 == server.get("/_mock/clock").status_code
    assert 200 == server.get("/_mock/clock", Authorization="Bearer open sesame").status_code


def test_the_demand_for_a_token_can_be_switched_off(serve: Serve) -> None:
    server = serve("--host", "0.0.0.0", variables={"MOCKSERVER_CONTROL_OPEN": "true"})  # noqa: S104

    assert server.ready["control_token"] is None
    assert 200 == server.get("/_mock/clock").status_code


def _shown(*authorizations: str) -> list[dict[str, str]]:
    return [{"Authorization": each} if each else {} for each in authorizations]


def test_the_standard_world_starts_in_the_other_reading_of_options(serve: Serve) -> None:
    server = serve(variables={"MOCKSERVER_ETHERMAILER__OPTION_VALUE": "text"})
    eleni = server.get("/user/contact/911222492876742656", key=server.api_key).json()

    assert "Fruity" in [field["value"] for field in eleni["extraFieldValues"]]


# Reason phrases


def test_a_refusal_by_the_rate_limit_carries_the_vendor_s_reason_phrase_on_the_wire(serve: Serve) -> None:
    """Read with the standard library's client, which keeps the phrase that was sent."""
    server = serve(variables={"MOCKSERVER_EMMA__CALLS_PER_MINUTE": "1"})
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    answers = []
    for _ in range(3):
        connection.request("GET", "/100/members?count=true", headers={"Authorization": basic("ws-phrase", "any")})
        answer = connection.getresponse()
        answers.append((answer.status, answer.reason, answer.read()[:10]))
    connection.request("GET", "/livez")
    last = connection.getresponse()
    connection.close()

    assert [(200, "OK", b"7"), *[(403, "Rate Limit Exceeded", b'{"error":"')] * 2] == answers
    assert (200, "OK") == (last.status, last.reason)
