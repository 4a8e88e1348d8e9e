"""Faults, webhooks and manners, as a person at a desk sees them come and go."""

import httpx2
import pytest
from playwright.sync_api import Page, expect

from mockserver.testing import Control

STRANGE = "<img src=x onerror=alert(1)>"


def call(mock: Control, path: str = "/user") -> int:
    provider = mock.ethermailer
    return httpx2.get(f"{provider.base_url}{path}", headers=provider.headers).status_code


def test_the_next_call_is_refused_and_the_page_tells_when_it_was(page: Page, mock: Control) -> None:
    page.get_by_role("link", name="Faults", exact=True).click()
    expect(page.get_by_text("Nothing is armed")).to_be_visible()
    page.get_by_role("navigation", name="Provider").get_by_role("link", name="Ether Mailer").click()
    page.get_by_role("button", name="Refuse").click()
    row = page.locator("#fault-1")

    expect(page.get_by_role("status").filter(has_text="Armed as fault 1")).to_be_visible()
    expect(row).to_contain_text("refused: too_many_requests")
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    assert [429, 200] == [call(mock), call(mock)]
    expect(row.get_by_text("over")).to_be_visible()
    expect(row.get_by_role("link", name="1", exact=True)).to_be_visible()

    row.get_by_role("button", name="Disarm").click()

    expect(page.get_by_text("Nothing is armed")).to_be_visible()


def test_a_fault_that_a_test_arms_arrives_while_the_list_is_looked_at(page: Page, mock: Control) -> None:
    page.goto(f"/_mock/ui/{mock.workspace}/faults")
    expect(page.get_by_text("live", exact=True)).to_be_visible()

    httpx2.post(
        f"{mock.url}/_mock/faults",
        params={"workspace": mock.workspace},
        json={"match": {"path": f"/{STRANGE}"}, "act": {"kind": "lose_answer"}},
    )

    expect(page.locator("#fault-1")).to_contain_text(f"/{STRANGE} · every call")


def test_what_was_typed_stays_when_it_is_refused(page: Page, mock: Control) -> None:
    page.goto(f"/_mock/ui/{mock.workspace}/faults")
    page.locator("#more summary").click()
    form = page.locator("#more form")
    form.get_by_label("Path, * for anything").fill("user/*")
    form.get_by_label("The first so many").fill("1")
    form.get_by_label("Lose the answer").check()
    form.get_by_role("button", name="Arm").click()

    expect(page.get_by_role("alert")).to_contain_text("begins neither with / nor with *")
    expect(form.get_by_label("Path, * for anything")).to_have_value("user/*")

    form.get_by_label("Path, * for anything").fill("/user/*")
    form.get_by_role("button", name="Arm").click()

    expect(page.locator("#fault-1")).to_contain_text("/user/* · the first call")


def test_a_fault_is_armed_by_keyboard_alone(page: Page, mock: Control) -> None:
    page.goto(f"/_mock/ui/{mock.workspace}/faults?provider=ethermailer")
    page.locator("#refuse ~ form select[name='act.name']").focus()
    page.keyboard.type("404")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#fault-1")).to_contain_text("refused: not_found")
    expect(page.locator("#fault-1")).to_contain_text("the first 2 calls")
    assert [404, 404, 200] == [call(mock), call(mock), call(mock)]


def test_bad_manners_are_told_as_they_happen(page: Page, mock: Control) -> None:
    page.get_by_role("link", name="Manners", exact=True).click()
    expect(page.get_by_text("No calls yet.")).to_be_visible()
    expect(page.get_by_text("live", exact=True)).to_be_visible()

    for _ in range(5):
        call(mock, "/user/contact/7")

    expect(page.get_by_role("heading", name="retry in vain")).to_be_visible()
    page.get_by_role("link", name="ether.get_contact.unknown").first.click()
    expect(page.get_by_text("An id of no contact, numeric or not")).to_be_visible()


def test_a_delivery_arrives_and_is_made_again(page: Page, mock: Control) -> None:
    emma = mock.emma
    page.get_by_role("link", name="Webhooks", exact=True).click()
    expect(page.get_by_text("No webhook was told anything yet.")).to_be_visible()
    expect(page.get_by_text("live", exact=True)).to_be_visible()

    hook = {"event": "member_add", "url": "http://169.254.1.1/hook"}
    for path, body in (("webhooks", hook), ("members/add", {"email": "new@example.com"})):
        answer = httpx2.post(f"{emma.base_url}/100/{path}", json=body, headers=emma.headers)
        assert answer.is_success, answer.text

    expect(page.get_by_role("cell", name="member_add")).to_be_visible()
    expect(page.get_by_role("cell", name="refused", exact=True)).to_be_visible()
    page.get_by_role("link", name="member_add").click()
    page.get_by_role("button", name="Redeliver now").click()
    expect(page.locator("#attempt-2")).to_contain_text("webhooks never go there")


@pytest.mark.parametrize(
    "path", ["faults", "faults?path=/", "webhooks", "manners", "rulebook", "rulebook?rule=ether.bulk.unknown"]
)
def test_no_page_is_wider_than_a_phone(page: Page, mock: Control, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for body in ({"act": {"kind": "answer", "status": 502}}, {"match": {"path": "/" + "x" * 200}, "delay": {"seconds": 1}}):
        httpx2.post(f"{mock.url}/_mock/faults", params={"workspace": mock.workspace}, json=body)
    call(mock, "/user/contact/7")
    page.goto(f"/_mock/ui/{mock.workspace}/{path}")

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
