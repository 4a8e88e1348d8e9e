"""The mail, as a person at a desk reads it."""

import httpx2
from playwright.sync_api import Page, expect

from mockserver.providers.ethermailer.wire import snowflake
from mockserver.testing import Control

STRANGE = "<img src=x onerror=alert(1)>"


def sign_up(mock: Control, email: str) -> None:
    body = {"email": email, "name": STRANGE, "senderProfileId": str(snowflake(1))}
    answer = httpx2.post(f"{mock.ethermailer.base_url}/user/contact/register", json=body, headers=mock.ethermailer.headers)

    assert answer.is_success, answer.text


def test_a_message_arrives_while_the_list_is_looked_at(page: Page, mock: Control) -> None:
    page.get_by_role("link", name="Mail", exact=True).click()
    expect(page.get_by_text("No mail yet.")).to_be_visible()
    expect(page.get_by_text("live", exact=True)).to_be_visible()

    sign_up(mock, "new@example.com")

    expect(page.get_by_role("cell", name="new@example.com")).to_be_visible()


def test_an_opt_in_message_is_read_and_confirmed(page: Page, mock: Control) -> None:
    sign_up(mock, "new@example.com")
    page.get_by_role("link", name="Mail", exact=True).click()
    page.locator("tbody a").first.click()

    expect(page.frame_locator("iframe").get_by_role("link").first).to_be_visible()
    page.get_by_role("button", name="Confirm").click()

    expect(page.get_by_role("status").filter(has_text="Confirm: contact_id")).to_be_visible()


def test_the_link_of_the_message_opens_in_a_window_of_its_own(page: Page, mock: Control) -> None:
    sign_up(mock, "new@example.com")
    page.get_by_role("link", name="Mail", exact=True).click()
    page.locator("tbody a").first.click()

    with page.expect_popup() as opened:
        page.get_by_role("link", name="Follow").first.click()

    expect(opened.value.get_by_role("heading")).to_have_text("Confirmed")


def test_markup_in_a_mailing_stays_in_its_frame_and_fetches_nothing(page: Page, mock: Control) -> None:
    """The console would tell of a script that ran, and the requests of a picture that was fetched."""
    html = f"<p>{STRANGE}</p><script>parent.document.title = 'taken'</script><p>End</p>"
    made = mock.emma.backstage("compose", subject=STRANGE, html_body=html, members=["emma@myemma.com"])
    mock.emma.backstage("send", mailing_id=made["mailing_id"])
    mock.clock.advance(minutes=10)
    page.goto(f"/_mock/ui/{mock.workspace}/mail")
    page.locator("tbody a").first.click()

    expect(page.frame_locator("iframe").get_by_text("End")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(STRANGE)
    assert page.title().startswith(STRANGE)


def test_the_link_in_the_preview_confirms_and_says_so(page: Page, mock: Control) -> None:
    sign_up(mock, "new@example.com")
    page.get_by_role("link", name="Mail", exact=True).click()
    page.locator("tbody a").first.click()

    page.frame_locator("iframe").get_by_role("link").first.click()

    expect(page.frame_locator("iframe").get_by_role("heading")).to_have_text("Confirmed")
