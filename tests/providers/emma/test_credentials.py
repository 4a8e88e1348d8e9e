"""Who may call Emma: keys, tokens, accounts."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.providers.emma.settings import EmmaSettings
from mockserver.settings import Settings
from tests.providers.emma.client import Emma, basic, error
from tests.workspace import Response, Workspace

PUBLIC, PRIVATE, TOKEN = "a1b2c3d4e5f6a7b8c9d0", "d0c9b8a7f6e5d4c3b2a1", "b0b1b2b3b4b5b6b7b8b9"
REVOKED, ITS_PRIVATE = "f0e1d2c3b4a5f6e7d8c9", "c9d8e7f6a5b4c3d2e1f0"
MEMBERS = "/emma/100/members?count=true"


def call(server: TestClient, authorization: str | None, path: str = MEMBERS) -> Response:
    return server.get(path, headers={} if authorization is None else {"Authorization": authorization})


def server_with(**settings: Any) -> TestClient:
    """A server that was started in another reading: a call without good credentials is in no workspace."""
    emma = EmmaSettings.model_validate(settings)
    return TestClient(create_app(Settings(throttle="off", emma=emma)), base_url="http://127.0.0.1:8765")


@pytest.mark.rule("emma.auth.basic")
@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_a_pair_of_keys_opens_the_account_whatever_the_case_of_the_scheme(server: TestClient, scheme: str) -> None:
    response = call(server, basic(PUBLIC, PRIVATE).replace("Basic", scheme))

    assert (200, 7) == (response.status_code, response.json())


@pytest.mark.rule("emma.auth.bearer")
def test_an_access_token_opens_the_account(server: TestClient) -> None:
    assert 200 == call(server, f"Bearer {TOKEN}").status_code


@pytest.mark.rule("emma.auth.bearer")
def test_a_workspace_is_named_by_a_token_as_by_a_public_key(workspace: Workspace) -> None:
    Emma(workspace).ask("PUT", "/members/email/optout/tony@myemma.com")
    member = call(workspace.server, f"Bearer {workspace.key}", "/emma/100/members/202").json()

    assert "o" == member["member_status_id"]


@pytest.mark.rule("emma.auth.refused")
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        "Basic bm8tY29sb24=",
        basic("", ""),
        basic(PUBLIC, ""),
        basic(PUBLIC, "wrong"),
        basic(PUBLIC, TOKEN),
        basic("unknown", PRIVATE),
        basic(TOKEN, ""),
        basic(TOKEN, TOKEN),
        "Basic /////w==",
        "Bearer",
        "Bearer unknown",
        f"Bearer {PUBLIC}",
        f"Digest {PUBLIC}",
        f"API {PUBLIC}",
        PUBLIC,
    ],
)
def test_other_credentials_are_refused_with_a_challenge(server: TestClient, authorization: str | None) -> None:
    response = call(server, authorization)

    assert 401 == response.status_code
    assert response.headers["www-authenticate"].startswith("Basic ")
    assert error(response)


@pytest.mark.rule("emma.auth.revoked")
def test_a_revoked_key_is_refused_by_its_name(server: TestClient) -> None:
    response = call(server, basic(REVOKED, ITS_PRIVATE))

    assert 401 == response.status_code
    assert "the key was revoked" == error(response)


@pytest.mark.rule("emma.auth.revoked")
def test_a_revoked_key_is_shown_to_nobody(server: TestClient) -> None:
    shown = server.get("/_mock/providers").text

    assert PUBLIC in shown
    assert REVOKED not in shown


@pytest.mark.rule("emma.auth.foreign_account")
@pytest.mark.parametrize("path", ["/emma/101/members", "/emma/1/nothing", "/emma/0100/members", "/v1/101/events"])
def test_an_account_of_somebody_else_is_refused_by_its_id(server: TestClient, path: str) -> None:
    response = call(server, basic(PUBLIC, PRIVATE), path)

    assert 403 == response.status_code
    assert "account" in error(response)


@pytest.mark.rule("emma.auth.foreign_account")
@pytest.mark.reading("emma", foreign_account_status=404)
def test_an_account_of_somebody_else_is_not_found_when_the_switch_says_so(workspace: Workspace) -> None:
    response = call(workspace.server, basic(workspace.key, "any"), "/emma/101/members")

    assert 404 == response.status_code
    assert error(response)


@pytest.mark.rule("emma.auth.first")
def test_an_unknown_path_without_credentials_is_unauthorized(server: TestClient) -> None:
    assert 401 == call(server, None, "/emma/100/nothing").status_code


@pytest.mark.rule("emma.auth.refused")
@pytest.mark.reading("emma", unauthorized_status=403)
def test_missing_credentials_are_forbidden_when_the_switch_says_so(workspace: Workspace) -> None:
    assert 403 == workspace.control("GET", "config")["providers"]["emma"]["unauthorized_status"]

    with server_with(unauthorized_status=403) as forbidding:
        assert 403 == call(forbidding, None).status_code
        assert 200 == call(forbidding, basic(PUBLIC, PRIVATE)).status_code


@pytest.mark.rule("emma.auth.refused_body")
@pytest.mark.reading("emma", unauthorized_body="text")
def test_missing_credentials_are_refused_in_plain_text_when_the_switch_says_so(workspace: Workspace) -> None:
    assert "text" == workspace.control("GET", "config")["providers"]["emma"]["unauthorized_body"]

    with server_with(unauthorized_body="text") as plain:
        response = call(plain, None)

        assert 401 == response.status_code
        assert response.headers["content-type"].startswith("text/plain")
        assert response.text.startswith("no credentials")


@pytest.mark.rule("emma.auth.refused_body")
def test_missing_credentials_are_refused_with_the_error_object(server: TestClient) -> None:
    assert error(call(server, None)).startswith("no credentials")


def test_issued_keys_open_the_workspace_only_as_a_pair(server: TestClient) -> None:
    made = server.post("/_mock/workspaces", json={"name": "emma-issued"}).json()
    keys = made["credentials"]["emma"][0]

    assert "100" == keys["account_id"]
    assert 200 == call(server, basic(keys["public_key"], keys["private_key"])).status_code
    assert 401 == call(server, basic(keys["public_key"], "any")).status_code
    server.delete("/_mock/workspaces/emma-issued")
