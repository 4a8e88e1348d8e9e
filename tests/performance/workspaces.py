"""What it takes to have a fresh world: by a reset, by a new credential, for a test."""

from collections.abc import Iterator
from statistics import median
from time import perf_counter

import httpx2

from mockserver.testing import Control
from mockserver.testing.connection import new_client
from tests.performance.client import Client, ether
from tests.performance.figures import Figure

_CALLS = 50
_TARGET_MS = 3.0


def workspaces(url: str) -> Iterator[Figure]:
    """Resets of one workspace, then as many new workspaces by credential, and by the plugin."""
    client = Client(url, ether("ws-reset"))
    client.get("/user")
    reset = [client.time("POST", "/_mock/reset?workspace=reset") for _ in range(_CALLS)]
    yield _figure("reset", reset)
    yield _figure("new workspace", [_first_call(client, number) for number in range(_CALLS)])
    with new_client(url) as shared:
        yield _figure("workspace of a test", [_of_a_test(url, shared, number) for number in range(_CALLS)])


def _first_call(client: Client, number: int) -> float:
    client.authorization = ether(f"ws-new-{number}")
    return client.time("GET", "/user")


def _of_a_test(url: str, shared: httpx2.Client, number: int) -> float:
    """One is made before the test and deleted after it."""
    began = perf_counter()
    with Control(url, f"test-{number}", client=shared) as control:
        control.create(throttle="observe")
        control.delete()
    return perf_counter() - began


def _figure(work: str, seconds: list[float]) -> Figure:
    measured = f"median of {len(seconds)}, longest {max(seconds) * 1000:.1f} ms"
    return Figure(work, measured, median(seconds) * 1000, "ms", "at most", _TARGET_MS)
