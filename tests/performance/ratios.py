"""Calls by the second, as a ratio to the empty route."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.performance.client import DEFAULT_KEY, Client
from tests.performance.contacts import IMPORT, rows
from tests.performance.figures import Figure, Unmeasured
from tests.performance.wrk import Load, drive

_PAGE = "/user/contact/limit/50/offset/0"


@dataclass(frozen=True, slots=True)
class Ratio:
    """One kind of call, and which part of the empty route's throughput it is to reach."""

    work: str
    target: float
    load: Callable[[str], Load]
    """Prepares the server at an address, and says what to send there."""


def ratios(url: str, empty_url: str, *, rounds: int, seconds: int) -> Iterator[Figure]:
    """Each work in alternation with the empty route, so that what slows the machine down slows both down."""
    for ratio in RATIOS:
        load, empty = ratio.load(url), Load(f"{empty_url}/")
        drive(load, seconds=1, argument="warm-up")
        pairs = [
            (drive(empty, seconds=seconds).per_second, drive(load, seconds=seconds, argument=f"round-{number}").per_second)
            for number in range(rounds)
        ]
        yield _figure(ratio, pairs)


def _figure(ratio: Ratio, pairs: list[tuple[float, float]]) -> Figure:
    empty, ours = (median(side) for side in zip(*pairs, strict=True))
    measured = f"{ours:,.0f}/s, empty {empty:,.0f}/s"
    return Figure(ratio.work, measured, median(mine / its for its, mine in pairs), "", "at least", ratio.target)


def _read(url: str) -> Load:
    contact = Client(url).get(_PAGE)["items"][0]["contactId"]
    return _ether(url, f"/user/contact/{contact}", DEFAULT_KEY)


def _page(url: str) -> Load:
    client = Client(url, "ws-pages")
    client.post(IMPORT, rows("page", 100))
    if (found := len(client.get(_PAGE)["items"])) != 50:
        raise Unmeasured(f"a page of 50 holds {found} contacts")
    return _ether(url, _PAGE, client.key)


def _create(url: str) -> Load:
    return _ether(url, "/user/contact", "ws-create", Path(__file__).with_name("create.lua"))


def _ether(url: str, path: str, key: str, script: Path | None = None) -> Load:
    labels = ("Content-Type: application/json",) if script is not None else ()
    return Load(f"{url}{path}", (f"Authorization: API {key}", *labels), script)


RATIOS = (
    Ratio("read one contact", 0.50, _read),
    Ratio("page of 50", 0.30, _page),
    Ratio("create one", 0.30, _create),
)
