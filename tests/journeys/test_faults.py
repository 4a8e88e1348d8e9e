"""Calls that go wrong as they were told to, over real connections: what a client meets, and what is true afterwards."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from time import perf_counter
from typing import Any

import httpx2
import pytest

from tests.journeys.conftest import Serve, Server
from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma, basic
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Response, Workspace

_names = count(1)


@dataclass(frozen=True)
class Shop:
    """A customer's program at one provider: it makes groups, and looks which there are."""

    provider: str
    operation: str
    make: Callable[[Workspace, str], Response]
    names: Callable[[Workspace], list[str]]
    too_busy: tuple[str, int]
    """A refusal that goes away by itself, and its status."""
    refused_by: str
    """A text in the body of that refusal."""

    def __str__(self) -> str:
        return self.provider


SHOPS = [
    Shop(
        "emma",
        "create_groups",
        lambda workspace, name: Emma(workspace).post("/groups", {"groups": [{"group_name": name}]}),
        lambda workspace: [group["group_name"] for group in Emma(workspace).ask("GET", "/groups")],
        ("rate_limit_exceeded", 403),
        '{"error":"Rate Limit Exceeded',
    ),
    Shop(
        "emfluence",
        "save_group",
        lambda workspace, name: Emfluence(workspace).request("POST", "groups/save", json={"groupName": name}),
        lambda workspace: [group["groupName"] for group in Emfluence(workspace).records("groups/search", rpp=250)],
        ("5", 403),
        '"code":5',
    ),
    Shop(
        "ethermailer",
        "create_contact_group",
        lambda workspace, name: EtherMailer(workspace).post("/user/contact-groups", {"name": name}),
        lambda workspace: [group["name"] for group in EtherMailer(workspace).groups()],
        ("too_many_requests", 429),
        '"constraintName":"TooManyRequests"',
    ),
]

every_shop = pytest.mark.parametrize("shop", SHOPS, ids=str)


@pytest.fixture
def workspace(server: httpx2.Client) -> Iterator[Workspace]:
    made = Workspace(server, f"faults-{next(_names)}")
    made.control("POST", "workspaces", json={"name": made.name})
    yield made
    made.control("DELETE", f"workspaces/{made.name}")


@pytest.fixture(scope="module", autouse=True)
def quiet(running: Server) -> Iterator[None]:
    """Whatever happens to connections, the server complains of nothing."""
    yield

    assert "" == running.errors()


def arm(workspace: Workspace, **fault: Any) -> dict[str, Any]:
    armed: dict[str, Any] = workspace.control("POST", "faults", json=fault)
    return armed


def break_once(workspace: Workspace, shop: Shop, **act: Any) -> None:
    arm(workspace, match={"operation": shop.operation}, when={"first": 1}, act=act)


def journaled(workspace: Workspace, call: int = 0) -> tuple[int, int | None, str]:
    """Of the newest call but so many: status, fault and body of the answer, as the journal has them."""
    found = workspace.calls()[call]
    answer: dict[str, Any] = workspace.control("GET", f"journal/{found['id']}")["answer"]
    return found["status"], found["fault"], answer["body"]


# Each kind, at each provider


@every_shop
def test_a_connection_reset_before_the_call_leaves_everything_as_it_was(workspace: Workspace, shop: Shop) -> None:
    break_once(workspace, shop, kind="drop", at="before")
    with pytest.raises(httpx2.ReadError, match="reset"):
        shop.make(workspace, "Bakers")

    assert (0, 1, "") == journaled(workspace)
    assert "Bakers" not in shop.names(workspace)
    assert shop.make(workspace, "Bakers").is_success
    assert "Bakers" in shop.names(workspace)


@every_shop
def test_a_connection_reset_in_the_middle_of_the_answer_leaves_the_change(workspace: Workspace, shop: Shop) -> None:
    break_once(workspace, shop, kind="drop", at="middle")
    with pytest.raises(httpx2.ReadError, match="reset"):
        shop.make(workspace, "Bakers")
    status, fault, body = journaled(workspace)

    assert (200, 1) == (status, fault)
    assert 0 < len(body)
    assert "Bakers" in shop.names(workspace)


