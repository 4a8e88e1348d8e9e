"""Merge variables, slots, and the text of HTML."""

import pytest

from mockserver.providers.emfluence.actions.merging import can_unsubscribe, fill_slots, merge, slots
from mockserver.providers.emfluence.actions.plain_text import plain_text
from tests.providers.emfluence.client import Emfluence
from tests.providers.emfluence.mailbox import JOHN, MONTHLY, OWN_HTML, TICKET, outbox, save, sent

VALUES = {
    "firstname": "Zoë <b>",
    "email": "$$firstName",
    "custom1": "",
    "account[name]": "A & B",
    "url[unsubscribe]": "http://x/?a=1&b=2",
}


@pytest.mark.rule("emf.sending.merging")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi $$firstName!", "Hi Zoë <b>!"),
        ("$$FIRSTNAME's", "Zoë <b>'s"),
        ("$$email", "$$firstName"),
        ("[$$custom1]", "[]"),
        ("$$account[name] $$ACCOUNT[Name]", "A & B A & B"),
        ("$$account[zip]", "$$account[zip]"),
        ("$$url[unsubscribe] [unsubscribe] [Unsubscribe]", " ".join(["http://x/?a=1&b=2"] * 3)),
        ("$$firstName[1]", "Zoë <b>[1]"),
        ("$$firstNames $$nothing $$ $ $$[x] $$$email", "$$firstNames $$nothing $$ $ $$[x] $$$firstName"),
        ("no variable: firstName $firstName [% email %]", "no variable: firstName $firstName [% email %]"),
        ("", ""),
    ],
)
def test_variables_are_replaced(text: str, expected: str) -> None:
    assert expected == merge(text, VALUES)


@pytest.mark.rule("emf.sending.merging")
def test_values_are_escaped_in_html() -> None:
    assert '<p>Zoë &lt;b&gt;</p><a href="http://x/?a=1&amp;b=2">' == merge(
        '<p>$$firstName</p><a href="$$url[unsubscribe]">', VALUES, as_html=True
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$$url[unsubscribe]", True),
        ("$$URL[UNSUBSCRIBE]", True),
        ("x[unsubscribe]y", True),
        ("$$url", False),
        ("unsubscribe", False),
        ("$$account[unsubscribe]", False),
    ],
)
def test_it_is_known_whether_a_reader_can_unsubscribe(text: str, expected: bool) -> None:
    assert expected == can_unsubscribe(text)


TEMPLATE = """<emflcontent body_slot="1" name="a"></emflcontent>|<EMFLCONTENT name='b' BODY_SLOT='02'>x</EMFLCONTENT>|\
<emflcontent body_slot=3>|<emflcontent name="none"></emflcontent>|<emflcontents body_slot="1">"""


@pytest.mark.rule("emf.sending.slots")
def test_slots_are_filled() -> None:
    content = {"body_slot1": "<p>one</p>", "body_slot2": '<emflcontent body_slot="1">', "body_slot9": "nine"}

    assert '<p>one</p>|<emflcontent body_slot="1">|||<emflcontents body_slot="1">' == fill_slots(TEMPLATE, content)
    assert {1, 2, 3} == slots(TEMPLATE)


@pytest.mark.rule("emf.save_email.text")
@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("", ""),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>Two<BR/>Three", "One\nTwo\nThree"),
        ("<div>One\n   and\ttwo</div>", "One and two"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo"),
        ("A &amp; B &lt;c&gt; &euro;", "A & B <c> €"),
        ('<a href="http://x/?a=1&amp;b=2">Here</a> <a name="x">there</a>', "Here (http://x/?a=1&b=2) there"),
        ("<a href='one'>1</a> <a href=two>2</a> <a href>3</a>", "1 (one) 2 (two) 3"),
        ("<html><head><title>T</title><style>p{}</style></head><body>Body</body>", "Body"),
        ("a<script>if (a<b) x()</script>b", "ab"),
        ("a<!-- <b>no</b> -->b<!-- never closed <b>", "ab"),
        ("a < b and <not closed", "a"),
        ("<<<>>>", ">>"),
        ("🎉<b>é</b>", "🎉é"),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert text == plain_text(html)


@pytest.mark.parametrize("piece", ["<style>", "<a href=", "<!--", "$$", "<emflcontent ", "<p>x</p> \n", "&"])
def test_whatever_comes_takes_no_long_time(piece: str) -> None:
    text = piece * 20_000

    assert len(plain_text(text)) <= len(text)
    assert merge(text, VALUES) == text
    assert len(fill_slots(text, {})) <= len(text)


# In messages


@pytest.mark.rule("emf.sending.merging")
def test_a_message_has_the_values_of_its_reader(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/save", contactID=JOHN, contentVariables={"content1": {"value": "<i>"}})
    html = "$$lastName $$custom1 $$custom9 $$content1 $$zipCode $$contactID $$account[city]"
    sent(emfluence, contactIDs=[JOHN], subject="For $$firstName at $$company", htmlVersion=f"{html} {OWN_HTML}")
    message = outbox(emfluence)["john.doe@example.com"]

    assert "For John at Doe & Sons" == message["subject"]
    assert message["html"].startswith("Doe Gold  &lt;i&gt; 04401 1001 Harborview <p>Hello John, ")
    assert message["text"].startswith("Doe Gold  <i> 04401 1001 Harborview\n\nHello John, goodbye (")


@pytest.mark.rule("emf.sending.slots", "emf.sending.merging")
def test_slots_and_variables_are_filled_in_a_template(emfluence: Emfluence) -> None:
    made = save(emfluence, templateID=MONTHLY, contactIDs=[JOHN], body_slot1="<p>$$firstName</p>")
    emfluence.ok("emails/send", emailID=made["emailID"])
    message = outbox(emfluence)["john.doe@example.com"]

    assert "<h1>Harbor Museum</h1>\n<p>John</p>\n\n<p><a href=" in message["html"]
    assert "12 Pier Road, Harborview, ME 04401" in message["text"]


@pytest.mark.parametrize("name", ["$$email", "<b>", "Zoë 🎉", "", "[unsubscribe]"])
def test_values_are_no_variables_and_no_html(emfluence: Emfluence, name: str) -> None:
    emfluence.ok("contacts/save", contactID=JOHN, firstName=name)
    sent(emfluence, contactIDs=[JOHN], subject="$$firstName")
    message = outbox(emfluence)["john.doe@example.com"]

    assert name == message["subject"]
    assert f"Hello {name.replace('<', '&lt;').replace('>', '&gt;')}," in message["html"]


def test_a_transactional_email_is_merged_as_well(emfluence: Emfluence) -> None:
    made = emfluence.ok("emails/copy", emailID=TICKET)
    emfluence.ok("emails/sendTest", emailID=made["emailID"], recipientEmail="john.doe@example.com")

    assert "Your ticket, John." == outbox(emfluence)["john.doe@example.com"]["text"]
