"""Who may call the control API."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.workspace import Response

TOKEN = "a-token-for-tests"  # noqa: S105 - only these tests know a server that wants it


@pytest.fixture
def server() -> Iterator[TestClient]:
    """A server that knows one more name of its own."""
    app = create_app(Settings(throttle="off", control_hosts=["Mock.Internal"]))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.fixture
def locked() -> Iterator[TestClient]:
    """A server that wants a token."""
    with TestClient(create_app(Settings(control_token=TOKEN)), base_url="http://127.0.0.1:8765") as client:
        yield client


def freeze(server: TestClient, **headers: str) -> Response:
    """A change, by default as a program sends it."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.put("/_mock/clock", json={"frozen": True}, headers=headers)


def is_frozen(server: TestClient) -> bool:
    return bool(server.get("/_mock/clock").json()["frozen"])


# Hosts


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8765",
        "LOCALHOST:1",
        "api.localhost",
        "127.0.0.1",
        "127.0.0.1:8765",
        "127.8.9.10",
        "[::1]",
        "[::1]:8765",
        "mockserver",
        "mock-server_1:8765",
        "mock.internal",
        "MOCK.internal:8765",
    ],
)
def test_near_and_configured_hosts_may_call(server: TestClient, host: str) -> None:
    assert 200 == freeze(server, Host=host).status_code


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8765",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.mock.internal",
        "mock.internal.evil.example",
        "192.168.1.5",
        "8.8.8.8",
        "2130706433",
        "[2001:db8::1]",
        "[::1",
        "-mock",
        "",
    ],
)
def test_foreign_hosts_may_not_call(server: TestClient, host: str) -> None:
    response = freeze(server, Host=host)

    assert 403 == response.status_code
    assert {"error"} == set(response.json())
    assert "MOCKSERVER_CONTROL_HOSTS" in response.json()["error"]
    assert not is_frozen(server)


def test_foreign_hosts_may_not_even_read(server: TestClient) -> None:
    assert 403 == server.get("/_mock/journal", headers={"Host": "evil.example"}).status_code


def test_providers_are_reached_under_any_host(server: TestClient) -> None:
    response = server.get("/ethermailer/user", headers={"Host": "evil.example", "Authorization": "API ws-a"})

    assert 200 == response.status_code


# Origins


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "https://evil.example:8765",
        "http://127.0.0.1:9999",
        "http://127.0.0.1",
        "http://localhost:8765",
        "null",
        "",
        "http://[",
        "127.0.0.1:8765",
    ],
)
def test_pages_of_another_origin_may_not_call(server: TestClient, origin: str) -> None:
    response = freeze(server, Origin=origin)

    assert 403 == response.status_code
    assert {"error": "the control API takes no calls from pages of other origins"} == response.json()
    assert not is_frozen(server)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8765", "https://127.0.0.1:8765"])
def test_pages_of_this_server_may_call(server: TestClient, origin: str) -> None:
    assert 200 == freeze(server, Origin=origin, Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="cors").status_code


@pytest.mark.parametrize("mode", [{}, {"Sec_Fetch_Mode": "no-cors"}, {"Sec_Fetch_Mode": "cors"}])
def test_what_a_browser_calls_cross_site_is_refused(server: TestClient, mode: dict[str, str]) -> None:
    response = freeze(server, Sec_Fetch_Site="cross-site", **mode)

    assert 403 == response.status_code
    assert {"error": "the control API takes no calls from pages of other origins"} == response.json()
    assert not is_frozen(server)


def test_a_link_on_another_page_may_lead_here(server: TestClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    assert 200 == server.get("/_mock/docs", headers=headers).status_code


def test_a_form_on_another_page_changes_nothing(server: TestClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Origin": "http://evil.example"}
    server.put("/_mock/clock", json={"frozen": True})
    response = server.post("/_mock/reset", headers=headers)

    assert 403 == response.status_code
    assert is_frozen(server)


def test_no_answer_lets_another_origin_read_it(server: TestClient) -> None:
    response = server.options(
        "/_mock/clock", headers={"Origin": "http://evil.example", "Access-Control-Request-Method": "PUT"}
    )

    assert 403 == response.status_code
    assert [] == [name for name in response.headers if name.startswith("access-control")]


# Changes


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data", None])
def test_a_change_that_is_not_labelled_as_json_is_refused(server: TestClient, content_type: str | None) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    response = server.put("/_mock/clock", content=b'{"frozen": true}', headers=headers)

    assert 415 == response.status_code
    assert {"error": "changes are sent as application/json"} == response.json()
    assert not is_frozen(server)


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_a_change_that_is_labelled_as_json_is_taken(server: TestClient, content_type: str) -> None:
    response = server.put("/_mock/clock", content=b'{"frozen": true}', headers={"Content-Type": content_type})

    assert 200 == response.status_code


def test_a_streamed_change_must_be_labelled_too(server: TestClient) -> None:
    def parts() -> Iterator[bytes]:
        yield b'{"frozen": true}'

    assert 415 == server.put("/_mock/clock", content=parts()).status_code


def test_a_change_without_a_body_needs_no_label(server: TestClient) -> None:
    assert 200 == server.post("/_mock/reset").status_code


def test_a_body_that_is_no_json_is_declined(server: TestClient) -> None:
    response = server.put("/_mock/clock", content=b"{", headers={"Content-Type": "application/json"})

    assert 400 == response.status_code
    assert response.json()["error"].startswith("body")


# The token


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer ä".encode()},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/_mock/journal"), ("POST", "/_mock/reset"), ("GET", "/_mock/")])
def test_without_the_token_nothing_is_told_or_changed(
    locked: TestClient, method: str, path: str, headers: dict[str, Any]
) -> None:
    response = locked.request(method, path, headers=headers)

    assert 401 == response.status_code
    assert {
        "error": "the control API wants its token: Authorization: Bearer <token> (see MOCKSERVER_CONTROL_TOKEN)"
    } == response.json()


