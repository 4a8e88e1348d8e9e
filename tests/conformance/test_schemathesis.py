"""Whatever is sent, nothing makes a server error, and what is answered has the shape that the documents promise."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.app import create_app
from mockserver.core.limits import Limits
from mockserver.settings import Settings
from tests.providers.emma.client import basic

Case = schemathesis.Case

HOST = {"Host": "localhost"}
KEY = {**HOST, "Authorization": "API ws-fuzzed"}

# The same calls at every run; they are small enough without shrinking.
calm = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def client() -> TestClient:
    """A server of its own, which may be reset, filled and emptied."""
    app = create_app(Settings(throttle="off", limits=Limits(workspaces=50)))
    return TestClient(without_lifespan(app), base_url="http://localhost")


def without_lifespan(app: ASGIApp) -> ASGIApp:
    """Nothing runs by itself: schemathesis lets the server live in another event loop than the one of the calls."""

    async def calls_only(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for stage in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{stage}.complete"})
        else:
            await app(scope, receive, send)

    return calls_only


def call_everything(client: TestClient, document: str, call: Callable[[Case, bool], int]) -> dict[str, bool]:
    """Call every operation of a document; returns for each whether it ever succeeded."""
    schema = schemathesis.openapi.from_asgi(document, client.app, headers=HOST)
    operations = [found.ok() for found in schema.get_all_operations()]
    return {operation.label: call_in_many_ways(operation, call) for operation in operations}


def call_in_many_ways(operation: schemathesis.APIOperation, call: Callable[[Case, bool], int]) -> bool:
    """Call one operation with whatever its schema allows, half of the calls guided by what there is."""
    statuses = []

    def note(case: Case, guided: bool) -> None:
        statuses.append(call(case, guided))

    calm(given(case=operation.as_strategy(), guided=st.booleans())(note))()
    return min(statuses) < 300


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

    assert 68 == len(outcomes)
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
}


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
        "recipient_emails": ["tony@myemma.com"],
        "member_status_id": ["a"],
        "status_to": "a",
        "status": "canceled",
    }


def test_no_call_of_the_control_api_makes_a_server_error(client: TestClient) -> None:
    known: dict[str, Any] = {"name": "default", "call_id": 1, "message_id": 1}

    def call(case: Case, guided: bool) -> int:
        if guided:
            case.path_parameters = {name: known[name] for name in case.path_parameters}
            case.query.pop("workspace", None)
        response = case.call(headers=HOST)
        case.validate_response(response, checks=[not_a_server_error])
        return int(response.status_code)

    outcomes = call_everything(client, "/_mock/openapi.json", call)
    failed = {operation for operation, succeeded in outcomes.items() if not succeeded}

    assert len(outcomes) > 20
    assert {
        "GET /_mock/journal/{call_id}",
        "GET /_mock/outbox/{message_id}",
        "POST /_mock/ethermailer/confirm",
        *(f"POST /_mock/emma/{verb}" for verb in ("approve", "bounce", "click", "confirm", "fail", "forward")),
    } == failed
