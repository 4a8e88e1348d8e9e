"""The state, as a person at a desk walks through it."""

import httpx2
import pytest
from playwright.sync_api import Page, expect

from mockserver.testing import Control

STRANGE = "<img src=x onerror=alert(1)>"


def add(mock: Control, email: str) -> None:
    emma = mock.emma
    body = {"email": email, "fields": {"first_name": STRANGE}}
    httpx2.post(f"{emma.base_url}/100/members/add", json=body, headers=emma.headers).raise_for_status()


def state(page: Page, mock: Control, path: str = "") -> None:
    page.goto(f"/_mock/ui/{mock.workspace}/state{path}")


def test_a_person_walks_from_a_member_to_its_groups_and_back(page: Page) -> None:
    page.get_by_role("link", name="State", exact=True).click()
    page.get_by_role("link", name="member", exact=True).click()
    page.get_by_role("link", name="200", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Member 200 · emma@myemma.com")

    page.get_by_role("link", name="152", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Group 152 · Special Events")

    page.get_by_role("link", name="200", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Member 200 · emma@myemma.com")

    page.get_by_role("link", name="Emma", exact=True).click()
    expect(page.get_by_role("heading", name="Backstage")).to_be_visible()


def test_a_row_arrives_while_the_table_is_looked_at(page: Page, mock: Control) -> None:
    state(page, mock, "/emma/emma_member")
    expect(page.get_by_text("live", exact=True)).to_be_visible()

    add(mock, "new@example.com")

    expect(page.locator("#rows tbody tr").first).to_contain_text("new@example.com")
    expect(page.locator("#rows tbody tr").first).to_have_class("fresh")


def test_the_slash_leads_to_the_search(page: Page, mock: Control) -> None:
    state(page, mock, "/emma/emma_member")
    page.keyboard.press("/")
    page.keyboard.type("TACOS")
    page.keyboard.press("Enter")

    expect(page.locator("#rows tbody tr")).to_have_count(1)
    expect(page.get_by_role("link", name="All rows")).to_be_visible()


def test_what_cannot_be_composed_is_said_beside_the_form_which_keeps_what_was_typed(page: Page, mock: Control) -> None:
    state(page, mock, "/emma")
    page.get_by_text("Compose mailing", exact=True).first.click()
    form = page.locator("#verb-compose form")
    form.get_by_label("subject (required)").fill(STRANGE)
    form.get_by_label("send at").fill("soon")
    form.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("body.send_at")

    form.get_by_label("send at").fill("")
    form.get_by_role("button").click()
    expect(page.get_by_role("status").filter(has_text="Compose mailing: mailing_id")).to_be_visible()

    page.get_by_role("link", name="mailing", exact=True).click()
    expect(page.locator("#rows tbody tr").first).to_contain_text(STRANGE)


def test_a_mailing_goes_out_by_a_button_and_its_recipients_appear_below_it(page: Page, mock: Control) -> None:
    made = mock.emma.backstage("compose", subject="News", members=["emma@myemma.com"])
    state(page, mock, f"/emma/emma_mailing/{made['mailing_id']}")
    page.get_by_role("button", name="Send mailing").click()
    expect(page.get_by_role("status").filter(has_text="Send mailing: mailing_id")).to_be_visible()

    mock.clock.advance(minutes=10)

    expect(page.locator("#related").get_by_role("link", name="Delivery")).to_be_visible()
    expect(page.locator("#related").get_by_text("emma@myemma.com").first).to_be_visible()


@pytest.mark.parametrize("path", ["", "/emma?verb=compose", "/emfluence/emf_contact", "/emma/emma_member/200"])
def test_on_a_phone_no_page_is_wider_than_it(page: Page, mock: Control, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    state(page, mock, path)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
