"""For each rule and each provider where it applies: a client that behaves, and one that does not.

Time is the workspace's frozen clock; who waits, lets it pass. Refusals that no good client provokes are armed as faults.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Response, Workspace


class Guest:
    """A program that uses the three services; how well it behaves is up to the scene."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.emma = Emma(workspace)
        self.emfluence = Emfluence(workspace)
        self.ether = EtherMailer(workspace)

    def wait(self, seconds: float) -> None:
        self.workspace.advance(seconds=seconds)

    def arm(self, provider: str, refusal: str, first: int = 1) -> None:
        """Let the next calls be refused like this, whatever they ask."""
        act = {"kind": "refusal", "name": refusal}
        self._fault({"match": {"provider": provider}, "when": {"first": first}, "act": act})

    def arm_act(self, provider: str, **act: Any) -> None:
        """Let the next call go wrong like this."""
        self._fault({"match": {"provider": provider}, "when": {"first": 1}, "act": act})

    def hold_up(self, seconds: float) -> None:
        """Let every call last as long as it does over a real network."""
        self._fault({"match": {}, "delay": {"seconds": seconds}})

    def _fault(self, fault: dict[str, Any]) -> None:
        self.workspace.control("POST", "faults", json=fault)

    def ping(self, provider: str) -> Response:
        """The smallest call there is."""
        match provider:
            case "emma":
                return self.emma.get("/fields", params={"start": "0", "end": "500"})
            case "emfluence":
                return self.emfluence.request("GET", "helper/ping")
            case _:
                return self.ether.get("/user")

    def add(self, provider: str, email: str) -> Response:
        """One person."""
        match provider:
            case "emma":
                return self.emma.post("/members/add", {"email": email})
            case "emfluence":
                return self.emfluence.request("POST", "contacts/save", json={"email": email})
            case _:
                return self.ether.post("/user/contact", {"email": email})

    def add_all(self, provider: str, emails: list[str]) -> Response:
        """Many at once."""
        people = [{"email": email} for email in emails]
        match provider:
            case "emma":
                return self.emma.post("/members", {"members": people})
            case "emfluence":
                return self.emfluence.request("POST", "contacts/import", json={"contacts": people})
            case _:
                return self.ether.post("/user/contact/import", people)

    def page(self, provider: str, number: int, size: int) -> Response:
        """A page of the people, counted from 0."""
        first = number * size
        match provider:
            case "emma":
                return self.emma.get("/members", params={"start": first, "end": first + size})
            case "emfluence":
                return self.emfluence.request("GET", "contacts/search", params={"page": number + 1, "rpp": size})
            case _:
                return self.ether.get(f"/user/contact/limit/{size}/offset/{first}")


Play = Callable[[Guest], object]


@dataclass(frozen=True)
class Scene:
    """What two clients do, and what is to be said of the second one."""

    rule: str
    provider: str
    row: str
    severity: str
    behaves: Play
    misbehaves: Play
    variant: str = ""

    def __str__(self) -> str:
        return "-".join(filter(None, (self.rule, self.provider, self.variant)))


PROVIDERS = ("emma", "emfluence", "ethermailer")
LARGEST_PAGE = {"emma": 500, "emfluence": 250, "ethermailer": 50}
LIMITED = {"emma": "rate_limit_exceeded", "emfluence": "too_many_connections", "ethermailer": "too_many_requests"}
LIMIT_ROW = {"emma": "emma.rate_limit", "emfluence": "emf.code.5", "ethermailer": "ether.throttle"}
WAIT = {"emma": 60, "emfluence": 1, "ethermailer": 1}
FAILURE = {"emma": "service_unavailable", "emfluence": "internal_error", "ethermailer": "service_unavailable"}
FAILURE_ROW = {"emma": "emma.no_room", "emfluence": "emf.code.1", "ethermailer": "ether.no_room"}
BAD_ADDRESS_ROW = {"emma": "emma.members.bad_email", "emfluence": "", "ethermailer": "ether.contacts.email_form"}
PACE = {"emma": 0.4, "emfluence": 0.2, "ethermailer": 0.4}
"""Seconds between calls that are slow enough."""
UNDER_WAY_SECONDS = 0.4


