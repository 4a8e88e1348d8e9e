"""The mail: what the providers would have sent, and what its readers do with it."""

from typing import Any

import pytest

from mockserver.providers.ethermailer.wire import snowflake
from tests.page.reader import STRANGE, Page, Reader

READER = "emma@myemma.com"
SHOP = "https://shop.example"
PROFILE = snowflake(1)


def sign_up(reader: Reader, email: str) -> None:
    """Let somebody register, who gets a message that asks for confirmation."""
    server, headers = reader.workspace.server, reader.workspace.provider("ethermailer")["headers"]
    body = {"email": email, "name": "Ada", "surname": STRANGE, "senderProfileId": str(PROFILE)}
    answer = server.post("/ethermailer/user/contact/register", headers=headers, json=body)

    assert answer.is_success, answer.text


def send(reader: Reader, **mailing: Any) -> None:
    """Let a mailing go out to one reader."""
    workspace = reader.workspace
    written = {"subject": "News", "html_body": f'<p><a href="{SHOP}">Shop</a></p>', "members": [READER], **mailing}
    made = workspace.control("POST", "emma/compose", json={"links": [{"name": "Shop", "target": SHOP}], **written})
    workspace.control("POST", "emma/send", json={"mailing_id": made["mailing_id"]})
    workspace.advance(minutes=10)


def newest(reader: Reader) -> Page:
    return reader.get(str(reader.get("mail").one("tbody a")["href"]))


def test_an_empty_outbox_says_what_arrives_there(reader: Reader) -> None:
    assert "No mail yet." in reader.get("mail").text


def test_messages_are_listed_the_newest_first(reader: Reader) -> None:
    sign_up(reader, "one@example.com")
    sign_up(reader, "two@example.com")

    assert ["two@example.com", "one@example.com"] == reader.get("mail").texts("tbody td:nth-child(2)")


@pytest.mark.parametrize(
    ("searched", "found"),
    [
        ("ONE@example.com", ["one@example.com"]),
        ("confirm", ["two@example.com", "one@example.com"]),
        ("nobody@example.com", []),
        ("%", []),
        (STRANGE, []),
    ],
)
def test_messages_are_searched_by_recipient_and_by_subject(reader: Reader, searched: str, found: list[str]) -> None:
    sign_up(reader, "one@example.com")
    sign_up(reader, "two@example.com")

    page = reader.press(reader.get("mail"), "Show", q=searched)

    assert found == page.texts("tbody td:nth-child(2)")
    assert found or "No message fits." in page.text
    assert STRANGE not in page.source


@pytest.mark.parametrize(("provider", "found"), [("", 1), ("ethermailer", 1), ("emma", 0)])
def test_messages_of_one_provider_are_chosen(reader: Reader, provider: str, found: int) -> None:
    sign_up(reader, "one@example.com")

    assert found == len(reader.press(reader.get("mail"), "Show", provider=provider).texts("tbody tr"))


def test_a_provider_that_nobody_knows_is_refused(reader: Reader) -> None:
    assert "ema" in reader.get("mail", status=404, provider="ema").text


def test_a_long_list_is_read_page_by_page(reader: Reader) -> None:
    send(reader, groups=["Monthly Newsletter"], members=[])
    for number in range(60):
        sign_up(reader, f"n{number}@example.com")

    first = reader.get("mail")
    second = reader.follow(first, "Older")

    assert ["Older"] == first.texts(".pager a")
    assert 50 == len(first.texts("tbody tr"))
    assert "n9@example.com" in second.texts("tbody td:nth-child(2)")
    assert ["Newer"] == second.texts(".pager a")
    assert first.ids("tbody tr") == reader.follow(second, "Newer").ids("tbody tr")


def test_a_page_that_is_just_full_leads_to_no_other(reader: Reader) -> None:
    for number in range(50):
        sign_up(reader, f"n{number}@example.com")

    page = reader.get("mail")

    assert 50 == len(page.texts("tbody tr"))
    assert [] == page.texts(".pager a")


def test_a_message_is_read_in_a_frame_where_nothing_runs(reader: Reader) -> None:
    sign_up(reader, "new@example.com")
    page = newest(reader)
    frame = page.one("iframe")

    assert frame.has_attr("sandbox")
    assert [] == frame["sandbox"]  # nothing is allowed
    (policy,) = reader.workspace.server.get(str(frame["src"])).headers.get_list("content-security-policy")
    assert policy.startswith("sandbox; default-src 'none'; ")
    assert policy.endswith("frame-ancestors 'self'")


def test_a_message_shows_headers_text_and_what_the_provider_knows(reader: Reader) -> None:
    sign_up(reader, "new@example.com")

    page = newest(reader)

    assert "To new@example.com" in page.text
    assert "Message-ID" in page.text
    assert ["Plain text", "HTML source", "Headers", "What ethermailer knows of it"] == page.texts("summary")[1:]
    assert STRANGE not in page.source


def test_a_registration_is_confirmed_at_the_press_of_a_button(reader: Reader) -> None:
    sign_up(reader, "new@example.com")

    page = reader.press(newest(reader), "Confirm")

    assert page.said.startswith("Confirm: contact_id ")
    assert [] == reader.workspace.control("GET", "ethermailer/registrations")


def test_a_registration_is_confirmed_by_the_link_of_the_message(reader: Reader) -> None:
    sign_up(reader, "new@example.com")
    (link,) = [each for each in newest(reader).tree.select("a") if each.get_text() == "Follow"]

    reader.workspace.server.get(str(link["href"]))

    assert [] == reader.workspace.control("GET", "ethermailer/registrations")


@pytest.mark.parametrize("button", ["Open", "Click", "Unsubscribe", "Bounce (hard)"])
def test_what_the_reader_of_a_mailing_does_is_counted(reader: Reader, button: str) -> None:
    send(reader)

    page = reader.press(newest(reader), button)

    assert f"{button}: members 1" == page.said


def test_what_cannot_be_done_twice_is_refused_with_the_reason(reader: Reader) -> None:
    sign_up(reader, "new@example.com")
    page = newest(reader)
    reader.press(page, "Confirm")

    again = reader.press(page, "Confirm", status=404)

    assert "no registration waits under" in again.text


def test_a_message_is_taken_along_as_a_file(reader: Reader) -> None:
    sign_up(reader, "new@example.com")
    (link,) = [each for each in newest(reader).tree.select("a") if each.get_text() == "Download .eml"]

    assert "To: new@example.com" in reader.workspace.server.get(str(link["href"])).text


def test_a_subject_is_only_a_text(reader: Reader) -> None:
    send(reader, subject=STRANGE)

    assert STRANGE in reader.get("mail").text
    assert STRANGE == newest(reader).one("h1").get_text()
    assert STRANGE not in reader.get("mail").source + newest(reader).source


def test_all_messages_are_thrown_away(reader: Reader) -> None:
    sign_up(reader, "new@example.com")

    page = reader.press(reader.get("mail"), "Throw all away")

    assert "The outbox is empty." == page.said
    assert "No mail yet." in page.text


@pytest.mark.parametrize("number", ["0", "99999999", "99999999999999999999999", "-1"])
def test_a_message_that_is_not_there_is_told_so(reader: Reader, number: str) -> None:
    assert "the outbox has no message" in reader.get(f"mail/{number}", status=404).text
