"""Another caller, who notices when the server is busy with something large."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from tests.performance.client import Client


@contextmanager
def pinging(url: str) -> Iterator[list[float]]:
    """Ask without pause while the block runs; collects how long each answer took."""
    waits: list[float] = []
    over = Event()
    thread = Thread(target=_ping, args=(Client(url), over, waits))
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def _ping(client: Client, over: Event, waits: list[float]) -> None:
    while not over.is_set():
        waits.append(client.time("GET", "/livez"))
