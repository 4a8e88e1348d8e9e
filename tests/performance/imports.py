"""Imports of 1,000 rows: how fast, and how long they keep other callers waiting."""

from collections.abc import Iterator
from statistics import median

from tests.performance.client import Client, emfluence, ether
from tests.performance.contacts import IMPORT, emfluence_import, rows
from tests.performance.figures import Figure, Unmeasured
from tests.performance.pinging import pinging

_ROWS = 1000
_CALLS = 15


def imports(url: str) -> Iterator[Figure]:
    """Rows by the second of one import after the other, then the longest wait of a caller beside them."""
    client = Client(url, ether("ws-imports"))
    if client.post(IMPORT, rows("warm-up", _ROWS))["totalCreated"] != _ROWS:
        raise Unmeasured("an import did not create all of its rows")
    yield _figure("Ether Mailer", [client.time("POST", IMPORT, rows(f"alone-{call}", _ROWS)) for call in range(_CALLS)])
    # Made beforehand: beside the pings nothing computes in this process.
    bodies = [rows(f"beside-{call}", _ROWS) for call in range(_CALLS)]
    with pinging(url) as waits:
        for body in bodies:
            client.time("POST", IMPORT, body)
    measured = f"longest of {len(waits):,} pings"
    yield Figure("Ether Mailer: wait beside imports", measured, max(waits) * 1000, "ms", "at most", 50)
    yield from _emfluence(Client(url, emfluence("ws-imports")))


def _emfluence(client: Client) -> Iterator[Figure]:
    path = "/v1/contacts/import"
    if client.post(path, emfluence_import("warm-up", _ROWS))["data"]["recordsInserted"] != _ROWS:
        raise Unmeasured("an import did not create all of its records")
    calls = range(_CALLS)
    yield _figure("emfluence", [client.time("POST", path, emfluence_import(f"alone-{call}", _ROWS)) for call in calls])


def _figure(provider: str, seconds: list[float]) -> Figure:
    each = median(seconds)
    measured = f"{each * 1000:.1f} ms a call"
    return Figure(f"{provider}: import {_ROWS:,} rows", measured, _ROWS / each, "rows/s", "at least", 40_000)
