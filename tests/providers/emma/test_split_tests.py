"""Split tests: a share of the recipients gets variations, the others the winner."""

from collections import Counter
from typing import Any

import pytest

from tests.providers.emma.client import Emma, error
from tests.providers.emma.mailbox import (
    NEWSLETTER,
    compose,
    compose_test,
    crowd,
    listed,
    outbox,
    readers,
    send,
    sent,
    status,
)

STANDARD, SECOND = 202, 203
"""The split test of the standard fixtures, and its variation."""


def subjects(emma: Emma) -> Counter[str]:
    """How many got which subject."""
    return Counter(message["subject"] for message in outbox(emma).values())


def declare(emma: Emma, mailing: int | str, winner: int | str) -> Any:
    return emma.post(f"/mailings/{mailing}/winner/{winner}", {})


def started(emma: Emma, *names: str, people: int = 20) -> list[int]:
    """A split test of some subjects that has gone to its first recipients: of 20, to four."""
    emma.workspace.freeze()
    crowd(emma, people - 1)  # one is there already
    made = compose_test(emma, *names, groups=[NEWSLETTER])
    send(emma, made[0])
    return made


def open_by(emma: Emma, variation: int, share: float) -> None:
    emma.backstage("open", {"mailing_id": variation, "share": share})


@pytest.mark.rule("emma.split_tests.share")
def test_a_fifth_of_the_recipients_tests_the_variations(emma: Emma) -> None:
    made = started(emma, "First", "Second")

    assert ["w", "w"] == [status(emma, each) for each in made]
    assert {"First": 2, "Second": 2} == subjects(emma)
    assert 20 == listed(emma, made[0])["recipient_count"]


@pytest.mark.rule("emma.split_tests.share")
@pytest.mark.parametrize(
    ("names", "people", "expected"), [("ABC", 30, [2, 2, 2]), ("ABCDE", 5, [1, 1, 1, 1, 1]), ("AB", 2, [1, 1])]
)
def test_every_variation_has_at_least_one_reader(emma: Emma, names: str, people: int, expected: list[int]) -> None:
    started(emma, *names, people=people)

    assert dict(zip(names, expected, strict=True)) == subjects(emma)


@pytest.mark.rule("emma.split_tests.winner")
def test_the_variation_that_most_open_wins_after_an_hour(emma: Emma) -> None:
    test, second = started(emma, "First", "Second")
    open_by(emma, second, 0.5)
    emma.workspace.advance(minutes=59)
    waiting = subjects(emma)
    emma.workspace.advance(minutes=1)

    assert {"First": 2, "Second": 2} == waiting
    assert {"First": 2, "Second": 18} == subjects(emma)
    assert ["c", "c"] == [status(emma, each) for each in (test, second)]
    assert "@D:2030-01-01T07:00:00" == listed(emma, test)["send_finished"]


@pytest.mark.rule("emma.split_tests.winner")
def test_clicks_decide_between_equal_opens_and_then_age(emma: Emma) -> None:
    test, second, third = started(emma, "First", "Second", "Third", people=30)
    emma.backstage("open", {"mailing_id": test, "share": 1})
    open_by(emma, third, 1)
    for row in emma.ask("GET", "/members", start=0, end=500):
        if row["email"] in readers(emma, test) and outbox(emma)[row["email"]]["subject"] == "Third":
            emma.backstage("bounce", {"mailing_id": test, "member": row["member_id"], "kind": "soft"})
    emma.workspace.advance(hours=1)

    assert {"First": 26, "Second": 2, "Third": 2} == subjects(emma)
    assert ["c", "c"] == [status(emma, each) for each in (second, third)]


@pytest.mark.reading("emma", split_tests_take=0)
def test_a_test_may_take_no_time(emma: Emma) -> None:
    made = started(emma, "First", "Second")

    assert "c" == status(emma, made[0])
    assert {"First": 18, "Second": 2} == subjects(emma)


