"""Access tokens: where they are taken from, and whose they are."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.providers.emfluence.client import Emfluence, envelope
from tests.workspace import Workspace

TOKENS = {
    "director": "00000000-0000-0000-0000-000000000001",
    "editor": "00000000-0000-0000-0000-000000000002",
    "volunteer": "00000000-0000-0000-0000-000000000003",
}


def ping(server: Any, token: str | None) -> dict[str, Any]:
    return envelope(server.get("/v1/helper/ping", headers={"Authorization": token} if token is not None else {}))


@pytest.mark.rule("emf.token.header")
@pytest.mark.parametrize("form", ["{}", "Bearer {}", "bearer {}", "BEARER {}", "Bearer   {}", "  {}  "])
def test_a_token_is_taken_alone_or_after_bearer(server: TestClient, form: str) -> None:
    assert 1 == ping(server, form.format(TOKENS["editor"]))["success"]


@pytest.mark.rule("emf.code.200", "emf.token.ping")
@pytest.mark.parametrize(
    ("header", "said"),
    [
        (None, "There is no access token in the Authorization header"),
        ("", "There is no access token in the Authorization header"),
        ("Bearer", "There is no access token in the Authorization header"),
        ("Bearer ", "There is no access token in the Authorization header"),
        ("nobody", "The access token is unknown"),
        ("Bearer nobody", "The access token is unknown"),
        ("Bearer ws-", "The access token is unknown"),
        (f"Bearer {TOKENS['editor']} x", "The access token is unknown"),
        (f"{TOKENS['editor']}, {TOKENS['editor']}", "holds no access token"),
        (f"Basic {TOKENS['editor']}", "holds no access token; expected the token alone, or after Bearer"),
        ("\xe9\xff", "The access token is unknown"),
    ],
)
def test_a_missing_or_unknown_token_is_code_200(server: TestClient, header: str | None, said: str) -> None:
    headers = {"Authorization": header.encode("latin-1")} if header is not None else {}
    body = envelope(server.get("/v1/helper/ping", headers=headers))

    assert 200 == body["code"]
    assert said in body["errors"][0]


@pytest.mark.rule("emf.token.user")
def test_a_call_is_made_in_the_name_of_the_user_of_its_token(server: TestClient) -> None:
    def groups(user: str) -> int:
        headers = {"Authorization": TOKENS[user]}
        return int(envelope(server.get("/v1/groups/lookup?groupID=201", headers=headers))["code"])

    assert {"director": 0, "editor": 0, "volunteer": 204} == {user: groups(user) for user in TOKENS}


@pytest.mark.rule("emf.token.workspace")
def test_a_token_made_of_a_name_is_the_first_user_of_that_workspace_or_another_one(emfluence: Emfluence) -> None:
    users = {name: emfluence.as_user(name) for name in ("", "director", "editor", "VOLUNTEER")}
    saved = {name: client.ok("contacts/save", email=f"x{name}@example.com") for name, client in users.items()}

    assert {"": 101, "director": 101, "editor": 102, "VOLUNTEER": 103} == {
        name: each["userID"] for name, each in saved.items()
    }
    assert 4 == len(emfluence.records("contacts/search", email="x*@example.com"))


@pytest.mark.rule("emf.token.workspace")
def test_a_token_made_of_a_name_may_be_in_capitals(emfluence: Emfluence) -> None:
    headers = {"Authorization": emfluence.token.upper() + ".EDITOR"}

    assert (
        102
        == envelope(emfluence.request("POST", "contacts/save", json={"email": "a@example.com"}, headers=headers))["data"][
            "userID"
        ]
    )


@pytest.mark.rule("emf.token.workspace", "emf.code.200")
@pytest.mark.parametrize("name", ["nobody", "director.x", "'; drop table emf_user"])
def test_a_token_made_of_a_name_with_an_unknown_user_is_code_200(emfluence: Emfluence, name: str) -> None:
    assert 200 == emfluence.as_user(name).code("helper/ping")


@pytest.mark.rule("emf.token.user", "emf.token.workspace")
def test_every_active_user_of_a_new_workspace_is_given_a_token_that_looks_real(server: TestClient) -> None:
    made = Workspace(server, "emfluence-issued")
    issued = made.control("POST", "workspaces", json={"name": made.name})["credentials"]["emfluence"]
    *guids, named = [each["access_token"] for each in issued]
    names = [each["username"] for each in issued[:-1]]
    seen = [
        envelope(server.get("/v1/contacts/search", params={"rpp": 1}, headers={"Authorization": guid}))["data"]["paging"]
        for guid in guids
    ]
    elsewhere = ping(server, guids[0].lower())
    made.control("DELETE", f"workspaces/{made.name}")

    assert "ws-emfluence-issued" == named
    assert ["director", "editor", "volunteer"] == names[:3]
    assert "former" not in names
    assert [20, 20, 2] == [each["totalRecords"] for each in seen[:3]]
    assert 200 == elsewhere["code"]
    assert len(guids) == len(set(guids))
    assert all(len(guid) == 36 and guid == guid.upper() for guid in guids)


# In the query or the body

IN_REQUEST = [
    {"params": {"accessToken": "{}"}},
    {"params": {"ACCESSTOKEN": "{}"}},
    {"json": {"accessToken": "{}", "userID": 101}},
    {"json": {"accesstoken": "{}"}, "params": {"userID": "101"}},
]


def sent(emfluence: Emfluence, request: dict[str, Any], **headers: str | None) -> dict[str, Any]:
    filled = json.loads(json.dumps(request).replace("{}", emfluence.token))
    filled.setdefault("params", {}).setdefault("userID", 101)
    return envelope(emfluence.request("POST", "users/lookup", headers={"Authorization": None, **headers}, **filled))


@pytest.mark.rule("emf.token.in_request")
@pytest.mark.parametrize("request_", IN_REQUEST)
def test_a_token_in_the_query_or_the_body_is_refused(emfluence: Emfluence, request_: dict[str, Any]) -> None:
    body = sent(emfluence, request_)

    assert 200 == body["code"]
    assert "pass it in the Authorization header" in body["errors"][0]
    assert "users/lookup" in emfluence.workspace.calls()[0]["path"]


@pytest.mark.rule("emf.token.in_request")
@pytest.mark.reading("emfluence", token_in_request="accept")
@pytest.mark.parametrize("request_", IN_REQUEST)
def test_a_token_in_the_query_or_the_body_is_taken_with_a_warning(emfluence: Emfluence, request_: dict[str, Any]) -> None:
    body = sent(emfluence, request_)

    assert 101 == body["data"]["userID"]
    assert ["Passing the access token in the query or the body is deprecated; use the Authorization header"] == body[
        "warnings"
    ]


@pytest.mark.rule("emf.token.in_request")
@pytest.mark.reading("emfluence", token_in_request="accept")
def test_a_header_decides_alone_where_there_is_one(emfluence: Emfluence) -> None:
    good = {"params": {"accessToken": emfluence.token}}
    bad = {"params": {"accessToken": "nobody"}}
    known = emfluence.token

    assert 200 == sent(emfluence, good, Authorization="nobody")["code"]
    assert [0, 0] == [sent(emfluence, each, Authorization=known)["code"] for each in (good, bad)]
    assert "warnings" not in sent(emfluence, bad, Authorization=known)


@pytest.mark.rule("emf.token.in_request")
@pytest.mark.reading("emfluence", token_in_request="accept")
@pytest.mark.parametrize(
    "request_",
    [
        {"params": {"accessToken": "nobody"}},
        {"params": {"accessToken": ""}},
        {"json": {"accessToken": ["{}"]}},
        {"json": {"accessToken": None}},
        {"json": ["accessToken"]},
        {"content": "{"},
    ],
)
def test_what_is_no_token_is_none_there_either(emfluence: Emfluence, request_: dict[str, Any]) -> None:
    assert 200 == sent(emfluence, request_)["code"]


def test_the_journal_shows_no_token_wherever_it_was(server: TestClient) -> None:
    token = TOKENS["editor"]
    for headers in ({"Authorization": token}, {"Authorization": f"Bearer {token}"}, {}):
        params = {} if headers else {"accessToken": token}
        server.post("/v1/users/lookup", json={"accessToken": token}, params=params, headers=headers)
    calls = server.get("/_mock/journal", params={"limit": 3}).json()
    told = [server.get(f"/_mock/journal/{each['id']}").text for each in calls]

    assert 3 == len(told)
    assert [False] * 3 == [token in each for each in told]
