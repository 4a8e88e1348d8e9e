"""Imports into Ether Mailer of 1,000 rows: how fast, and how long they keep other callers waiting."""

from collections.abc import Iterator
from statistics import median

from tests.performance.client import Client, ether
from tests.performance.contacts import IMPORT, rows
from tests.performance.figures import Figure, Unmeasured
from tests.performance.pinging import pinging

_ROWS = 1000
_CALLS = 15


def imports(url: str) -> Iterator[Figure]:
    """Rows by the second of one import after the other, then the longest wait of a caller beside them."""
    client = Client(url, ether("ws-imports"))
    if client.post(IMPORT, rows("warm-up", _ROWS))["totalCreated"] != _ROWS:
        raise Unmeasured("an import did not create all of its rows")
    seconds = median(client.time("POST", IMPORT, rows(f"alone-{call}", _ROWS)) for call in range(_CALLS))
    yield Figure(
        f"Ether Mailer: import {_ROWS:,} rows",
        f"{seconds * 1000:.1f} ms a call",
        _ROWS / seconds,
        "rows/s",
        "at least",
        40_000,
    )
    # Made beforehand: beside the pings nothing computes in this process.
    bodies = [rows(f"beside-{call}", _ROWS) for call in range(_CALLS)]
    with pinging(url) as waits:
        for body in bodies:
            client.time("POST", IMPORT, body)
    yield Figure(
        "Ether Mailer: wait beside imports", f"longest of {len(waits):,} pings", max(waits) * 1000, "ms", "at most", 50
    )
