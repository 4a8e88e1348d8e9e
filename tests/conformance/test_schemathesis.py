"""Whatever is sent, nothing makes a server error, and what is answered has the shape that the documents promise."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance
from starlette.testclient import TestClient

from tests.conformance.fuzzing import HOST, Case, call_everything
from tests.providers.emma.client import basic

KEY = {**HOST, "Authorization": "API ws-fuzzed"}


def test_no_call_of_the_provider_makes_a_server_error_or_an_undocumented_success(client: TestClient) -> None:
    def first(path: str, name: str) -> str:
        return str(client.get(f"/ethermailer/user/{path}", headers=KEY).json()["items"][0][name])

    known = {
        "findLimit": "50",
        "offset": "0",
        "contactId": first("contact/limit/1/offset/0", "contactId"),
        "groupId": first("contact-groups/limit/1/offset/3", "groupId"),
    }
    sender = first("email-settings/sender-profiles", "id")
    numbers = count()

    def guide(case: Case) -> None:
        """Give the call what a customer's program would know."""
        case.path_parameters = {name: known[name] for name in case.path_parameters}
        if isinstance(case.body, dict):
            name = f"new.{next(numbers)}"
            contact = {"email": f"{name}@example.com", "groups": [], "extraFieldValues": [], "senderProfileId": sender}
            case.body |= {"name": name, **contact}

    def call(case: Case, guided: bool) -> int:
        if guided:
            guide(case)
        response = case.call(headers=KEY)
        checks = [not_a_server_error]
        if response.status_code == 200 and response.content:
            checks.append(response_schema_conformance)
        case.validate_response(response, checks=checks)
        return int(response.status_code)

    outcomes = call_everything(client, "/_mock/openapi/ethermailer.json", call)

    assert 15 == len(outcomes)
    assert [] == [operation for operation, succeeded in outcomes.items() if not succeeded]


@pytest.fixture
def emma_calls(client: TestClient) -> Callable[[Case, bool], int]:
    """Calls Emma in a workspace that is as at the start; a guided call is given what a customer's program would know."""
    headers = {**HOST, "Authorization": basic("ws-fuzzed", "any")}
    numbers = count()
    client.get("/emma/100/members", headers=headers)

    def call(case: Case, guided: bool) -> int:
        client.post("/_mock/reset", params={"workspace": "fuzzed"})
        if guided:
            guide_emma(case, f"new{next(numbers)}")
            client.post("/emma/100/webhooks", headers=headers, json=HOOK)
        case.path_parameters["account_id"] = "100"
        response = case.call(headers=headers)
        documented = "/messages/" in case.path and response.status_code == 500  # the answer to a bad type
        checks = [] if documented else [not_a_server_error]
        if response.status_code == 200:
            checks.append(response_schema_conformance)
        case.validate_response(response, checks=checks)
        return int(response.status_code)

    return call


def test_no_call_of_emma_makes_a_server_error_or_an_undocumented_success(
    client: TestClient, emma_calls: Callable[[Case, bool], int]
) -> None:
    outcomes = call_everything(client, "/_mock/openapi/emma.json", emma_calls)

    assert 75 == len(outcomes)
    assert [] == [operation for operation, succeeded in outcomes.items() if not succeeded]


EMMA_PATHS = {
    "member_id": "200",
    "group_id": "151",
    "from_id": "151",
    "to_id": "152",
    "field_id": "202",
    "search_id": "402",
    "import_id": "200",
    "mailing_id": "201",
    "winner_id": "203",
    "email": "tony@myemma.com",
    "status_from": "e",
    "status_to": "a",
    "webhook_id": "1024",
}
HOOK = {"event": "member_add", "url": "http://169.254.1.1/"}
"""A webhook that is told nothing: nobody delivers to such an address."""


def guide_emma(case: Case, name: str) -> None:
    """Let a call name what there is, and what there is not yet."""
    case.path_parameters = {key: EMMA_PATHS.get(key, "1") for key in case.path_parameters}
    if "{winner_id}" in case.path:
        case.path_parameters["mailing_id"] = "202"
    elif "/messages/" in case.path or case.method == "POST":
        case.path_parameters["mailing_id"] = "200"
    case.query = {
        "/{account_id}/calendar": {"start_date": "2018-09-16", "end_date": "2018-09-17"},
        "/{account_id}/members/imports/delete": {"import_ids": "200"},
    }.get(case.path, {})
    if isinstance(case.body, dict):
        case.body = emma_body(name)


def emma_body(name: str) -> dict[str, Any]:
    """What any of the operations may ask for; each ignores what it does not know."""
    return {
        "email": f"{name}@example.com",
        "members": [{"email": f"{name}@example.com"}],
        "member_ids": [204],
        "group_ids": [150],
        "groups": [{"group_name": name}],
        "group_name": name,
        "name": name,
        "shortcut_name": name,
        "display_name": name,
        "criteria": ["email", "contains", "*@example.com"],
        **HOOK,
        "recipient_emails": ["tony@myemma.com"],
        "member_status_id": ["a"],
        "status_to": "a",
        "status": "canceled",
    }
