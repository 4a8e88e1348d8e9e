"""The calls, as the person sees them whose program makes them."""

import subprocess

import httpx2
import pytest
from playwright.sync_api import Page, expect

from mockserver.testing import Control
from tests.browser.conftest import SCREENSHOTS

STRANGE = "<script>document.title='!'</script>"


def add(mock: Control, **contact: object) -> None:
    provider = mock.ethermailer
    headers = {**provider.headers, "Accept": "application/json"}
    httpx2.post(f"{provider.base_url}/user/contact", headers=headers, json=contact)


@pytest.fixture
def page(page: Page) -> Page:
    """A tab that shows the calls, and is told of new ones."""
    page.get_by_role("link", name="Calls", exact=True).click()
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    return page


def test_calls_arrive_while_one_looks(page: Page, mock: Control) -> None:
    expect(page.get_by_text("No call yet.")).to_be_visible()

    add(mock, email="ada@example.com")
    expect(page.locator("#call-1")).to_contain_text("add_contact")
    add(mock, email="nobody")
    expect(page.locator("#call-2")).to_contain_text("400 refused")

    expect(page.locator("#call-2")).to_have_class("refused fresh")
    expect(page.locator("#call-1")).to_have_class("answered")
    expect(page.locator("figcaption")).to_contain_text("1 refused")
    expect(page.get_by_text("2 calls in the journal")).to_be_visible()


def test_a_burst_stands_out_in_the_picture(page: Page, mock: Control) -> None:
    mock.clock.freeze("2030-01-01T12:00:00Z")
    for number in range(5):
        add(mock, email=f"n{number}@example.com")

    expect(page.locator("rect.throttled")).to_have_count(1)
    limit, bar = page.locator("line.limit").bounding_box(), page.locator("rect.throttled").bounding_box()
    assert limit is not None
    assert bar is not None
    assert abs(limit["y"] - (bar["y"] + bar["height"])) <= 1  # what is above the limit is drawn above its line
    page.screenshot(path=SCREENSHOTS / "calls.png")


def test_a_table_that_one_reads_is_not_taken_away(page: Page, mock: Control) -> None:
    add(mock, email="ada@example.com")
    page.get_by_text("The same as a table").click()
    add(mock, email="eva@example.com")

    expect(page.locator("#call-2")).to_be_visible()
    expect(page.locator("#seconds table")).to_be_visible()


def test_calls_are_searched_from_the_keyboard(page: Page, mock: Control) -> None:
    add(mock, email="ada@example.com")
    add(mock, email="eva@example.com")
    expect(page.locator("#call-2")).to_be_visible()

    page.keyboard.press("/")
    page.keyboard.type("EVA@")
    page.keyboard.press("Enter")

    expect(page.locator("#call-2")).to_be_visible()
    expect(page.locator("#call-1")).to_have_count(0)
    expect(page.get_by_label("Text")).to_have_value("EVA@")


def test_a_call_is_read_and_made_once_more_from_a_shell(page: Page, mock: Control) -> None:
    add(mock, email="nobody", name=f"{STRANGE} it's")
    page.get_by_role("link", name="add_contact").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("#1 POST /user/contact")
    expect(page.get_by_text("An email without exactly one @")).to_be_visible()
    expect(page.get_by_text(STRANGE).first).to_be_visible()
    expect(page).to_have_title("#1 POST /user/contact · " + mock.workspace + " · mockserver")

    page.get_by_role("button", name="Copy as curl").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    pasted = page.evaluate("navigator.clipboard.readText()")
    answer = subprocess.run(["bash", "-c", f"{pasted} --silent"], capture_output=True, check=True, text=True)

    assert "nobody is not a well-formed email address" in answer.stdout
    assert mock.journal.get(1).request.body == mock.journal.get(2).request.body
    page.get_by_role("link", name="Later").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("#2 POST /user/contact")


def test_from_a_call_a_fault_is_armed_for_its_like(page: Page, mock: Control) -> None:
    add(mock, email="ada@example.com")
    page.get_by_role("link", name="add_contact").click()
    page.get_by_role("link", name="Arm a fault for this operation").click()

    page.get_by_role("button", name="Refuse").click()
    expect(page.locator("#fault-1")).to_contain_text("add_contact")
    add(mock, email="eva@example.com")

    assert ["refused", "answered"] == [call.outcome for call in mock.journal.calls(operation="add_contact")]


def test_the_calls_are_taken_along(page: Page, mock: Control) -> None:
    add(mock, email="ada@example.com")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download HAR").click()

    assert f"{mock.workspace}.har" == taken.value.suggested_filename


def test_calls_fit_a_phone(page: Page, mock: Control) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    add(mock, email="x" * 300, **{"y" * 300: STRANGE})
    httpx2.get(f"{mock.ethermailer.base_url}/{'z' * 300}?{'q' * 300}=1", headers=mock.ethermailer.headers)

    for path in ("calls", "calls?provider=ethermailer", "calls/1", "calls/2"):
        page.goto(f"/_mock/ui/{mock.workspace}/{path}")
        assert 360 == page.evaluate("document.documentElement.scrollWidth")


def test_a_search_is_no_change_whatever_the_workspace_is_called(page: Page, mock: Control) -> None:
    with Control(mock.url, "do") as other:
        other.create()
        page.goto("/_mock/ui/do/calls")
        page.get_by_label("Text").fill("ada")
        page.get_by_role("button", name="Show").click()

        expect(page.get_by_text("No call yet.")).to_be_visible()
        assert "text=ada" in page.url
        page.goto(f"/_mock/ui/{mock.workspace}")
        other.delete()
