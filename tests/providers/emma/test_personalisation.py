"""Personalisation: how tags are filled in, and which are refused."""

import time
from typing import Any

import pytest

from mockserver.providers.emma.actions.personalisation import findings, render
from tests.providers.emma import planted
from tests.providers.emma.client import Emma, error

VALUES: dict[str, Any] = {
    "member:first_name": "Nadia",
    "member:nothing": None,
    "member:empty": "",
    "member:loyal": True,
    "member:away": False,
    "member:zero": 0,
    "member:orders": 12.0,
    "member:weight": 1.5,
    "member:interests": ["Cooking", "Travel"],
    "member:birthday": "@D:1979-03-14T00:00:00",
    "member:since": "@D:2012-04-02T08:30:59",
    "member:no_date": "@D:soon",
    "opt_out_url": "https://out.example/?a=1&b=2",
}

GOOD = {
    "": "",
    "Plain text, 50% off]": "Plain text, 50% off]",
    "Hello [% member:first_name %]!": "Hello Nadia!",
    "[%member:first_name%][%  MEMBER : First_Name\t\n%]": "NadiaNadia",
    "[% member:nothing %][% member:empty %][% member:unknown %][% event:key %]!": "!",
    "[% member:loyal %] [% member:away %] [% member:zero %]": "true false 0",
    "[% member:orders %] [% member:weight %]": "12 1.5",
    "[% member:interests %]": "Cooking, Travel",
    "[% member:birthday %] [% member:since %] [% member:no_date %]": "1979-03-14 2012-04-02 08:30 @D:soon",
    "[% opt_out_url %]": "https://out.example/?a=1&b=2",
    "[% if member:first_name %]yes[% else %]no[% endif %]": "yes",
    "[% IF member:away %]yes[% ELSE %]no[% EndIf %]": "no",
    "[% if member:empty %]yes[% endif %].": ".",
    "[% if member:zero %]yes[% endif %]": "yes",
    "[% if event:x %]yes[% else %]no[% endif %]": "no",
    "[% if member:loyal %]a[% if member:away %]b[% else %]c[% endif %]d[% else %]e[% endif %]f": "acdf",
    "[% if member:away %]a[% if member:loyal %]b[% else %]c[% endif %]d[% else %]e[% endif %]f": "ef",
    "Ünïcode \U0001f600 [% member:straße %]": "Ünïcode \U0001f600 ",
}
"""Texts without a fault, and what comes out."""

FAULTY = {
    "a [% %] b": ("[% %] is empty", "a  b"),
    "[%%]": ("[%%] is empty", ""),
    "[% first_name %]": ("[% first_name %] is no tag", ""),
    "[% member: %]": ("[% member: %] is no tag", ""),
    "[% member:first name %]": ("[% member:first name %] is no tag", ""),
    "[% user:x %]": ("[% user:x %] is no tag", ""),
    "[% member:a;b %]": ("[% member:a;b %] is no tag", ""),
    "a [% member:first_name": ("[% member:first_name is not closed by %]", "a [% member:first_name"),
    "[% a [% member:first_name %]": ("[% a  is not closed by %]", "[% a Nadia"),
    "[% if %]a[% endif %]": ("[% if %] needs one value", "a"),
    "[% if first_name %]a": ("[% if first_name %] needs one value", "a"),
    "[% if member:x == 1 %]a": ("[% if member:x == 1 %] needs one value", "a"),
    "[% if member:first_name %]a": ("[% if ... %] without [% endif %]", "a"),
    "a[% endif %]b": ("[% endif %] without [% if ... %]", "ab"),
    "a[% else %]b": ("[% else %] without [% if ... %]", "ab"),
    "[% if member:x %]a[% else %]b[% else %]c[% endif %]": ("[% else %] for the second time", "b"),
    f"[% member:{'x' * 300} %]": ("is too long for a tag", ""),
    "[% __import__('os') %]": ("[% __import__('os') %] is no tag", ""),
    "[% member.__class__ %]": ("[% member.__class__ %] is no tag", ""),
}
"""Texts with a fault: what is told, and what comes out all the same."""

LARGE = {
    "openings": "[%" * 250_000,
    "closings": "%]" * 250_000,
    "blanks": "[% " + " " * 1_000_000 + "%]",
    "tags": "[% member:x %]" * 70_000,
    "conditions": "[% if member:x %]" * 60_000,
    "conditions that end": "[% if member:x %]" * 30_000 + "[% endif %]" * 30_000,
    "colons": "[% member" + ":" * 1_000_000 + " %]",
}


def faults(text: str) -> list[str]:
    return list(filter(None, findings(text)))


def render_for(emma: Emma, member: int, **content: str) -> dict[str, Any]:
    """What a member gets of a mailing with this content."""
    mailing = planted.mailing(emma, status="c", **content)
    planted.delivery(emma, mailing, member)
    found: dict[str, Any] = emma.ask("GET", f"/mailings/{mailing}/messages/{member}")
    return found


# Texts


@pytest.mark.rule("emma.personalisation.conditions", "emma.personalisation.spelling", "emma.personalisation.event")
@pytest.mark.parametrize("text", GOOD)
def test_tags_are_filled_in(text: str) -> None:
    assert GOOD[text] == render(text, VALUES)
    assert [] == faults(text)


