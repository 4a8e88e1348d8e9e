"""Messages that are forwarded."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma, error
from tests.providers.emma.mailbox import (
    EMMA,
    LUIS,
    STAMP,
    TONY,
    compose_test,
    delivery,
    history,
    listed,
    outbox,
    readers,
    send,
    sent,
)

ALEX, CHRIS = "alex@myemma.com", "chris@myemma.com"


def forward(emma: Emma, mailing: int = 200, member: int = EMMA, **payload: Any) -> int:
    return int(emma.ask("POST", f"/forwards/{mailing}/{member}", {"recipient_emails": [ALEX], **payload})["mailing_id"])


@pytest.mark.rule("emma.forward_message")
def test_a_message_is_forwarded(emma: Emma) -> None:
    new = forward(emma, recipient_emails=[ALEX, CHRIS])

    assert 1024 == new
    assert {ALEX, CHRIS} == readers(emma, new)


@pytest.mark.rule("emma.forward_message.mailing")
def test_the_new_mailing_has_the_old_one_for_a_parent(emma: Emma) -> None:
    emma.workspace.freeze()
    new = forward(emma)
    made = listed(emma, new)

    assert ("m", "c", 200, "Sample Mailing") == tuple(
        made[name] for name in ("mailing_type", "mailing_status", "parent_mailing_id", "name")
    )
    assert STAMP == delivery(emma, EMMA, 200)["forwarded"]
    emma.workspace.advance(hours=1)
    forward(emma)
    assert STAMP == delivery(emma, EMMA, 200)["forwarded"]


@pytest.mark.rule("emma.mailings.new_addresses")
def test_who_is_not_in_the_audience_is_added_as_forwarded(emma: Emma) -> None:
    new = forward(emma)
    added = emma.ask("GET", f"/members/email/{ALEX}")

    assert ("f", "forwarded", {}) == (added["member_status_id"], added["status"], added["fields"])
    assert [new] == [row["mailing_id"] for row in history(emma, added["member_id"])]


@pytest.mark.rule("emma.forward_message.status")
@pytest.mark.parametrize(
    ("email", "status", "gets"),
    [
        ("tony@myemma.com", "a", True),
        ("friend@example.org", "f", True),
        ("gladys@myemma.com", "o", False),
        ("moved.away@example.com", "e", False),
        ("greg@myemma.com", "a", False),
    ],
)
def test_a_known_member_stays_as_it_is(emma: Emma, email: str, status: str, gets: bool) -> None:
    new = forward(emma, recipient_emails=[email.upper()])

    assert ({email} if gets else set()) == readers(emma, new)
    assert status == emma.ask("GET", f"/members/email/{email}", deleted="true")["member_status_id"]


@pytest.mark.rule("emma.forward_message.content")
def test_the_message_is_forwarded_as_its_reader_read_it(emma: Emma) -> None:
    written = {
        "subject": "For [% member:first_name %]",
        "plaintext": "[% if member:orders %]Dear [% member:last_name %][% else %]Hello[% endif %] [% opt_out_url %]",
        "html_body": "<p>[% member:favorite_food %]</p>[% webview_url %]",
    }
    original = sent(emma, members=[EMMA], **written)
    new = forward(emma, original)
    message = outbox(emma)[ALEX]

    assert "For Emma" == message["subject"]
    assert message["text"].startswith("Hello http")
    assert f"/opt-out/{new}/1024" in message["text"]
    assert message["html"].startswith("<p>tacos</p>https://tracker/message/1024/1024".replace("1024/", f"{new}/", 1))


def test_values_are_escaped_once(emma: Emma) -> None:
    emma.put(f"/members/{TONY}", {"fields": {"first_name": "<Tom & Co>"}})
    original = sent(emma, members=[TONY], html_body="<p>[% member:first_name %]</p>", plaintext="[% member:first_name %]")
    forward(emma, original, TONY)
    message = outbox(emma)[ALEX]

    assert ("<p>&lt;Tom &amp; Co&gt;</p>", "<Tom & Co>") == (message["html"], message["text"])


@pytest.mark.rule("emma.forward_message.note")
@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Hi</p>", "<p>Look: &lt;b&gt;1 &amp; 2&lt;/b&gt;</p>\n<p>Hi</p>"),
        (
            '<html><BODY class="x"><p>Hi</p></body></html>',
            '<html><BODY class="x"><p>Look: &lt;b&gt;1 &amp; 2&lt;/b&gt;</p>\n<p>Hi</p></body></html>',
        ),
        ("", "<p>Look: &lt;b&gt;1 &amp; 2&lt;/b&gt;</p>\n"),
    ],
)
def test_a_note_stands_above_the_message(emma: Emma, html: str, expected: str) -> None:
    original = sent(emma, members=[EMMA], html_body=html, plaintext="Hi")
    forward(emma, original, note="Look: <b>1 & 2</b>")
    message = outbox(emma)[ALEX]

    assert expected == message["html"]
    assert "Look: <b>1 & 2</b>\n\nHi" == message["text"]


def test_tags_in_a_note_are_not_filled_in(emma: Emma) -> None:
    forward(emma, note="[% member:email %]")

    assert "[ % member:email %]" in outbox(emma)[ALEX]["text"]
    assert "[ % member:email %]" in outbox(emma)[ALEX]["html"]


@pytest.mark.rule("emma.forward_message.note")
def test_a_note_has_at_most_five_hundred_characters(emma: Emma) -> None:
    fits = emma.post("/forwards/200/200", {"recipient_emails": [ALEX], "note": "é" * 500})
    long = emma.post("/forwards/200/200", {"recipient_emails": [ALEX], "note": "x" * 501})

    assert [200, 400] == [fits.status_code, long.status_code]
    assert "500" in error(long)


def test_heads_up_addresses_are_told(emma: Emma) -> None:
    new = forward(emma, heads_up_emails=["boss@x.example"])

    assert {"boss@x.example"} == set(outbox(emma, "heads-up"))
    assert ["boss@x.example"] == [row["email"] for row in emma.ask("GET", f"/mailings/{new}/headsup")]


def test_of_a_split_test_the_variation_that_was_read_is_forwarded(emma: Emma) -> None:
    test, other = compose_test(emma, "First", "Second", members=[TONY, LUIS])
    emma.ask("POST", f"/mailings/{test}/winner/{other}", {})
    send(emma, test)
    new = forward(emma, test, TONY)

    assert ("Second", test) == (listed(emma, new)["subject"], listed(emma, new)["parent_mailing_id"])


@pytest.mark.rule("emma.forward_message.unknown")
@pytest.mark.parametrize(
    "path", ["200/202", "200/999", "999/200", "200/abc", "x/200", "201/200", "200/99999999999999999999"]
)
def test_there_must_be_a_message(emma: Emma, path: str) -> None:
    response = emma.post(f"/forwards/{path}", {"recipient_emails": [ALEX]})

    assert 404 == response.status_code
    assert error(response)
    assert [] == emma.workspace.messages()


@pytest.mark.rule("emma.forward_message.nobody")
@pytest.mark.parametrize("payload", [None, {}, {"recipient_emails": []}, {"recipient_emails": None}, {"note": "x"}])
def test_somebody_must_get_it(emma: Emma, payload: Any) -> None:
    response = emma.post("/forwards/200/200", payload)

    assert 400 == response.status_code
    assert "recipient_emails" in error(response)


@pytest.mark.rule("emma.mailings.bad_address")
@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({"recipient_emails": [ALEX, "a b@c.de"]}, "recipient_emails[1]"),
        ({"recipient_emails": [{}]}, "recipient_emails[0]"),
        ({"recipient_emails": [ALEX], "heads_up_emails": ["x"]}, "heads_up_emails[0]"),
        ({"recipient_emails": [ALEX], "note": 5}, "note"),
    ],
)
def test_a_wrong_value_is_refused_by_its_place(emma: Emma, payload: dict[str, Any], place: str) -> None:
    response = emma.post("/forwards/200/200", payload)

    assert 400 == response.status_code
    assert error(response).startswith(f"{place}:")
    assert 404 == emma.get(f"/members/email/{ALEX}").status_code
