"""Five minutes at a desk: somebody who was given only the address, and looks."""

import subprocess
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from mockserver.testing import Control
from tests.browser.conftest import SCREENSHOTS

SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
WIDTHS = {"desk": 1280, "phone": 360}
PAGES = {
    "overview": "",
    "difference": "difference",
    "calls": "calls",
    "call": "calls/1",
    "mail": "mail",
    "message": "mail/1",
    "state": "state",
    "faults": "faults",
    "webhooks": "webhooks",
    "manners": "manners",
    "coverage": "coverage",
    "rulebook": "rulebook",
    "api": "docs",
}


def section(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def shell(command: str) -> str:
    """What a terminal prints."""
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, timeout=20).stdout


def registration(page: Page) -> str:
    """The curl call of the overview that registers a contact, by the copy button beside it."""
    sample = page.locator("details.sample", has_text="Register a contact with double opt-in")
    sample.locator(".code").first.get_by_role("button", name="Copy").click()
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_everything_is_found_by_looking(page: Page, mock: Control) -> None:
    command = registration(page)
    assert "doubleOptinEmailSent" in shell(f"{command} -s")

    section(page, "Calls")
    page.locator("#calls a, tbody a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("POST /user/contact/register")
    expect(page.get_by_role("heading", name="What made the answer")).to_be_visible()
    expect(page.get_by_text("documented", exact=True).first).to_be_visible()

    section(page, "Mail")
    page.locator("tbody a").first.click()
    expect(page.frame_locator("iframe").get_by_role("link").first).to_be_visible()
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#said")).to_contain_text("Confirm: contact_id")

    section(page, "State")
    expect(page.get_by_role("main")).to_contain_text("Ether Mailer")

    page.get_by_role("link", name="Overview", exact=True).click()
    page.get_by_role("button", name="Freeze").click()
    expect(page.locator("#clock")).to_contain_text("frozen")
    assert mock.clock.view().frozen

    section(page, "Calls")
    page.locator("#calls a, tbody a").first.click()
    page.get_by_role("link", name="Arm a fault for this operation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Faults")
    page.get_by_role("button", name="Refuse").first.click()
    expect(page.locator("#said")).to_contain_text("Armed as fault 1")
    assert "429" in shell(f"{command} -s -o /dev/null -w '%{{http_code}}'")

    section(page, "Coverage")
    page.get_by_role("link", name="Never touched").click()
    expect(page.get_by_role("main")).to_contain_text("ether.register_contact")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_its_window(context: BrowserContext, mock: Control, width: str) -> None:
    """No page is wider than the window; pictures of all of them are left for whoever wants to look."""
    tab = context.new_page()
    tab.set_viewport_size({"width": WIDTHS[width], "height": 900})
    fill(tab, mock)
    wide = []
    for name, path in PAGES.items():
        tab.goto(f"/_mock/ui/{mock.workspace}/{path}".rstrip("/"))
        for scheme in SCHEMES:
            tab.emulate_media(color_scheme=scheme)
            tab.screenshot(path=SCREENSHOTS / f"{width}-{scheme}" / f"{name}.png", full_page=True)
        if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(name)

    assert [] == wide


def fill(tab: Page, mock: Control) -> None:
    """Let there be something to see on each page."""
    tab.goto(f"/_mock/ui/{mock.workspace}")
    shell(f"{registration(tab)} -s")
    mock.faults.refuse("too_many_requests", provider="ethermailer", times=1)
    made = mock.emma.backstage("compose", subject="News", html_body="<p>News</p>", members=["emma@myemma.com"])
    mock.emma.backstage("send", mailing_id=made["mailing_id"])
    mock.clock.advance(minutes=10)
