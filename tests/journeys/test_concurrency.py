"""Many connections at once: every call is one critical section."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx2
import pytest

from tests.journeys.conftest import Server
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

CONNECTIONS = 20

Send = Callable[[httpx2.Client, Any], httpx2.Response]


@pytest.fixture
def ether(workspace: Workspace) -> EtherMailer:
    return EtherMailer(workspace)


def test_forty_addresses_posted_eight_times_at_once_are_forty_contacts(running: Server, ether: EtherMailer) -> None:
    before = _total(ether, "contact")
    addresses = [f"guest.{number}@example.com" for number in range(40) for _ in range(8)]
    answers = _at_once(running, lambda client, address: _post(client, ether, "/user/contact", {"email": address}), addresses)
    created = [answer.json()["text"] for answer in answers if answer.status_code == 200]
    refused = [answer.json()["errors"][0]["constraintName"] for answer in answers if answer.status_code == 400]

    assert 40 == len(set(created)) == len(created)
    assert {"AlreadyExists": 280} == Counter(refused)
    assert before + 40 == _total(ether, "contact")


def test_a_group_name_posted_by_all_at_once_is_one_group(running: Server, ether: EtherMailer) -> None:
    names = ["Bakers"] * CONNECTIONS
    answers = _at_once(running, lambda client, name: _post(client, ether, "/user/contact-groups", {"name": name}), names)

    assert {200: 1, 400: CONNECTIONS - 1} == Counter(answer.status_code for answer in answers)
    assert 1 == [group["name"] for group in ether.groups()].count("Bakers")


def test_imports_of_the_same_rows_at_once_create_each_contact_once(running: Server, ether: EtherMailer) -> None:
    rows = [{"email": f"guest.{number}@example.com"} for number in range(2000)]
    answers = _at_once(running, lambda client, _: _post(client, ether, "/user/contact/import", rows), range(4))
    summaries = [answer.json() for answer in answers]

    assert [0, 0, 0, 2000] == sorted(summary["totalCreated"] for summary in summaries)
    assert [0, 2000, 2000, 2000] == sorted(summary["totalUpdated"] for summary in summaries)
    assert 0 == sum(summary["totalErrors"] for summary in summaries)


def test_every_call_of_many_connections_is_in_the_journal_once(running: Server, ether: EtherMailer) -> None:
    paths = [f"/user/contact/{number}" for number in range(200)]
    _at_once(running, lambda client, path: client.get(f"/ethermailer{path}", headers=ether.headers), paths)
    calls = running.get(f"/_mock/journal?workspace={ether.workspace.name}&limit=1000").json()

    assert sorted(paths) == sorted(call["path"] for call in calls)
    assert 200 == len({call["id"] for call in calls})


def _at_once(server: Server, send: Send, work: Sequence[Any]) -> list[httpx2.Response]:
    """Do all of `work` over connections that start together, neighbours on different ones."""
    start = Barrier(CONNECTIONS)

    def connection(number: int) -> list[httpx2.Response]:
        with server.client() as client:
            client.get("/livez")  # the connection is open
            start.wait()
            return [send(client, each) for each in work[number::CONNECTIONS]]

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        return [answer for answers in threads.map(connection, range(CONNECTIONS)) for answer in answers]


def _post(client: httpx2.Client, ether: EtherMailer, path: str, payload: Any) -> httpx2.Response:
    return client.post(f"/ethermailer{path}", json=payload, headers=ether.headers)


def _total(ether: EtherMailer, what: str) -> int:
    return int(ether.get(f"/user/{what}/limit/1/offset/0").json()["totalItems"])
