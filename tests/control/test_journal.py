"""The journal: the last calls of a workspace, what was asked, answered and decided."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.limits import Limits
from mockserver.settings import Settings
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Response, Workspace

PAGE = "/user/contact/limit/5/offset/0"
CREDENTIALS = "100000000000000001-00000000-0000-0000"


@pytest.fixture
def ether(workspace: Workspace) -> EtherMailer:
    return EtherMailer(workspace)


@pytest.fixture
def other(server: TestClient) -> Iterator[Workspace]:
    """A second workspace."""
    made = Workspace(server, "journal-other")
    made.control("POST", "workspaces", json={"name": made.name})
    yield made
    made.control("DELETE", f"workspaces/{made.name}")


def ask(workspace: Workspace, path: str = "journal", /, **parameters: Any) -> Response:
    """Read the journal, whatever it answers."""
    return workspace.server.get(f"/_mock/{path}", params={"workspace": workspace.name, **parameters})


def found(workspace: Workspace, **parameters: Any) -> list[tuple[str, int]]:
    """Path and status of the calls that fit, the newest first."""
    return [(call["path"], call["status"]) for call in ask(workspace, **parameters).json()]


def newest(workspace: Workspace) -> dict[str, Any]:
    """The newest call with both bodies."""
    call: dict[str, Any] = workspace.control("GET", f"journal/{workspace.calls()[0]['id']}")
    return call


def small_server(**limits: int) -> TestClient:
    """A server of its own, with other bounds."""
    return TestClient(create_app(Settings(throttle="off", limits=Limits(**limits))), base_url="http://127.0.0.1:8765")


# What is kept


def test_a_call_is_kept_with_what_it_was_and_what_decided_it(ether: EtherMailer) -> None:
    ether.workspace.freeze("2030-01-01T12:00:00Z")
    ether.get(f"{PAGE}?trace=7")
    (call,) = ether.workspace.calls()

    assert call.pop("duration_ms") > 0
    assert {
        "id": 1,
        "at": "2030-01-01T12:00:00Z",
        "provider": "ethermailer",
        "operation": "list_contacts",
        "method": "GET",
        "path": PAGE,
        "query": "trace=7",
        "status": 200,
        "outcome": "answered",
        "throttled": None,
        "rules": ["ether.list_contacts", "ether.list_contacts.deleted"],
        "fault": None,
    } == call


def test_a_refused_call_is_kept_with_the_rows_that_refused_it(ether: EtherMailer) -> None:
    ether.post("/user/contact", {"email": "nobody"})
    (call,) = ether.workspace.calls()

    assert (400, "refused", "add_contact") == (call["status"], call["outcome"], call["operation"])
    assert ["ether.bad_request", "ether.contacts.email_form"] == call["rules"]


def test_a_call_of_no_operation_is_kept_without_one(ether: EtherMailer) -> None:
    ether.get("/nothing")

    assert [None] == [call["operation"] for call in ether.workspace.calls()]


def test_a_throttled_call_is_marked_with_the_mode_of_the_throttle(ether: EtherMailer) -> None:
    ether.workspace.freeze()
    for mode in ("enforce", "observe"):
        ether.workspace.throttle(mode)
        ether.workspace.advance(seconds=1)
        for _ in range(4):
            ether.get("/user")
    calls = ether.workspace.calls()[::-1]

    assert [None, None, None, "enforce", None, None, None, "observe"] == [call["throttled"] for call in calls]
    assert [200, 200, 200, 429, 200, 200, 200, 200] == [call["status"] for call in calls]


def test_calls_without_a_good_key_are_in_the_journal_of_the_default_workspace(server: TestClient) -> None:
    server.get("/ethermailer/user/who", headers={"Authorization": "API nobody"})
    (call, *_) = server.get("/_mock/journal?path=/user/who").json()

    assert 401 == call["status"]


def test_control_calls_are_not_in_the_journal(workspace: Workspace) -> None:
    workspace.control("GET", "clock")

    assert [] == workspace.calls()


def test_each_workspace_has_a_journal_of_its_own(ether: EtherMailer, other: Workspace) -> None:
    ether.get("/user")
    EtherMailer(other).get("/user/nothing")

    assert [("/user", 200)] == found(ether.workspace)
    assert [("/user/nothing", 404)] == found(other)


# One call


def test_one_call_is_told_whole(ether: EtherMailer) -> None:
    answer = ether.post("/user/contact-groups", {"name": "Bäckereien"}, headers={"X-Trace": "7"})
    call = newest(ether.workspace)

    assert '{"name":"Bäckereien"}' == call["request"]["body"].replace(": ", ":")
    assert len(call["request"]["body"].encode()) == call["request"]["size"]
    assert ["x-trace", "7"] in call["request"]["headers"]
    assert answer.text == call["answer"]["body"]
    assert len(answer.content) == call["answer"]["size"]
    assert ["content-type", "application/json"] in call["answer"]["headers"]
    assert (False, False) == (call["request"]["cut"], call["answer"]["cut"])
    assert call["client"]


def test_one_call_says_what_the_list_says_of_it(ether: EtherMailer) -> None:
    ether.get("/user")
    (summary,) = ether.workspace.calls()

    assert summary == {name: value for name, value in newest(ether.workspace).items() if name in summary}


def test_a_body_that_is_no_text_is_shown_as_far_as_it_goes(ether: EtherMailer) -> None:
    ether.post("/user/contact", content=b"\xff{}")

    assert "\ufffd{}" == newest(ether.workspace)["request"]["body"]


@pytest.mark.parametrize("call", ["7", "0", "-1", "9" * 30])
def test_a_call_that_never_was_is_declined(ether: EtherMailer, call: str) -> None:
    response = ask(ether.workspace, f"journal/{call}")

    assert 404 == response.status_code
    assert {"error": f"the journal has no call {call} (any more)"} == response.json()


def test_a_call_of_another_workspace_is_not_found(ether: EtherMailer, other: Workspace) -> None:
    ether.get("/user")

    assert 404 == ask(other, f"journal/{ether.workspace.calls()[0]['id']}").status_code


def test_a_call_by_something_else_than_a_number_is_declined(workspace: Workspace) -> None:
    response = ask(workspace, "journal/latest")

    assert 400 == response.status_code
    assert response.json()["error"].startswith("path.call_id: ")


# Secrets


def issued_key(ether: EtherMailer) -> str:
    """The key in the vendor's shape that the workspace was made with."""
    credentials = ether.workspace.control("GET", f"workspaces/{ether.workspace.name}")["credentials"]["ethermailer"]
    return str(credentials[0]["api_key"])