@pytest.mark.rule("emma.split_tests.winner")
@pytest.mark.reading("emma", split_tests_take=60, sends_take=600)
def test_a_test_sends_twice(emma: Emma) -> None:
    (test, _) = started(emma, "First", "Second")
    found = [status(emma, test)]
    for minutes in (5, 5, 1, 5):
        emma.workspace.advance(minutes=minutes)
        found.append(status(emma, test))

    assert ["i", "s", "w", "s", "c"] == found
    assert "@D:2030-01-01T06:16:00" == listed(emma, test)["send_finished"]


def test_a_test_without_variations_is_an_ordinary_mailing(emma: Emma) -> None:
    mailing = sent(emma, type="s", groups=[NEWSLETTER])

    assert ("c", 1) == (status(emma, mailing), listed(emma, mailing)["recipient_count"])


@pytest.mark.parametrize("people", [0, 1])
def test_a_test_with_too_few_readers_is_complete(emma: Emma, people: int) -> None:
    test, _ = compose_test(emma, "First", "Second", groups=[NEWSLETTER] if people else [])
    send(emma, test)

    assert ("c", people) == (status(emma, test), listed(emma, test)["recipient_count"])


def test_a_message_shows_the_variation_of_its_reader(emma: Emma) -> None:
    test, _ = started(emma, "First", "Second")
    emma.workspace.advance(hours=1)
    shown = Counter(
        emma.ask("GET", f"/mailings/{test}/messages/{message['details']['member_id']}")["subject"]
        for message in outbox(emma).values()
    )

    assert subjects(emma) == shown


def test_a_test_that_is_paused_while_it_waits_goes_on_when_it_is_resumed(emma: Emma) -> None:
    test, second = started(emma, "First", "Second")
    open_by(emma, second, 1)
    emma.ask("PUT", f"/mailings/{test}", {"status": "paused"})
    emma.workspace.advance(hours=2)
    paused = (status(emma, test), sum(subjects(emma).values()))
    emma.ask("PUT", f"/mailings/{test}", {"status": "ready"})

    assert ("a", 4) == paused
    assert {"First": 2, "Second": 18} == subjects(emma)
    assert "c" == status(emma, test)


def test_a_test_whose_readers_were_all_erased_goes_on(emma: Emma) -> None:
    test, _ = started(emma, "First", "Second")
    tested = [message["details"]["member_id"] for message in outbox(emma).values()]
    emma.ask("POST", "/members/purge", {"member_ids": tested})
    emma.workspace.advance(hours=1)

    assert "c" == status(emma, test)
    assert {"First": 16} == subjects(emma)


# A winner is declared


@pytest.mark.rule("emma.declare_winner", "emma.declare_winner.early")
def test_a_winner_may_be_declared_before_the_test_goes_out(emma: Emma) -> None:
    answer = declare(emma, STANDARD, SECOND)
    send(emma, STANDARD)

    assert (200, True) == (answer.status_code, answer.json())
    assert "c" == status(emma, STANDARD)
    assert {"Everything is cheaper, Tony", "Everything is cheaper, Nadia"} < set(subjects(emma))


@pytest.mark.rule("emma.declare_winner")
def test_the_remaining_members_get_the_winner(emma: Emma) -> None:
    test, second = started(emma, "First", "Second")
    open_by(emma, test, 1)
    declare(emma, test, second)

    assert {"First": 2, "Second": 18} == subjects(emma)
    emma.workspace.advance(hours=2)
    assert {"First": 2, "Second": 18} == subjects(emma)
    assert "c" == status(emma, test)


@pytest.mark.rule("emma.declare_winner.no_variation")
def test_the_tests_own_content_may_win(emma: Emma) -> None:
    test, second = started(emma, "First", "Second")
    open_by(emma, second, 1)
    declare(emma, test, test)

    assert {"First": 18, "Second": 2} == subjects(emma)


