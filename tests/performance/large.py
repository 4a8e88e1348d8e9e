"""What Emma does with very many members: imports, a mailing, the last page of a million."""

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from tests.performance.client import Client, emma
from tests.performance.figures import Figure, Unmeasured
from tests.performance.members import members
from tests.performance.pinging import pinging
from tests.performance.processes import MOCKSERVER, running

_SMALL, _LARGE, _MILLION = 1_000, 100_000, 1_000_000
_CALLS = 15
_PATIENCE_SECONDS = 180
"""It takes a while to invent a million people."""
_GROUP = 153
"""An empty group of the standard fixtures, but for one proof reader."""


def large(url: str) -> Iterator[Figure]:
    """Imports of a thousand, one of a hundred thousand, and a mailing to all of them; other callers ask meanwhile."""
    client = Client(url, emma("ws-large"))
    seconds = median(_import(client, members(f"small-{call}", _SMALL)) for call in range(_CALLS))
    yield _rows_per_second(_SMALL, seconds)
    body = members("large", _LARGE, group_ids=[_GROUP])
    with pinging(url) as waits:
        seconds = _import(client, body)
    yield _rows_per_second(_LARGE, seconds)
    yield _longest_wait(f"import of {_LARGE:,}", waits)
    with pinging(url) as waits:
        seconds = _send(client)
    yield Figure(f"Emma: mailing to {_LARGE:,}", "resent to a group, until it is complete", seconds, "s", "at most", 5)
    yield _longest_wait(f"mailing to {_LARGE:,}", waits)


def send_to_many(client: Client) -> None:
    """Let a workspace have a hundred thousand members, and a mailing to all of them."""
    _import(client, members("large", _LARGE, group_ids=[_GROUP]))
    _send(client)


def last_page() -> Iterator[Figure]:
    """The last 500 of a million generated members."""
    with TemporaryDirectory() as folder:
        people = f"[generate]\npeople = {_MILLION}\n"
        (Path(folder) / "emma.toml").write_text(f"[account]\nid = 100\n{people}", "utf-8")
        with running((*MOCKSERVER, "--fixtures", folder), patience=_PATIENCE_SECONDS) as server:
            client = Client(server.url, emma("ws-million"))
            total = client.get("/100/members?count=true")
            path = f"/100/members?start={total - 500}&end={total}"
            if total < _MILLION or len(client.get(path)) != 500:
                raise Unmeasured(f"there are {total:,} members instead of a million, or no last page of 500")
            seconds = median(client.time("GET", path) for _ in range(_CALLS))
    yield Figure("Emma: page of 500", f"at the end of {total:,} members", seconds * 1000, "ms", "at most", 25)


def _import(client: Client, body: bytes) -> float:
    """Seconds from the call to the finished import."""
    began = perf_counter()
    started = client.post("/100/members", body)
    done = _wait(lambda: client.get(f"/100/members/imports/{started['import_id']}"), "status", "o")
    if not done["num_members_added"]:
        raise Unmeasured("an import added nobody")
    return perf_counter() - began


def _send(client: Client) -> float:
    began = perf_counter()
    sent = client.post("/100/mailings/200", b'{"recipient_groups": [%d]}' % _GROUP)
    path = f"/100/mailings/{sent['mailing_id']}"
    done = _wait(lambda: client.get(path), "mailing_status", "c")
    if done["recipient_count"] < _LARGE:
        raise Unmeasured(f"the mailing went to {done['recipient_count']:,} members only")
    return perf_counter() - began


def _wait(ask: Callable[[], Any], key: str, value: str) -> Any:
    while (found := ask())[key] != value:
        if found[key] in {"e", "f", "x"}:
            raise Unmeasured(f"{key} became {found[key]}")
    return found


def _rows_per_second(rows: int, seconds: float) -> Figure:
    measured = f"{seconds * 1000:,.0f} ms from the call to its end"
    return Figure(f"Emma: import {rows:,} rows", measured, rows / seconds, "rows/s", "at least", 40_000)


def _longest_wait(work: str, waits: list[float]) -> Figure:
    return Figure(f"Emma: wait beside {work}", f"longest of {len(waits):,} pings", max(waits) * 1000, "ms", "at most", 50)
