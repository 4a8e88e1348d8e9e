"""Webhooks that are really told: from the call that makes something happen to a server that hears of it, or does not."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from time import monotonic
from typing import Any

import httpx2
import pytest

from tests.journeys.conftest import Serve, Server
from tests.providers.emma.client import Emma, basic
from tests.providers.emma.hooks import hook
from tests.receiver import Answer, Receiver
from tests.workspace import Workspace

Listen = Callable[..., Receiver]
NOON = "2030-01-01T12:00:00Z"


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Start receivers; they end with the test, if the test has not ended them."""
    receivers: list[Receiver] = []

    def start(*answers: Answer, **options: Any) -> Receiver:
        receivers.append(Receiver(*answers, **options))
        return receivers[-1]

    yield start
    for receiver in receivers:
        receiver.close()


@pytest.fixture
def emma(workspace: Workspace) -> Emma:
    """A client of Emma, at noon."""
    workspace.freeze(NOON)
    return Emma(workspace)


def delivery(emma: Emma, state: str, **wanted: Any) -> dict[str, Any]:
    """The newest delivery in a state, once there is one."""
    parameters = {"workspace": emma.workspace.name, "state": state, "timeout": 20, **wanted}
    response = emma.workspace.server.request("GET", "/_mock/webhooks/wait", params=parameters)

    assert 200 == response.status_code, response.text
    found: dict[str, Any] = response.json()
    return found


def tried(emma: Emma, attempts: int = 1) -> dict[str, Any]:
    """The first delivery, once so many attempts at it are made; it need not be over."""
    while True:
        found: dict[str, Any] = emma.workspace.control("GET", "webhooks/1")
        if found["attempts"] >= attempts:
            return found
        httpx2.get(
            f"{emma.workspace.server.base_url}/_mock/webhooks/wait",
            params={"workspace": emma.workspace.name, "after": 999, "timeout": 0.02},
        )


def closed_port() -> int:
    """A port that nobody listens on."""
    receiver = Receiver()
    receiver.close()
    return receiver.port


# Delivered


@pytest.mark.rule("emma.events.payload", "emma.events.headers", "emma.events.success")
def test_a_receiver_hears_of_a_new_member(emma: Emma, listen: Listen) -> None:
    receiver = listen(Answer(204, b""))
    hook(emma, "member_add", f"{receiver.url}?key=1#part")
    member = emma.add("new@example.com")
    (request,) = receiver.wait(1)
    kept = delivery(emma, "delivered")
    payload = json.loads(request.body)

    assert ("POST", "/hook?key=1") == (request.method, request.path)
    assert ("application/json", f"127.0.0.1:{receiver.port}") == (request.headers["content-type"], request.headers["host"])
    assert request.headers["user-agent"].startswith("mockserver/")
    assert not {"authorization", "cookie", "accept-encoding"} & set(request.headers)
    assert ("member_add", member) == (payload["event_name"], payload["data"]["member_id"])
    assert kept["body"] == request.body.decode()
    assert [(1, NOON, 204, None)] == [(each["number"], each["at"], each["status"], each["error"]) for each in kept["tries"]]


@pytest.mark.rule("emma.events.get")
def test_a_receiver_is_told_by_get(emma: Emma, listen: Listen) -> None:
    receiver = listen()
    hook(emma, "member_add", receiver.url, method="GET")
    member = emma.add("new@example.com")
    (request,) = receiver.wait(1)
    asked = httpx2.URL(f"http://receiver{request.path}").params

    assert ("GET", b"") == (request.method, request.body)
    assert ("member_add", member) == (asked["event_name"], json.loads(asked["data"])["member_id"])


def test_credentials_in_an_address_are_sent_and_never_shown(emma: Emma, listen: Listen) -> None:
    receiver = listen()
    hook(emma, "member_add", receiver.url.replace("://", "://user:p%40ss@"))
    emma.add("new@example.com")
    (request,) = receiver.wait(1)
    kept = delivery(emma, "delivered")

    assert basic("user", "p@ss") == request.headers["authorization"]
    assert receiver.url.replace("://", "://***@") == kept["url"]
    assert "p%40ss" not in json.dumps(kept)


def test_a_name_leads_to_the_receiver_and_is_what_it_is_called_by(emma: Emma, listen: Listen) -> None:
    receiver = listen()
    hook(emma, "member_add", f"http://localhost:{receiver.port}/hook")
    emma.add("new@example.com")
    (request,) = receiver.wait(1)

    assert f"localhost:{receiver.port}" == request.headers["host"]


