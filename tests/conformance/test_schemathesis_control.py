"""Whatever is sent to the control API, nothing makes a server error."""

from typing import Any

from schemathesis.checks import not_a_server_error
from starlette.testclient import TestClient

from tests.conformance.fuzzing import HOST, Case, call_everything
from tests.providers.emma.client import basic

LIVELY = {"workspace": "lively"}
"""A workspace where something has happened; all others are as at the start."""
SPARE = "spare"
"""A workspace to be deleted, which that of everybody cannot be."""
NEW = "new@example.com"
SENT, WAITING, PENDING = 1024, 1025, 1026  # mailings that are composed
IMPORT = 1024
ANNUAL_REPORT, JULY_LETTER = 407, 402
NUMBERED = {"call_id", "message_id", "fault_id", "delivery_id"}

KNOWN: dict[str, dict[str, Any]] = {
    "emma/approve": {"mailing_id": WAITING},
    "emma/fail": {"mailing_id": PENDING, "reason": "the mail server is down"},
    "emma/click": {"mailing_id": SENT, "member": "emma@myemma.com"},
    "emma/bounce": {"mailing_id": SENT, "member": "emma@myemma.com"},
    "emma/forward": {"mailing_id": SENT, "member": "emma@myemma.com", "recipient_emails": ["friend@example.org"]},
    "emma/confirm": {"email": NEW},
    "emma/finish-import": {"import_id": IMPORT},
    "emma/share": {"mailing_id": SENT, "member": "emma@myemma.com"},
    "emfluence/bounce": {"email_id": 401, "contact": "john.doe@example.com"},
    "emfluence/approve": {"email_id": ANNUAL_REPORT},
    "emfluence/finish-send": {"email_id": JULY_LETTER},
    "ethermailer/confirm": {"email": NEW},
}
"""What somebody would know who has seen what happened, by verb; the others succeed without."""


def test_no_call_of_the_control_api_makes_a_server_error(client: TestClient) -> None:
    known: dict[str, Any] = {"name": "default", **dict.fromkeys(NUMBERED, 1)}
    let_something_happen(client)
    file = client.get("/_mock/snapshots/default/file", params=LIVELY, headers=HOST).content

    def call(case: Case, guided: bool) -> int:
        if guided:
            guide(case, known)
            if case.path.endswith("/file") and case.method == "PUT":
                case.body = file
            if case.path == "/_mock/workspaces/{name}" and case.method == "DELETE":
                client.post("/_mock/workspaces", headers=HOST, json={"name": SPARE})
                case.path_parameters = {"name": SPARE}
        if case.path.endswith("/wait"):
            case.query["timeout"] = 0  # nobody waits for what does not come
            case.body = {**case.body, "timeout": 0} if isinstance(case.body, dict) else case.body
        response = case.call(headers=HOST)
        case.validate_response(response, checks=[not_a_server_error])
        if case.method == "DELETE" and "/snapshots/" in case.path:
            client.put("/_mock/snapshots/default", params=LIVELY, headers=HOST)
        return int(response.status_code)

    outcomes = call_everything(client, "/_mock/openapi.json", call)

    assert len(outcomes) > 20
    assert [] == [operation for operation, succeeded in outcomes.items() if not succeeded]


def guide(case: Case, known: dict[str, Any]) -> None:
    verb = case.path.removeprefix("/_mock/")
    numbered = bool(NUMBERED & case.path_parameters.keys()) or verb.startswith("snapshots/")
    case.path_parameters = {name: known[name] for name in case.path_parameters}
    case.query.pop("workspace", None)
    if numbered or verb in KNOWN:
        case.query |= LIVELY
    if verb.endswith("/wait"):
        case.query = dict(LIVELY)
    case.body = KNOWN.get(verb, case.body)


def let_something_happen(client: TestClient) -> None:
    """Calls, messages, mailings in every state, an email and an import on their way, people who wait for confirmation."""

    def done(path: str, json: dict[str, Any], authorization: str = "") -> None:
        headers = {**HOST, "Authorization": authorization} if authorization else HOST
        response = client.post(path, params=None if authorization else LIVELY, headers=headers, json=json)

        assert response.status_code < 300, response.text

    emma, ether, emfluence = basic("ws-lively", "any"), "API ws-lively", "Bearer ws-lively"
    profiles = client.get("/ethermailer/user/email-settings/sender-profiles", headers={**HOST, "Authorization": ether})
    sender = profiles.json()["items"][0]["id"]
    done("/ethermailer/user/contact/register", {"email": NEW, "senderProfileId": sender}, ether)
    done("/emma/100/members/signup", {"email": NEW}, emma)
    slowly = {"emma": {"imports_take": 86_400}, "emfluence": {"sends_take": 86_400}}
    client.patch("/_mock/config", params=LIVELY, headers=HOST, json={"providers": slowly})
    done("/emma/100/members", {"members": [{"email": "imported@example.com"}]}, emma)
    done("/emfluence/v1/emails/send", {"emailID": JULY_LETTER}, emfluence)
    hook = {"event": "member_add", "url": "http://127.0.0.1:9/"}
    done("/emma/100/webhooks", hook, emma)
    done("/emma/100/members/add", {"email": "told@example.com"}, emma)
    done("/_mock/faults", {"match": {"operation": "ping"}, "delay": {"seconds": 0}})
    client.put("/_mock/snapshots/default", params=LIVELY, headers=HOST)
    links = [{"name": "Shop", "target": "https://shop.example"}]
    for status in ("p", "u", "p"):
        written = {"subject": "News", "status": status, "links": links, "members": ["emma@myemma.com"]}
        done("/_mock/emma/compose", written)
    done("/_mock/emma/send", {"mailing_id": SENT})
