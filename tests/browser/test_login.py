"""A server that others can reach asks for its token, in a browser as anywhere."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from mockserver.testing.server import serving

TOKEN = "a-token-for-tests"  # noqa: S105 - only these tests know a server that wants it


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A tab that was sent to the form for the token."""
    with serving(control_token=TOKEN) as url:
        tab = chromium.new_page(base_url=url)
        tab.goto("/_mock/")
        yield tab
        tab.close()


def test_the_token_is_given_and_kept(page: Page) -> None:
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Go on").click()

    expect(page).to_have_url(re.compile("/_mock/ui/default$"))
    expect(page.get_by_text("live", exact=True)).to_be_visible()

    page.get_by_role("button", name="Freeze").click()

    expect(page.locator("#said")).to_have_text("The clock stands still.")


def test_another_token_is_refused(page: Page) -> None:
    page.get_by_label("Token").fill("another")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_have_text("This is not the token of this server.")