def scenes() -> Iterator[Scene]:
    yield from _retries()
    yield from _pace()
    yield from _habits()
    yield from _lists()


def _retries() -> Iterator[Scene]:
    for provider in PROVIDERS:
        yield Scene(
            "retry_too_early",
            provider,
            LIMIT_ROW[provider],
            "error",
            lambda guest, name=provider: _retry_when_limited(guest, name, WAIT[name]),
            lambda guest, name=provider: _retry_when_limited(guest, name, 0.2),
        )
        yield Scene(
            "hammering",
            provider,
            FAILURE_ROW[provider],
            "error",
            lambda guest, name=provider: _retry_when_failed(guest, name, (0.25, 0.5, 1, 2)),
            lambda guest, name=provider: _retry_when_failed(guest, name, (0.1, 0.1, 0.1, 0.1)),
        )
        yield Scene(
            "not_retried",
            provider,
            FAILURE_ROW[provider],
            "warning",
            lambda guest, name=provider: _go_on_after_failure(guest, name, again=True),
            lambda guest, name=provider: _go_on_after_failure(guest, name, again=False),
        )
        yield Scene(
            "not_retried",
            provider,
            {"emma": "emma.retries", "emfluence": "emf.retries", "ethermailer": "ether.retries"}[provider],
            "warning",
            lambda guest, name=provider: _go_on_after_loss(guest, name, look=True),
            lambda guest, name=provider: _go_on_after_loss(guest, name, look=False),
            "lost",
        )
    yield Scene("retry_in_vain", "emma", "emma.members.bad_email", "error", *_bad_address("emma"))
    yield Scene("retry_in_vain", "ethermailer", "ether.contacts.email_form", "error", *_bad_address("ethermailer"))
    yield Scene(
        "retry_in_vain",
        "emfluence",
        "emf.contacts.unknown",
        "error",
        lambda guest: (_look_up(guest), guest.wait(2), _look_up(guest)),
        lambda guest: (_look_up(guest), guest.wait(0.2), _look_up(guest)),
        "polling",
    )
    yield Scene(
        "retry_in_vain",
        "emfluence",
        "emf.code.502",
        "error",
        lambda guest: (_delete(guest, {}), guest.wait(1), guest.emfluence.ok("contacts/save", email="x@example.com")),
        lambda guest: (_delete(guest, {}), guest.wait(30), _delete(guest, {})),
    )


def _retry_when_limited(guest: Guest, provider: str, wait: float) -> None:
    guest.arm(provider, LIMITED[provider], first=1 if wait >= 1 else 2)
    guest.ping(provider)
    guest.wait(wait)
    guest.ping(provider)


def _retry_when_failed(guest: Guest, provider: str, waits: tuple[float, ...]) -> None:
    guest.arm(provider, FAILURE[provider], first=len(waits))
    guest.add(provider, "dora@example.com")
    for wait in waits:
        guest.wait(wait)
        guest.add(provider, "dora@example.com")


def _go_on_after_failure(guest: Guest, provider: str, *, again: bool) -> None:
    guest.arm(provider, FAILURE[provider])
    guest.add(provider, "dora@example.com")
    for number in range(3):
        guest.wait(50)
        guest.add(provider, f"other{number}@example.com")
    if again:
        guest.add(provider, "dora@example.com")


def _go_on_after_loss(guest: Guest, provider: str, *, look: bool) -> None:
    """A lost answer to a change leaves two good ways: to send it again, or to look whether it happened."""
    guest.arm_act(provider, kind="garbage", size=40)
    guest.add(provider, "dora@example.com")
    guest.wait(1)
    if look:
        guest.page(provider, 0, LARGEST_PAGE[provider])
    for number in range(3):
        guest.wait(50)
        guest.add(provider, f"other{number}@example.com")


def _bad_address(provider: str) -> tuple[Play, Play]:
    def play(guest: Guest, second: str) -> None:
        guest.add(provider, "dora at example.com")
        guest.wait(5)
        guest.add(provider, second)

    return (lambda guest: play(guest, "dora@example.com")), (lambda guest: play(guest, "dora at example.com"))


def _look_up(guest: Guest) -> None:
    guest.emfluence.request("POST", "contacts/lookup", json={"contactID": 4711})