def test_many_things_are_told_in_their_order_and_one_after_the_other(emma: Emma, listen: Listen) -> None:
    receiver = listen()
    hook(emma, "member_add", receiver.url)
    members = [emma.add(f"new.{number}@example.com") for number in range(30)]
    requests = receiver.wait(30)

    assert members == [json.loads(request.body)["data"]["member_id"] for request in requests]
    assert 1 == receiver.most_at_once


def test_several_webhooks_are_told_at_the_same_time(emma: Emma, listen: Listen) -> None:
    both = Barrier(2)
    receiver = listen(Answer(before=lambda: both.wait(20)), Answer(before=lambda: both.wait(20)))
    for _ in range(2):
        hook(emma, "member_add", receiver.url)
    emma.add("new@example.com")
    receiver.wait(2)
    delivery(emma, "delivered", hook="1025")

    assert not both.broken


def test_so_many_webhooks_of_a_workspace_are_told_at_a_time_and_no_more(serve: Serve, listen: Listen) -> None:
    server = serve(variables={"MOCKSERVER_LIMITS__WEBHOOK_CONNECTIONS": "1"})
    both = Barrier(2)

    def meet() -> None:
        with suppress(BrokenBarrierError):
            both.wait(0.5)

    receiver = listen(*(Answer(before=meet) for _ in range(2)))
    with server.client() as client:
        emma = Emma(Workspace(client, "narrow"))
        for _ in range(2):
            hook(emma, "member_add", receiver.url)
        emma.add("new@example.com")
        receiver.wait(2)
        delivery(emma, "delivered", hook="1025")

    assert both.broken
    assert 1 == receiver.most_at_once


def test_a_receiver_may_ask_this_server_while_it_is_told(emma: Emma, listen: Listen, running: Server) -> None:
    asked: list[int] = []

    def ask() -> None:
        answer = httpx2.get(f"{running.url}/emma/100/members?count=true", headers=emma.headers, timeout=10)
        asked.append(answer.status_code)

    receiver = listen(Answer(before=ask))
    hook(emma, "member_add", receiver.url)
    emma.add("new@example.com")
    delivery(emma, "delivered")

    assert [200] == asked


def test_what_due_work_does_is_told_when_the_clock_is_moved(emma: Emma, listen: Listen) -> None:
    receiver = listen()
    emma.workspace.configure("emma", imports_take=60)
    hook(emma, "import_finish", receiver.url)
    emma.ask("POST", "/members", {"members": [{"email": "new@example.com"}]})
    before = len(receiver.received)
    emma.workspace.advance(minutes=1)

    assert (0, 1) == (before, len(receiver.received))


def test_a_call_that_is_refused_is_not_told_of(emma: Emma, listen: Listen) -> None:
    receiver = listen()
    hook(emma, "member_add", receiver.url)
    emma.post("/members/add", {"email": "new@example.com", "fields": {"orders": "many"}})
    emma.add("newer@example.com")
    requests = receiver.wait(1)

    assert [1] == [each["id"] for each in emma.workspace.control("GET", "webhooks")]
    assert 1 == len(requests)


def test_a_call_that_a_fault_undoes_is_not_told_of_and_one_whose_answer_is_lost_is(emma: Emma, listen: Listen) -> None:
    receiver = listen()
    hook(emma, "member_add", receiver.url)
    for kind in ("lose_request", "lose_answer"):
        fault = {"match": {"operation": "add_member"}, "when": {"first": 1}, "act": {"kind": kind}}
        emma.workspace.control("POST", "faults", json=fault)
        with pytest.raises(httpx2.TransportError):
            emma.post("/members/add", {"email": f"{kind}@example.com"})
    receiver.wait(1)
    member = json.loads(delivery(emma, "delivered")["body"])["data"]["member_id"]

    assert 1 == len(emma.workspace.control("GET", "webhooks"))
    assert "lose_answer@example.com" == emma.member(member)["email"]


# Failed