@every_shop
@pytest.mark.parametrize("size", [0, 5, None])
def test_a_truncated_answer_promises_more_than_arrives(workspace: Workspace, shop: Shop, size: int | None) -> None:
    whole = len(shop.make(workspace, "Millers").content)
    break_once(workspace, shop, kind="truncate", size=size)
    with pytest.raises(httpx2.RemoteProtocolError, match=f"received {whole // 2 if size is None else size} bytes, expected"):
        shop.make(workspace, "Bakers!")
    status, fault, body = journaled(workspace)

    assert (200, 1, whole // 2 if size is None else size) == (status, fault, len(body))
    assert "Bakers!" in shop.names(workspace)


@every_shop
def test_at_least_one_byte_of_a_truncated_answer_is_missing(workspace: Workspace, shop: Shop) -> None:
    break_once(workspace, shop, kind="truncate", size=1_000_000)
    with pytest.raises(httpx2.RemoteProtocolError, match="peer closed connection"):
        shop.make(workspace, "Bakers")

    assert "Bakers" in shop.names(workspace)


@every_shop
def test_garbage_comes_under_the_true_status_and_media_type(workspace: Workspace, shop: Shop) -> None:
    true = shop.make(workspace, "Millers").headers["content-type"]
    break_once(workspace, shop, kind="garbage", size=300)
    response = shop.make(workspace, "Bakers")

    assert (200, true, 300) == (response.status_code, response.headers["content-type"], len(response.content))
    with pytest.raises(UnicodeDecodeError):
        response.json()
    assert (200, 1, response.content.decode("utf-8", "replace")) == journaled(workspace)
    assert "Bakers" in shop.names(workspace)


@every_shop
def test_a_lost_answer_leaves_the_change(workspace: Workspace, shop: Shop) -> None:
    break_once(workspace, shop, kind="lose_answer")
    with pytest.raises(httpx2.RemoteProtocolError, match="without sending a response"):
        shop.make(workspace, "Bakers")

    assert (0, 1, "") == journaled(workspace)
    assert "Bakers" in shop.names(workspace)


@every_shop
def test_a_lost_request_leaves_everything_as_it_was(workspace: Workspace, shop: Shop) -> None:
    break_once(workspace, shop, kind="lose_request")
    with pytest.raises(httpx2.RemoteProtocolError, match="without sending a response"):
        shop.make(workspace, "Bakers")

    assert (0, 1, "") == journaled(workspace)
    assert "Bakers" not in shop.names(workspace)
    assert shop.make(workspace, "Bakers").is_success
    assert "Bakers" in shop.names(workspace)


@every_shop
def test_a_raw_answer_comes_in_the_place_of_the_call(workspace: Workspace, shop: Shop) -> None:
    break_once(
        workspace, shop, kind="answer", status=502, headers={"Content-Type": "text/html"}, body="<h1>Bad Gateway</h1>"
    )
    response = shop.make(workspace, "Bakers")

    assert (502, "text/html", "<h1>Bad Gateway</h1>") == (
        response.status_code,
        response.headers["content-type"],
        response.text,
    )
    assert (502, 1, "<h1>Bad Gateway</h1>") == journaled(workspace)
    assert "Bakers" not in shop.names(workspace)


@every_shop
def test_a_client_that_retries_what_the_provider_refuses_gets_through(workspace: Workspace, shop: Shop) -> None:
    name, status = shop.too_busy
    arm(workspace, match={"operation": shop.operation}, when={"first": 2}, act={"kind": "refusal", "name": name})
    answers = [shop.make(workspace, "Bakers") for _ in range(3)]

    assert [status, status, 200] == [answer.status_code for answer in answers]
    assert all(shop.refused_by in answer.text for answer in answers[:2])
    assert 1 == shop.names(workspace).count("Bakers")
    assert [None, 1, 1] == [call["fault"] for call in workspace.calls()[1:]]


@every_shop
def test_a_delayed_call_is_late_and_happens(workspace: Workspace, shop: Shop) -> None:
    arm(workspace, match={"operation": shop.operation}, when={"first": 1}, delay={"seconds": 0.3})
    began = perf_counter()
    response = shop.make(workspace, "Bakers")

    assert 0.3 <= perf_counter() - began
    assert response.is_success
    assert "Bakers" in shop.names(workspace)


@every_shop
def test_a_client_that_does_not_wait_so_long_has_made_a_change_unseen(workspace: Workspace, shop: Shop) -> None:
    """It gives up; the call goes on."""
    arm(workspace, match={"operation": shop.operation}, when={"first": 1}, delay={"seconds": 0.3})
    before, workspace.server.timeout = workspace.server.timeout, httpx2.Timeout(0.05)
    with pytest.raises(httpx2.ReadTimeout):
        shop.make(workspace, "Bakers")
    workspace.server.timeout = before
    deadline = perf_counter() + 20
    while "Bakers" not in shop.names(workspace):
        assert perf_counter() < deadline


@every_shop
def test_a_delay_may_come_before_anything_else(workspace: Workspace, shop: Shop) -> None:
    arm(
        workspace,
        match={"operation": shop.operation},
        when={"first": 1},
        delay={"min": 0.1, "max": 0.2},
        act={"kind": "drop", "at": "before"},
    )
    began = perf_counter()
    with pytest.raises(httpx2.ReadError):
        shop.make(workspace, "Bakers")

    assert 0.1 <= perf_counter() - began


# Connections


def test_the_vendor_s_reason_phrase_comes_with_an_ordered_refusal(running: Server, workspace: Workspace) -> None:
    """Read with the standard library's client, which keeps the phrase that was sent."""
    arm(workspace, match={"provider": "emma"}, when={"nth": 1}, act={"kind": "refusal", "name": "rate_limit_exceeded"})
    connection = HTTPConnection("127.0.0.1", running.port, timeout=20)
    answers = []
    for _ in range(2):
        connection.request("GET", "/100/members?count=true", headers={"Authorization": basic(workspace.key, "any")})
        answer = connection.getresponse()
        answers.append((answer.status, answer.reason))
        answer.read()
    connection.close()

    assert [(403, "Rate Limit Exceeded"), (200, "OK")] == answers


def test_an_answer_without_a_body_cannot_be_cut_and_is_not_sent(workspace: Workspace) -> None:
    arm(workspace, act={"kind": "truncate"}, when={"first": 1})
    arm(workspace, act={"kind": "drop", "at": "middle"}, when={"first": 1})
    ether = EtherMailer(workspace)
    with pytest.raises(httpx2.RemoteProtocolError, match="without sending a response"):
        ether.get("/user/contact/7")
    with pytest.raises(httpx2.ReadError):
        ether.get("/user/contact/7")

    assert [(0, 2), (0, 1)] == [(call["status"], call["fault"]) for call in workspace.calls()]


@pytest.mark.parametrize("act", [{"kind": "lose_answer"}, {"kind": "drop", "at": "before"}, {"kind": "truncate", "size": 3}])
def test_calls_that_wait_behind_a_broken_one_on_its_connection_are_never_begun(
    running: Server, workspace: Workspace, act: dict[str, Any]
) -> None:
    arm(workspace, act=act, when={"nth": 2})
    request = f"GET /user HTTP/1.1\r\nHost: localhost\r\nAuthorization: API {workspace.key}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as connection:
        connection.sendall(request * 4)
        received = everything(connection)

    assert b"HTTP/1.1 200 OK" == received.partition(b"\r\n")[0]
    assert [1, None] == [call["fault"] for call in workspace.calls()]


def test_a_connection_is_used_on_after_a_call_that_was_only_late_or_refused(running: Server, workspace: Workspace) -> None:
    arm(workspace, delay={"seconds": 0.01}, when={"first": 1})
    arm(workspace, act={"kind": "answer", "status": 503, "body": "later"}, when={"first": 1})
    arm(workspace, act={"kind": "garbage"}, when={"first": 1})
    request = f"GET /user HTTP/1.1\r\nHost: localhost\r\nAuthorization: API {workspace.key}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as connection:
        connection.sendall(request * 3 + request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        received = everything(connection)

    assert [b"200", b"503", b"200", b"200"] == [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]]


def everything(connection: socket.socket) -> bytes:
    """What comes until the connection ends, well or by a reset."""
    received = b""
    try:
        while part := connection.recv(65536):
            received += part
    except ConnectionResetError:
        pass
    return received


# Side by side


def test_other_workspaces_go_on_as_if_nothing_had_happened(running: Server, server: httpx2.Client) -> None:
    """Ten programs at once, each in a workspace of its own; every second one has its connections cut."""
    workspaces = [Workspace(server, f"faults-beside-{number}") for number in range(10)]
    for each in workspaces:
        each.control("POST", "workspaces", json={"name": each.name})
    for each in workspaces[::2]:
        arm(each, act={"kind": "lose_answer"})

    def work(workspace: Workspace) -> list[str]:
        with running.client() as client:
            ether = EtherMailer(Workspace(client, workspace.name))
            return [outcome(ether, f"Group {number}") for number in range(10)]

    with ThreadPoolExecutor(len(workspaces)) as pool:
        outcomes = list(pool.map(work, workspaces))

    assert [["lost"] * 10, ["200"] * 10] * 5 == outcomes
    for each in workspaces:
        each.control("DELETE", "faults")
        assert 10 == len([group for group in EtherMailer(each).groups() if group["name"].startswith("Group ")])
        each.control("DELETE", f"workspaces/{each.name}")


def outcome(ether: EtherMailer, name: str) -> str:
    try:
        return str(ether.post("/user/contact-groups", {"name": name}).status_code)
    except httpx2.RemoteProtocolError:
        return "lost"


def test_calls_that_are_held_up_hold_no_other_call_up(running: Server, workspace: Workspace) -> None:
    arm(workspace, match={"path": "/user"}, delay={"seconds": 0.5})
    began = perf_counter()
    with ThreadPoolExecutor(5) as pool:
        late = [pool.submit(running.get, "/user", key=workspace.key) for _ in range(4)]
        EtherMailer(workspace).groups()
        quick = perf_counter() - began
        answers = [each.result() for each in late]

    assert quick < 0.5 <= perf_counter() - began < 1.5
    assert [200] * 4 == [answer.status_code for answer in answers]


def test_calls_that_are_held_up_hold_their_connections(serve: Serve) -> None:
    """So that a client can be shown what too many simultaneous connections are answered."""
    server = serve()
    with server.client() as client, ThreadPoolExecutor(7) as pool:
        workspace = Workspace(client, "held")
        workspace.control("POST", "workspaces", json={"name": "held"})
        arm(workspace, match={"provider": "emfluence"}, delay={"seconds": 0.5})
        calls = [pool.submit(server.get, "/emfluence/v1/helper/ping", Authorization="ws-held") for _ in range(7)]
        statuses = sorted(call.result().status_code for call in calls)

    assert [200] * 5 + [403] * 2 == statuses


def test_a_server_ends_at_once_although_it_holds_calls_up(serve: Serve) -> None:
    server = serve("--throttle", "off")
    with server.client() as client, ThreadPoolExecutor(1) as pool:
        workspace = Workspace(client, "ending")
        workspace.control("POST", "workspaces", json={"name": "ending"})
        arm(workspace, delay={"seconds": 60})
        pool.submit(server.get, "/user", key="ws-ending")
        while not workspace.control("GET", "faults/1")["fired"]:
            pass
        began = perf_counter()
        code = server.end()

    assert 0 == code
    assert perf_counter() - began < 3


def test_the_log_names_the_fault_and_says_when_no_answer_went_out(serve: Serve) -> None:
    server = serve("--throttle", "off")
    with server.client() as client:
        workspace = Workspace(client, "logged")
        workspace.control("POST", "workspaces", json={"name": "logged"})
        arm(workspace, when={"first": 1}, act={"kind": "lose_answer"})
        arm(workspace, act={"kind": "answer", "status": 503})
        with pytest.raises(httpx2.RemoteProtocolError):
            server.get("/user", key="ws-logged")
        server.get("/user", key="ws-logged")
    lost, refused = server.calls(2)

    assert lost.endswith("(fault 1, no answer went out)")
    assert refused.endswith("(fault 2)")
    assert "" == server.errors()