def test_the_key_is_in_no_part_of_a_call(ether: EtherMailer) -> None:
    key = issued_key(ether)
    shown = {"Authorization": f"API {key}", "Cookie": "session=secret", "Proxy-Authorization": "Basic c2VjcmV0"}
    ether.get(f"/user?key={key}", headers=shown)
    call = newest(ether.workspace)
    headers = dict(call["request"]["headers"])

    assert ("API ***", "***", "Basic ***") == (headers["authorization"], headers["cookie"], headers["proxy-authorization"])
    assert '"apiKey":"***"' in call["answer"]["body"]
    assert "key=***" == call["query"]
    assert key not in str(call)


def test_the_key_in_a_body_is_blacked_out(ether: EtherMailer) -> None:
    key = issued_key(ether)
    ether.post("/user/contact-groups", {"name": f"my key is {key}"}, headers={"Authorization": f"API {key}"})

    assert "my key is ***" in newest(ether.workspace)["request"]["body"]


def test_a_key_made_of_the_name_is_no_secret_and_stays_readable(ether: EtherMailer) -> None:
    ether.post("/user/contact-groups", {"name": f"my key is {ether.workspace.key}"})

    assert f"my key is {ether.workspace.key}" in newest(ether.workspace)["request"]["body"]


def test_a_refused_key_is_blacked_out_as_well(server: TestClient) -> None:
    server.get("/ethermailer/user/refused", headers={"Authorization": "Bearer a-secret-of-some-other-service"})
    (call, *_) = server.get("/_mock/journal?path=/user/refused").json()
    headers = dict(server.get(f"/_mock/journal/{call['id']}").json()["request"]["headers"])

    assert "Bearer ***" == headers["authorization"]


def test_the_realistic_key_of_the_default_workspace_is_blacked_out(server: TestClient) -> None:
    server.get("/ethermailer/user", headers={"Authorization": f"API {CREDENTIALS}"})
    (call, *_) = server.get("/_mock/journal?operation=get_user&limit=1").json()
    whole = server.get(f"/_mock/journal/{call['id']}").text

    assert '\\"apiKey\\":\\"***\\"' in whole
    assert CREDENTIALS not in whole


