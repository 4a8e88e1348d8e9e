"""A customer's program and Emma, over real connections."""

from time import perf_counter
from typing import Any

import httpx2
import pytest

from tests.providers.emma.client import Emma
from tests.workspace import Workspace

pytestmark = pytest.mark.reading("emma", strict=True)  # something reads everything that a customer sends

PEOPLE = 100_000
BATCH = 50_000
"""Members in one call: four megabytes."""


@pytest.fixture
def shop(workspace: Workspace) -> Emma:
    """The customer's program, with a clock that it moves itself."""
    workspace.freeze("2030-01-01T12:00:00Z")
    return Emma(workspace)


def grown(shop: Emma, first: int, count: int, **more: Any) -> dict[str, Any]:
    """Import so many members, wait until the import has finished, and return it."""
    members = [
        {"email": f"reader.{number}@example.com", "fields": {"first_name": f"Reader {number}"}}
        for number in range(first, first + count)
    ]
    made = shop.ask("POST", "/members", {"members": members, **more})
    shop.workspace.advance(minutes=10)
    finished: dict[str, Any] = shop.ask("GET", f"/members/imports/{made['import_id']}")
    return finished


def messages_to(shop: Emma, email: str) -> list[dict[str, Any]]:
    found = shop.workspace.server.get("/_mock/outbox", params={"workspace": shop.workspace.name, "recipient": email}).json()
    return [shop.workspace.control("GET", f"outbox/{each['id']}") for each in found]


def test_a_hundred_thousand_members_are_imported_copied_and_written_to(shop: Emma) -> None:
    began = perf_counter()
    shop.workspace.configure("emma", imports_take=300, sends_take=600)
    imports = [grown(shop, first, BATCH) for first in range(0, PEOPLE, BATCH)]
    total = shop.ask("GET", "/members", count="true")
    everybody = shop.group("Everybody")
    copied = shop.ask("PUT", f"/members/{everybody}/copy", {"member_status_id": ["a"]})
    mailing = shop.ask("POST", "/mailings/200", {"recipient_groups": [everybody]})["mailing_id"]
    shop.workspace.advance(minutes=10)
    sent = shop.ask("GET", f"/mailings/{mailing}")
    member = shop.ask("GET", "/members/email/reader.76543@example.com")["member_id"]
    shown = shop.ask("GET", f"/mailings/{mailing}/messages/{member}")
    opened = shop.backstage("open", {"mailing_id": mailing, "member": "reader.76543@example.com"})
    (message,) = messages_to(shop, "reader.76543@example.com")
    (row,) = shop.ask("GET", f"/members/{member}/mailings")

    assert [("o", BATCH, BATCH)] * 2 == [
        (each["status"], each["num_members"], each["num_members_added"]) for each in imports
    ]
    assert copied is True
    assert PEOPLE < total == sent["recipient_count"] + 3  # one has opted out, one is in error, one was forwarded to
    assert ("c", "@D:2030-01-01T06:30:00") == (sent["mailing_status"], sent["send_finished"])
    assert "Hello Reader 76543!" == shown["plaintext"] == message["text"]
    assert {"members": 1} == opened
    assert ("@D:2030-01-01T06:30:00", mailing, "d") == (row["opened"], row["mailing_id"], row["delivery_type"])
    assert 30 > perf_counter() - began


def test_others_are_served_while_a_large_mailing_goes_out(server: httpx2.Client, shop: Emma) -> None:
    grown(shop, 0, 20_000, group_ids=[150])
    other = Workspace(server, "emma-other")
    other.control("POST", "workspaces", json={"name": other.name})
    shop.ask("POST", "/mailings/200", {"recipient_groups": [150]})
    slowest = 0.0
    for _ in range(50):
        began = perf_counter()
        Emma(other).ask("GET", "/members/200")
        slowest = max(slowest, perf_counter() - began)
    other.control("DELETE", f"workspaces/{other.name}")

    assert 20_001 == shop.ask("GET", "/mailings/1024")["recipient_count"]
    assert slowest < 1


def test_a_reader_follows_the_links_of_a_message(shop: Emma) -> None:
    signup = {"email": "visitor@example.com", "group_ids": [150], "fields": {"first_name": "Vera"}}
    member = shop.ask("POST", "/members/signup", signup)["member_id"]
    (confirmation,) = messages_to(shop, "visitor@example.com")
    opt_in = next(line for line in confirmation["text"].splitlines() if line.startswith("http"))
    page = httpx2.get(opt_in)
    written = {
        "subject": "Hello [% member:first_name %]",
        "plaintext": "[% opt_out_url %]",
        "groups": ["Monthly Newsletter"],
    }
    mailing = shop.backstage("compose", {**written, "send_at": "2030-01-01T13:00:00Z"})["mailing_id"]
    shop.workspace.advance(hours=1)
    message = messages_to(shop, "visitor@example.com")[0]
    gone = httpx2.get(message["text"])

    assert 200 == page.status_code == gone.status_code
    assert "Hello Vera" == message["subject"]
    assert "o" == shop.member(member)["member_status_id"]
    assert [mailing] == [row["mailing_id"] for row in shop.ask("GET", f"/members/{member}/optout")]
