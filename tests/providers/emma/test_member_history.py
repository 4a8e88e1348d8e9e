"""The mailings of a member."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma
from tests.providers.emma.mailbox import EMMA, GREG, LUIS, TONY, compose_test, history, send, sent

SAMPLE = {
    "delivery_type": "d",
    "clicked": "@D:2011-01-02T11:14:32",
    "opened": "@D:2011-01-02T11:13:51",
    "mailing_id": 200,
    "delivery_ts": "@D:2011-01-02T10:29:36",
    "name": "Sample Mailing",
    "forwarded": None,
    "shared": None,
    "subject": "Sample Mailing for [% member:first_name %] [% member:last_name %]",
    "sent": "@D:2011-01-02T10:27:43",
    "account_id": 100,
}


@pytest.mark.rule("emma.list_member_mailings")
def test_a_member_has_a_history(emma: Emma) -> None:
    assert [SAMPLE] == history(emma, EMMA)


def test_a_member_without_mailings_has_none(emma: Emma) -> None:
    assert [] == history(emma, LUIS)


@pytest.mark.rule("emma.list_member_mailings.order")
def test_the_newest_mailing_comes_last(emma: Emma) -> None:
    made = [sent(emma, members=[EMMA], subject=f"{number}") for number in range(3)]

    assert [200, *made] == [row["mailing_id"] for row in history(emma, EMMA)]


def test_the_history_has_pages_and_a_count(emma: Emma) -> None:
    made = [sent(emma, members=[EMMA]) for _ in range(3)]
    path = f"/members/{EMMA}/mailings"

    assert 4 == emma.ask("GET", path, count="true")
    assert made[:2] == [row["mailing_id"] for row in emma.ask("GET", path, start=1, end=3)]
    assert [] == emma.ask("GET", path, start=4)


@pytest.mark.rule("emma.list_member_mailings.unknown")
@pytest.mark.parametrize("member", ["999", "abc", "0", "99999999999999999999"])
def test_an_unknown_member_has_no_history(emma: Emma, member: str) -> None:
    assert [] == emma.ask("GET", f"/members/{member}/mailings")
    assert 0 == emma.ask("GET", f"/members/{member}/mailings", count="1")


@pytest.mark.rule("emma.list_member_mailings.unknown")
@pytest.mark.reading("emma", unknown_ids="strict")
def test_an_unknown_member_is_refused_in_the_strict_reading(emma: Emma) -> None:
    assert 404 == emma.get("/members/999/mailings").status_code
    assert [] == history(emma, GREG)


def test_an_archived_member_keeps_its_history(emma: Emma) -> None:
    emma.ask("DELETE", f"/members/{EMMA}")

    assert [SAMPLE] == history(emma, EMMA)


@pytest.mark.rule("emma.list_member_mailings.hard_bounce")
@pytest.mark.parametrize(("kind", "letter"), [("hard", "b"), ("soft", "s")])
def test_bounces_have_letters(emma: Emma, kind: str, letter: str) -> None:
    emma.backstage("bounce", {"mailing_id": 210, "member": TONY, "kind": kind})

    assert [letter] == [row["delivery_type"] for row in history(emma, TONY)]


@pytest.mark.rule("emma.list_member_mailings.hard_bounce")
@pytest.mark.reading("emma", hard_bounce="h")
def test_a_hard_bounce_may_have_another_letter(emma: Emma) -> None:
    emma.backstage("bounce", {"mailing_id": 210, "member": TONY, "kind": "hard"})

    assert ["h"] == [row["delivery_type"] for row in history(emma, TONY)]


@pytest.mark.rule("emma.list_member_mailings.variation")
def test_the_subject_of_a_split_test_is_the_one_that_was_read(emma: Emma) -> None:
    test, other = compose_test(emma, "First", "Second", members=[LUIS], name="Which?")
    emma.ask("POST", f"/mailings/{test}/winner/{other}", {})
    send(emma, test)
    row: dict[str, Any] = history(emma, LUIS)[-1]

    assert (test, "Which?", "Second") == (row["mailing_id"], row["name"], row["subject"])


@pytest.mark.reading("emma", sends_take=600)
def test_a_message_on_its_way_has_no_delivery_yet(emma: Emma) -> None:
    emma.workspace.freeze()
    sent(emma, members=[LUIS])
    emma.workspace.advance(minutes=5)
    (row,) = history(emma, LUIS)

    assert (None, None, "@D:2030-01-01T06:05:00") == (row["delivery_type"], row["delivery_ts"], row["sent"])