@pytest.mark.rule("emma.events.retries", "emma.events.retry_after", "emma.events.retry_factor")
def test_a_receiver_that_fails_is_told_again_when_time_has_passed(emma: Emma, listen: Listen) -> None:
    receiver = listen(Answer(500, b"not now"), Answer(503))
    hook(emma, "member_add", receiver.url)
    emma.add("new@example.com")
    first = tried(emma)
    emma.workspace.advance(seconds=59)
    early = len(receiver.received)
    emma.workspace.advance(seconds=1)
    second = emma.workspace.control("GET", "webhooks/1")
    emma.workspace.advance(minutes=5)
    last = emma.workspace.control("GET", "webhooks/1")

    assert ("waiting", "2030-01-01T12:01:00Z") == (first["state"], first["due"])
    assert (500, "the answer has the status 500", "not now") == tuple(
        first["tries"][0][name] for name in ("status", "error", "answer")
    )
    assert 1 == early
    assert ("waiting", "2030-01-01T12:06:00Z") == (second["state"], second["due"])
    assert ("delivered", None, 3) == (last["state"], last["due"], last["attempts"])
    assert [NOON, "2030-01-01T12:01:00Z", "2030-01-01T12:06:00Z"] == [each["at"] for each in last["tries"]]
    assert 1 == len({request.body for request in receiver.received})


@pytest.mark.rule("emma.events.retries")
def test_a_receiver_that_always_fails_is_given_up_within_one_move_of_the_clock(emma: Emma, listen: Listen) -> None:
    receiver = listen(*(Answer(500) for _ in range(9)))
    hook(emma, "member_add", receiver.url)
    emma.add("new@example.com")
    emma.workspace.advance(days=1)
    kept = emma.workspace.control("GET", "webhooks/1")

    assert ("failed", None, "the answer has the status 500") == (kept["state"], kept["due"], kept["reason"])
    assert ["12:00:00", "12:01:00", "12:06:00", "12:31:00"] == [each["at"][11:19] for each in kept["tries"]]
    assert 4 == len(receiver.received)


@pytest.mark.rule("emma.events.retries", "emma.events.retry_after", "emma.events.retry_factor")
@pytest.mark.reading("emma", webhook_attempts=3, webhook_retry_after=10, webhook_retry_factor=2)
def test_how_often_and_when_it_is_tried_are_settings(emma: Emma, listen: Listen) -> None:
    receiver = listen(*(Answer(500) for _ in range(9)))
    hook(emma, "member_add", receiver.url)
    emma.add("new@example.com")
    emma.workspace.advance(days=1)
    kept = emma.workspace.control("GET", "webhooks/1")

    assert ["12:00:00", "12:00:10", "12:00:30"] == [each["at"][11:19] for each in kept["tries"]]


def test_a_clock_that_runs_needs_no_moving(workspace: Workspace, listen: Listen) -> None:
    workspace.configure("emma", webhook_retry_after=0.3)
    emma = Emma(workspace)
    receiver = listen(Answer(500))
    hook(emma, "member_add", receiver.url)
    emma.add("new@example.com")
    receiver.wait(2)

    assert 2 == delivery(emma, "delivered")["attempts"]


@pytest.mark.rule("emma.events.timeout")
@pytest.mark.reading("emma", webhook_timeout=0.3, webhook_attempts=1)
def test_a_receiver_that_hangs_is_a_failed_attempt(emma: Emma, listen: Listen) -> None:
    receiver = listen(Answer(hang=True))
    hook(emma, "member_add", receiver.url)
    emma.add("new@example.com")
    kept = delivery(emma, "failed")
    (attempt,) = kept["tries"]

    assert (None, "no whole answer within 0.3 seconds") == (attempt["status"], attempt["error"])
    assert 250 < attempt["duration_ms"] < 5000


@pytest.mark.reading("emma", webhook_timeout=5, webhook_attempts=1)
def test_while_a_receiver_hangs_the_workspace_answers_and_others_are_told(emma: Emma, listen: Listen) -> None:
    hanging, quick = listen(Answer(hang=True)), listen()
    hook(emma, "member_add", hanging.url)
    hook(emma, "member_update", quick.url)
    member = emma.add("new@example.com")
    hanging.wait(1)
    began = monotonic()
    emma.ask("PUT", f"/members/{member}", {"fields": {"first_name": "New"}})
    quick.wait(1)

    assert monotonic() - began < 3