def _delete(guest: Guest, parameters: dict[str, Any]) -> None:
    guest.emfluence.request("POST", "contacts/delete", json=parameters)


def _pace() -> Iterator[Scene]:
    limits = {"emma": 180, "emfluence": 9, "ethermailer": 3}
    rows = {"emma": "emma.rate_limit", "emfluence": "emf.throttle", "ethermailer": "ether.throttle"}
    for provider in PROVIDERS:
        for mode in ("off", "observe"):
            yield Scene(
                "burst",
                provider,
                rows[provider],
                "advice" if provider == "emfluence" else "warning",
                lambda guest, name=provider: _ping_often(guest, name, limits[name] + 1, limits[name]),
                lambda guest, name=provider, mode=mode: (
                    guest.workspace.throttle(mode),
                    _ping_often(guest, name, limits[name] + 2, None),
                ),
                mode,
            )
    yield Scene(
        "connections",
        "emfluence",
        "emf.connections",
        "error",
        lambda guest: _ping_at_once(guest, 5),
        lambda guest: _ping_at_once(guest, 7),
    )


def _ping_often(guest: Guest, provider: str, count: int, most: int | None) -> None:
    """So many calls; who behaves, lets a window pass when it is full."""
    for number in range(count):
        if most is not None and number == most:
            guest.wait(60 if provider == "emma" else 1)
        guest.ping(provider)


def _ping_at_once(guest: Guest, count: int) -> None:
    guest.hold_up(UNDER_WAY_SECONDS)
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(guest.ping, ["emfluence"] * count))


def _habits() -> Iterator[Scene]:
    bulk = {"emma": "emma.bulk.preferred", "emfluence": "emf.import_contacts", "ethermailer": "ether.import_contacts"}
    for provider in PROVIDERS:
        emails = [f"guest{number}@example.com" for number in range(20)]
        yield Scene(
            "no_bulk",
            provider,
            bulk[provider],
            "advice",
            lambda guest, name=provider, emails=emails: (guest.add_all(name, emails), _add_each(guest, name, emails[:19])),
            lambda guest, name=provider, emails=emails: _add_each(guest, name, emails),
        )
    yield Scene(
        "no_bulk",
        "emfluence",
        "emf.lookup_users",
        "advice",
        lambda guest: guest.emfluence.call("users/lookup", userIDs=list(range(1, 21))),
        lambda guest: [(guest.emfluence.call("users/lookup", userID=number), guest.wait(0.9)) for number in range(1, 21)],
        "lookups",
    )
    yield Scene(
        "no_bulk",
        "ethermailer",
        "ether.delete_contacts",
        "advice",
        lambda guest: _delete_contacts(guest, [f"{number}" for number in range(20)]),
        lambda guest: [(_delete_contacts(guest, [f"{number}"]), guest.wait(0.4)) for number in range(20)],
        "ids",
    )
    for reading, severity in (("accept", "warning"), ("refuse", "error")):
        yield Scene(
            "deprecated",
            "emfluence",
            "emf.token.in_request",
            severity,
            lambda guest: guest.ping("emfluence"),
            lambda guest, reading=reading: _token_in_query(guest, reading),
            reading,
        )
    yield from _headers()
    yield from _maxima()
    yield from _unread()


def _add_each(guest: Guest, provider: str, emails: list[str]) -> None:
    for email in emails:
        guest.wait(PACE[provider])
        guest.add(provider, email)


def _delete_contacts(guest: Guest, ids: list[str]) -> None:
    guest.ether.delete("/user/contact/multiple", params={"contactIds": ids})


def _token_in_query(guest: Guest, reading: str) -> None:
    guest.workspace.configure("emfluence", token_in_request=reading)
    parameters = {"accessToken": guest.emfluence.token}
    guest.emfluence.request("GET", "helper/ping", params=parameters, headers={"Authorization": None})


