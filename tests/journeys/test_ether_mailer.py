"""A customer's program and Ether Mailer, over real connections."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.providers.ethermailer.client import EtherMailer, violations
from tests.workspace import Workspace

pytestmark = pytest.mark.reading("ethermailer", strict=True)  # something reads everything that a customer sends


@pytest.fixture
def shop(workspace: Workspace) -> EtherMailer:
    """The customer's program."""
    return EtherMailer(workspace)


@pytest.fixture
def pair(server: httpx2.Client) -> Iterator[tuple[EtherMailer, EtherMailer]]:
    """Two programs of two customers, `ws-a` and `ws-b`."""
    workspaces = [Workspace(server, name) for name in ("a", "b")]
    for workspace in workspaces:
        workspace.control("POST", "workspaces", json={"name": workspace.name})
    yield EtherMailer(workspaces[0]), EtherMailer(workspaces[1])
    for workspace in workspaces:
        workspace.control("DELETE", f"workspaces/{workspace.name}")


# One customer


def test_a_customer_fills_a_new_group(shop: EtherMailer) -> None:
    before = [group["name"] for group in shop.groups()]
    bakers = shop.post("/user/contact-groups", {"name": "Bakers"}).json()["text"]
    anna = shop.add("anna@example.com", name="Anna", groups=[{"groupId": bakers}])
    bert = shop.add("bert@example.com", groups=[{"groupId": bakers}])
    size = shop.extra_fields()["Orders"]["fieldId"]
    change = {"email": "anna@example.com", "name": "Anne", "extraFieldValues": [{"fieldId": size, "value": "7"}]}
    changed = shop.post(f"/user/contact/{anna}", change)
    again = shop.post("/user/contact", {"email": "Anna@Example.com"})

    assert ["All customers", "Newsletter", "Wholesale", "Tasting evenings"] == before
    assert (200, anna) == (changed.status_code, changed.json()["text"])
    assert "Anne" == shop.contact(anna)["name"]
    assert {"Orders": "7"} == {
        field["name"]: field["value"] for field in shop.contact(anna)["extraFieldValues"] if field["value"] is not None
    }
    assert [{"groupId": bakers, "name": "Bakers"}] == shop.contact(bert)["groups"]
    assert 1 == next(group["contactsCount"] for group in shop.groups() if group["groupId"] == bakers)
    assert [("email", "AlreadyExists")] == violations(again)


def test_a_customer_deletes_and_restores_a_thousand_contacts_in_one_url(shop: EtherMailer) -> None:
    imported = shop.post("/user/contact/import", [{"email": f"guest.{number}@example.com"} for number in range(1000)])
    guests = [each["contactId"] for each in _every_contact(shop) if each["email"].startswith("guest.")]
    many = {"contactIds": guests}
    deleted = shop.delete("/user/contact/multiple", params=many)
    gone = {each["contactId"] for each in _every_contact(shop) if each["deleted"]}
    restored = shop.put("/user/contact/multiple/restore", params=many)
    still_gone = {each["contactId"] for each in _every_contact(shop) if each["deleted"]}

    assert {"totalCreated": 1000, "totalUpdated": 0, "totalErrors": 0, "contactImportResponses": []} == imported.json()
    assert len(str(deleted.request.url)) > 29_000
    assert (200, b"") == (deleted.status_code, deleted.content)
    assert set(guests) <= gone
    assert (200, b"") == (restored.status_code, restored.content)
    assert set(guests).isdisjoint(still_gone)


def test_a_visitor_confirms_a_registration_by_the_link_in_the_mail(shop: EtherMailer) -> None:
    profile = shop.sender_profiles()[0]["id"]
    visitor = {"email": "visitor@example.com", "name": "Vera", "senderProfileId": profile}
    registered = shop.post("/user/contact/register", visitor)
    before = [each["email"] for each in _every_contact(shop)]
    (mail,) = shop.workspace.messages()
    link = mail["html"].partition('href="')[2].partition('"')[0]
    page = httpx2.get(link)
    contact = next(each for each in _every_contact(shop) if each["email"] == "visitor@example.com")

    assert {"doubleOptinEmailSent": True} == registered.json()
    assert "visitor@example.com" not in before
    assert ("visitor@example.com", "Olive Grove <news@olivegrove.example>") == (mail["recipient"], mail["sender"])
    assert link in mail["text"]
    assert 200 == page.status_code
    assert contact["contactId"] in page.text
    assert ("Vera", False) == (contact["name"], contact["deleted"])


