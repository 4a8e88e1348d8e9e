"""Messages: what one member gets of a mailing."""

from typing import Any

import pytest

from tests.providers.emma import planted
from tests.providers.emma.client import Emma, error

PARTS = {"html": "html_body", "plaintext": "plaintext", "subject": "subject", "webview_url": "webview_url"}


def message(emma: Emma, mailing: int, member: int, **parameters: Any) -> Any:
    return emma.ask("GET", f"/mailings/{mailing}/messages/{member}", **parameters)


@pytest.mark.rule("emma.get_message", "emma.get_message.webview_url")
@pytest.mark.parametrize("asked", [{}, {"type": "all"}, {"type": ""}])
def test_a_message_has_four_parts(emma: Emma, asked: dict[str, str]) -> None:
    assert {
        "plaintext": "Hello Emma!",
        "subject": "Sample Mailing for Emma Smith",
        "html_body": "<p>Hello Emma!</p>",
        "webview_url": "https://tracker/message/200/200",
    } == message(emma, 200, 200, **asked)


@pytest.mark.rule("emma.get_message")
@pytest.mark.parametrize("part", PARTS)
def test_one_part_is_answered_alone(emma: Emma, part: str) -> None:
    whole = message(emma, 200, 200)

    assert {PARTS[part]: whole[PARTS[part]]} == message(emma, 200, 200, type=part)


@pytest.mark.rule("emma.get_message.webview_url")
def test_the_web_view_of_an_account_without_a_host_is_a_page_of_this_server(emma: Emma) -> None:
    planted.no_tracker(emma)

    address = message(emma, 200, 200)["webview_url"]

    assert "/_mock/links/emma/message/200/200?workspace=" in address
    assert "<p>Hello Emma!</p>" in emma.workspace.server.get(address).text


@pytest.mark.rule("emma.get_message.bad_type")
@pytest.mark.parametrize("part", ["ALL", "html_body", "Html", "text", "0", "html,subject", "x" * 5000, "\u200b"])
def test_another_type_is_an_internal_error_as_documented(emma: Emma, part: str) -> None:
    response = emma.get("/mailings/200/messages/200", params={"type": part})

    assert 500 == response.status_code
    assert error(response).startswith("type: expected one of all, html, plaintext, subject, webview_url, found ")
    assert len(error(response)) < 200


@pytest.mark.rule("emma.messages.unknown")
@pytest.mark.parametrize("member", ["201", "202", "0", "999", "9" * 19, "9" * 60, "emma@myemma.com", "%20", "٢٠٠"])
@pytest.mark.parametrize("part", ["all", "nonsense"])
def test_whoever_the_mailing_was_not_sent_to_has_no_message_which_is_told_before_a_bad_type(
    emma: Emma, member: str, part: str
) -> None:
    response = emma.get(f"/mailings/200/messages/{member}?type={part}")

    assert 404 == response.status_code
    assert error(response).startswith("there is no message of the mailing 200 to the member ")


@pytest.mark.rule("emma.messages.unknown")
def test_a_recipient_whose_message_has_not_left_yet_has_none(emma: Emma) -> None:
    planted.delivery(emma, 201, 200, sent=None)

    assert 404 == emma.get("/mailings/201/messages/200").status_code


@pytest.mark.rule("emma.messages.unknown")
def test_an_archived_member_still_has_a_message(emma: Emma) -> None:
    emma.ask("DELETE", "/members/200")

    assert "Hello Emma!" == message(emma, 200, 200)["plaintext"]


@pytest.mark.rule("emma.messages.unknown")
def test_a_purged_member_has_none(emma: Emma) -> None:
    emma.ask("POST", "/members/purge", {"member_ids": [200]})

    assert 404 == emma.get("/mailings/200/messages/200").status_code


@pytest.mark.rule("emma.get_message.current_values")
def test_a_message_is_written_with_the_values_of_today(emma: Emma) -> None:
    emma.ask("PUT", "/members/200", {"fields": {"first_name": "Emily"}})

    assert "Hello Emily!" == message(emma, 200, 200)["plaintext"]


@pytest.mark.rule("emma.get_message.variation")
def test_in_a_split_test_the_variation_that_was_drawn_is_what_the_member_gets(emma: Emma) -> None:
    planted.delivery(emma, 202, 200)
    planted.delivery(emma, 202, 204, variation=203)

    assert "Our spring sale begins" == message(emma, 202, 200)["subject"]
    assert "Everything is cheaper, Nadia" == message(emma, 202, 204)["subject"]
    assert "https://tracker/message/202/204" == message(emma, 202, 204)["webview_url"]
