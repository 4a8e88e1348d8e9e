"""Coverage and rulebook, as a person at a desk explores them."""

import httpx2
from playwright.sync_api import Page, expect

from mockserver.testing import Control

UNKNOWN = "ether.get_contact.unknown"


def call(mock: Control, path: str) -> None:
    provider = mock.ethermailer
    httpx2.get(f"{provider.base_url}{path}", headers=provider.headers)


def test_a_square_is_filled_while_the_picture_is_looked_at(page: Page, mock: Control) -> None:
    page.get_by_role("link", name="Coverage", exact=True).click()
    square = page.locator(f'.square[title^="{UNKNOWN}:"]')
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    hollow = square.evaluate("each => getComputedStyle(each).backgroundColor")

    call(mock, "/user/contact/7")

    expect(page.locator(f'.square.touched[title^="{UNKNOWN}:"]')).to_be_visible()
    assert hollow != square.evaluate("each => getComputedStyle(each).backgroundColor")


def test_a_square_leads_to_its_row_and_the_row_to_its_calls(page: Page, mock: Control) -> None:
    call(mock, "/user/contact/7")
    page.goto(f"/_mock/ui/{mock.workspace}/coverage?provider=ethermailer")
    page.locator(".squares .touched").click()

    expect(page.get_by_text("An id of no contact, numeric or not")).to_be_visible()
    page.get_by_role("link", name="1 call", exact=True).click()
    expect(page).to_have_url(f"{mock.url}/_mock/ui/{mock.workspace}/calls?rule={UNKNOWN}")
    expect(page.get_by_text("/user/contact/7").first).to_be_visible()


def test_a_refusal_that_was_never_met_is_armed_met_and_gone(page: Page, mock: Control) -> None:
    page.goto(f"/_mock/ui/{mock.workspace}/coverage?provider=ethermailer&show=untouched")
    row = page.locator("li", has=page.get_by_text("ether.throttle", exact=True))
    row.get_by_role("link", name="arm it").click()
    page.get_by_role("button", name="Refuse").click()
    expect(page.locator("#fault-1")).to_contain_text("refused: too_many_requests")
    page.goto(f"/_mock/ui/{mock.workspace}/coverage?provider=ethermailer&show=untouched")
    expect(row).to_be_visible()
    expect(page.get_by_text("live", exact=True)).to_be_visible()

    call(mock, "/user")

    expect(row).to_have_count(0)


def test_the_tab_key_stops_twice_at_each_operation(page: Page, mock: Control) -> None:
    page.goto(f"/_mock/ui/{mock.workspace}/coverage?provider=ethermailer")
    page.get_by_role("link", name="get_contact", exact=True).focus()
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("0/3")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("add_contact")


def test_the_rulebook_is_searched_from_the_keyboard(page: Page, mock: Control) -> None:
    page.goto(f"/_mock/ui/{mock.workspace}/rulebook")
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("Contact SKIPPED")
    page.keyboard.press("Enter")

    expect(page.get_by_text("1 row", exact=True)).to_be_visible()
    page.get_by_role("link", name="ether.bulk.unknown").click()
    page.get_by_label("unknown_ids").select_option("not_found")
    page.get_by_role("button", name="Take this reading").click()

    expect(page.get_by_text("switch unknown_ids: not_found")).to_be_visible()


def test_the_picture_fits_a_phone(page: Page, mock: Control) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    call(mock, "/user/contact/7")
    for path in ("coverage", "coverage?show=untouched"):
        page.goto(f"/_mock/ui/{mock.workspace}/{path}")

        assert page.evaluate("document.documentElement.scrollWidth") <= 360
