"""Being up to date: what an open page does while others act, and when nobody tells it anything any more."""

import httpx2
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from mockserver.testing import Control
from tests.browser.conftest import GONE


def call(mock: Control) -> None:
    httpx2.get(f"{mock.ethermailer.base_url}/user", headers=mock.ethermailer.headers)


@pytest.fixture
def page(page: Page) -> Page:
    """A tab that shows the overview, and is told of what happens."""
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    return page


def test_what_happened_while_the_page_was_not_connected_is_looked_up(context: BrowserContext, mock: Control) -> None:
    tab = context.new_page()
    tab.route("**/news?*", lambda route: route.abort("connectionreset"), times=1)
    tab.goto(f"/_mock/ui/{mock.workspace}")
    expect(tab.get_by_text("not connected")).to_be_visible()

    call(mock)

    expect(tab.get_by_role("link", name="1 call", exact=True)).to_be_visible()
    expect(tab.get_by_text("live", exact=True)).to_be_visible()


def test_what_happens_before_the_page_is_connected_is_not_missed(context: BrowserContext, mock: Control) -> None:
    tab = context.new_page()

    def act_first(route: Route) -> None:
        call(mock)
        route.continue_()

    tab.route("**/news?*", act_first, times=1)
    tab.goto(f"/_mock/ui/{mock.workspace}")

    expect(tab.get_by_role("link", name="1 call", exact=True)).to_be_visible()


def test_what_was_refused_is_still_said_when_the_form_was_replaced(page: Page, mock: Control) -> None:
    """Buttons of a live region go with it; what was wrong does not."""
    mock.faults.refuse("too_many_requests", provider="ethermailer")
    page.goto(f"/_mock/ui/{mock.workspace}/faults")
    row = page.locator("#fault-1")
    page.route("**/do/delete/faults/1", lambda route: route.fulfill(status=404, json={"error": "It is gone already."}))
    row.get_by_role("button", name="Disarm").click()
    expect(page.get_by_role("alert")).to_have_text("It is gone already.")

    call(mock)

    expect(row.get_by_role("link", name="1", exact=True)).to_be_visible()
    expect(page.get_by_role("alert")).to_have_text("It is gone already.")


def test_a_form_on_its_way_is_not_taken_away(page: Page, mock: Control) -> None:
    sent: list[Route] = []

    def hold(route: Route) -> None:
        sent.append(route)

    page.route("**/do/put/clock", hold)
    page.get_by_role("button", name="Freeze").click()
    mock.clock.advance(hours=1)
    call(mock)
    expect(page.get_by_role("link", name="1 call", exact=True)).to_be_visible()

    expect(page.locator("#clock-acts form[aria-busy=true]")).to_have_count(1)
    (route,) = sent
    route.continue_()
    expect(page.get_by_role("status").filter(has_text="The clock stands still.")).to_be_visible()


def test_a_page_of_a_deleted_workspace_says_that_it_is_not_live_any_more(page: Page, mock: Control) -> None:
    with Control(mock.url, f"{mock.workspace}{GONE}") as other:
        other.create()
        page.goto(f"/_mock/ui/{other.workspace}/calls")
        expect(page.get_by_text("live", exact=True)).to_be_visible()
        other.delete()

    expect(page.get_by_text("ended: reload to see why")).to_be_visible()


def test_a_search_of_rows_is_not_made_again_by_itself(page: Page, mock: Control) -> None:
    asked: list[str] = []
    page.goto(f"/_mock/ui/{mock.workspace}/state/emma/emma_member?q=tacos")
    page.on("request", lambda request: asked.append(request.url))
    call(mock)
    page.get_by_role("link", name="200", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Member 200")

    assert [] == [url for url in asked if url.endswith("q=tacos")]


def test_the_focus_stays_on_its_row_when_others_come_before_it(page: Page, mock: Control) -> None:
    call(mock)
    page.goto(f"/_mock/ui/{mock.workspace}/calls")
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    page.locator("#call-1 a").first.focus()

    call(mock)

    expect(page.locator("#call-2")).to_be_visible()
    expect(page.locator("#call-1 a").first).to_be_focused()


def test_a_table_that_is_held_open_goes_on(page: Page, mock: Control) -> None:
    call(mock)
    page.goto(f"/_mock/ui/{mock.workspace}/calls")
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    page.get_by_text("The same as a table").click()

    mock.clock.advance(minutes=1)
    call(mock)

    expect(page.locator("#calls tbody tr")).to_have_count(2)
    expect(page.locator("#seconds tbody tr")).to_have_count(1)
    expect(page.locator("details.seconds")).to_have_attribute("open", "")


def test_a_page_goes_on_when_its_workspace_is_made_again(page: Page, mock: Control) -> None:
    with Control(mock.url, f"{mock.workspace}{GONE}") as other:
        other.create()
        page.goto(f"/_mock/ui/{other.workspace}")
        expect(page.get_by_text("live", exact=True)).to_be_visible()
        other.delete()
        expect(page.get_by_text("ended: reload to see why")).to_be_visible()
        other.create()
        call(other)

        expect(page.get_by_role("link", name="1 call", exact=True)).to_be_visible()
        page.goto(f"/_mock/ui/{mock.workspace}")
        other.delete()


def test_a_page_sees_what_became_of_a_fault_while_nobody_looked(page: Page, mock: Control) -> None:
    """Hidden and shown again, as when another tab is looked at in between."""
    fault = mock.faults.refuse("too_many_requests", provider="ethermailer")
    page.goto(f"/_mock/ui/{mock.workspace}/faults")
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    show = "Object.defineProperty(document, 'hidden', { value: %s, configurable: true });"
    turn = f"{show} document.dispatchEvent(new Event('visibilitychange'))"
    page.evaluate(turn % "true")

    mock.faults.disarm(fault.id)
    mock.faults.refuse("too_many_requests", provider="ethermailer")
    page.evaluate(turn % "false")

    expect(page.locator("#fault-2")).to_be_visible()
    expect(page.locator("#fault-1")).to_have_count(0)


def test_snapshots_of_a_program_appear(page: Page, mock: Control) -> None:
    mock.snapshots.take("noon")

    expect(page.locator("#snapshots").get_by_role("button", name="Restore")).to_be_visible()
