"""The life of a server process: its start, its memory, its end."""

from collections.abc import Iterator
from statistics import median
from time import sleep

from tests.performance.client import ether
from tests.performance.figures import Figure, Unmeasured
from tests.performance.processes import MOCKSERVER, running
from tests.performance.wrk import Load, drive

_STARTS = 5
_IDLE_SECONDS = 1.0
_WARM_UP_PART = 0.1
"""Which part of the calls fills what fills once, before memory is compared."""


def starts() -> Iterator[Figure]:
    """Several servers, one after the other: how long until each is ready, and until it has ended."""
    ready, ended = zip(*(_live_shortly() for _ in range(_STARTS)), strict=True)
    yield _seconds("start to ready", ready, 0.6)
    yield _seconds("SIGTERM to exit code 0", ended, 1.0)


def _live_shortly() -> tuple[float, float]:
    with running(MOCKSERVER) as server:
        ended = server.end()
    if server.process.returncode != 0:
        raise Unmeasured(f"SIGTERM ended the server with exit code {server.process.returncode}")
    return server.seconds_to_ready, ended


def _seconds(work: str, seconds: tuple[float, ...], target: float) -> Figure:
    measured = f"median of {len(seconds)}, longest {max(seconds):.2f} s"
    return Figure(work, measured, median(seconds), "s", "at most", target)


def memory(calls: int) -> Iterator[Figure]:
    """A fresh server's memory, and how much it grows by reading on and on."""
    with running(MOCKSERVER) as server:
        sleep(_IDLE_SECONDS)
        idle = server.memory()
        yield Figure("idle memory", f"after {_IDLE_SECONDS:.0f} s", idle, "MB", "at most", 80)
        load = Load(f"{server.url}/user/contact/limit/50/offset/0", (f"Authorization: {ether()}",))
        warm_up = _call(load, int(calls * _WARM_UP_PART))
        before = server.memory()
        rest = _call(load, calls - warm_up)
        after = server.memory()
    measured = f"{before:.1f} MB, {rest:,} calls later {after:.1f} MB"
    yield Figure("memory growth", measured, (after / before - 1) * 100, "%", "at most", 10)


def _call(load: Load, calls: int) -> int:
    """At least so many calls; wrk counts in seconds."""
    done, seconds = 0, 1
    while done < calls:
        burst = drive(load, seconds=seconds)
        done += burst.calls
        seconds = max(1, int((calls - done) / burst.per_second))
    return done
