"""A message as mail programs exchange it."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.core.eml import headers, written
from mockserver.core.outbox import Kept


def kept(**changed: Any) -> Kept:
    standard: dict[str, Any] = {
        "id": 7,
        "provider": "ethermailer",
        "kind": "opt-in",
        "sent_at": datetime(2030, 1, 1, 12, tzinfo=UTC),
        "sender_name": "Olive Grove",
        "sender_email": "news@olivegrove.example",
        "recipient": "ada@example.com",
        "subject": "Please confirm",
        "text": "Hello",
        "html": "<p>Hello</p>",
        "details": {},
    }
    return Kept(**{**standard, **changed})


def read(message: Kept) -> EmailMessage:
    """What a mail program makes of it."""
    found = message_from_bytes(bytes(written(message, "default")), policy=default)

    assert isinstance(found, EmailMessage)
    return found


def body(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body((kind,))
    return str(part.get_content()).rstrip("\r\n") if part is not None else None


def test_a_message_has_both_parts_and_all_headers() -> None:
    message = read(kept())

    assert ("Hello", "<p>Hello</p>") == (body(message, "plain"), body(message, "html"))
    assert "multipart/alternative" == message.get_content_type()
    assert "Olive Grove <news@olivegrove.example>" == message["From"]
    assert ("ada@example.com", "Please confirm") == (message["To"], message["Subject"])
    assert "Tue, 01 Jan 2030 12:00:00 +0000" == message["Date"]
    assert "<default.7.1893499200@mockserver.invalid>" == message["Message-ID"]


@pytest.mark.parametrize(("html", "text", "kind"), [("", "Hello", "text/plain"), ("<p>Hello</p>", "", "text/html")])
def test_a_message_with_one_part_is_no_multipart(html: str, text: str, kind: str) -> None:
    assert kind == read(kept(html=html, text=text)).get_content_type()


def test_names_and_subjects_in_other_scripts_arrive() -> None:
    message = read(kept(sender_name="Ελιά", subject="Γειά σου 🌿", text="Ναί"))

    assert ("Γειά σου 🌿", "Ναί") == (message["Subject"], body(message, "plain"))
    assert "Ελιά" == message["From"].addresses[0].display_name


def test_names_and_subjects_in_other_scripts_are_written_in_ascii() -> None:
    written_out = bytes(written(kept(sender_name="Ελιά", subject="Γειά σου 🌿" * 20, text="Ναί", html="<p>Ναί"), "default"))

    assert written_out.isascii()
    assert max(len(line) for line in written_out.splitlines()) <= 78


@pytest.mark.parametrize("address", ["josé@example.com", "ada@münchen.example", "用户@例え.example"])
def test_an_address_in_another_script_is_written_as_it_is(address: str) -> None:
    lines = bytes(written(kept(recipient=address), "default")).decode().splitlines()

    assert f"To: {address}" in lines
    assert "From: Olive Grove <news@olivegrove.example>" in lines


def test_the_same_message_is_written_in_the_same_bytes() -> None:
    message = kept(text="--=_0\nHello", html="<p>é")

    assert bytes(written(message, "default")) == bytes(written(message, "default"))
    assert ("--=_0\r\nHello", "<p>é") == (body(read(message), "plain"), body(read(message), "html"))


def test_a_message_with_the_same_number_after_a_reset_is_another_one() -> None:
    later = kept(sent_at=datetime(2030, 1, 2, 12, tzinfo=UTC))

    assert headers(kept(), "default")["Message-ID"] != headers(later, "default")["Message-ID"]
    assert headers(kept(), "default")["Message-ID"] != headers(kept(), "shop")["Message-ID"]


@pytest.mark.parametrize(
    ("name", "shown"), [('Smith, Ann "A"', 'Smith, Ann "A"'), ("a <b@c.example>", "a <b@c.example>"), ("x" * 200, "x" * 200)]
)
def test_a_name_is_nothing_but_a_name(name: str, shown: str) -> None:
    (address,) = read(kept(sender_name=name))["From"].addresses

    assert (shown, "news@olivegrove.example") == (address.display_name, address.addr_spec)


@pytest.mark.parametrize(
    "recipient", ["", "nobody", "a@b.example, c@d.example", "a@b.example>\r\n<c@d.example", "@", "é@", "a b@é"]
)
def test_what_is_no_address_is_written_as_that_of_nobody(recipient: str) -> None:
    (address,) = read(kept(recipient=recipient))["To"].addresses

    assert "no-address@mockserver.invalid" == address.addr_spec


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/unsubscribe?u=1&t=%20x", "https://a.example/unsubscribe?u=1&t=%20x"),
        ("https://a.example/unsubscribe/é", "https://a.example/unsubscribe/%C3%A9"),
        ("https://a.example/unsubscribe/&gt;,&lt;mailto:x&gt;", "https://a.example/unsubscribe/%3E,%3Cmailto:x%3E"),
        ("https://a.example/opt-out/1", "https://a.example/opt-out/1"),
        ("https://[a.example/unsubscribe", None),
        ("https://a.example/?unsubscribe=1", None),
    ],
)
def test_the_link_to_unsubscribe_is_one_address_in_brackets(url: str, shown: str | None) -> None:
    told = headers(kept(html=f'<a href="{url}">x</a>'), "default").get("List-Unsubscribe")

    assert (None if shown is None else f"<{shown}>") == told


def test_a_message_that_can_be_unsubscribed_from_says_where() -> None:
    link = "https://example.com/unsubscribe/1"

    assert f"<{link}>" == headers(kept(html=f'<a href="{link}">Leave</a>'), "default")["List-Unsubscribe"]
    assert "List-Unsubscribe" not in headers(kept(), "default")


@pytest.mark.parametrize("field", ["sender_name", "sender_email", "recipient", "subject"])
@pytest.mark.parametrize("line_break", ["\r\n", "\n", "\r", "\u2028", "\x0b"])
def test_nothing_can_begin_a_header_of_its_own(field: str, line_break: str) -> None:
    message = read(kept(**{field: f"a{line_break}Bcc: victim@example.com"}))

    assert message["Bcc"] is None
    assert "<p>Hello</p>" == body(message, "html")


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=80), st.text(max_size=200))
def test_whatever_is_in_a_message_it_can_be_written(name: str, address: str, subject: str, text: str) -> None:
    clean = [each.encode("utf-8", "ignore").decode() for each in (name, address, subject, text)]
    message = kept(sender_name=clean[0], sender_email=clean[1], recipient=clean[1], subject=clean[2], text=clean[3])

    assert read(message)["X-Mock-Kind"] == "opt-in"
