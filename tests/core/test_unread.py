"""What a client sends and nothing reads."""

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.provider import Reads
from mockserver.core.unread import unread, unread_in
from mockserver.settings import Settings

HEADERS = {
    "ethermailer": {"Authorization": "API ws-u"},
    "emma": {"Authorization": "Bearer ws-u"},
    "emfluence": {"Authorization": "ws-u"},
}
ROW: dict[str, Any] = {"email": "ada@example.com"}


class Short(BaseModel):
    name: str


class Long(Short):
    size: int


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(Settings(throttle="off")), base_url="http://127.0.0.1:8765")


@pytest.mark.parametrize(
    ("provider", "method", "path", "body", "found"),
    [
        ("ethermailer", "POST", "/user/contact", ROW, []),
        ("ethermailer", "POST", "/user/contact", {**ROW, "phone": "1"}, ["phone"]),
        ("ethermailer", "POST", "/user/contact", {**ROW, "groups": [{"groupId": "1", "name": "x"}]}, ["groups[].name"]),
        ("ethermailer", "POST", "/user/contact/import", [ROW, {**ROW, "phone": "1"}], ["[].phone"]),
        ("ethermailer", "GET", "/user?page=2", None, ["?page"]),
        ("ethermailer", "POST", "/user/contact", [1], []),
        ("emma", "POST", "/100/members/add", {**ROW, "fields": {"first_name": "Ada"}, "colour": 1}, ["colour"]),
        ("emma", "GET", "/100/members?start=0&end=5&page=1", None, ["?page"]),
        ("emma", "GET", "/100/members", {"stale": 1}, ["body"]),
        ("emma", "GET", "/100/members", {}, []),
        ("emma", "PUT", "/100/members/200", {"sms": {"phone_number": "1", "kind": "x"}}, ["sms.kind"]),
        ("emfluence", "POST", "/v1/contacts/save", {**ROW, "FIRSTNAME": "Ada", "custom1": "x", "shoe": 42}, ["shoe"]),
        ("emfluence", "GET", "/v1/contacts/lookup?EMAIL=a@example.com&colour=1", None, ["colour"]),
        ("emfluence", "GET", "/v1/helper/ping?accessToken=1&x=2", None, ["x"]),
        ("emfluence", "GET", "/v1/contacts/lookup?email=a@example.com", {"contactID": 7}, ["body"]),
        ("emfluence", "GET", "/v1/helper/ping", {}, []),
        ("emfluence", "POST", "/v1/helper/ping", {"x": 1}, ["x"]),
        ("emfluence", "POST", "/v1/contacts/import", {"people": [ROW]}, []),
        ("emfluence", "POST", "/v1/contacts/import", {"contacts": [ROW, {**ROW, "Shoe": 42}]}, ["contacts[].Shoe"]),
        ("emfluence", "POST", "/v1/contacts/import", {"people": [{**ROW, "shoe": 42}]}, ["people[].shoe"]),
        ("emfluence", "POST", "/v1/contacts/import", [{**ROW, "shoe": 42}], ["[].shoe"]),
        ("emfluence", "POST", "/v1/emails/sendTransactional", {"email": {"subject": "a", "colour": 1}}, ["email.colour"]),
        ("emfluence", "POST", "/v1/emails/sendTransactional", {"contacts": [{**ROW, "shoe": 1}]}, ["contacts[].shoe"]),
        ("emma", "GET", "/100/nothing?a=1", None, []),
    ],
)
def test_what_nothing_reads_is_told(
    client: TestClient, provider: str, method: str, path: str, body: Any, found: list[str]
) -> None:
    client.request(method, f"/{provider}{path}", headers=HEADERS[provider], json=body)
    workspace = client.app.runtime.workspaces.get("u")  # type: ignore[attr-defined] # it is the switchboard

    assert found == unread(next(iter(workspace.journal)))


def test_what_one_of_several_forms_reads_is_read() -> None:
    operation = SimpleNamespace(body=Short | list[Long] | Long, query=frozenset())
    call: Any = SimpleNamespace(operation=operation, provider=SimpleNamespace(reads=Reads()), query=b"", method="POST")

    assert [] == list(unread_in(call, {"name": "a", "size": 1}))
    assert ["colour"] == list(unread_in(call, {"name": "a", "colour": 1}))
    assert ["[].colour"] == list(unread_in(call, [{"name": "a", "colour": 1}]))


def test_the_control_api_shows_it_and_finds_calls_by_it(client: TestClient) -> None:
    client.post("/_mock/reset?workspace=u")
    for more in ({}, {"phone": "1"}):
        client.post("/user/contact", headers=HEADERS["ethermailer"], json={**ROW, **more})
    found = client.get("/_mock/journal?workspace=u&unread=true").json()

    assert 1 == len(found)
    assert ["phone"] == client.get(f"/_mock/journal/{found[0]['id']}?workspace=u").json()["unread"]
    assert 1 == len(client.get("/_mock/journal?workspace=u&unread=false").json())


def test_of_a_body_that_was_cut_nobody_can_tell(client: TestClient) -> None:
    client.post("/_mock/reset?workspace=u")
    client.post("/user/contact", headers=HEADERS["ethermailer"], json={**ROW, "phone": "1" * 100_000})
    (call,) = client.get("/_mock/journal?workspace=u").json()

    assert client.get(f"/_mock/journal/{call['id']}?workspace=u").json()["unread"] is None
