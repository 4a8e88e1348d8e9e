"""Whatever is sent to the control API, nothing makes a server error."""

from typing import Any

from schemathesis.checks import not_a_server_error
from starlette.testclient import TestClient

from tests.conformance.fuzzing import HOST, Case, call_everything
from tests.providers.emma.client import basic

LIVELY = {"workspace": "lively"}
"""A workspace where something has happened; all others are as at the start."""
NEW = "new@example.com"
SENT, WAITING, PENDING = 1024, 1025, 1026  # mailings that are composed
ANNUAL_REPORT, JULY_LETTER = 407, 402

KNOWN: dict[str, dict[str, Any]] = {
    "emma/approve": {"mailing_id": WAITING},
    "emma/fail": {"mailing_id": PENDING, "reason": "the mail server is down"},
    "emma/click": {"mailing_id": SENT, "member": "emma@myemma.com"},
    "emma/bounce": {"mailing_id": SENT, "member": "emma@myemma.com"},
    "emma/forward": {"mailing_id": SENT, "member": "emma@myemma.com", "recipient_emails": ["friend@example.org"]},
    "emma/confirm": {"email": NEW},
    "emfluence/approve": {"email_id": ANNUAL_REPORT},
    "emfluence/finish-send": {"email_id": JULY_LETTER},
    "ethermailer/confirm": {"email": NEW},
}
"""What somebody would know who has seen what happened, by verb; the others succeed without."""


def test_no_call_of_the_control_api_makes_a_server_error(client: TestClient) -> None:
    known: dict[str, Any] = {"name": "default", "call_id": 1, "message_id": 1}
    let_something_happen(client)

    def call(case: Case, guided: bool) -> int:
        if guided:
            guide(case, known)
        response = case.call(headers=HOST)
        case.validate_response(response, checks=[not_a_server_error])
        return int(response.status_code)

    outcomes = call_everything(client, "/_mock/openapi.json", call)

    assert len(outcomes) > 20
    assert [] == [operation for operation, succeeded in outcomes.items() if not succeeded]


def guide(case: Case, known: dict[str, Any]) -> None:
    verb = case.path.removeprefix("/_mock/")
    numbered = "call_id" in case.path_parameters or "message_id" in case.path_parameters
    case.path_parameters = {name: known[name] for name in case.path_parameters}
    case.query.pop("workspace", None)
    if numbered or verb in KNOWN:
        case.query |= LIVELY
    case.body = KNOWN.get(verb, case.body)


def let_something_happen(client: TestClient) -> None:
    """Calls, messages, mailings in every state, an email on its way, and people who wait for confirmation."""

    def done(path: str, json: dict[str, Any], authorization: str = "") -> None:
        headers = {**HOST, "Authorization": authorization} if authorization else HOST
        response = client.post(path, params=None if authorization else LIVELY, headers=headers, json=json)

        assert response.status_code < 300, response.text

    emma, ether, emfluence = basic("ws-lively", "any"), "API ws-lively", "Bearer ws-lively"
    profiles = client.get("/ethermailer/user/email-settings/sender-profiles", headers={**HOST, "Authorization": ether})
    sender = profiles.json()["items"][0]["id"]
    done("/ethermailer/user/contact/register", {"email": NEW, "senderProfileId": sender}, ether)
    done("/emma/100/members/signup", {"email": NEW}, emma)
    client.patch("/_mock/config", params=LIVELY, headers=HOST, json={"providers": {"emfluence": {"sends_take": 86_400}}})
    done("/emfluence/v1/emails/send", {"emailID": JULY_LETTER}, emfluence)
    links = [{"name": "Shop", "target": "https://shop.example"}]
    for status in ("p", "u", "p"):
        written = {"subject": "News", "status": status, "links": links, "members": ["emma@myemma.com"]}
        done("/_mock/emma/compose", written)
    done("/_mock/emma/send", {"mailing_id": SENT})