@pytest.mark.rule("emma.declare_winner.pending")
@pytest.mark.reading("emma", sends_take=600)
@pytest.mark.parametrize("minutes", [0, 5])
def test_messages_that_are_pending_keep_their_content(emma: Emma, minutes: int) -> None:
    test, second = started(emma, "First", "Second")
    assert "i" == status(emma, test)
    emma.workspace.advance(minutes=minutes)
    declare(emma, test, second)
    emma.workspace.advance(minutes=20)

    assert "c" == status(emma, test)
    assert {"First": 2, "Second": 18} == subjects(emma)


@pytest.mark.rule("emma.declare_winner")
def test_a_paused_test_takes_a_winner(emma: Emma) -> None:
    test, second = started(emma, "First", "Second")
    emma.ask("PUT", f"/mailings/{test}", {"status": "paused"})
    declare(emma, test, second)
    emma.workspace.advance(hours=2)
    assert "a" == status(emma, test)
    emma.ask("PUT", f"/mailings/{test}", {"status": "ready"})

    assert {"First": 2, "Second": 18} == subjects(emma)


@pytest.mark.rule("emma.declare_winner.decided")
def test_a_winner_is_declared_once(emma: Emma) -> None:
    declare(emma, STANDARD, SECOND)
    again = declare(emma, STANDARD, SECOND)

    assert 403 == again.status_code
    assert str(SECOND) in error(again)


@pytest.mark.rule("emma.declare_winner.decided")
def test_a_winner_that_was_chosen_stays(emma: Emma) -> None:
    test, second = started(emma, "First", "Second")
    emma.workspace.advance(hours=1)

    assert 403 == declare(emma, test, second).status_code


@pytest.mark.rule("emma.declare_winner.over")
@pytest.mark.parametrize("end", ["cancel", "fail"])
def test_a_test_that_is_over_takes_no_winner(emma: Emma, end: str) -> None:
    if end == "cancel":
        emma.ask("DELETE", f"/mailings/cancel/{STANDARD}")
    else:
        emma.backstage("fail", {"mailing_id": STANDARD, "reason": "no power"})
    response = declare(emma, STANDARD, SECOND)

    assert 403 == response.status_code
    assert "over" in error(response)


@pytest.mark.rule("emma.declare_winner.no_variation")
@pytest.mark.parametrize(("mailing", "winner"), [(200, 203), (202, 200), (203, 203), (203, 202), (201, 201)])
def test_only_a_variation_can_win_a_test(emma: Emma, mailing: int, winner: int) -> None:
    response = declare(emma, mailing, winner)

    assert 403 == response.status_code
    assert error(response)


def test_a_mailing_that_was_sent_again_is_no_variation(emma: Emma) -> None:
    again = emma.ask("POST", f"/mailings/{STANDARD}", {"recipient_groups": [NEWSLETTER]})["mailing_id"]

    assert 403 == declare(emma, STANDARD, again).status_code


@pytest.mark.rule("emma.declare_winner.unknown")
@pytest.mark.parametrize(("mailing", "winner"), [(999, 203), (202, 999), ("x", 203), (202, "y"), (202, 10**30)])
def test_test_and_winner_must_exist(emma: Emma, mailing: int | str, winner: int | str) -> None:
    response = declare(emma, mailing, winner)

    assert 404 == response.status_code
    assert "there is no mailing" in error(response)


def test_a_variation_does_not_go_out_by_itself(emma: Emma) -> None:
    emma.workspace.freeze()
    _, second = compose_test(emma, "First", "Second", members=["tony@myemma.com"], send_at="2030-01-02T12:00:00Z")
    emma.ask("PUT", f"/mailings/{second}", {"status": "paused"})
    emma.ask("PUT", f"/mailings/{second}", {"status": "ready"})
    emma.workspace.advance(days=1)

    assert {"First": 1} == subjects(emma)


@pytest.mark.parametrize("kind", ["s", "c"])
def test_content_is_tested_like_subjects(emma: Emma, kind: str) -> None:
    written = {"type": kind, "subject": "Same", "plaintext": "One", "variations": [{"plaintext": "Two"}]}
    mailing = compose(emma, **written, members=["tony@myemma.com", "emma@myemma.com"])
    send(emma, mailing)

    assert {"One", "Two"} == {message["text"] for message in outbox(emma).values()}
