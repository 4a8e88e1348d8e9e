"""Arming faults: what can be said, what is refused, and what is told of them; and what they do to calls."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.errors import NoConnectionToDrop
from mockserver.core.limits import Limits
from mockserver.settings import Settings
from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Response, Workspace

BAD_GATEWAY = {"kind": "answer", "status": 502}
TOO_MANY = {"kind": "refusal", "name": "too_many_requests"}
ETHER = {"provider": "ethermailer"}


@pytest.fixture
def ether(workspace: Workspace) -> EtherMailer:
    return EtherMailer(workspace)


def arm(workspace: Workspace, **fault: Any) -> dict[str, Any]:
    armed: dict[str, Any] = workspace.control("POST", "faults", json=fault)
    return armed


def attempt(workspace: Workspace, **fault: Any) -> Response:
    """Arm one that may be declined."""
    return workspace.server.post("/_mock/faults", params={"workspace": workspace.name}, json=fault)


def reason(workspace: Workspace, **fault: Any) -> str:
    """Why one is declined; nothing is armed."""
    response = attempt(workspace, **fault)

    assert 400 == response.status_code, response.text
    assert {"error"} == set(response.json())
    assert [] == workspace.control("GET", "faults")
    return str(response.json()["error"])


def statuses(ether: EtherMailer, calls: int) -> list[int]:
    return [ether.get("/user").status_code for _ in range(calls)]


# What is told of an armed fault


def test_an_armed_fault_is_told_as_it_was_armed(workspace: Workspace) -> None:
    response = attempt(
        workspace,
        match={"provider": "ethermailer", "operation": "add_contact", "method": "post", "path": "/user/*"},
        when={"probability": 0.5, "seed": 7},
        delay={"min": 0.1, "max": 0.2, "seed": 3},
        act=TOO_MANY,
    )

    assert 201 == response.status_code
    assert {
        "id": 1,
        "match": {"provider": "ethermailer", "operation": "add_contact", "method": "POST", "path": "/user/*"},
        "when": {"first": None, "nth": None, "probability": 0.5, "seed": 7},
        "delay": {"seconds": None, "min": 0.1, "max": 0.2, "seed": 3},
        "act": {"kind": "refusal", "name": "too_many_requests"},
        "matched": 0,
        "fired": 0,
        "calls": [],
    } == response.json()


@pytest.mark.parametrize(
    "act",
    [
        {"kind": "refusal", "name": "not_found"},
        {"kind": "answer", "status": 503, "headers": {"Retry-After": "3"}, "body": "later"},
        {"kind": "drop", "at": "before"},
        {"kind": "drop", "at": "middle"},
        {"kind": "truncate", "size": 10},
        {"kind": "garbage", "size": 5, "seed": 2},
        {"kind": "lose_answer"},
        {"kind": "lose_request"},
    ],
    ids=lambda act: "-".join(str(value) for value in act.values()),
)
def test_every_kind_is_told_as_it_was_armed(workspace: Workspace, act: dict[str, Any]) -> None:
    armed = arm(workspace, match=ETHER, act=act)

    assert act == armed["act"]
    assert armed == workspace.control("GET", "faults/1")


def test_what_is_left_out_is_told_as_it_will_be(workspace: Workspace) -> None:
    acts = [arm(workspace, act={"kind": kind})["act"] for kind in ("truncate", "garbage")]

    assert [{"kind": "truncate", "size": None}, {"kind": "garbage", "size": 64, "seed": 1}] == acts
    assert {"status": 502, "headers": {}, "body": "", "kind": "answer"} == arm(workspace, act=BAD_GATEWAY)["act"]


def test_it_is_told_how_often_each_has_matched_and_fired_and_for_which_calls(ether: EtherMailer) -> None:
    arm(ether.workspace, match={"operation": "get_user"}, when={"nth": 2}, act=BAD_GATEWAY)
    arm(ether.workspace, match={"operation": "get_contact"}, act=BAD_GATEWAY)
    statuses(ether, 3)
    told = ether.workspace.control("GET", "faults")

    assert [(3, 1, [2]), (0, 0, [])] == [(fault["matched"], fault["fired"], fault["calls"]) for fault in told]


def test_the_journal_says_which_fault_a_call_had(ether: EtherMailer) -> None:
    arm(ether.workspace, act=BAD_GATEWAY, when={"first": 1})
    arm(ether.workspace, delay={"seconds": 0}, when={"first": 1})
    statuses(ether, 3)
    calls = ether.workspace.calls()

    assert [(200, None), (200, 2), (502, 1)] == [(call["status"], call["fault"]) for call in calls]
    assert 1 == ether.workspace.control("GET", "journal/1")["fault"]


# How faults go away


def test_a_removed_fault_happens_no_more(ether: EtherMailer) -> None:
    arm(ether.workspace, act=BAD_GATEWAY)
    before = statuses(ether, 2)
    removed = ether.workspace.control("DELETE", "faults/1")

    assert ([502, 502], [200, 200]) == (before, statuses(ether, 2))
    assert (1, 2) == (removed["id"], removed["fired"])
    assert [] == ether.workspace.control("GET", "faults")


def test_all_faults_are_removed_together(ether: EtherMailer) -> None:
    arm(ether.workspace, act=BAD_GATEWAY)
    arm(ether.workspace, act=BAD_GATEWAY)

    assert {"deleted": 2} == ether.workspace.control("DELETE", "faults")
    assert [200] == statuses(ether, 1)


def test_a_reset_removes_them(ether: EtherMailer) -> None:
    arm(ether.workspace, act=BAD_GATEWAY)
    ether.workspace.control("POST", "reset")

    assert [200] == statuses(ether, 1)
    assert [] == ether.workspace.control("GET", "faults")


def test_the_fault_of_a_call_is_not_kept_with_it(ether: EtherMailer, server: TestClient) -> None:
    """An answer of its own may be large, and the journal would hold it long after the fault is gone."""
    arm(ether.workspace, act={**BAD_GATEWAY, "body": "x" * 100_000})
    statuses(ether, 1)
    runtime = server.app.runtime  # type: ignore[attr-defined] # the switchboard's
    (call,) = runtime.workspaces.get(ether.workspace.name).journal

    assert (None, 1) == (call.fault, call.fault_id)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(
    ("fault", "status"), [("7", 404), ("0", 404), ("-1", 404), ("1e3", 400), ("one", 400), ("9" * 30, 404)]
)
def test_a_fault_that_is_not_armed_is_not_found(workspace: Workspace, method: str, fault: str, status: int) -> None:
    response = workspace.server.request(method, f"/_mock/faults/{fault}", params={"workspace": workspace.name})

    assert status == response.status_code


def test_there_is_a_bound_on_armed_faults() -> None:
    app = create_app(Settings(throttle="off", limits=Limits(faults=2)))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        answers = [client.post("/_mock/faults", json={"act": BAD_GATEWAY}) for _ in range(3)]

    assert [201, 201, 409] == [answer.status_code for answer in answers]
    assert "there are 2 faults armed already" in answers[-1].json()["error"]


# What is declined


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({}, "body: nothing would happen; give an act, a delay, or both"),
        ({"match": {"provider": "emma"}}, "body: nothing would happen"),
        ({"act": {}}, "body.act: Unable to extract tag using discriminator 'kind'"),
        ({"act": {"kind": "explode"}}, "expected tags: 'refusal', 'answer', 'drop', 'truncate', 'garbage'"),
        ({"act": {"kind": "drop"}}, "body.act.drop.at: Field required"),
        ({"act": {"kind": "drop", "at": "after"}}, "body.act.drop.at: Input should be 'before' or 'middle'"),
        ({"act": {"kind": "lose_answer", "size": 3}}, "body.act.lose_answer.size: Extra inputs are not permitted"),
        ({"act": {"kind": "truncate", "size": -1}}, "body.act.truncate.size: "),
        ({"act": {"kind": "garbage", "size": 0}}, "body.act.garbage.size: "),
        ({"act": {"kind": "garbage", "size": 10**9}}, "body.act.garbage.size: "),
        ({"act": {"kind": "garbage", "seed": -1}}, "body.act.garbage.seed: "),
        ({"act": BAD_GATEWAY, "delay": 3}, "body.delay: "),
        ({"act": BAD_GATEWAY, "when": {"first": 0}}, "body.when.first: "),
        ({"act": BAD_GATEWAY, "when": {"nth": 0}}, "body.when.nth: "),
        ({"act": BAD_GATEWAY, "when": {"probability": 1.1}}, "body.when.probability: "),
        (
            {"act": BAD_GATEWAY, "when": {"first": 1, "nth": 2}},
            "body.when: first and nth cannot go together; give one of them",
        ),
        ({"act": BAD_GATEWAY, "when": {"seed": 2}}, "body.when: a seed is for a probability, and none is given"),
        ({"act": BAD_GATEWAY, "when": {"every": 2}}, "body.when.every: Extra inputs are not permitted"),
        ({"delay": {}}, "body.delay: give either seconds, or min and max"),
        ({"delay": {"seconds": 1, "min": 0}}, "body.delay: give either seconds, or min and max"),
        ({"delay": {"min": 0}}, "body.delay: give either seconds, or min and max"),
        ({"delay": {"min": 2, "max": 1}}, "body.delay: min is 2 and max is 1; the smaller one comes first"),
        ({"delay": {"seconds": 1, "seed": 1}}, "body.delay: a seed is for min and max"),
        ({"delay": {"seconds": -1}}, "body.delay.seconds: "),
        ({"delay": {"seconds": 3601}}, "body.delay.seconds: "),
        ({"act": {"kind": "answer", "status": 99}}, "body.act.answer.status: "),
        ({"act": {"kind": "answer", "status": 101}}, "body.act.answer.status: "),
        ({"act": {"kind": "answer", "status": 600}}, "body.act.answer.status: "),
        ({"act": {"kind": "answer", "status": 204, "body": "x"}}, "an answer with status 204 has no body"),
        ({"act": {**BAD_GATEWAY, "body": "x" * 100_001}}, "body.act.answer.body: "),
        ({"act": {**BAD_GATEWAY, "headers": {"a b": "c"}}}, "'a b' is no name of a header"),
        ({"act": {**BAD_GATEWAY, "headers": {"": "c"}}}, "'' is no name of a header"),
        ({"act": {**BAD_GATEWAY, "headers": {"a": "b\r\nc: d"}}}, "the value of a holds characters that no header can hold"),
        ({"act": {**BAD_GATEWAY, "headers": {"a": "λ"}}}, "the value of a holds characters that no header can hold"),
        ({"act": {**BAD_GATEWAY, "headers": {"Content-Length": "9"}}}, "Content-Length is written by the server"),
        ({"act": {**BAD_GATEWAY, "headers": {"transfer-encoding": "x"}}}, "transfer-encoding is written by the server"),
        ({"act": BAD_GATEWAY, "faults": 1}, "body.faults: Extra inputs are not permitted"),
    ],
)
def test_what_makes_no_sense_is_declined_with_what_would(workspace: Workspace, fault: dict[str, Any], said: str) -> None:
    assert said in reason(workspace, **fault)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize(
    "where", ['{"delay": {"seconds": %s}}', '{"act": {"kind": "lose_answer"}, "when": {"probability": %s}}']
)
def test_a_number_that_is_none_is_declined(workspace: Workspace, where: str, number: str) -> None:
    response = workspace.server.post(
        "/_mock/faults",
        params={"workspace": workspace.name},
        content=where % number,
        headers={"Content-Type": "application/json"},
    )

    assert 400 == response.status_code
    assert [] == workspace.control("GET", "faults")


@pytest.mark.parametrize("field", ["body", "name"])
def test_half_a_surrogate_pair_is_declined_when_it_is_armed(workspace: Workspace, field: str) -> None:
    act = {"kind": "answer", "status": 200, "body": "\ud800"} if field == "body" else {"kind": "refusal", "name": "\ud800"}
    response = workspace.server.post(
        "/_mock/faults",
        params={"workspace": workspace.name},
        content=json.dumps({"match": ETHER, "act": act}),
        headers={"Content-Type": "application/json"},
    )

    assert 400 == response.status_code


@pytest.mark.parametrize(
    ("match", "said"),
    [
        ({"provider": "etermailer"}, 'match.provider: no provider is called "etermailer"; did you mean "ethermailer"?'),
        ({"provider": "x"}, 'match.provider: no provider is called "x"'),
        ({"operation": "add_contct"}, 'match.operation: no operation is called "add_contct"; did you mean "add_contact"?'),
        ({"provider": "emma", "operation": "add_contact"}, 'match.operation: no operation is called "add_contact"'),
        ({"method": "GTE"}, 'match.method: no method is called "GTE"; did you mean "GET"?'),
        ({"operation": "add_contact", "method": "get"}, "match.method: add_contact is called by POST, not by GET"),
        (
            {"operation": "add_contact", "path": "/user/contact/*"},
            "match.path: /user/contact/* fits no path of add_contact, which is at /user/contact",
        ),
        ({"path": "user"}, "match.path: user begins neither with / nor with *, as every path does"),
        ({"path": "/emma/100/*"}, "match.path: leave /emma out; match.provider says whose path it is"),
        ({"path": ""}, "body.match.path: String should have at least 1 character"),
    ],
)
def test_a_match_that_nothing_can_fit_is_declined(workspace: Workspace, match: dict[str, str], said: str) -> None:
    assert reason(workspace, match=match, act=BAD_GATEWAY).startswith(said)


@pytest.mark.parametrize(
    ("match", "name", "said"),
    [
        (
            ETHER,
            "too_many_request",
            'no refusal of ethermailer is called "too_many_request"; did you mean "too_many_requests"?',
        ),
        (ETHER, "300", 'act.name: no refusal of ethermailer is called "300"; GET /_mock/faults/refusals lists them'),
        ({"provider": "emfluence"}, 330, 'no refusal of emfluence is called "330"; did you mean "'),
        ({}, "not_found", "match.provider: whose refusal is not_found? Name one of emma, emfluence, ethermailer"),
        ({"operation": "search_contacts"}, "not_found", 'act.name: no refusal of emfluence is called "not_found"'),
    ],
)
def test_a_refusal_that_nobody_has_is_declined(workspace: Workspace, match: dict[str, str], name: object, said: str) -> None:
    assert said in reason(workspace, match=match, act={"kind": "refusal", "name": name})


@pytest.mark.parametrize(
    "match",
    [
        {"operation": "get_contact", "path": "/user/contact/*"},
        {"operation": "get_contact", "path": "*"},
        {"operation": "list_members", "path": "/100/members/"},
        {"operation": "save_group", "path": "/V1/groups/SAVE"},
        {"operation": "add_contact", "method": "post"},
        {"path": "/nowhere"},
        {"path": "/user/contact/*", "method": "PATCH"},
    ],
)
def test_a_match_that_something_can_fit_is_taken(workspace: Workspace, match: dict[str, str]) -> None:
    assert arm(workspace, match=match, act=BAD_GATEWAY)["id"] == 1


def test_the_operation_says_whose_refusal_it_is(workspace: Workspace) -> None:
    armed = arm(workspace, match={"operation": "add_contact"}, act=TOO_MANY)

    assert "ethermailer" == armed["match"]["provider"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "faults"), ("DELETE", "faults"), ("GET", "faults/1"), ("GET", "faults/refusals")]
)
def test_faults_of_an_unknown_workspace_are_declined(server: TestClient, method: str, path: str) -> None:
    response = server.request(method, f"/_mock/{path}?workspace=nowhere")

    assert 404 == response.status_code


# The catalogue


def test_the_catalogue_tells_what_each_refusal_answers(workspace: Workspace) -> None:
    told = workspace.control("GET", "faults/refusals")
    by_name = {(each["provider"], each["name"]): each for each in told}

    assert {"emma", "emfluence", "ethermailer"} == {each["provider"] for each in told}
    assert {
        "provider": "emfluence",
        "name": "record_not_found",
        "also": ["300"],
        "status": 200,
        "body": by_name["emfluence", "record_not_found"]["body"],
        "rules": ["emf.code.300"],
    } == by_name["emfluence", "record_not_found"]
    assert '"code":300' in by_name["emfluence", "record_not_found"]["body"]
    assert (429, ["ether.throttle"]) == tuple(
        by_name["ethermailer", "too_many_requests"][name] for name in ("status", "rules")
    )


def test_the_catalogue_of_one_provider(workspace: Workspace) -> None:
    response = workspace.server.get("/_mock/faults/refusals", params={"workspace": workspace.name, "provider": "emma"})

    assert {"emma"} == {each["provider"] for each in response.json()}


@pytest.mark.reading("emma", unauthorized_status=403)
def test_the_catalogue_is_in_the_reading_of_the_workspace(workspace: Workspace) -> None:
    told = workspace.control("GET", "faults/refusals")

    assert 403 == next(each["status"] for each in told if (each["provider"], each["name"]) == ("emma", "unauthorized"))


# What they do


def test_a_client_that_tries_again_gets_through_when_the_fault_is_over(ether: EtherMailer) -> None:
    arm(ether.workspace, match=ETHER, when={"first": 2}, act={"kind": "refusal", "name": "service_unavailable"})

    assert [503, 503, 200] == statuses(ether, 3)


def test_a_raw_answer_is_sent_as_it_was_given_and_the_call_does_not_run(ether: EtherMailer) -> None:
    act = {"kind": "answer", "status": 502, "headers": {"Content-Type": "text/html", "X-Proxy": "7"}, "body": "<h1>Ä</h1>"}
    arm(ether.workspace, act=act, when={"first": 1})
    response = ether.post("/user/contact-groups", {"name": "Bakers"})

    assert (502, "<h1>Ä</h1>", "text/html", "7") == (
        response.status_code,
        response.content.decode(),
        response.headers["content-type"],
        response.headers["x-proxy"],
    )
    assert "Bakers" not in [group["name"] for group in ether.groups()]


def test_a_raw_answer_has_only_the_headers_it_was_given(ether: EtherMailer) -> None:
    arm(ether.workspace, act={"kind": "answer", "status": 204})
    response = ether.get("/user")

    assert (204, b"", []) == (response.status_code, response.content, list(response.headers))


def test_garbage_has_the_true_status_and_media_type_and_the_change_stays(ether: EtherMailer) -> None:
    arm(ether.workspace, act={"kind": "garbage", "size": 9}, when={"first": 1})
    response = ether.post("/user/contact-groups", {"name": "Bakers"})

    assert (200, "application/json", 9) == (response.status_code, response.headers["content-type"], len(response.content))
    with pytest.raises(UnicodeDecodeError):
        response.json()
    assert "Bakers" in [group["name"] for group in ether.groups()]


def test_a_refusal_of_the_call_itself_is_broken_like_any_answer(ether: EtherMailer) -> None:
    arm(ether.workspace, act={"kind": "garbage"})
    unknown = ether.get("/user/contact-groups/7/nowhere")
    bad = ether.post("/user/contact-groups", {})

    assert [(404, 64), (400, 64)] == [(each.status_code, len(each.content)) for each in (unknown, bad)]


def test_a_delay_goes_before_anything_else_that_happens(ether: EtherMailer) -> None:
    arm(ether.workspace, delay={"seconds": 0.05}, act=BAD_GATEWAY)
    (status,) = statuses(ether, 1)
    (call,) = ether.workspace.calls()

    assert 502 == status
    assert 50 <= call["duration_ms"]


def test_a_delay_is_real_even_when_the_clock_stands_still(ether: EtherMailer) -> None:
    ether.workspace.freeze()
    arm(ether.workspace, delay={"min": 0.02, "max": 0.04})
    (status,) = statuses(ether, 1)
    (call,) = ether.workspace.calls()

    assert (200, "2030-01-01T12:00:00Z") == (status, call["at"])
    assert 20 <= call["duration_ms"]


def test_a_seeded_share_of_the_calls_fails_the_same_way_again(ether: EtherMailer) -> None:
    runs = []
    for _ in range(2):
        arm(ether.workspace, when={"probability": 0.4, "seed": 5}, act=BAD_GATEWAY)
        runs.append(statuses(ether, 20))
        ether.workspace.control("DELETE", "faults")

    assert runs[0] == runs[1]
    assert {200, 502} == set(runs[0])


def test_only_calls_that_fit_are_taken(workspace: Workspace) -> None:
    arm(workspace, match={"provider": "emma", "method": "GET", "path": "/100/members/*"}, act=BAD_GATEWAY)
    emma = Emma(workspace)
    answers = [
        emma.get("/members/200"),
        emma.delete("/members/999"),
        emma.get("/groups"),
        EtherMailer(workspace).get("/user"),
    ]

    assert [True, False, False, False] == [answer.status_code == 502 for answer in answers]


def test_a_fault_of_every_provider_is_one_fault(workspace: Workspace) -> None:
    arm(workspace, act=BAD_GATEWAY)
    answers = [
        Emma(workspace).get("/members"),
        Emfluence(workspace).request("POST", "helper/ping"),
        EtherMailer(workspace).get("/user"),
    ]

    assert [502, 502, 502] == [answer.status_code for answer in answers]
    assert 3 == workspace.control("GET", "faults/1")["fired"]


def test_calls_without_good_credentials_have_no_fault(server: TestClient) -> None:
    """They belong to the default workspace, whoever sent them: another test's wrong key must not use its faults up."""
    armed = server.post("/_mock/faults", json={"act": BAD_GATEWAY}).json()
    try:
        answers = [
            server.get("/ethermailer/user", headers={"Authorization": "API unknown"}),
            server.get("/emma/100/members"),
            server.get("/emfluence/v1/helper/ping", headers={"Authorization": "unknown"}),
        ]
        told = server.get(f"/_mock/faults/{armed['id']}").json()
    finally:
        server.delete("/_mock/faults")

    assert [401, 401, 200] == [answer.status_code for answer in answers]
    assert 200 == answers[2].json()["code"]
    assert 0 == told["matched"]


