"""The overview, as a person at a desk uses it."""

import re

import httpx2
from playwright.sync_api import Page, expect

from mockserver.testing import Control


def test_a_new_call_is_counted_without_a_reload(page: Page, mock: Control) -> None:
    expect(page.get_by_role("status").filter(has_text="live")).to_be_visible()

    httpx2.get(f"{mock.emma.base_url}/100/groups", headers=mock.emma.headers)

    expect(page.get_by_role("link", name="1 call", exact=True)).to_be_visible()


def test_what_a_test_does_with_the_clock_is_seen(page: Page, mock: Control) -> None:
    expect(page.get_by_text("live", exact=True)).to_be_visible()

    mock.clock.freeze("2030-01-01T12:00:00Z")

    expect(page.locator("#clock")).to_contain_text("2030-01-01 12:00:00")
    expect(page.locator("#clock")).to_contain_text("frozen")


def test_the_clock_is_frozen_and_a_day_passes(page: Page, mock: Control) -> None:
    page.get_by_role("button", name="Freeze").click()
    expect(page.get_by_role("status").filter(has_text="The clock stands still.")).to_be_visible()
    before = mock.clock.now()

    page.get_by_role("button", name="+1 day").click()

    expect(page.get_by_role("status").filter(has_text="A day has passed")).to_be_visible()
    assert 86_400 == (mock.clock.now() - before).total_seconds()


def test_a_snippet_is_copied_and_works_as_it_is(page: Page, mock: Control) -> None:
    card = page.locator("section.provider", has_text="Ether Mailer")
    card.locator(".code").first.get_by_role("button", name="Copy").click()

    expect(card.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"curl -i -X POST {mock.ethermailer.base_url}")


def test_a_button_that_was_pressed_twice_still_says_what_it_does(page: Page) -> None:
    button = page.locator("section.provider", has_text="Ether Mailer").locator(".code button").first
    button.dblclick()
    sign = button.locator(".sign")
    expect(sign).to_have_text("Copied")

    expect(sign).to_have_text("Copy")


def test_of_a_sample_one_language_is_open_at_a_time(page: Page) -> None:
    sample = page.locator("section.provider", has_text="Ether Mailer").locator(".sample").first
    sample.get_by_text("Python", exact=True).click()

    expect(sample.get_by_text("import httpx")).to_be_visible()
    expect(sample.get_by_text("curl -X POST")).to_be_hidden()


def test_what_was_refused_is_said_beside_the_form_and_nothing_typed_is_lost(page: Page) -> None:
    moment = page.get_by_label("Set to")
    moment.fill("soon")
    page.get_by_role("button", name="Set", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("now: Input should be a valid datetime")
    expect(moment).to_have_value("soon")


def test_what_a_person_is_typing_outlives_the_news(page: Page, mock: Control) -> None:
    name = page.get_by_label("Snapshot")
    name.fill("before-imp")

    httpx2.get(f"{mock.emma.base_url}/100/groups", headers=mock.emma.headers)

    expect(page.get_by_role("link", name="1 call", exact=True)).to_be_visible()
    expect(name).to_have_value("before-imp")
    expect(name).to_be_focused()


def test_a_workspace_is_made_by_keyboard_alone(page: Page, mock: Control) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # opens the switcher
    page.get_by_label("New one").press_sequentially(f"{mock.workspace}-two")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"/_mock/ui/{mock.workspace}-two$"))
    with Control(mock.url, f"{mock.workspace}-two") as made:
        made.delete()


def test_the_section_links_are_reached_by_keyboard(page: Page, mock: Control) -> None:
    page.get_by_role("link", name="Overview").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(f"{mock.workspace}/calls$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Calls")