def test_with_the_token_everything_is_as_always(locked: TestClient) -> None:
    assert 200 == locked.get("/_mock/journal", headers={"Authorization": f"Bearer {TOKEN}"}).status_code
    assert 200 == freeze(locked, Authorization=f"Bearer {TOKEN}").status_code


def test_health_is_told_without_the_token(locked: TestClient) -> None:
    assert "ok" == locked.get("/_mock/health").json()["status"]


def test_whoever_reads_a_message_follows_its_link_without_the_token(locked: TestClient) -> None:
    headers = {"Authorization": "API ws-a"}
    sender = locked.get("/ethermailer/user/email-settings/sender-profiles", headers=headers).json()["items"][0]["id"]
    locked.post(
        "/ethermailer/user/contact/register", json={"senderProfileId": sender, "email": "a@example.com"}, headers=headers
    )
    message = locked.get("/_mock/outbox/1?workspace=a", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    page = locked.get(f"/_mock/links/ethermailer/opt-in/{message['details']['token']}?workspace=a")

    assert 200 == page.status_code
    assert "Confirmed" in page.text


def test_the_token_does_not_open_the_door_to_foreign_pages(locked: TestClient) -> None:
    assert 403 == freeze(locked, Authorization=f"Bearer {TOKEN}", Origin="http://evil.example").status_code
    assert 403 == freeze(locked, Authorization=f"Bearer {TOKEN}", Host="evil.example").status_code


def test_providers_want_no_token(locked: TestClient) -> None:
    assert 200 == locked.get("/ethermailer/user", headers={"Authorization": "API ws-a"}).status_code


def test_a_server_that_others_can_reach_wants_a_token_although_none_was_set() -> None:
    with TestClient(create_app(Settings(host="0.0.0.0")), base_url="http://127.0.0.1:8765") as client:  # noqa: S104
        assert 401 == client.get("/_mock/journal").status_code
        assert 200 == client.get("/_mock/health").status_code


def test_a_server_that_others_can_reach_can_be_opened() -> None:
    settings = Settings(host="0.0.0.0", control_open=True)  # noqa: S104
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8765") as client:
        assert 200 == client.get("/_mock/journal").status_code


# What every answer carries


@pytest.mark.parametrize(("path", "host"), [("/_mock/health", "localhost"), ("/_mock/health", "evil.example")])
def test_every_answer_is_sealed(server: TestClient, path: str, host: str) -> None:
    headers = server.get(path, headers={"Host": host}).headers

    assert headers["content-security-policy"].startswith("default-src 'none';")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert ("nosniff", "no-referrer", "no-store") == (
        headers["x-content-type-options"],
        headers["referrer-policy"],
        headers["cache-control"],
    )


def test_a_body_of_a_control_call_is_bounded(server: TestClient) -> None:
    response = server.post("/_mock/workspaces", json={"name": "x" * 2_000_000})

    assert 413 == response.status_code
    assert {"error": "a control call has at most 1048576 bytes"} == response.json()


def test_an_address_is_as_good_as_a_near_name_when_there_is_a_token() -> None:
    app = create_app(Settings(control_token="open-sesame"))
    with TestClient(app, base_url="http://192.168.1.20:8765") as client:
        shown = client.get("/_mock/clock", headers={"Authorization": "bearer open-sesame"})
        naked = client.get("/_mock/clock", headers={"Authorization": "open-sesame"})

    assert (200, 401) == (shown.status_code, naked.status_code)


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "reset", 403), ("GET", "health", 200)])
def test_another_site_may_lead_here_by_a_link_but_not_by_a_form(
    server: TestClient, method: str, path: str, status: int
) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}

    assert status == server.request(method, f"/_mock/{path}", headers=headers).status_code
