"""Calls by the second, as a ratio to the empty route."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.performance.client import Client, emfluence, emma, ether
from tests.performance.contacts import IMPORT, emfluence_import, rows
from tests.performance.figures import Figure, Unmeasured
from tests.performance.members import members
from tests.performance.wrk import Load, drive

_ETHER_PAGE = "/user/contact/limit/50/offset/0"
_EMMA_PAGE = "/100/members?start=0&end=50"
_EMFLUENCE_PAGE = "/v1/contacts/search?rpp=50"


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


def _read_contact(url: str) -> Load:
    contact = Client(url, ether()).get(_ETHER_PAGE)["items"][0]["contactId"]
    return _load(url, f"/user/contact/{contact}", ether())


def _page_of_contacts(url: str) -> Load:
    client = Client(url, ether("ws-pages"))
    client.post(IMPORT, rows("page", 100))
    _demand_50(len(client.get(_ETHER_PAGE)["items"]))
    return _load(url, _ETHER_PAGE, client.authorization)


def _create_contact(url: str) -> Load:
    return _load(url, "/user/contact", ether("ws-create"), "create_contact.lua")


def _read_member(url: str) -> Load:
    return _load(url, "/100/members/200", emma("ws-read"))


def _page_of_members(url: str) -> Load:
    client = Client(url, emma("ws-pages"))
    client.post("/100/members", members("page", 100))
    _demand_50(len(client.get(_EMMA_PAGE)))
    return _load(url, _EMMA_PAGE, client.authorization)


def _add_member(url: str) -> Load:
    return _load(url, "/100/members/add", emma("ws-create"), "add_member.lua")


def _look_up_contact(url: str) -> Load:
    return _load(url, "/v1/contacts/lookup?contactID=1001", emfluence("ws-read"))


def _page_of_found_contacts(url: str) -> Load:
    client = Client(url, emfluence("ws-pages"))
    client.post("/v1/contacts/import", emfluence_import("page", 100))
    _demand_50(len(client.get(_EMFLUENCE_PAGE)["data"]["records"]))
    return _load(url, _EMFLUENCE_PAGE, client.authorization)


def _save_contact(url: str) -> Load:
    return _load(url, "/v1/contacts/save", emfluence("ws-create"), "save_contact.lua")


def _load(url: str, path: str, authorization: str, script: str | None = None) -> Load:
    labels = ("Content-Type: application/json",) if script is not None else ()
    lua = Path(__file__).with_name(script) if script is not None else None
    return Load(f"{url}{path}", (f"Authorization: {authorization}", *labels), lua)


def _demand_50(found: int) -> None:
    if found != 50:
        raise Unmeasured(f"a page of 50 holds {found} rows")


RATIOS = (
    Ratio("Ether Mailer: read one contact", 0.50, _read_contact),
    Ratio("Ether Mailer: page of 50", 0.30, _page_of_contacts),
    Ratio("Ether Mailer: create one", 0.30, _create_contact),
    Ratio("Emma: read one member", 0.50, _read_member),
    Ratio("Emma: page of 50", 0.30, _page_of_members),
    Ratio("Emma: add one", 0.30, _add_member),
    Ratio("emfluence: contacts/lookup", 0.50, _look_up_contact),
    Ratio("emfluence: contacts/search, 50", 0.30, _page_of_found_contacts),
    Ratio("emfluence: contacts/save", 0.30, _save_contact),
)
