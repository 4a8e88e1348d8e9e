"""Customers' programs and emfluence, over real connections, throttled as in production."""

import re
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Barrier, BoundedSemaphore
from time import perf_counter, sleep
from typing import Any

import httpx2
import pytest

from tests.journeys.conftest import Server
from tests.providers.emfluence.client import Emfluence, envelope
from tests.workspace import Workspace

pytestmark = pytest.mark.reading("emfluence", strict=True)  # something reads everything that a customer sends

CLIENTS = 10
AT_A_TIME = 5
PER_SECOND = 9
CALLS = 3
"""Of each client."""
THROTTLED = "x-api-ratelimit-throttled"
WORDS = re.compile(
    r"Request was throttled for (\d+) seconds?\. (\d+) requests are running\.  The maximum is 5 requests\."
    r"  (\d+) requests processed in the last 1 second"
)


@pytest.fixture(scope="module")
def throttled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that enforces the vendors' limits, as it does unless it is told otherwise."""
    server = Server(tmp_path_factory.mktemp("throttled") / "server")
    yield server
    server.see_off()


@pytest.fixture
def server(throttled: Server) -> Iterator[httpx2.Client]:
    with throttled.client() as client:
        yield client


@pytest.fixture
def museum(workspace: Workspace) -> Emfluence:
    return Emfluence(workspace)


@pytest.fixture
def slow(museum: Emfluence) -> Emfluence:
    """A workspace that lets one call through; whoever comes after it waits until the clock is frozen."""
    museum.workspace.configure("emfluence", requests_per_second=1)
    museum.workspace.control("PUT", "clock", json={"scale": 0.0001})
    museum.ok("helper/ping")
    return museum


def ping(server: Server, museum: Emfluence) -> httpx2.Response:
    """One call on a connection of its own."""
    with server.client() as client:
        return client.get("/v1/helper/ping", headers=museum.headers)


# The rate


def test_ten_programs_five_at_a_time_are_slowed_down_and_never_refused(throttled: Server, museum: Emfluence) -> None:
    start, lanes = Barrier(CLIENTS), BoundedSemaphore(AT_A_TIME)

    def program(number: int) -> list[tuple[float, httpx2.Response]]:
        answers = []
        with throttled.client() as client:
            start.wait()
            for turn in range(CALLS):
                with lanes:
                    began = perf_counter()
                    contact = {"email": f"visitor.{number}.{turn}@example.com"}
                    answer = client.post("/emfluence/v1/contacts/save", json=contact, headers=museum.headers)
                    answers.append((perf_counter() - began, answer))
        return answers

    began = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as threads:
        answers = [answer for each in threads.map(program, range(CLIENTS)) for answer in each]
    took = perf_counter() - began
    slowed = [
        (seconds, WORDS.fullmatch(answer.headers[THROTTLED])) for seconds, answer in answers if THROTTLED in answer.headers
    ]

    assert Counter({200: CLIENTS * CALLS}) == Counter(answer.status_code for _, answer in answers)
    assert {1} == {envelope(answer)["success"] for _, answer in answers}
    assert len(answers) > len(slowed) > 0
    assert all(told is not None for _, told in slowed)
    for seconds, told in slowed:
        assert told is not None
        said, running, processed = map(int, told.groups())
        assert seconds > said - 1
        assert 1 <= running <= AT_A_TIME
        assert 1 <= processed <= PER_SECOND
    assert max(seconds for seconds, _ in slowed) >= 0.5
    assert took >= (CLIENTS * CALLS - 1) // PER_SECOND
    assert CLIENTS * CALLS == museum.ok("contacts/search", email="visitor.*")["paging"]["totalRecords"]


def test_a_program_that_keeps_to_the_rate_is_not_slowed_down(throttled: Server, museum: Emfluence) -> None:
    museum.workspace.control("PUT", "clock", json={"scale": 20})
    answers = []
    for _ in range(2 * PER_SECOND):
        answers.append(ping(throttled, museum))
        sleep(1 / PER_SECOND / 20)

    assert [] == [answer.headers[THROTTLED] for answer in answers if THROTTLED in answer.headers]


# Connections


def test_of_six_connections_one_is_refused_while_others_go_their_ways(throttled: Server, slow: Emfluence) -> None:
    other = Emfluence(Workspace(slow.workspace.server, f"{slow.workspace.name}-other"))
    with ThreadPoolExecutor(AT_A_TIME + 1) as threads:
        calls: set[Future[httpx2.Response]] = {threads.submit(ping, throttled, slow) for _ in range(AT_A_TIME + 1)}
        done, waiting = wait(calls, timeout=20, return_when=FIRST_COMPLETED)
        meanwhile = ping(throttled, other)
        still_waiting = sum(not call.done() for call in waiting)
        slow.workspace.freeze()
        answers = [call.result(20) for call in waiting]
        refused = [call.result() for call in done]
    slow.workspace.server.delete(f"/_mock/workspaces/{other.workspace.name}")

    assert [(403, 5)] == [(each.status_code, envelope(each)["code"]) for each in refused]
    assert (200, 1) == (meanwhile.status_code, envelope(meanwhile)["success"])
    assert THROTTLED not in meanwhile.headers
    assert AT_A_TIME == still_waiting
    assert [200] * AT_A_TIME == [each.status_code for each in answers]
    assert all(WORDS.fullmatch(each.headers[THROTTLED]) for each in answers)


def test_connections_that_were_given_up_do_not_count_for_ever(throttled: Server, slow: Emfluence) -> None:
    request = f"GET /v1/helper/ping HTTP/1.1\r\nHost: x\r\nAuthorization: {slow.token}\r\n\r\n".encode()
    sockets = [socket.create_connection(("127.0.0.1", throttled.port)) for _ in range(AT_A_TIME)]
    for each in sockets:
        each.sendall(request)
    refused = _until_refused(throttled, slow)
    for each in sockets:
        each.close()
    slow.workspace.freeze()
    answers = _answers_again(throttled, slow)

    assert 5 == refused["code"]
    assert {} == answers["data"]


def _until_refused(server: Server, museum: Emfluence) -> dict[str, Any]:
    """Wait until the five are there: a sixth that comes too early would wait with them, and is given up itself."""
    with httpx2.Client(base_url=server.url, timeout=1) as client:
        for _ in range(20):
            try:
                return envelope(client.get("/v1/helper/ping", headers=museum.headers))
            except httpx2.TimeoutException:
                continue
    pytest.fail("nobody was refused")


def _answers_again(server: Server, museum: Emfluence) -> dict[str, Any]:
    """Those that were given up are done as soon as they notice the frozen clock."""
    for _ in range(100):
        answer = ping(server, museum)
        if answer.status_code == 200:
            return envelope(answer)
        sleep(0.05)
    pytest.fail("they still count")
