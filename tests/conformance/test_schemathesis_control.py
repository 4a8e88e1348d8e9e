"""Whatever is sent to the control API, nothing makes a server error."""

from typing import Any

from schemathesis.checks import not_a_server_error
from starlette.testclient import TestClient

from tests.conformance.fuzzing import HOST, Case, call_everything


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
        *(f"POST /_mock/emfluence/{verb}" for verb in ("approve", "finish-send")),
    } == failed
