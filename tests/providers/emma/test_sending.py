"""Mailings on their way: from status to status on the workspace's clock."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma
from tests.providers.emma.mailbox import (
    EMMA,
    NEWSLETTER,
    NOON,
    STAMP,
    TONY,
    compose,
    crowd,
    delivery,
    history,
    listed,
    outbox,
    readers,
    send,
    sent,
    status,
)

slow = pytest.mark.reading("emma", sends_take=600)
"""Ten minutes until a mailing is complete: five until its messages leave."""


def steps(emma: Emma, mailing: int, *, minutes: int) -> list[str]:
    """The status of a mailing now and after each of so many steps of five minutes."""
    found = [status(emma, mailing)]
    for _ in range(minutes // 5):
        emma.workspace.advance(minutes=5)
        found.append(status(emma, mailing))
    return found


@pytest.mark.rule("emma.sending.statuses")
def test_a_mailing_is_complete_at_once(emma: Emma) -> None:
    mailing = sent(emma, groups=["Monthly Newsletter"])

    assert "c" == status(emma, mailing)
    assert {"emma@myemma.com"} == readers(emma, mailing)


@slow
def test_a_mailing_that_takes_time_is_injected_sent_and_complete(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = sent(emma, groups=["Monthly Newsletter"])

    assert ["i", "s", "c", "c"] == steps(emma, mailing, minutes=15)


@slow
def test_messages_are_in_the_outbox_as_soon_as_they_leave(emma: Emma) -> None:
    emma.workspace.freeze()
    sent(emma, members=[EMMA])

    assert {} == outbox(emma)
    emma.workspace.advance(minutes=5)
    assert ["emma@myemma.com"] == list(outbox(emma))
    assert "2030-01-01T12:05:00Z" == outbox(emma)["emma@myemma.com"]["sent_at"]


@slow
@pytest.mark.rule("emma.sending.moments")
def test_the_moments_of_sending_are_kept(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = sent(emma, members=[EMMA, TONY])
    started = listed(emma, mailing)
    emma.workspace.advance(minutes=10)
    done = listed(emma, mailing)

    assert (STAMP, STAMP, None, 2) == tuple(
        started[name] for name in ("send_started", "started_or_finished", "send_finished", "recipient_count")
    )
    assert (STAMP, "@D:2030-01-01T06:10:00", 1, 2030) == tuple(
        done[name] for name in ("send_started", "send_finished", "month", "year")
    )
    assert ("@D:2030-01-01T06:05:00", "@D:2030-01-01T06:10:00", "d") == tuple(
        delivery(emma, EMMA, mailing)[name] for name in ("sent", "delivery_ts", "delivery_type")
    )


def test_a_mailing_with_a_moment_waits_for_it(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = compose(emma, groups=["Monthly Newsletter"], send_at="2030-01-01T14:00:00Z")
    before = status(emma, mailing)
    emma.workspace.advance(minutes=119)
    just_before = status(emma, mailing)
    emma.workspace.advance(minutes=1)

    assert ["p", "p", "c"] == [before, just_before, status(emma, mailing)]
    assert "@D:2030-01-01T08:00:00" == listed(emma, mailing)["send_started"]


def test_a_mailing_without_a_moment_waits_until_somebody_sends_it(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = compose(emma, members=[EMMA])
    emma.workspace.advance(days=30)
    waiting = status(emma, mailing)
    send(emma, mailing)

    assert ("p", "c") == (waiting, status(emma, mailing))


def test_a_mailing_goes_to_whoever_is_in_its_groups_when_it_starts(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = compose(emma, groups=["Widget Buyers"], send_at="2030-01-01T14:00:00Z")
    emma.add("late@example.com", group_ids=[151])
    emma.put("/members/202", {"status_to": "o"})
    emma.workspace.advance(hours=2)

    assert {"emma@myemma.com", "late@example.com"} == readers(emma, mailing)


@pytest.mark.rule("emma.sending.nobody")
@pytest.mark.parametrize("to", [{}, {"groups": ["Staff"]}, {"members": ["gladys@myemma.com"]}])
def test_a_mailing_for_nobody_is_complete(emma: Emma, to: dict[str, Any]) -> None:
    mailing = sent(emma, **to)

    assert ("c", 0) == (status(emma, mailing), listed(emma, mailing)["recipient_count"])
    assert {} == outbox(emma)


# Stopped on the way


def test_a_paused_mailing_stays_and_goes_out_when_it_is_resumed(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = compose(emma, members=[EMMA], send_at="2030-01-01T13:00:00Z")
    emma.ask("PUT", f"/mailings/{mailing}", {"status": "paused"})
    emma.workspace.advance(hours=2)
    paused = status(emma, mailing)
    emma.ask("PUT", f"/mailings/{mailing}", {"status": "ready"})

    assert ("a", "c") == (paused, status(emma, mailing))
    assert "@D:2030-01-01T08:00:00" == delivery(emma, EMMA, mailing)["sent"]


def test_a_mailing_that_was_paused_and_resumed_before_its_moment_goes_out_once(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = compose(emma, members=[EMMA], send_at="2030-01-01T13:00:00Z")
    for word in ("paused", "ready", "paused", "ready"):
        emma.ask("PUT", f"/mailings/{mailing}", {"status": word})
    early = status(emma, mailing)
    emma.workspace.advance(hours=1)

    assert ("p", "c") == (early, status(emma, mailing))
    assert 1 == len(emma.workspace.messages())


def test_a_canceled_mailing_does_not_go_out(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = compose(emma, members=[EMMA], send_at="2030-01-01T13:00:00Z")
    emma.ask("DELETE", f"/mailings/cancel/{mailing}")
    emma.workspace.advance(days=1)

    assert "x" == status(emma, mailing)
    assert [] == emma.workspace.messages()


@slow
def test_a_mailing_that_is_paused_while_its_recipients_are_chosen_chooses_them_anew(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = sent(emma, groups=["Widget Buyers"])
    injecting = status(emma, mailing)
    emma.ask("PUT", f"/mailings/{mailing}", {"status": "paused"})
    emma.put("/members/202", {"status_to": "o"})
    emma.workspace.advance(minutes=3)
    emma.ask("PUT", f"/mailings/{mailing}", {"status": "ready"})

    assert "i" == injecting
    # The step of the first start, due after five minutes, does nothing: the second start was three minutes later.
    emma.workspace.advance(minutes=2)
    assert "i" == status(emma, mailing)
    emma.workspace.advance(minutes=3)
    assert "s" == status(emma, mailing)
    assert ({"emma@myemma.com"}, 1) == (readers(emma, mailing), listed(emma, mailing)["recipient_count"])


@slow
def test_a_mailing_that_is_canceled_while_its_recipients_are_chosen_is_in_nobodys_history(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = sent(emma, members=[TONY])
    chosen = history(emma, TONY)
    emma.ask("PUT", f"/mailings/{mailing}", {"status": "canceled"})
    emma.workspace.advance(hours=1)

    assert "x" == status(emma, mailing)
    assert mailing not in {row["mailing_id"] for row in [*chosen, *history(emma, TONY)]}


# Heads-up messages


@pytest.mark.rule("emma.sending.heads_up")
def test_whoever_wants_to_know_is_told(emma: Emma) -> None:
    emma.workspace.freeze()
    written = {"name": "May <1>", "subject": "Hi [% member:first_name %]", "html_body": "<p>Hi</p>", "plaintext": "Hi"}
    mailing = compose(emma, members=[EMMA], heads_up=["boss@x.example", "deputy@x.example"], **written)
    before = emma.ask("GET", f"/mailings/{mailing}/headsup")
    send(emma, mailing)
    after = emma.ask("GET", f"/mailings/{mailing}/headsup")
    told = outbox(emma, "heads-up")

    assert [None, None] == [row["sent_ts"] for row in before]
    assert [STAMP, STAMP] == [row["sent_ts"] for row in after]
    assert {"boss@x.example", "deputy@x.example"} == set(told)
    assert "Heads up: Hi [% member:first_name %]" == told["boss@x.example"]["subject"]
    assert 'The mailing "May <1>" is on its way to 1 recipients' in told["boss@x.example"]["text"]
    assert "May &lt;1&gt;" in told["boss@x.example"]["html"]
    assert {"mailing_id": mailing} == told["boss@x.example"]["details"]


# Many


def test_thousands_get_a_mailing_in_slices(emma: Emma) -> None:
    emma.workspace.freeze(NOON)
    people = [{"email": f"many.{number}@example.com"} for number in range(4500)]
    emma.ask("POST", "/members", {"members": people, "group_ids": [NEWSLETTER]})
    mailing = sent(emma, groups=[NEWSLETTER])

    assert 4501 == listed(emma, mailing)["recipient_count"]
    assert 4501 == emma.workspace.control("DELETE", "outbox")["deleted"]


def test_every_recipient_has_the_message_in_the_history(emma: Emma) -> None:
    members = crowd(emma, 3)
    mailing = sent(emma, groups=[NEWSLETTER])

    assert ["d", "d", "d"] == [delivery(emma, member, mailing)["delivery_type"] for member in members]
