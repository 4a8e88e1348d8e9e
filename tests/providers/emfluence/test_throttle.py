"""The limit on the rate: nobody is refused, and whoever comes too fast waits."""

import asyncio
from typing import Any

import pytest

from mockserver.providers.emfluence import access
from tests.providers.emfluence.client import Emfluence, envelope
from tests.workspace import Response

LIMIT = 9
HEADER = "x-api-ratelimit-throttled"


class Sleeper:
    """Stands in for `asyncio` in `access.py`: keeps what would have been slept, and sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(seconds)


@pytest.fixture
def sleeper(monkeypatch: pytest.MonkeyPatch) -> Sleeper:
    made = Sleeper()
    monkeypatch.setattr(access, "asyncio", made)
    return made


@pytest.fixture
def limited(emfluence: Emfluence) -> Emfluence:
    """A client that is throttled as in production, at a moment that stands still."""
    emfluence.workspace.freeze()
    emfluence.workspace.throttle("enforce")
    return emfluence


def call(emfluence: Emfluence, times: int, path: str = "helper/ping") -> list[Response]:
    answers = [emfluence.request("GET", path) for _ in range(times)]

    assert {200} == {answer.status_code for answer in answers}
    return answers


def waited(emfluence: Emfluence, times: int) -> list[bool]:
    return [HEADER in answer.headers for answer in call(emfluence, times)]


def words(seconds: int, processed: int, most: int = 5) -> str:
    unit = "second" if seconds == 1 else "seconds"
    return (
        f"Request was throttled for {seconds} {unit}. 1 requests are running.  The maximum is {most} requests."
        f"  {processed} requests processed in the last 1 second"
    )


@pytest.mark.rule("emf.throttle", "emf.throttle.header")
def test_the_tenth_request_in_a_second_is_answered_and_told_that_it_was_throttled(limited: Emfluence) -> None:
    *free, slow = call(limited, LIMIT + 1)

    assert [] == [answer.headers[HEADER] for answer in free if HEADER in answer.headers]
    assert words(1, LIMIT) == slow.headers[HEADER]
    assert 1 == envelope(slow)["success"]


@pytest.mark.rule("emf.throttle.header", "emf.throttle.clock")
def test_with_a_frozen_clock_nobody_waits_and_the_header_counts_on(limited: Emfluence, sleeper: Sleeper) -> None:
    answers = call(limited, 4 * LIMIT)
    told = [answer.headers.get(HEADER) for answer in answers]

    assert [None] * 9 + [words(1, 9)] * 9 + [words(2, 9)] * 9 + [words(3, 9)] * 9 == told
    assert [] == sleeper.slept


@pytest.mark.rule("emf.throttle.shared")
def test_the_second_slides_with_the_clock_of_the_workspace(limited: Emfluence) -> None:
    first = waited(limited, 5)
    limited.workspace.advance(seconds=0.5)
    second = waited(limited, 5)
    limited.workspace.advance(seconds=0.5)
    third = waited(limited, 5)

    assert [False] * 5 == first
    assert [False] * 4 + [True] == second
    assert [False] * 4 + [True] == third


@pytest.mark.rule("emf.throttle.header")
def test_the_seconds_of_a_wait_are_rounded_up(limited: Emfluence) -> None:
    call(limited, LIMIT)
    limited.workspace.advance(seconds=0.9)
    barely, *_, longer = call(limited, LIMIT + 1)

    assert words(1, LIMIT) == barely.headers[HEADER]
    assert words(2, LIMIT) == longer.headers[HEADER]


@pytest.mark.rule("emf.throttle.clock")
def test_a_scaled_clock_is_waited_for_in_its_own_time(emfluence: Emfluence, sleeper: Sleeper) -> None:
    emfluence.workspace.throttle("enforce")
    emfluence.workspace.configure("emfluence", requests_per_second=1)
    emfluence.workspace.control("PUT", "clock", json={"scale": 100})
    free, slow = call(emfluence, 2)

    assert HEADER not in free.headers
    assert words(1, 1) == slow.headers[HEADER]
    assert sleeper.slept
    assert 0.01 >= max(sleeper.slept)


@pytest.mark.rule("emf.throttle.clock")
@pytest.mark.parametrize("change", [{"frozen": True}, {"now": "2030-01-01T00:00:00Z"}, {"now": "1999-01-01T00:00:00Z"}])
def test_a_call_that_waits_goes_on_when_the_clock_is_moved(
    emfluence: Emfluence, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    """Nobody lives to see the end of this wait: a second of this clock takes twelve days."""
    workspace = emfluence.workspace

    async def move(_: float) -> None:
        await asyncio.to_thread(workspace.control, "PUT", "clock", json=change)

    workspace.throttle("enforce")
    workspace.configure("emfluence", requests_per_second=1)
    workspace.control("PUT", "clock", json={"scale": 1e-6})
    monkeypatch.setattr(access, "asyncio", type("Mover", (), {"sleep": staticmethod(move)}))

    assert [False, True] == waited(emfluence, 2)


@pytest.mark.rule("emf.throttle.shared")
def test_all_users_of_a_workspace_share_its_second_and_failing_calls_count(limited: Emfluence) -> None:
    users = [limited, limited.as_user("editor"), limited.as_user("volunteer")]
    for user in users:
        call(user, 2)
        call(user, 1, "nothing/at/all")

    assert [True] * 3 == [waited(user, 1) == [True] for user in users]


@pytest.mark.rule("emf.throttle.shared")
def test_other_workspaces_have_a_second_of_their_own(limited: Emfluence) -> None:
    call(limited, LIMIT)
    other = Emfluence(limited.workspace)
    other.headers = {"Authorization": "ws-emfluence-elsewhere"}
    limited.workspace.server.patch(
        "/_mock/config", params={"workspace": "emfluence-elsewhere"}, json={"throttle": "enforce"}
    )

    assert [False] == waited(other, 1)
    assert [True] == waited(limited, 1)


@pytest.mark.rule("emf.throttle")
def test_a_call_that_waited_and_failed_carries_the_header_too(limited: Emfluence) -> None:
    call(limited, LIMIT)

    assert words(1, LIMIT) == call(limited, 1, "helper/missingmethod")[0].headers[HEADER]


@pytest.mark.rule("emf.throttle")
@pytest.mark.reading("emfluence", requests_per_second=2, simultaneous_connections=7)
def test_the_number_of_requests_is_a_setting(limited: Emfluence) -> None:
    *free, slow = call(limited, 3)

    assert [False, False] == [HEADER in answer.headers for answer in free]
    assert words(1, 2, most=7) == slow.headers[HEADER]


@pytest.mark.rule("emf.throttle")
def test_the_row_is_cited_by_a_call_that_waited(limited: Emfluence) -> None:
    free, slow = (limited.request("GET", "helper/ping", headers={"X-Mock-Explain": "1"}) for _ in range(2))
    call(limited, LIMIT)
    slow = limited.request("GET", "helper/ping", headers={"X-Mock-Explain": "1"})

    assert "emf.ping;documented" == free.headers["x-mock-rules"]
    assert "emf.ping;documented, emf.throttle;documented" == slow.headers["x-mock-rules"]


@pytest.mark.rule("emf.throttle.mode")
@pytest.mark.reading("emfluence", throttle="off")
def test_nobody_waits_when_the_throttle_is_off(limited: Emfluence, sleeper: Sleeper) -> None:
    assert [False] * 12 == waited(limited, 12)
    assert {None} == {each["throttled"] for each in limited.workspace.calls()}
    assert [] == sleeper.slept


@pytest.mark.rule("emf.throttle.mode")
@pytest.mark.reading("emfluence", throttle="observe")
def test_who_would_have_waited_is_noted_when_the_throttle_observes(emfluence: Emfluence, sleeper: Sleeper) -> None:
    emfluence.workspace.freeze()

    assert [False] * 11 == waited(emfluence, 11)
    assert ["observe"] * 2 + [None] * 9 == [each["throttled"] for each in emfluence.workspace.calls()]
    assert [] == sleeper.slept


@pytest.mark.rule("emf.throttle.mode")
@pytest.mark.reading("emfluence", throttle="enforce", requests_per_second=1)
def test_the_throttle_of_this_provider_may_be_enforced_alone(emfluence: Emfluence) -> None:
    emfluence.workspace.freeze()

    assert [False, True] == waited(emfluence, 2)
    assert ["enforce", None] == [each["throttled"] for each in emfluence.workspace.calls()]