def test_a_key_at_the_edge_of_a_cut_body_is_blacked_out_too() -> None:
    with small_server(journal_body_bytes=110) as client:
        answer = client.get("/ethermailer/user", headers={"Authorization": f"API {CREDENTIALS}"})
        body = client.get("/_mock/journal/1").json()["answer"]["body"]

    assert answer.content.index(CREDENTIALS.encode()) < 110 < answer.content.index(CREDENTIALS.encode()) + len(CREDENTIALS)
    assert CREDENTIALS[:10] not in body


# Searching


@pytest.fixture
def searched(ether: EtherMailer) -> Workspace:
    """A workspace with four calls, a minute apart."""
    ether.workspace.freeze("2030-01-01T12:00:00Z")
    for method, path in [("GET", "/user"), ("POST", "/user"), ("GET", PAGE), ("GET", "/user/contact/7")]:
        ether.request(method, path)
        ether.workspace.advance(minutes=1)
    return ether.workspace


@pytest.mark.parametrize(
    ("wanted", "calls"),
    [
        ({}, [("/user/contact/7", 404), (PAGE, 200), ("/user", 405), ("/user", 200)]),
        ({"provider": "ethermailer"}, [("/user/contact/7", 404), (PAGE, 200), ("/user", 405), ("/user", 200)]),
        ({"operation": "get_user"}, [("/user", 200)]),
        ({"method": "POST"}, [("/user", 405)]),
        ({"path": "/user"}, [("/user", 405), ("/user", 200)]),
        ({"path": "/user/contact/*"}, [("/user/contact/7", 404), (PAGE, 200)]),
        ({"path": "/USER"}, []),
        ({"status": 404}, [("/user/contact/7", 404)]),
        ({"since": "2030-01-01T12:02:00Z"}, [("/user/contact/7", 404), (PAGE, 200)]),
        ({"since": "2030-01-01T14:03:00+02:00"}, [("/user/contact/7", 404)]),
        ({"after": 3}, [("/user/contact/7", 404)]),
        ({"before": 2}, [("/user", 200)]),
        ({"before": 4, "after": 1}, [(PAGE, 200), ("/user", 405)]),
        ({"text": "CONTACT/7"}, [("/user/contact/7", 404)]),
        ({"text": "api ws-"}, []),
        ({"throttled": True}, []),
        ({"faulted": True}, []),
        ({"fault": 1}, []),
        ({"limit": 2}, [("/user/contact/7", 404), (PAGE, 200)]),
        ({"method": "GET", "status": 200, "limit": 1}, [(PAGE, 200)]),
    ],
)
def test_calls_are_found_by_everything_that_is_asked(
    searched: Workspace, wanted: dict[str, Any], calls: list[tuple[str, int]]
) -> None:
    assert calls == found(searched, **wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        {"limit": 0},
        {"limit": 10_001},
        {"status": "good"},
        {"since": "yesterday"},
        {"since": "2030-01-01T12:00:00"},
        {"after": "all"},
        {"before": "all"},
        {"faulted": "often"},
        {"verb": "GET"},
    ],
)
def test_a_question_that_makes_no_sense_is_declined(workspace: Workspace, wanted: dict[str, Any]) -> None:
    response = ask(workspace, **wanted)

    assert 400 == response.status_code
    assert response.json()["error"].startswith(f"query.{next(iter(wanted))}: ")


def test_calls_above_a_limit_are_found_whether_they_were_refused_or_not(ether: EtherMailer) -> None:
    ether.workspace.freeze()
    for mode in ("observe", "enforce"):
        ether.workspace.throttle(mode)
        ether.workspace.advance(minutes=1)
        for _ in range(4):
            ether.get("/user")

    assert [("/user", 429), ("/user", 200)] == found(ether.workspace, throttled=True)
    assert 6 == len(found(ether.workspace, throttled=False))


def test_calls_that_had_a_fault_are_found(ether: EtherMailer) -> None:
    act = {"kind": "answer", "status": 503}
    faults = [
        ether.workspace.control("POST", "faults", json={"match": {"method": method}, "act": act, "when": {"first": 1}})
        for method in ("GET", "POST")
    ]
    for method in ("GET", "POST", "GET"):
        ether.request(method, "/user")

    assert [("/user", 503), ("/user", 503)] == found(ether.workspace, faulted=True)
    assert [("/user", 200)] == found(ether.workspace, faulted=False)
    assert [2] == [call["id"] for call in ask(ether.workspace, fault=faults[1]["id"]).json()]