@pytest.mark.rule("emma.personalisation.faulty")
@pytest.mark.parametrize("text", FAULTY)
def test_a_tag_without_sense_is_a_fault_and_leaves_nothing_behind(text: str) -> None:
    told, rendered = FAULTY[text]

    assert told in "; ".join(faults(text))
    assert rendered == render(text, VALUES)


@pytest.mark.rule("emma.personalisation.escaping")
def test_values_are_escaped_in_html_alone() -> None:
    values = {"member:name": "<b>\"A\" & 'B'</b> [% opt_out_url %]"}

    assert "<p>&lt;b&gt;&quot;A&quot; &amp; &#x27;B&#x27;&lt;/b&gt; [% opt_out_url %]</p>" == render(
        "<p>[% member:name %]</p>", values, as_html=True
    )
    assert values["member:name"] == render("[% member:name %]", values)


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_a_large_text_takes_time_in_proportion_to_its_length(text: str) -> None:
    began = time.process_time()
    render(text, VALUES)
    faults(text)

    assert time.process_time() - began < 5


# Messages


@pytest.mark.rule("emma.personalisation.member", "emma.personalisation.built_in", "emma.personalisation.values")
def test_a_message_tells_of_fields_and_of_what_every_member_has(emma: Emma) -> None:
    text = "[% member:first_name %]|[% member:birthday %]|[% member:orders %]|[% member:loyal %]|[% member:interests %]|"
    text += "[% member:email %]|[% member:member_id %]|[% member:member_since %]|[% member:nothing %]"

    found = render_for(emma, 204, plaintext=text)

    assert "Nadia|1979-03-14|12|true|Cooking, Travel|nadia.petrova@example.org|204|2012-04-02 08:30|" == found["plaintext"]


@pytest.mark.rule("emma.personalisation.built_in")
def test_a_field_wins_over_what_every_member_has(emma: Emma) -> None:
    emma.ask("POST", "/fields", {"shortcut_name": "member_id", "display_name": "Member", "field_type": "text"})
    emma.ask("PUT", "/members/204", {"fields": {"member_id": "M-1"}})

    assert "M-1" == render_for(emma, 204, subject="[% member:member_id %]")["subject"]


@pytest.mark.rule("emma.personalisation.escaping")
def test_html_in_a_value_is_text_in_a_message(emma: Emma) -> None:
    emma.ask("PUT", "/members/204", {"fields": {"first_name": "<script>&"}})

    found = render_for(emma, 204, **dict.fromkeys(("html_body", "plaintext", "subject"), "[% member:first_name %]"))

    assert ("&lt;script&gt;&amp;", "<script>&", "<script>&") == tuple(
        found[part] for part in ("html_body", "plaintext", "subject")
    )


@pytest.mark.rule("emma.personalisation.links")
def test_a_message_has_the_addresses_for_opting_out_and_for_the_browser(emma: Emma) -> None:
    found = render_for(emma, 204, plaintext="[% opt_out_url %] [% webview_url %]")
    opt_out, web_view = found["plaintext"].split()

    assert "/_mock/links/emma/opt-out/" in opt_out
    assert found["webview_url"] == web_view


# Validating


@pytest.mark.rule("emma.validate_mailing")
@pytest.mark.parametrize("text", GOOD)
def test_content_that_makes_sense_is_valid(emma: Emma, text: str) -> None:
    assert emma.ask("POST", "/mailings/validate", dict.fromkeys(("html_body", "plaintext", "subject"), text)) is True


@pytest.mark.rule("emma.validate_mailing")
@pytest.mark.parametrize("payload", [{}, {"subject": None}, {"html_body": ""}, {"name": "[% %]"}, [], None])
def test_nothing_to_validate_is_valid(emma: Emma, payload: Any) -> None:
    assert emma.ask("POST", "/mailings/validate", payload) is True


@pytest.mark.rule("emma.validate_mailing.tags")
@pytest.mark.parametrize("part", ["html_body", "plaintext", "subject"])
@pytest.mark.parametrize("text", FAULTY)
def test_a_bad_tag_is_refused_by_its_part(emma: Emma, part: str, text: str) -> None:
    response = emma.post("/mailings/validate", {part: text})

    assert 400 == response.status_code
    assert error(response).startswith(f"{part}: ")
    assert FAULTY[text][0] in error(response)


@pytest.mark.rule("emma.validate_mailing.tags")
def test_the_faults_of_all_parts_are_told_at_once(emma: Emma) -> None:
    response = emma.post("/mailings/validate", {"html_body": "[% a %] [% b %]", "plaintext": "fine", "subject": "[% c"})

    assert "html_body: [% a %] is no tag; html_body: [% b %] is no tag; subject: [% c is not closed by %]" == error(response)


@pytest.mark.rule("emma.validate_mailing.tags")
@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_a_large_text_gets_a_short_answer(emma: Emma, text: str) -> None:
    response = emma.post("/mailings/validate", {"html_body": text})

    assert response.status_code in {200, 400}
    assert len(response.text) < 1000


@pytest.mark.parametrize("wrong", [1, True, ["a"], {"a": 1}])
def test_content_that_is_no_text_is_refused_by_its_name(emma: Emma, wrong: Any) -> None:
    response = emma.post("/mailings/validate", {"plaintext": wrong})

    assert 400 == response.status_code
    assert error(response).startswith("plaintext: expected a text, found ")