@pytest.mark.rule("emma.events.success")
@pytest.mark.reading("emma", webhook_attempts=1)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(emma: Emma, listen: Listen, status: int) -> None:
    elsewhere = listen()
    receiver = listen(Answer(status, headers={"Location": elsewhere.url}))
    hook(emma, "member_add", receiver.url)
    emma.add("new@example.com")
    kept = delivery(emma, "failed")

    assert f"the answer is a redirect ({status}), which is not followed" == kept["reason"]
    assert [status] == [attempt["status"] for attempt in kept["tries"]]
    assert [] == elsewhere.received


@pytest.mark.reading("emma", webhook_attempts=1)
def test_nobody_listens(emma: Emma) -> None:
    hook(emma, "member_add", f"http://127.0.0.1:{closed_port()}/hook")
    emma.add("new@example.com")
    kept = delivery(emma, "failed")

    assert [None] == [attempt["status"] for attempt in kept["tries"]]
    assert kept["reason"]


@pytest.mark.reading("emma", webhook_attempts=1)
@pytest.mark.parametrize("url", ["https://127.0.0.1:{port}/", "http://nobody.invalid:{port}/"])
def test_a_receiver_that_cannot_be_spoken_to_is_a_failed_attempt(emma: Emma, listen: Listen, url: str) -> None:
    receiver = listen()
    hook(emma, "member_add", url.format(port=receiver.port))
    emma.add("new@example.com")
    kept = delivery(emma, "failed")

    assert [None] == [attempt["status"] for attempt in kept["tries"]]
    assert [] == receiver.received


@pytest.mark.parametrize("size", [4095, 4096, 5_000_000])
def test_of_a_long_answer_the_beginning_is_kept(emma: Emma, listen: Listen, size: int) -> None:
    receiver = listen(Answer(body=b"x" * size))
    hook(emma, "member_add", receiver.url)
    emma.add("new@example.com")
    (attempt,) = delivery(emma, "delivered")["tries"]

    assert "x" * min(size, 4096) == attempt["answer"]


# Refused


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("169.254.169.254", "169.254.169.254 is link-local: webhooks never go there"),
        ("0xa9fea9fe", "0xa9fea9fe is at 169.254.169.254, which is link-local: webhooks never go there"),
        ("[::ffff:169.254.169.254]", "::ffff:169.254.169.254 is link-local: webhooks never go there"),
        ("[fe80::1]", "fe80::1 is link-local: webhooks never go there"),
        ("0.0.0.0", "0.0.0.0 is unspecified: webhooks never go there"),  # noqa: S104 - refused
        ("93.184.216.34", "93.184.216.34 is a public address; MOCKSERVER_WEBHOOK_HOSTS can allow 93.184.216.34"),
    ],
)
def test_some_addresses_are_not_delivered_to(emma: Emma, host: str, reason: str) -> None:
    hook(emma, "member_add", f"http://{host}/hook")
    emma.add("new@example.com")
    kept = delivery(emma, "refused")
    emma.workspace.advance(days=1)

    assert (reason, None) == (kept["reason"], kept["due"])
    assert 1 == emma.workspace.control("GET", "webhooks/1")["attempts"]


def test_no_proxy_is_asked(serve: Serve, listen: Listen) -> None:
    proxy = f"http://127.0.0.1:{closed_port()}"
    receiver = listen()
    server = serve(variables={"HTTP_PROXY": proxy, "http_proxy": proxy, "ALL_PROXY": proxy})
    with server.client() as client:
        emma = Emma(Workspace(client, "behind"))
        hook(emma, "member_add", receiver.url)
        emma.add("new@example.com")
        receiver.wait(1)
        kept = delivery(emma, "delivered")

    assert 1 == kept["attempts"]


# By hand


def test_a_failed_delivery_is_made_by_hand(emma: Emma, listen: Listen) -> None:
    port = closed_port()
    emma.workspace.configure("emma", webhook_attempts=1)
    hook(emma, "member_add", f"http://127.0.0.1:{port}/hook")
    emma.add("new@example.com")
    failed = delivery(emma, "failed")
    receiver = listen(port=port)
    emma.workspace.advance(minutes=1)
    attempt = emma.workspace.control("POST", f"webhooks/{failed['id']}/redeliver")
    kept = delivery(emma, "delivered")

    assert (2, "2030-01-01T12:01:00Z", 200, None, "ok") == tuple(
        attempt[name] for name in ("number", "at", "status", "error", "answer")
    )
    assert [attempt] == kept["tries"][1:]
    assert kept["body"].encode() == receiver.received[0].body