def test_a_call_with_some_words_in_its_answer_is_waited_for_and_verified(ether: EtherMailer) -> None:
    contact = ether.add("ada@example.com")
    ether.contact(contact)

    assert (
        f"/user/contact/{contact}"
        == ether.workspace.control("POST", "journal/wait", json={"match": {"text": "ADA@"}, "timeout": 0})["path"]
    )
    assert 2 == ether.workspace.control("POST", "journal/verify", json={"match": {"text": "ada@"}})["matched"]


# Bounds


def test_the_oldest_calls_make_room() -> None:
    with small_server(journal_calls=3) as client:
        for number in range(5):
            client.get(f"/ethermailer/user/contact/{number}", headers={"Authorization": "API ws-a"})
        kept = client.get("/_mock/journal?workspace=a").json()
        forgotten = client.get("/_mock/journal/2?workspace=a")
        workspace = client.get("/_mock/workspaces/a").json()

    assert [(5, "/user/contact/4"), (4, "/user/contact/3"), (3, "/user/contact/2")] == [
        (call["id"], call["path"]) for call in kept
    ]
    assert 404 == forgotten.status_code
    assert 3 == workspace["calls"]


def test_only_the_beginning_of_a_large_body_is_kept() -> None:
    with small_server(journal_body_bytes=20) as client:
        headers = {"Authorization": "API ws-a", "Content-Type": "application/json"}
        answer = client.post("/ethermailer/user/contact-groups", json={"name": "x" * 1000}, headers=headers)
        page = client.get("/ethermailer/user/contact-groups/limit/50/offset/0", headers=headers)
        created, listed = (client.get(f"/_mock/journal/{number}?workspace=a").json() for number in (1, 2))

    assert 200 == answer.status_code
    assert (20, True) == (len(created["request"]["body"]), created["request"]["cut"])
    assert len(created["request"]["body"]) < 1000 < created["request"]["size"]
    assert page.text[:20] == listed["answer"]["body"]
    assert (len(page.content), True) == (listed["answer"]["size"], listed["answer"]["cut"])
    assert (0, False) == (listed["request"]["size"], listed["request"]["cut"])


def test_a_body_above_the_limit_is_noted_by_its_size() -> None:
    with small_server(body_bytes=100) as client:
        headers = {"Authorization": "API ws-a", "Content-Type": "application/json"}
        client.post("/ethermailer/user/contact-groups", content=b"x" * 500, headers=headers)
        (call,) = client.get("/_mock/journal").json()
        request = client.get(f"/_mock/journal/{call['id']}").json()["request"]

    assert 413 == call["status"]
    assert (500, True) == (request["size"], request["cut"])


# Clearing


def test_a_cleared_journal_is_empty_and_its_numbers_go_on(ether: EtherMailer) -> None:
    ether.get("/user")
    ether.get("/user")
    answer = ether.workspace.control("DELETE", "journal")
    empty = ether.workspace.calls()
    ether.get("/user")

    assert {"deleted": 2} == answer
    assert [] == empty
    assert [3] == [call["id"] for call in ether.workspace.calls()]


def test_clearing_the_journal_keeps_the_rows_touched(ether: EtherMailer) -> None:
    ether.get("/user")
    ether.workspace.control("DELETE", "journal")

    assert 1 == ether.workspace.coverage("ethermailer")["touched"]


def test_clearing_leaves_other_journals_alone(ether: EtherMailer, other: Workspace) -> None:
    EtherMailer(other).get("/user")
    ether.workspace.control("DELETE", "journal")

    assert 1 == len(other.calls())


@pytest.mark.parametrize(("method", "path"), [("GET", "journal"), ("GET", "journal/1"), ("DELETE", "journal")])
def test_the_journal_of_an_unknown_workspace_is_declined(server: TestClient, method: str, path: str) -> None:
    response = server.request(method, f"/_mock/{path}?workspace=nowhere")

    assert 404 == response.status_code
    assert {"error": 'there is no workspace "nowhere"; POST /_mock/workspaces makes one'} == response.json()


# Explanations in the answer


def test_a_call_that_asks_is_told_the_rows_that_made_its_answer(ether: EtherMailer) -> None:
    response = ether.get(PAGE, headers={"X-Mock-Explain": "1"})

    assert "ether.list_contacts;documented, ether.list_contacts.deleted;inferred" == response.headers["x-mock-rules"]


def test_a_refused_call_that_asks_is_told_the_rows_that_refused_it(ether: EtherMailer) -> None:
    response = ether.post("/user/contact", {"email": "nobody"}, headers={"X-Mock-Explain": "yes"})

    assert "ether.bad_request;documented, ether.contacts.email_form;inferred" == response.headers["x-mock-rules"]