def test_a_link_confirms_only_once(shop: EtherMailer) -> None:
    shop.post("/user/contact/register", {"email": "v@example.com", "senderProfileId": shop.sender_profiles()[0]["id"]})
    (mail,) = shop.workspace.messages()
    link = mail["text"].partition("\nhttp")[2].partition("\n")[0]

    assert [200, 404] == [httpx2.get(f"http{link}").status_code for _ in range(2)]


# Two customers side by side


def test_they_do_not_see_each_others_contacts(pair: tuple[EtherMailer, EtherMailer]) -> None:
    one, other = pair
    contact = one.add("only.in.a@example.com")

    assert 404 == other.get(f"/user/contact/{contact}").status_code
    assert "only.in.a@example.com" not in {each["email"] for each in other.contacts()}
    assert contact == other.add("only.in.b@example.com")


def test_they_do_not_share_a_clock(pair: tuple[EtherMailer, EtherMailer]) -> None:
    one, other = pair
    one.workspace.freeze("2030-01-01T12:00:00Z")
    other.workspace.freeze("2040-01-01T12:00:00Z")
    one.workspace.advance(days=1)

    assert "2030-01-02T12:00:00Z" == one.workspace.control("GET", "clock")["now"]
    assert "2040-01-01T12:00:00Z" == other.workspace.control("GET", "clock")["now"]


def test_they_do_not_use_up_each_others_budget(pair: tuple[EtherMailer, EtherMailer]) -> None:
    one, other = pair
    for each in pair:
        each.workspace.freeze()
        each.workspace.throttle("enforce")
    statuses = [one.get("/user").status_code for _ in range(4)]

    assert [200, 200, 200, 429] == statuses
    assert [200, 200, 200, 429] == [other.get("/user").status_code for _ in range(4)]


def test_they_are_not_throttled_by_each_others_mode(pair: tuple[EtherMailer, EtherMailer]) -> None:
    one, other = pair
    one.workspace.freeze()
    one.workspace.throttle("enforce")

    assert 429 == [one.get("/user").status_code for _ in range(4)][-1]
    assert 200 == [other.get("/user").status_code for _ in range(20)][-1]


def test_they_have_journals_of_their_own(pair: tuple[EtherMailer, EtherMailer]) -> None:
    one, other = pair
    one.get("/user")
    other.contacts()

    assert ["/user"] == [call["path"] for call in one.workspace.calls()]
    assert ["/user/contact/limit/50/offset/0"] == [call["path"] for call in other.workspace.calls()]


def test_they_have_outboxes_of_their_own(pair: tuple[EtherMailer, EtherMailer]) -> None:
    one, other = pair
    one.post("/user/contact/register", {"email": "v@example.com", "senderProfileId": one.sender_profiles()[0]["id"]})

    assert ["v@example.com"] == [mail["recipient"] for mail in one.workspace.messages()]
    assert [] == other.workspace.messages()


def test_the_reset_of_one_leaves_the_other_alone(pair: tuple[EtherMailer, EtherMailer]) -> None:
    one, other = pair
    one.add("new@example.com")
    contact = other.add("new@example.com")
    one.workspace.control("POST", "reset")

    assert "new@example.com" not in {each["email"] for each in one.contacts()}
    assert "new@example.com" == other.contact(contact)["email"]


def _every_contact(client: EtherMailer) -> Iterator[dict[str, Any]]:
    """All contacts, page by page, as a client that has many does it."""
    offset, total = 0, 1
    while offset < total:
        page = client.get(f"/user/contact/limit/50/offset/{offset}").json()
        yield from page["items"]
        offset, total = offset + 50, page["totalItems"]
