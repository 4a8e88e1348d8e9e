"""What it takes to have a fresh world: a reset, and the first call with a new credential."""

from collections.abc import Iterator
from statistics import median

from tests.performance.client import Client, ether
from tests.performance.figures import Figure

_CALLS = 50
_TARGET_MS = 3.0


def workspaces(url: str) -> Iterator[Figure]:
    """Resets of one workspace, then as many new workspaces."""
    client = Client(url, ether("ws-reset"))
    client.get("/user")
    reset = [client.time("POST", "/_mock/reset?workspace=reset") for _ in range(_CALLS)]
    yield _figure("reset", reset)
    yield _figure("new workspace", [_first_call(client, number) for number in range(_CALLS)])


def _first_call(client: Client, number: int) -> float:
    client.authorization = ether(f"ws-new-{number}")
    return client.time("GET", "/user")


def _figure(work: str, seconds: list[float]) -> Figure:
    measured = f"median of {len(seconds)}, longest {max(seconds) * 1000:.1f} ms"
    return Figure(work, measured, median(seconds) * 1000, "ms", "at most", _TARGET_MS)
