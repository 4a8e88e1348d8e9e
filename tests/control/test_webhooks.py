"""What webhooks were told, as the control API shows it."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma
from tests.providers.emma.hooks import NOWHERE, hook
from tests.workspace import Response, Workspace

NOON = "2030-01-01T12:00:00Z"
REASON = "169.254.1.1 is link-local: webhooks never go there"


@pytest.fixture
def emma(workspace: Workspace) -> Emma:
    workspace.freeze(NOON)
    return Emma(workspace)


def ask(emma: Emma, path: str = "webhooks", method: str = "GET", **wanted: Any) -> Response:
    parameters = {"workspace": emma.workspace.name, **wanted}
    return emma.workspace.server.request(method, f"/_mock/{path}", params=parameters)


def ids(emma: Emma, **wanted: Any) -> list[int]:
    response = ask(emma, **wanted)

    assert 200 == response.status_code, response.text
    return [each["id"] for each in response.json()]


@pytest.fixture
def told(emma: Emma) -> Emma:
    """Four deliveries, each refused: two additions, an update, and an addition for another webhook."""
    hook(emma, "member_add")
    hook(emma, "member_update")
    for number in (1, 2):
        emma.add(f"new.{number}@example.com")
    emma.add("emma@myemma.com", fields={"first_name": "Em"})
    emma.ask("DELETE", "/webhooks/1024")
    hook(emma, "member_add")
    emma.add("new.3@example.com")
    for wanted in ("1025", "1026"):
        ask(emma, "webhooks/wait", hook=wanted, state="refused", timeout=20)
    return emma


def test_deliveries_are_listed_with_what_became_of_them(told: Emma) -> None:
    newest = ask(told).json()[0]

    assert {
        "id": 4,
        "provider": "emma",
        "event": "member_add",
        "hook": "1026",
        "method": "POST",
        "url": NOWHERE,
        "created": NOON,
        "state": "refused",
        "reason": REASON,
        "due": None,
        "attempts": 1,
    } == newest


def test_one_delivery_is_shown_with_its_request_and_its_attempts(told: Emma) -> None:
    shown = ask(told, "webhooks/4").json()
    (attempt,) = shown["tries"]

    assert ask(told).json()[0] == {name: shown[name] for name in ask(told).json()[0]}
    assert [["Content-Type", "application/json"]] == shown["headers"]
    assert shown["body"].startswith('{"event_name":"member_add","data":{"member_id":')
    assert (1, NOON, None, REASON, "") == tuple(attempt[name] for name in ("number", "at", "status", "error", "answer"))
    assert attempt["duration_ms"] >= 0


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, [4, 3, 2, 1]),
        ({"provider": "emma"}, [4, 3, 2, 1]),
        ({"provider": "emfluence"}, []),
        ({"event": "member_update"}, [3]),
        ({"event": "member_signup"}, []),
        ({"state": "refused"}, [4, 3, 2, 1]),
        ({"state": "delivered"}, []),
        ({"hook": "1024"}, [2, 1]),
        ({"hook": "' OR 1=1"}, []),
        ({"after": 2}, [4, 3]),
        ({"limit": 2}, [4, 3]),
        ({"limit": 2, "offset": 3}, [1]),
        ({"provider": "emma", "event": "member_add", "state": "refused", "hook": "1024", "after": 1}, [2]),
    ],
)
def test_deliveries_are_filtered_and_paged(told: Emma, wanted: dict[str, Any], found: list[int]) -> None:
    assert found == ids(told, **wanted)


@pytest.mark.parametrize(
    ("wanted", "status", "said"),
    [
        ({"provider": "ema"}, 404, 'did you mean "emma"?'),
        ({"event": "member_added"}, 400, 'event: no event is called "member_added"; did you mean "member_add"?'),
        ({"event": "member_add", "provider": "emfluence"}, 400, "no event is called"),
        ({"state": "sent"}, 400, "state"),
        ({"after": -1}, 400, "after"),
        ({"after": 2**63}, 400, "after"),
        ({"limit": 0}, 400, "limit"),
        ({"limit": 1001}, 400, "limit"),
        ({"offset": "x"}, 400, "offset"),
        ({"nothing": 1}, 400, "nothing"),
        ({"workspace": "nobody"}, 404, "workspace"),
    ],
)
@pytest.mark.parametrize("path", ["webhooks", "webhooks/wait"])
def test_what_can_mean_nothing_is_refused(emma: Emma, path: str, wanted: dict[str, Any], status: int, said: str) -> None:
    if path == "webhooks/wait" and {"limit", "offset"} & set(wanted):
        said = next(iter(wanted))
    response = ask(emma, path, **wanted)

    assert (status, True) == (response.status_code, said in response.json()["error"])


@pytest.mark.parametrize(("path", "method"), [("webhooks/{}", "GET"), ("webhooks/{}/redeliver", "POST")])
@pytest.mark.parametrize(("delivery", "status"), [("9", 404), ("0", 400), ("-1", 400), ("x", 400), (str(2**63), 400)])
def test_a_delivery_that_does_not_exist(told: Emma, path: str, method: str, delivery: str, status: int) -> None:
    response = ask(told, path.format(delivery), method)

    assert status == response.status_code
    assert delivery in response.json()["error"] or "delivery_id" in response.json()["error"]


def test_waiting_for_what_is_there_ends_at_once(told: Emma) -> None:
    assert 3 == ask(told, "webhooks/wait", event="member_update", timeout=0).json()["id"]


def test_waiting_for_nothing_ends_with_a_sentence(told: Emma) -> None:
    response = ask(told, "webhooks/wait", state="delivered", timeout=0.05)

    assert 408 == response.status_code
    assert {"error": "no such delivery within 0.05 seconds"} == response.json()


@pytest.mark.parametrize("timeout", [-1, 61, "x"])
def test_nobody_waits_for_ever(emma: Emma, timeout: Any) -> None:
    assert 400 == ask(emma, "webhooks/wait", timeout=timeout).status_code


def test_deliveries_are_forgotten(told: Emma) -> None:
    answers = [ask(told, method="DELETE").json() for _ in range(2)]

    assert [{"deleted": 4}, {"deleted": 0}] == answers
    assert [] == ids(told)
    assert 404 == ask(told, "webhooks/1").status_code


def test_ids_go_on_after_deliveries_are_forgotten(told: Emma) -> None:
    ask(told, method="DELETE")
    told.add("new.4@example.com")

    assert [5] == ids(told)


def test_a_refused_delivery_is_refused_by_hand_as_well(told: Emma) -> None:
    attempt = ask(told, "webhooks/1/redeliver", "POST").json()

    assert (2, None, REASON) == (attempt["number"], attempt["status"], attempt["error"])
    assert ("refused", 2) == tuple(ask(told, "webhooks/1").json()[name] for name in ("state", "attempts"))


def test_deliveries_are_part_of_a_difference(told: Emma) -> None:
    tables = ask(told, "difference", **{"from": "start", "to": "now"}).json()["tables"]["mockserver"]

    assert (4, 4) == tuple(tables[name]["added"]["total"] for name in ("mock_delivery", "mock_attempt"))


def test_other_workspaces_have_their_own(told: Emma) -> None:
    response = told.workspace.server.request("GET", "/_mock/webhooks")

    assert 200 == response.status_code
    assert not {each["url"] for each in response.json()} & {NOWHERE}