def test_a_delivery_is_made_again_by_hand(emma: Emma, listen: Listen) -> None:
    receiver = listen(Answer(), Answer(500))
    hook(emma, "member_add", receiver.url)
    emma.add("new@example.com")
    delivery(emma, "delivered")
    attempt = emma.workspace.control("POST", "webhooks/1/redeliver")
    kept = emma.workspace.control("GET", "webhooks/1")

    assert (2, 500) == (attempt["number"], attempt["status"])
    assert ("delivered", 2) == (kept["state"], kept["attempts"])


# Restarts and resets


def test_what_waits_is_told_after_a_restart(serve: Serve, listen: Listen, tmp_path: Path) -> None:
    receiver = listen(Answer(500))
    state = str(tmp_path / "state")
    first = serve("--state", state)
    with first.client() as client:
        emma = Emma(Workspace(client, "kept"))
        made = hook(emma, "member_add", receiver.url)
        emma.workspace.freeze(NOON)
        emma.add("new@example.com")
        tried(emma)
    code = first.end()
    second = serve("--state", state)
    with second.client() as client:
        emma = Emma(Workspace(client, "kept"))
        emma.workspace.advance(minutes=1)
        kept = emma.workspace.control("GET", "webhooks/1")
        emma.add("newer@example.com")
        receiver.wait(3)

    assert (0, "") == (code, first.errors())
    assert str(made) == kept["hook"]
    assert ("delivered", 2) == (kept["state"], kept["attempts"])


def test_a_delivery_that_was_under_way_when_the_server_ended_is_made_again(
    serve: Serve, listen: Listen, tmp_path: Path
) -> None:
    receiver = listen(Answer(hang=True))
    state = str(tmp_path / "state")
    first = serve("--state", state)
    with first.client() as client:
        emma = Emma(Workspace(client, "kept"))
        hook(emma, "member_add", receiver.url)
        emma.add("new@example.com")
        receiver.wait(1)
    began = monotonic()
    code = first.end()
    took = monotonic() - began
    second = serve("--state", state)
    receiver.wait(2)
    with second.client() as client:
        kept = delivery(Emma(Workspace(client, "kept")), "delivered")

    assert (0, "") == (code, first.errors())
    assert took < 5
    assert 1 == kept["attempts"]


@pytest.mark.reading("emma", webhook_timeout=1)
@pytest.mark.parametrize("verb", ["reset", "snapshots/before/restore"])
def test_what_comes_of_an_attempt_in_a_world_that_is_gone_is_not_noted_in_the_next(
    emma: Emma, listen: Listen, verb: str
) -> None:
    receiver = listen(Answer(hang=True))
    emma.workspace.control("PUT", "snapshots/before")
    hook(emma, "member_add", receiver.url)
    emma.add("new@example.com")
    receiver.wait(1)
    emma.workspace.control("POST", verb)
    emma.workspace.freeze(NOON)
    hook(emma, "member_add", receiver.url)
    emma.add("new@example.com")
    kept = delivery(emma, "delivered")

    assert (1, [1]) == (kept["id"], [each["number"] for each in kept["tries"]])


def test_a_snapshot_tells_again_what_waited_in_it(emma: Emma, listen: Listen) -> None:
    receiver = listen(Answer(500))
    hook(emma, "member_add", receiver.url)
    emma.add("new@example.com")
    tried(emma)
    emma.workspace.control("PUT", "snapshots/waiting")
    emma.workspace.advance(minutes=1)
    emma.workspace.control("POST", "snapshots/waiting/restore")
    emma.workspace.advance(minutes=1)

    assert 3 == len(receiver.received)
    assert ("delivered", 2) == tuple(emma.workspace.control("GET", "webhooks/1")[name] for name in ("state", "attempts"))


@pytest.mark.reading("emma", webhook_timeout=5)
def test_a_workspace_can_be_deleted_while_a_receiver_hangs(emma: Emma, listen: Listen) -> None:
    receiver = listen(Answer(hang=True))
    name = f"{emma.workspace.name}-gone"
    emma.workspace.control("POST", "workspaces", json={"name": name})
    other = Emma(Workspace(emma.workspace.server, name))
    hook(other, "member_add", receiver.url)
    other.add("new@example.com")
    receiver.wait(1)
    emma.workspace.control("DELETE", f"workspaces/{name}")
    receiver.close()

    assert 404 == emma.workspace.server.get("/_mock/webhooks", params={"workspace": name}).status_code
