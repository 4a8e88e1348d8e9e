"""The journal, asked over real connections: verify, wait, archive, and what a strict server refuses."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import monotonic, sleep
from typing import Any

import httpx2
import pytest

from tests.journeys.conftest import Serve
from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

ADA = {"email": "ada@example.com"}


def ask(workspace: Workspace, method: str, path: str, json: Any = None, **query: Any) -> httpx2.Response:
    parameters = {"workspace": workspace.name, **query}
    return workspace.server.request(method, f"/_mock/journal/{path}".rstrip("/"), params=parameters, json=json)


@pytest.fixture
def called(workspace: Workspace) -> Workspace:
    """A workspace in which each provider was called: well, and with a mistake."""
    EtherMailer(workspace).request("POST", "/user/contact", json=ADA)
    Emma(workspace).request("POST", "/members/add", json={**ADA, "fields": {"first_name": "Ada"}})
    Emfluence(workspace).call("contacts/save", **ADA, firstName="Ada")
    Emfluence(workspace).call("contacts/lookup", contactID=0)
    return workspace


@pytest.mark.parametrize(
    "expected",
    [
        {"match": {"provider": "emma", "body": {"fields": {"first_name": "Ada"}}}, "exactly": 1},
        {"match": {"body": {"email": "ada@example.com"}}, "exactly": 3},
        {"match": {"outcome": "refused"}, "exactly": 1},
        {"match": {"rule": "emf.contacts.unknown"}, "at_least": 1},
        {"match": {"provider": "emma", "status": 500}, "at_most": 0},
        {"match": {"method": "post", "path": "/v1/contacts/*"}, "at_least": 2, "at_most": 2},
        {"in_order": [{"provider": "ethermailer"}, {"provider": "emfluence", "operation": "save_contact"}]},
    ],
)
def test_what_was_called_is_verified(called: Workspace, expected: dict[str, Any]) -> None:
    verdict = ask(called, "POST", "verify", expected).json()

    assert (True, "") == (verdict["holds"], verdict["difference"])


def test_a_verdict_that_does_not_hold_says_what_lacks(called: Workspace) -> None:
    expected = {"match": {"operation": "save_contact", "body": {"lastName": "Lovelace"}}}
    verdict = ask(called, "POST", "verify", expected).json()

    assert (False, 0) == (verdict["holds"], verdict["matched"])
    assert [
        "expected at least 1 fitting, found 0 among 4 calls",
        "  call 3: emfluence save_contact, POST /v1/contacts/save -> 200",
        '    - body.lastName: "Lovelace"',
        "    + body.lastName: nothing",
    ] == verdict["difference"].splitlines()[:4]


def test_calls_in_the_wrong_order_are_no_calls_in_order(called: Workspace) -> None:
    verdict = ask(called, "POST", "verify", {"in_order": [{"provider": "emma"}, {"provider": "ethermailer"}]}).json()

    assert (False, [2]) == (verdict["holds"], verdict["calls"])
    assert verdict["difference"].startswith("step 2 of 2: no call fits after call 2")


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({}, "give either match or in_order"),
        ({"match": {}, "in_order": [{}]}, "give either match or in_order"),
        ({"in_order": []}, "in_order"),
        ({"in_order": [{}], "exactly": 1}, "exactly is for match"),
        ({"match": {}, "exactly": 1, "at_most": 2}, "exactly and at_most cannot go together"),
        ({"match": {}, "exactly": -1}, "exactly"),
        ({"match": {"operation": "add_contcat"}}, 'did you mean "add_contact"?'),
        ({"match": {"rule": "ether.nothing"}}, "no rulebook row"),
        ({"match": {"colour": "red"}}, "match.colour"),
        ({"match": {"outcome": "well"}}, "match.outcome"),
    ],
)
def test_a_question_that_makes_no_sense_is_declined(called: Workspace, expected: Any, said: str) -> None:
    response = ask(called, "POST", "verify", expected)

    assert 400 == response.status_code
    assert said in response.json()["error"]


def test_somebody_waits_for_a_call_and_sees_it_when_it_comes(workspace: Workspace) -> None:
    ether = EtherMailer(workspace)
    wanted = {"match": {"operation": "add_contact", "body": {"name": "Late"}}, "timeout": 20}
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, workspace, "POST", "wait", wanted)
        ether.request("POST", "/user/contact", json={"email": "early@example.com"})
        ether.request("POST", "/user/contact", json={"email": "late@example.com", "name": "Late"})
        found = waiting.result(20)

    assert 200 == found.status_code
    assert "late@example.com" == json.loads(found.json()["request"]["body"])["email"]


def test_a_call_that_is_there_already_is_found_at_once_unless_a_newer_one_is_meant(called: Workspace) -> None:
    found = ask(called, "GET", "wait", provider="emma").json()

    assert "add_member" == found["operation"]
    assert 408 == ask(called, "GET", "wait", provider="emma", after=found["id"], timeout=0.05).status_code


def test_waiting_in_vain_ends_with_a_sentence(workspace: Workspace) -> None:
    response = ask(workspace, "GET", "wait", timeout=0.1)

    assert (408, {"error": "no such call came within 0.1 seconds"}) == (response.status_code, response.json())


def test_those_who_wait_are_let_go_when_the_workspace_is_deleted_and_when_the_server_ends(serve: Serve) -> None:
    server = serve()
    with server.client() as client, ThreadPoolExecutor(2) as pool:
        client.post("/_mock/workspaces", json={"name": "short"})
        of_workspace = pool.submit(server.get, "/_mock/journal/wait?workspace=short&timeout=50")
        of_server = pool.submit(server.get, "/_mock/journal/wait?timeout=50")
        sleep(0.3)  # until they wait
        client.delete("/_mock/workspaces/short")

        assert 404 == of_workspace.result(20).status_code
        began = monotonic()
        code = server.end()

        assert (0, 503) == (code, of_server.result(20).status_code)
    assert monotonic() - began < 3
    assert "" == server.errors()


def test_the_archive_has_all_that_its_format_demands_and_no_secret(called: Workspace) -> None:
    response = ask(called, "GET", "har")
    log = response.json()["log"]
    first = log["entries"][0]

    assert ("1.2", "mockserver", 4) == (log["version"], log["creator"]["name"], len(log["entries"]))
    assert {"startedDateTime", "time", "request", "response", "cache", "timings", "comment"} == set(first)
    assert {"send", "wait", "receive"} == set(first["timings"])
    assert "POST" == first["request"]["method"]
    assert first["request"]["url"].endswith("/ethermailer/user/contact")
    assert ADA == json.loads(first["request"]["postData"]["text"])
    assert "application/json" == first["request"]["postData"]["mimeType"]
    assert (200, "OK") == (first["response"]["status"], first["response"]["statusText"])
    assert datetime.fromisoformat(first["startedDateTime"]).tzinfo is not None
    assert [] == [entry for entry in log["entries"] for header in entry["request"]["headers"] if "ws-" in header["value"]]


def test_an_archive_is_of_the_calls_that_are_asked_for(called: Workspace) -> None:
    entries = ask(called, "GET", "har", provider="emfluence", limit=1).json()["log"]["entries"]

    assert ["emfluence lookup_contacts"] == [entry["comment"] for entry in entries]


def test_fields_that_nothing_read_are_shown_for_each_call(workspace: Workspace) -> None:
    Emfluence(workspace).call("contacts/save", **ADA, lastNam="Lovelace")
    EtherMailer(workspace).request("POST", "/user/contact", json={**ADA, "phone": "1"})
    Emma(workspace).request("GET", "/members?strat=1")
    ids = [call["id"] for call in ask(workspace, "GET", "", unread=True).json()]

    assert [["?strat"], ["phone"], ["lastNam"]] == [ask(workspace, "GET", str(each)).json()["unread"] for each in ids]


def test_a_server_can_be_strict_from_the_start(serve: Serve) -> None:
    server = serve("--strict")
    refused = server.get("/user?dry=1", key=server.api_key)

    assert (400, "?dry") == (refused.status_code, refused.json()["errors"][0]["objectName"])
    assert 200 == server.get("/user", key=server.api_key).status_code
