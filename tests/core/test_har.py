"""Calls as an HTTP archive: every field that HAR 1.2 requires, and no secret."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.limits import Limits
from mockserver.settings import Settings

# Required by http://www.softwareishard.com/blog/har-12-spec/, which says of each type what it must have.
ENTRY = {"startedDateTime": str, "time": float, "request": dict, "response": dict, "cache": dict, "timings": dict}
REQUEST = {
    "method": str,
    "url": str,
    "httpVersion": str,
    "cookies": list,
    "headers": list,
    "queryString": list,
    "headersSize": int,
    "bodySize": int,
}
RESPONSE = {
    "status": int,
    "statusText": str,
    "httpVersion": str,
    "cookies": list,
    "headers": list,
    "content": dict,
    "redirectURL": str,
    "headersSize": int,
    "bodySize": int,
}
CONTENT = {"size": int, "mimeType": str}
PAIR = {"name": str, "value": str}
DIRECTOR = "00000000-0000-0000-0000-000000000001"


@pytest.fixture(scope="module")
def log() -> dict[str, Any]:
    """The archive of five calls: answered, refused, cut, unknown, and with a token in the query."""
    client = TestClient(
        create_app(Settings(throttle="off", limits=Limits(journal_body_bytes=50))), base_url="http://127.0.0.1:8765"
    )
    key = {"Authorization": "API 1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d"}
    client.get("/user?a=1&b=%C3%A9&b=", headers={"Authorization": "API ws-default", "Cookie": "a=b"})
    client.post("/user/contact", json={}, headers=key)
    client.post("/user/contact", json={"email": "a" * 100}, headers={"Authorization": "API ws-default"})
    client.get("/ethermailer/nothing here")
    client.get(f"/v1/helper/ping?accessToken={DIRECTOR}")
    found: dict[str, Any] = client.get("/_mock/journal/har").json()["log"]
    return found


def lacking(value: Mapping[str, Any], required: Mapping[str, type]) -> list[str]:
    kinds = {name: (kind, int) if kind is float else kind for name, kind in required.items()}
    return [name for name, kind in kinds.items() if not isinstance(value.get(name), kind)]


def test_the_log_has_what_the_format_demands(log: dict[str, Any]) -> None:
    assert ("1.2", {"name", "version"}) == (log["version"], set(log["creator"]))
    assert 5 == len(log["entries"])


@pytest.mark.parametrize("place", range(5))
def test_every_entry_has_what_the_format_demands(log: dict[str, Any], place: int) -> None:
    entry = log["entries"][place]
    request, response = entry["request"], entry["response"]
    pairs = [*request["headers"], *request["queryString"], *response["headers"]]

    assert [] == lacking(entry, ENTRY) + lacking(request, REQUEST) + lacking(response, RESPONSE)
    assert [] == lacking(response["content"], CONTENT) + [name for pair in pairs for name in lacking(pair, PAIR)]
    assert [] == lacking(request.get("postData", {"mimeType": "", "text": ""}), {"mimeType": str, "text": str})
    assert entry["time"] == sum(entry["timings"][part] for part in ("send", "wait", "receive"))
    assert datetime.fromisoformat(entry["startedDateTime"]).tzinfo is not None


def test_a_query_is_told_as_it_was_sent_and_as_it_reads(log: dict[str, Any]) -> None:
    request = log["entries"][0]["request"]

    assert request["url"].endswith("/user?a=1&b=%C3%A9&b=")
    assert [("a", "1"), ("b", "é"), ("b", "")] == [(each["name"], each["value"]) for each in request["queryString"]]
    assert "postData" not in request


def test_a_body_that_was_cut_says_so(log: dict[str, Any]) -> None:
    post = log["entries"][2]["request"]["postData"]

    assert (50, "only the first 50 bytes were kept") == (len(post["text"]), post["comment"])
    assert 50 < log["entries"][2]["request"]["bodySize"]


def test_a_path_is_encoded_again(log: dict[str, Any]) -> None:
    assert log["entries"][3]["request"]["url"].endswith("/ethermailer/nothing%20here")


def test_no_secret_is_in_it(log: dict[str, Any]) -> None:
    text = json.dumps(log)

    assert [] == [secret for secret in (DIRECTOR, "1a2b3c4d5e6f", "ws-default", '"a=b"') if secret in text]


def test_an_archive_of_no_calls_is_one() -> None:
    client = TestClient(create_app(Settings()), base_url="http://127.0.0.1:8765")

    assert [] == client.get("/_mock/journal/har").json()["log"]["entries"]
