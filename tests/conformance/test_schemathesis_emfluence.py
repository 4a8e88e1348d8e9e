"""Whatever is sent to emfluence, every answer is its envelope, and none is a fault of the server."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from schemathesis.specs.openapi.checks import response_schema_conformance
from starlette.testclient import TestClient

from tests.conformance.fuzzing import HOST, Case, call_everything

DRAFT, SCHEDULED, SENT = 402, 403, 401

KNOWN: dict[str, dict[str, Any]] = {
    "contacts/lookup": {"contactID": 1001},
    "contacts/delete": {"contactID": 1001},
    "contacts/activities": {"activities": "EMAIL:SENT", "startDate": "2020-01-01", "endDate": "2020-02-01"},
    "contacts/getEmailHistory": {"contactID": 1001},
    "contacts/getGroups": {"contactID": 1001},
    "contacts/saveGroups": {"contactID": 1001, "groups": [{"groupID": 201}]},
    "contacts/deleteGroups": {"contactID": 1001, "groupIDs": [201]},
    "groups/lookup": {"groupID": 201},
    "groups/getContacts": {"groupID": 201},
    "emails/lookup": {"emailID": DRAFT},
    "emails/copy": {"emailID": DRAFT},
    "emails/delete": {"emailID": DRAFT},
    "emails/send": {"emailID": DRAFT},
    "emails/cancelSchedule": {"emailID": SCHEDULED},
    "emails/sendTest": {"emailID": DRAFT, "recipientEmail": "me@example.com"},
    "emails/schedule": {"emailID": DRAFT, "scheduleSendTime": "2031-01-01 12:00:00"},
    "emails/getActivityLog": {"emailID": SENT},
    "templates/lookup": {"templateID": 301},
    "users/lookup": {"userID": 101},
}
"""What a customer's program would know, by method; the others are called with nothing but new names."""


@pytest.fixture
def call(client: TestClient) -> Callable[[Case, bool], int]:
    """Calls emfluence in a workspace that is as at the start; returns 200 for a success, else 400."""
    headers = {**HOST, "Authorization": "Bearer ws-fuzzed"}
    numbers = count()
    client.get("/emfluence/v1/helper/ping", headers=headers)

    def sent(case: Case, guided: bool) -> int:
        client.post("/_mock/reset", params={"workspace": "fuzzed"})
        if guided:
            guide(case, f"new{next(numbers)}")
        response = case.call(headers=headers)
        body = response.json()

        assert (200, ["application/json; charset=UTF-8"]) == (response.status_code, response.headers["content-type"])
        assert {"success", "code", "data", "requestID"} == set(body) - {"errors", "warnings", "extrainfo"}
        assert 1 != body["code"], body
        if body["success"]:
            case.validate_response(response, checks=[response_schema_conformance])
        return 200 if body["success"] else 400

    return sent


def test_no_call_of_emfluence_makes_a_server_error_or_an_undocumented_success(
    client: TestClient, call: Callable[[Case, bool], int]
) -> None:
    outcomes = call_everything(client, "/_mock/openapi/emfluence.json", call)

    failed = [operation for operation, succeeded in outcomes.items() if not succeeded]

    assert 31 == len({operation.partition(" ")[2] for operation in outcomes})
    assert [] == failed


def guide(case: Case, name: str) -> None:
    """Let a call name what there is, and what there is not yet."""
    method = case.path.removeprefix("/v1/")
    parameters = KNOWN.get(method, {"rpp": 5} if method.endswith("/search") else of_something_new(method, name))
    if case.method == "GET":
        case.query = parameters
    else:
        case.query, case.body = {}, parameters


def of_something_new(method: str, name: str) -> dict[str, Any]:
    contact = {"email": f"{name}@example.com"}
    email = {
        "title": name,
        "subject": name,
        "fromName": name,
        "fromAddress": "news@museum.example",
        "htmlVersionEditable": 1,
        "content": {"htmlVersion": f"<p>{name} $$url[unsubscribe]</p>"},
    }
    return {
        "contacts/save": contact,
        "contacts/import": {"contacts": [contact]},
        "groups/save": {"groupName": name},
        "emails/save": email,
        "emails/sendTransactional": {"email": email, "contacts": [contact]},
    }.get(method, {})
