"""What becomes of messages: they are opened, clicked, shared, passed on and opted out of, and some come back."""

from itertools import pairwise
from typing import Any

import pytest

from tests.providers.emma.client import Emma
from tests.providers.emma.mailbox import (
    EMMA,
    LINKS,
    NEWSLETTER,
    STAMP,
    TONY,
    compose_test,
    crowd,
    declined,
    delivery,
    outbox,
    readers,
    send,
    sent,
)

EVENTS = ("open", "click", "share", "opt-out", "bounce")


def test_a_reader_opens_a_message_for_the_first_time_once(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = sent(emma, members=[EMMA, TONY])
    first = emma.backstage("open", {"mailing_id": mailing, "member": "EMMA@myemma.com"})
    emma.workspace.advance(hours=1)
    emma.backstage("open", {"mailing_id": mailing, "member": EMMA})

    assert {"members": 1} == first
    assert (STAMP, None) == (delivery(emma, EMMA, mailing)["opened"], delivery(emma, TONY, mailing)["opened"])


@pytest.mark.parametrize("link", [None, "Shop", "https://shop.example", 1024])
def test_a_reader_who_clicks_has_opened(emma: Emma, link: Any) -> None:
    emma.workspace.freeze()
    mailing = sent(emma, members=[EMMA], links=LINKS)
    emma.backstage("click", {"mailing_id": mailing, "member": EMMA, "link": link})
    row = delivery(emma, EMMA, mailing)

    assert (STAMP, STAMP) == (row["opened"], row["clicked"])


def test_clicks_are_found_by_searches(emma: Emma) -> None:
    mailing = sent(emma, members=[EMMA, TONY], links=LINKS)
    emma.backstage("click", {"mailing_id": mailing, "member": TONY, "link": "Map"})
    emma.backstage("open", {"mailing_id": mailing, "member": EMMA})
    found = {}
    for term in ("opened", "clicked"):
        criteria = [term, mailing if term == "opened" else 1025, "in last", {"day": 1}]
        search = emma.ask("POST", "/searches", {"name": term, "criteria": criteria})
        found[term] = [row["member_id"] for row in emma.ask("GET", f"/searches/{search}/members")]

    assert {"opened": [EMMA, TONY], "clicked": [TONY]} == found


def test_a_reader_shares_a_message(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = sent(emma, members=[EMMA])
    emma.backstage("share", {"mailing_id": mailing, "member": EMMA})

    assert STAMP == delivery(emma, EMMA, mailing)["shared"]


def test_a_reader_opts_out_by_a_message(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = sent(emma, members=[EMMA])
    first = emma.backstage("opt-out", {"mailing_id": mailing, "member": EMMA})
    again = emma.backstage("opt-out", {"mailing_id": mailing, "member": EMMA})

    assert ({"members": 1}, {"members": 0}) == (first, again)
    assert "o" == emma.member(EMMA)["member_status_id"]
    assert [{"timestamp": STAMP, "mailing_id": mailing}] == emma.ask("GET", f"/members/{EMMA}/optout")


@pytest.mark.parametrize(("kind", "letter", "after"), [("hard", "e", "mailbox full"), ("soft", "a", None)])
def test_a_message_bounces(emma: Emma, kind: str, letter: str, after: str | None) -> None:
    emma.workspace.freeze()
    mailing = sent(emma, members=[EMMA])
    bounced = {"mailing_id": mailing, "member": EMMA, "kind": kind, "reason": "mailbox full"}
    emma.backstage("bounce", bounced)
    member = emma.member(EMMA)

    assert (letter, after, 1, STAMP) == tuple(
        member[name] for name in ("member_status_id", "email_error", "bounce_count", "last_modified_at")
    )


def test_a_hard_bounce_is_the_end_and_a_soft_one_is_not(emma: Emma) -> None:
    mailing = sent(emma, members=[EMMA])
    for kind in ("soft", "soft", "hard"):
        emma.backstage("bounce", {"mailing_id": mailing, "member": EMMA, "kind": kind})

    assert 3 == emma.member(EMMA)["bounce_count"]
    assert 404 == declined(emma, "bounce", {"mailing_id": mailing, "member": EMMA})[0]
    assert 404 == declined(emma, "open", {"mailing_id": mailing, "member": EMMA})[0]


def test_whoever_opted_out_stays_so_after_a_bounce(emma: Emma) -> None:
    mailing = sent(emma, members=[EMMA])
    emma.backstage("opt-out", {"mailing_id": mailing, "member": EMMA})
    emma.backstage("bounce", {"mailing_id": mailing, "member": EMMA, "kind": "hard"})

    assert "o" == emma.member(EMMA)["member_status_id"]


def test_a_reader_forwards_a_message(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = sent(emma, members=[EMMA], subject="For [% member:first_name %]")
    recipients = {"recipient_emails": ["new.friend@example.org"], "note": "Look"}
    new = emma.backstage("forward", {"mailing_id": mailing, "member": EMMA, **recipients})["mailing_id"]

    assert {"new.friend@example.org"} == readers(emma, new)
    assert "For Emma" == outbox(emma)["new.friend@example.org"]["subject"]
    assert STAMP == delivery(emma, EMMA, mailing)["forwarded"]


@pytest.mark.parametrize(
    ("forwarding", "wanted"),
    [
        ({"member": TONY, "recipient_emails": ["a@x.example"]}, 404),
        ({"member": "nobody@x.example", "recipient_emails": ["a@x.example"]}, 404),
        ({"member": EMMA, "recipient_emails": ["a"]}, 400),
        ({"member": EMMA, "recipient_emails": []}, 400),
        ({"member": EMMA, "recipient_emails": ["a@x.example"], "note": "x" * 501}, 400),
    ],
)
def test_what_cannot_be_forwarded_is_declined(emma: Emma, forwarding: dict[str, Any], wanted: int) -> None:
    assert wanted == declined(emma, "forward", {"mailing_id": 200, **forwarding})[0]


# A share of all readers


@pytest.mark.parametrize(("share", "expected"), [(1, 11), (0.5, 6), (0.3, 3), (0.001, 0)])
def test_a_share_of_the_readers_is_evenly_spread_and_always_the_same(emma: Emma, share: float, expected: int) -> None:
    members = crowd(emma, 10)
    mailing = sent(emma, groups=[NEWSLETTER])
    counted = emma.backstage("open", {"mailing_id": mailing, "share": share})
    again = emma.backstage("open", {"mailing_id": mailing, "share": share})
    opened = [place for place, member in enumerate([EMMA, *members]) if delivery(emma, member, mailing)["opened"]]

    assert {"members": expected} == counted == again
    assert expected == len(opened)
    assert all(later - earlier <= 4 for earlier, later in pairwise(opened))


def test_a_share_counts_those_whom_the_message_has_reached(emma: Emma) -> None:
    crowd(emma, 9)
    mailing = sent(emma, groups=[NEWSLETTER])
    bounced = emma.backstage("bounce", {"mailing_id": mailing, "share": 0.5, "kind": "hard"})
    opened = emma.backstage("open", {"mailing_id": mailing, "share": 1})
    out = emma.backstage("opt-out", {"mailing_id": mailing, "share": 0.4})

    assert ({"members": 5}, {"members": 5}, {"members": 2}) == (bounced, opened, out)


def test_a_share_of_the_readers_of_one_variation(emma: Emma) -> None:
    emma.workspace.freeze()
    crowd(emma, 39)
    test, second = compose_test(emma, "First", "Second", groups=[NEWSLETTER])
    send(emma, test)

    assert {"members": 2} == emma.backstage("open", {"mailing_id": second, "share": 0.5})
    assert {"members": 8} == emma.backstage("open", {"mailing_id": test, "share": 1})


def test_thousands_read_in_slices(emma: Emma) -> None:
    people = [{"email": f"many.{number}@example.com"} for number in range(4500)]
    emma.ask("POST", "/members", {"members": people, "group_ids": [NEWSLETTER]})
    mailing = sent(emma, groups=[NEWSLETTER], links=LINKS)

    assert {"members": 4501} == emma.backstage("open", {"mailing_id": mailing, "share": 1})
    assert {"members": 1350} == emma.backstage("click", {"mailing_id": mailing, "share": 0.3})
    assert {"members": 45} == emma.backstage("bounce", {"mailing_id": mailing, "share": 0.01})


@pytest.mark.parametrize("verb", EVENTS)
@pytest.mark.parametrize(
    ("who", "wanted"),
    [
        ({"mailing_id": 200}, 400),
        ({"mailing_id": 200, "member": EMMA, "share": 0.5}, 400),
        ({"mailing_id": 200, "share": 0}, 400),
        ({"mailing_id": 200, "share": 1.5}, 400),
        ({"mailing_id": 200, "member": TONY}, 404),
        ({"mailing_id": 200, "member": "nobody@x.example"}, 404),
        ({"mailing_id": 200, "member": 10**30}, 400),
        ({"mailing_id": 999, "member": EMMA}, 404),
        ({"mailing_id": 999, "share": 0.5}, 404),
        ({"mailing_id": 200, "member": EMMA, "mood": "good"}, 400),
        ({"member": EMMA}, 400),
    ],
)
def test_readers_that_are_none_are_declined(emma: Emma, verb: str, who: dict[str, Any], wanted: int) -> None:
    assert wanted == declined(emma, verb, who)[0]


@pytest.mark.parametrize("verb", ["open", "share", "opt-out", "bounce"])
def test_a_mailing_that_was_not_sent_has_no_readers(emma: Emma, verb: str) -> None:
    assert {"members": 0} == emma.backstage(verb, {"mailing_id": 201, "share": 1})
    assert 404 == declined(emma, verb, {"mailing_id": 201, "member": EMMA})[0]


@pytest.mark.parametrize(("mailing", "link"), [(200, "Shop"), (200, 999), (210, None)])
def test_a_link_must_exist(emma: Emma, mailing: int, link: Any) -> None:
    assert 404 == declined(emma, "click", {"mailing_id": mailing, "share": 1, "link": link})[0]