def test_a_refused_call_uses_no_throttle_up(ether: EtherMailer) -> None:
    ether.workspace.freeze()
    ether.workspace.throttle("enforce")
    arm(ether.workspace, when={"first": 2}, act=BAD_GATEWAY)

    assert [502, 502, 200, 200, 200, 429] == statuses(ether, 6)


def test_faults_happen_in_every_throttle_mode(ether: EtherMailer) -> None:
    arm(ether.workspace, act=BAD_GATEWAY)
    seen = []
    for mode in ("enforce", "observe", "off"):
        ether.workspace.throttle(mode)
        seen += statuses(ether, 1)

    assert [502, 502, 502] == seen


def test_control_calls_have_no_faults(workspace: Workspace) -> None:
    arm(workspace, act=BAD_GATEWAY)

    assert workspace.control("GET", "health")["status"] == "ok"
    assert [] == workspace.calls()


def test_a_call_without_an_answer_has_met_no_rows(ether: EtherMailer) -> None:
    """What was cited on the way made an answer that nobody has seen."""
    arm(ether.workspace, act={"kind": "lose_answer"})
    with pytest.raises(NoConnectionToDrop):
        ether.get("/user")
    (call,) = ether.workspace.calls()

    assert (0, [], 1) == (call["status"], call["rules"], call["fault"])
    assert 0 == ether.workspace.coverage("ethermailer")["touched"]


def test_explained_calls_tell_the_rows_of_an_ordered_refusal(ether: EtherMailer) -> None:
    arm(ether.workspace, match=ETHER, act=TOO_MANY)
    response = ether.get("/user", headers={"X-Mock-Explain": "1"})

    assert "ether.throttle;documented" == response.headers["x-mock-rules"]


# The documentation


def test_the_examples_of_the_documentation_can_be_armed(workspace: Workspace) -> None:
    document = workspace.server.get("/_mock/openapi.json").json()
    examples = document["components"]["schemas"]["NewFault"]["examples"]

    assert 4 == len([arm(workspace, **example) for example in examples])
