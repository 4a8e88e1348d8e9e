"""Every code of the document can be met, and says what is wrong in words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.limits import Limits
from mockserver.providers.emfluence import EMFLUENCE
from mockserver.providers.emfluence.actions import users
from mockserver.providers.emfluence.fixture import DEFAULT_TOKEN
from mockserver.settings import Settings
from tests.providers.emfluence.client import Emfluence, envelope
from tests.workspace import Workspace

BODY_BYTES, HEAD_BYTES = 2_000, 1_024
HOST = "http://127.0.0.1:8765"
RETIRED = "00000000-0000-0000-0000-0000000000A9"


def reached(code: int, method: str, path: str, said: str, *, user: str = "", **request: Any) -> Any:
    """A call of the table below, and the words that its refusal must have."""
    marks = pytest.mark.rule(f"emf.code.{code}")
    return pytest.param(code, method, path, said, user, request, marks=marks, id=f"{code} {method}")


@pytest.mark.parametrize(
    ("code", "method", "path", "said", "user", "request_"),
    [
        reached(2, "GET", "contacts/save?email=a@example.com", "use POST"),
        reached(2, "DELETE", "contacts/lookup?contactID=1001", "use GET or POST"),
        reached(100, "POST", "surveys/search", "/v1/surveys/search"),
        reached(101, "GET", "helper/missingmethod", "helper has no method missingmethod"),
        reached(200, "GET", "helper/ping", "no access token", headers={"Authorization": None}),
        reached(202, "GET", "helper/ping", "former", user="former"),
        reached(
            204,
            "GET",
            "groups/lookup?groupID=201",
            "Access to this endpoint requires the permission 'Create Groups'",
            user="volunteer",
        ),
        reached(300, "GET", "groups/lookup?groupID=0", "group 0"),
        reached(
            301,
            "POST",
            "contacts/save",
            'Email "jane.roe@example.com" belongs to another record.',
            json={"contactID": 1001, "email": "jane.roe@example.com"},
        ),
        reached(302, "POST", "emails/send", "401", json={"emailID": 401}),
        reached(303, "POST", "contacts/lookup", "1001", user="volunteer", json={"contactID": 1001}),
        reached(500, "GET", "contacts/search?dateAddedStart=hello", "dateAddedStart: expected a datetime"),
        reached(501, "GET", "contacts/search?rpp=251", "rpp: expected 250 at most, found 251"),
        reached(502, "POST", "contacts/delete", "contactID is required", json={}),
    ],
)
def test_a_code_is_reached_with_status_200_and_a_text_of_its_own(
    emfluence: Emfluence, code: int, method: str, path: str, said: str, user: str, request_: dict[str, Any]
) -> None:
    client = emfluence.as_user(user) if user else emfluence
    response = client.request(method, path, **request_)
    body = envelope(response)

    assert (200, code) == (response.status_code, body["code"])
    assert said in "; ".join(body["errors"])


@pytest.mark.rule("emf.code.1")
def test_a_fault_of_this_server_is_code_1(emfluence: Emfluence, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(users, "lookup", fail)
    response = emfluence.request("POST", "users/lookup", json={"userID": 101})

    assert 200 == response.status_code
    assert (1, ["the mock server failed; its log says why"]) == (envelope(response)["code"], response.json()["errors"])


@pytest.mark.rule("emf.code.3")
@pytest.mark.reading("emfluence", transactional="disabled")
def test_what_the_account_may_not_do_is_code_3(emfluence: Emfluence) -> None:
    email = {"subject": "Hi", "fromAddress": "a@example.com", "htmlVersionEditable": 1, "content": {"htmlVersion": "Hi"}}

    assert 3 == emfluence.code("emails/sendTransactional", email=email, contactIDs=[1001], transactionalCategory="Tickets")


@pytest.mark.rule("emf.code.4")
@pytest.mark.reading("emfluence", require_https=True)
def test_plain_http_is_code_4_where_https_is_required(emfluence: Emfluence) -> None:
    refused = emfluence.request("GET", "helper/ping")
    secure = emfluence.workspace.server.get("https://127.0.0.1:8765/emfluence/v1/helper/ping", headers=emfluence.headers)

    assert (200, 4) == (refused.status_code, envelope(refused)["code"])
    assert 1 == envelope(secure)["success"]


@pytest.mark.rule("emf.code.4")
def test_plain_http_is_served_otherwise(emfluence: Emfluence) -> None:
    assert {} == emfluence.ok("helper/ping")


@pytest.mark.rule("emf.code.201")
def test_a_closed_account_is_code_201_for_all_of_its_users(tmp_path: Path) -> None:
    (tmp_path / "emfluence.toml").write_text('[account]\nname = "Closed"\nclosed = true\n', "utf-8")
    with TestClient(create_app(Settings(throttle="off", fixtures=[str(tmp_path)])), base_url=HOST) as client:
        answers = [client.get("/v1/helper/ping", headers={"Authorization": token}) for token in (DEFAULT_TOKEN, "ws-closed")]

    assert [(200, 201)] * 2 == [(each.status_code, envelope(each)["code"]) for each in answers]


@pytest.mark.rule("emf.code.203")
def test_a_token_of_the_retired_kind_is_code_203(server: TestClient) -> None:
    response = server.get("/v1/helper/ping", headers={"Authorization": f"Bearer {RETIRED}"})

    assert (200, 203) == (response.status_code, envelope(response)["code"])


@pytest.mark.rule("emf.code.5")
@pytest.mark.reading("emfluence", throttle="enforce", simultaneous_connections=1)
def test_too_many_connections_are_code_5_with_the_only_other_status(emfluence: Emfluence) -> None:
    workspaces = emfluence.workspace.server.app.runtime.workspaces  # type: ignore[attr-defined] # of the test client
    running = workspaces.get(emfluence.workspace.name).running
    running["emfluence", "testclient"] += 1  # somebody else's, at the same address
    response = emfluence.request("GET", "helper/ping")
    running.clear()

    assert (403, 5) == (response.status_code, envelope(response)["code"])
    assert {} == emfluence.ok("helper/ping")


# Several faults at once


@pytest.mark.rule("emf.code.worst")
@pytest.mark.parametrize(
    ("path", "parameters", "code", "told"),
    [
        ("contacts/save", {"email": "nothing"}, 501, ["email: "]),
        ("contacts/save", {"contactID": "x", "email": "nothing"}, 500, ["contactID: ", "email: "]),
        ("contacts/saveGroups", {"contactID": "x"}, 502, ["groups is required", "contactID: "]),
        (
            "contacts/saveGroups",
            {"contactID": 1001, "groups": [{}, {"groupID": "x"}]},
            502,
            ["groups[0].groupID is", "groups[1]"],
        ),
    ],
)
def test_all_wrong_parameters_are_told_of_by_their_names(
    emfluence: Emfluence, path: str, parameters: dict[str, Any], code: int, told: list[str]
) -> None:
    body = emfluence.call(path, **parameters)

    assert code == body["code"]
    assert [True] * len(told) == [said.startswith(expected) for said, expected in zip(body["errors"], told, strict=True)]


@pytest.mark.rule("emf.order")
def test_what_is_wrong_is_told_in_a_fixed_order(emfluence: Emfluence) -> None:
    """Each of these calls has the faults of all that follow it."""
    broken: dict[str, Any] = {"content": b"{", "headers": {"Authorization": "nobody"}}
    volunteer = emfluence.as_user("volunteer")
    codes = [
        emfluence.request("PUT", "nothing/lookup", **broken),
        emfluence.request("PUT", "groups/nothing", **broken),
        emfluence.request("PUT", "groups/lookup", **broken),
        emfluence.request("POST", "groups/lookup", **broken),
        volunteer.request("POST", "groups/lookup", content=b"{"),
        emfluence.request("POST", "groups/lookup", content=b"{"),
        emfluence.request("POST", "groups/lookup", json={"groupID": "x"}),
        emfluence.request("POST", "groups/lookup", json={"groupID": 0}),
    ]

    assert [100, 101, 2, 200, 204, 500, 500, 300] == [envelope(each)["code"] for each in codes]


# This server's own bounds


@pytest.fixture
def small() -> Iterator[Emfluence]:
    """A client of a server that takes little: short bodies and heads, and one workspace beside the default one."""
    limits = Limits(body_bytes=BODY_BYTES, head_bytes=HEAD_BYTES, workspaces=2)
    with TestClient(create_app(Settings(throttle="off", limits=limits)), base_url=HOST) as client:
        yield Emfluence(Workspace(client, "small"))


@pytest.mark.rule("emf.too_large")
def test_a_body_above_the_limit_is_code_501_and_changes_nothing(small: Emfluence) -> None:
    code, said = small.refused("contacts/save", email="large@example.com", notes="x" * BODY_BYTES)

    assert 501 == code
    assert "2000 bytes" in said
    assert 300 == small.code("contacts/lookup", email="large@example.com")


@pytest.mark.rule("emf.too_large")
def test_a_head_above_the_limit_is_code_501(small: Emfluence) -> None:
    assert 501 == envelope(small.request("GET", "helper/ping", headers={"X-Long": "x" * HEAD_BYTES}))["code"]


@pytest.mark.rule("emf.no_room", "emf.code.3")
def test_a_token_that_would_make_one_workspace_too_many_is_code_3(small: Emfluence) -> None:
    small.ok("helper/ping")
    refused = [Emfluence(Workspace(small.workspace.server, "more")).call("helper/ping") for _ in range(2)]

    assert [3, 3] == [each["code"] for each in refused]
    assert "2 workspaces" in refused[0]["errors"][0]
    assert refused[0]["requestID"] != refused[1]["requestID"]


def test_a_refusal_names_its_own_row_and_that_of_its_code(small: Emfluence) -> None:
    response = small.request("GET", "exports/emails", headers={"X-Mock-Explain": "1"})

    assert "emf.code.1;documented, emf.not_served;chosen" == response.headers["x-mock-rules"]


OF_THE_OPERATION = {
    operation.name: operation.extra["x-permission"]
    for operation in EMFLUENCE.operations.by_name.values()
    if "x-permission" in operation.extra
}
"""The operations that need a permission whatever their parameters are."""


@pytest.mark.rule("emf.code.204")
@pytest.mark.parametrize(("name", "permission"), OF_THE_OPERATION.items())
@pytest.mark.parametrize("body", [b"", b"{}", b"{", b'{"contactID": {}, "emailID": {}, "groupID": {}, "groupIDs": {}}'])
def test_a_missing_permission_is_told_before_any_parameter(
    emfluence: Emfluence, name: str, permission: str, body: bytes
) -> None:
    """The editor is no administrator, but has every permission that an operation declares."""
    path = EMFLUENCE.operations.by_name[name].template.removeprefix("/v1/")
    refused = envelope(emfluence.as_user("reader").request("POST", path, content=body))
    let_in = envelope(emfluence.as_user("editor").request("POST", path, content=body))

    assert 204 == refused["code"]
    assert [f"Access to this endpoint requires the permission '{permission}'"] == refused["errors"]
    assert let_in["code"] in {500, 502}


def test_fourteen_operations_need_a_permission() -> None:
    assert 14 == len(OF_THE_OPERATION)