def _headers() -> Iterator[Scene]:
    def ping(headers: dict[str, str | None]) -> Play:
        return lambda guest: guest.ether.get("/user", headers=headers)

    def add(content_type: str | None) -> Play:
        content = b'{"email": "dora@example.com"}'
        return lambda guest: guest.ether.request(
            "POST", "/user/contact", content=content, headers={"Content-Type": content_type}
        )

    def save(content_type: str | None) -> Play:
        headers = {"Content-Type": content_type}
        return lambda guest: guest.emfluence.request(
            "POST", "contacts/save", content=b'{"email": "dora@example.com"}', headers=headers
        )

    good = ping({})
    media = "application/json; charset=utf-8"
    yield Scene("missing_header", "ethermailer", "ether.accept.absent", "advice", good, ping({"Accept": "*/*"}), "accept")
    yield Scene(
        "missing_header",
        "ethermailer",
        "ether.content_type.bodyless",
        "advice",
        good,
        ping({"Content-Type": None}),
        "bodyless",
    )
    yield Scene("missing_header", "ethermailer", "ether.content_type", "error", add(media), add("text/plain"), "body")
    yield Scene("missing_header", "emfluence", "emf.parameters.label", "warning", save(media), save(None))


def _maxima() -> Iterator[Scene]:
    rows = {"emma": "emma.paging.most", "emfluence": "emf.paging.maximum", "ethermailer": "ether.paging.max"}
    for provider in PROVIDERS:
        yield Scene(
            "too_much",
            provider,
            rows[provider],
            "warning" if provider == "emma" else "error",
            lambda guest, name=provider: guest.page(name, 0, LARGEST_PAGE[name]),
            lambda guest, name=provider: guest.page(name, 0, LARGEST_PAGE[name] + 1),
            "page",
        )
    ids = [str(number) for number in range(1001)]
    yield Scene(
        "too_much",
        "ethermailer",
        "ether.bulk.size",
        "error",
        lambda guest: _delete_contacts(guest, ids[:1000]),
        lambda guest: _delete_contacts(guest, ids),
        "ids",
    )
    yield Scene(
        "too_much",
        "emfluence",
        "emf.lookup_users.most",
        "error",
        lambda guest: guest.emfluence.call("users/lookup", userIDs=list(range(1, 26))),
        lambda guest: guest.emfluence.call("users/lookup", userIDs=list(range(1, 27))),
        "ids",
    )


def _unread() -> Iterator[Scene]:
    def add(field: str) -> dict[str, Play]:
        value = {"email": "dora@example.com", field: "Dora"}
        return {
            "emma": lambda guest: guest.emma.post("/members/add", value),
            "emfluence": lambda guest: guest.emfluence.request("POST", "contacts/save", json=value),
            "ethermailer": lambda guest: guest.ether.post("/user/contact", value),
        }

    rows = {"emma": "emma.unknown_keys", "emfluence": "emf.parameters.unknown", "ethermailer": "ether.unknown_properties"}
    for provider in PROVIDERS:
        yield Scene(
            "unread_fields",
            provider,
            rows[provider],
            "warning",
            lambda guest, name=provider: guest.add(name, "dora@example.com"),
            add("frist_name")[provider],
        )


def _lists() -> Iterator[Scene]:
    small = {"emma": "emma.paging.most", "emfluence": "emf.paging.maximum", "ethermailer": "ether.paging.max"}
    step = {"emma": "emma.paging", "emfluence": "emf.paging", "ethermailer": "ether.paging.path"}
    for provider in PROVIDERS:
        yield Scene(
            "small_pages",
            provider,
            small[provider],
            "advice",
            lambda guest, name=provider: _walk(guest, name, range(5), LARGEST_PAGE[name]),
            lambda guest, name=provider: _walk(guest, name, range(5), 10),
        )
        yield Scene(
            "same_page",
            provider,
            step[provider],
            "advice",
            lambda guest, name=provider: _read_a_page_after_a_change(guest, name),
            lambda guest, name=provider: _walk(guest, name, (0, 1, 1), LARGEST_PAGE[name]),
        )


def _walk(guest: Guest, provider: str, pages: range | tuple[int, ...], size: int) -> None:
    for number in pages:
        guest.wait(PACE[provider])
        guest.page(provider, number, size)


def _read_a_page_after_a_change(guest: Guest, provider: str) -> None:
    _walk(guest, provider, (0, 1), LARGEST_PAGE[provider])
    guest.add(provider, "dora@example.com")
    _walk(guest, provider, (0, 1), LARGEST_PAGE[provider])


SCENES = list(scenes())