def test_a_call_stopped_at_a_gate_is_told_the_row_of_the_gate(server: TestClient) -> None:
    response = server.get("/ethermailer/user", headers={"X-Mock-Explain": "1"})

    assert "ether.auth.refused;chosen" == response.headers["x-mock-rules"]


def test_a_call_that_does_not_ask_is_told_nothing(ether: EtherMailer) -> None:
    assert "x-mock-rules" not in ether.get(PAGE).headers


def test_what_a_call_was_read_into_is_not_kept(ether: EtherMailer, server: TestClient) -> None:
    """The parsed rows of a large import would stay in memory long after their text was cut."""
    ether.post("/user/contact/import", [{"email": f"{number}@example.com"} for number in range(100)])
    runtime = server.app.runtime  # type: ignore[attr-defined] # the switchboard's
    (call,) = runtime.workspaces.get(ether.workspace.name).journal

    assert call.json is None
    assert call.context is None


def test_a_refused_call_leaves_no_exception_in_memory(ether: EtherMailer, server: TestClient) -> None:
    """An exception holds on to every frame it rose through, with all that was read."""
    ether.post("/user/contact", {"email": "new@example.com", "groups": [{"groupId": "7"}] * 100})
    runtime = server.app.runtime  # type: ignore[attr-defined] # the switchboard's
    (call,) = runtime.workspaces.get(ether.workspace.name).journal
    kept = [getattr(call, name, None) for name in type(call).__slots__]

    assert call.refused
    assert [] == [value for value in kept if isinstance(value, BaseException)]


@pytest.mark.parametrize(
    ("request_", "shown"),
    [
        ({"url": "?accessToken=of-another-server&x=1"}, ("accessToken=***&x=1", "")),
        ({"url": "?x=1&ACCESSTOKEN=of-another-server"}, ("x=1&ACCESSTOKEN=***", "")),
        ({"url": "?accessToken="}, ("accessToken=", "")),
        (
            {"url": "", "content": b'{"accessToken" : "of-\\"another", "name": "accessToken"}'},
            ("", '{"accessToken" : "***", "name": "accessToken"}'),
        ),
        ({"url": "", "content": b'{"accessToken":"of-another'}, ("", '{"accessToken":"***')),
        ({"url": "?myaccessToken=1"}, ("myaccessToken=1", "")),
    ],
)
def test_a_token_in_a_parameter_is_blacked_out_although_nobody_knows_it(
    server: TestClient, request_: dict[str, Any], shown: tuple[str, str]
) -> None:
    url = f"/emfluence/v1/helper/ping{request_['url']}"
    server.request("POST", url, content=request_.get("content"))
    call = server.get("/_mock/journal", params={"limit": 1}).json()[0]
    whole = server.get(f"/_mock/journal/{call['id']}").json()

    assert shown == (call["query"], whole["request"]["body"])


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("emma/members", "path: emma/members begins neither with / nor with *, as every path does"),
        ("/emma/100/members", "path: leave /emma out; provider says whose path it is"),
        ("", "path:  begins neither with / nor with *, as every path does"),
    ],
)
def test_a_path_that_no_call_can_have_is_declined(server: TestClient, path: str, said: str) -> None:
    response = server.get("/_mock/journal", params={"path": path})

    assert (400, {"error": said}) == (response.status_code, response.json())


@pytest.mark.parametrize(
    "match",
    [
        b'{"body": ' + b"[" * 900 + b"]" * 900 + b"}",
        rb'{"body": {"name": "\ud800"}}',
        rb'{"path": "/\ud800", "query": {"\ud800": "*"}, "headers": {"\ud800": "*"}}',
        b'{"body": {"name": NaN}}',
        b'{"path": "/' + b"*a" * 5000 + b'"}',
        b'{"path": "*\\n*"}',
    ],
)
def test_a_hostile_question_is_answered(ether: EtherMailer, server: TestClient, match: bytes) -> None:
    ether.post("/user/contact", {"email": "new@example.com", "name": "New"})
    content = b'{"match": ' + match + b"}"
    where = {"workspace": ether.workspace.name}
    response = server.post(
        "/_mock/journal/verify", params=where, content=content, headers={"Content-Type": "application/json"}
    )

    assert (200, False) == (response.status_code, response.json()["holds"])
    assert len(response.json()["difference"]) < 2000
