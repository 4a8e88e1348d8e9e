"""What a person would do in the web application, or with a message."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.providers.emma.client import Emma
from tests.providers.emma.mailbox import (
    EMMA,
    GLADYS,
    LINKS,
    NEWSLETTER,
    STAMP,
    compose,
    compose_test,
    declined,
    history,
    listed,
    outbox,
    send,
    sent,
    status,
)
from tests.workspace import Response


def browse(emma: Emma, url: str) -> Response:
    """Open a link of a message in a browser, which knows no key."""
    parts = urlsplit(url)
    return emma.workspace.server.get(f"{parts.path}?{parts.query}")


# Mailings are written


def test_a_mailing_is_written_with_everything_it_has(emma: Emma) -> None:
    mailing = compose(
        emma,
        type="t",
        status="u",
        name="May",
        sender="Donna Smith",
        reply_to="donna@widgets.example",
        html_body="<p>Hi</p>",
        plaintext="Hi",
        links=LINKS,
        groups=["Widget Buyers", 152],
        searches=["All the Kevins"],
        members=["emma@myemma.com"],
        suppressed_groups=["Staff"],
        suppressed_searches=[401],
        suppressed_members=[GLADYS],
        heads_up=["boss@x.example"],
        send_at="2030-06-01T12:00:00",
    )
    made = emma.ask("GET", f"/mailings/{mailing}")

    assert 1024 == mailing
    assert ("t", "u", "May", "News", "Donna Smith", "@D:2030-06-01T12:00:00") == tuple(
        made[name] for name in ("mailing_type", "mailing_status", "name", "subject", "sender", "send_at")
    )
    assert [151, 152] == [group["member_group_id"] for group in made["recipient_groups"]]
    assert [400] == [search["search_id"] for search in made["recipient_searches"]]
    assert [EMMA] == [member["member_id"] for member in made["recipient_members"]]
    assert ["Shop", "Map"] == [link["link_name"] for link in made["links"]]
    assert [401] == [row["search_id"] for row in emma.ask("GET", f"/mailings/{mailing}/suppressed_searches")]
    assert [GLADYS] == [row["member_id"] for row in emma.ask("GET", f"/mailings/{mailing}/suppressed_members")]
    assert ["boss@x.example"] == [row["email"] for row in made["heads_up_emails"]]


def test_a_mailing_needs_no_more_than_a_subject(emma: Emma) -> None:
    made = listed(emma, compose(emma, subject="Short"))

    assert ("m", "p", "Short", "Short", "Widget Company", None) == tuple(
        made[name] for name in ("mailing_type", "mailing_status", "name", "subject", "sender", "send_at")
    )


def test_a_mailing_may_be_complete_already(emma: Emma) -> None:
    emma.workspace.freeze()
    made = listed(emma, compose(emma, status="c", groups=[NEWSLETTER]))

    assert ("c", STAMP, STAMP, STAMP) == tuple(
        made[name] for name in ("mailing_status", "send_started", "started_or_finished", "send_finished")
    )
    assert [] == emma.workspace.messages()


def test_a_moment_that_has_passed_means_now(emma: Emma) -> None:
    mailing = compose(emma, members=[EMMA], send_at="2020-01-01T12:00:00Z")

    assert "c" == status(emma, mailing)


def test_variations_have_what_is_not_said_of_them_from_the_test(emma: Emma) -> None:
    test, second = compose_test(emma, "First", "Second", plaintext="Hi", links=LINKS)
    made = emma.ask("GET", f"/mailings/{second}")

    assert (test, "s", "Second", "Hi", 2) == (
        made["parent_mailing_id"],
        made["mailing_type"],
        made["subject"],
        made["plaintext"],
        len(made["links"]),
    )


@pytest.mark.parametrize(
    ("written", "wanted", "said"),
    [
        ({"groups": ["Widget Buyer"]}, 404, 'no group is called "Widget Buyer"; did you mean "Widget Buyers"?'),
        ({"groups": [999]}, 404, "there is no group 999"),
        ({"groups": [10**30]}, 400, "groups[0]"),
        ({"searches": ["%"]}, 404, 'no search is called "%"'),
        ({"members": ["nobody@x.example"]}, 404, "there is no member nobody@x.example"),
        ({"members": ["greg@myemma.com"]}, 404, "there is no member greg@myemma.com"),
        ({"suppressed_members": [-1]}, 400, "suppressed_members[0]"),
        ({"heads_up": ["boss"]}, 400, "heads_up[0]"),
        ({"variations": [{"subject": "Other"}]}, 400, "variations"),
        ({"type": "x"}, 400, "type"),
        ({"status": "s"}, 400, "status"),
        ({"subject": ""}, 400, "subject"),
        ({"send_at": "soon"}, 400, "send_at"),
        ({"colour": "red"}, 400, "colour"),
        ({"links": [{"name": "x"}]}, 400, "target"),
    ],
)
def test_what_cannot_be_written_is_declined(emma: Emma, written: dict[str, Any], wanted: int, said: str) -> None:
    found, reason = declined(emma, "compose", {"subject": "News", **written})

    assert wanted == found
    assert said in reason
    assert 404 == emma.get("/mailings/1024").status_code


# Mailings are approved, sent, and fail


@pytest.mark.parametrize("before", ["p", "a", "u"])
def test_a_mailing_is_sent_by_hand(emma: Emma, before: str) -> None:
    mailing = compose(emma, status=before, members=[EMMA], send_at="2040-01-01T12:00:00Z")
    send(emma, mailing)

    assert "c" == status(emma, mailing)


def test_a_mailing_that_is_approved_goes_out_at_its_moment(emma: Emma) -> None:
    emma.workspace.freeze()
    later, past, without = (
        compose(emma, status="u", members=[EMMA], **moment)
        for moment in ({"send_at": "2030-01-01T13:00:00Z"}, {"send_at": "2029-01-01T12:00:00Z"}, {})
    )
    for mailing in (later, past, without):
        emma.backstage("approve", {"mailing_id": mailing})

    assert ["p", "c", "p"] == [status(emma, each) for each in (later, past, without)]
    emma.workspace.advance(hours=1)
    assert ["c", "c", "p"] == [status(emma, each) for each in (later, past, without)]


def test_a_mailing_fails(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = compose(emma, members=[EMMA], send_at="2030-01-01T13:00:00Z")
    answer = emma.backstage("fail", {"mailing_id": mailing, "reason": "the power was off"})
    emma.workspace.advance(hours=2)
    made = listed(emma, mailing)

    assert {"mailing_id": mailing, "status": "f"} == answer
    assert ("f", STAMP, "the power was off") == tuple(
        made[name] for name in ("mailing_status", "failure_ts", "failure_message")
    )
    assert [] == emma.workspace.messages()


@pytest.mark.parametrize(
    ("verb", "mailing", "wanted"),
    [
        ("send", 200, 400),
        ("send", 203, 400),
        ("send", 999, 404),
        ("approve", 201, 400),
        ("approve", 999, 404),
        ("fail", 200, 400),
        ("fail", 203, 400),
        ("send", 0, 400),
        ("send", 10**30, 400),
    ],
)
def test_what_cannot_be_done_with_a_mailing_is_declined(emma: Emma, verb: str, mailing: int, wanted: int) -> None:
    reason = {"reason": "x"} if verb == "fail" else {}

    assert wanted == declined(emma, verb, {"mailing_id": mailing, **reason})[0]


# Signups


def test_a_signup_is_confirmed_by_its_address(emma: Emma) -> None:
    member = emma.ask("POST", "/members/signup", {"email": "new@example.com", "group_ids": [NEWSLETTER]})["member_id"]
    waiting = emma.workspace.control("GET", "emma/signups")
    confirmed = emma.backstage("confirm", {"email": "New@Example.com"})

    assert [("new@example.com", member)] == [(row["email"], row["member_id"]) for row in waiting]
    assert {"member_id": member} == confirmed
    assert emma.member(member)["confirmed_opt_in"] is not None
    assert [] == emma.workspace.control("GET", "emma/signups")


def test_a_signup_is_confirmed_by_its_token(emma: Emma) -> None:
    member = emma.ask("POST", "/members/signup", {"email": "new@example.com", "group_ids": [NEWSLETTER]})["member_id"]
    (waiting,) = emma.workspace.control("GET", "emma/signups")

    assert {"member_id": member} == emma.backstage("confirm", {"token": waiting["token"]})
    assert 404 == declined(emma, "confirm", {"token": waiting["token"]})[0]


@pytest.mark.parametrize(
    ("who", "wanted"),
    [
        ({}, 400),
        ({"email": "a@b.c", "token": "x"}, 400),
        ({"email": "a@b.c"}, 404),
        ({"token": "x"}, 404),
        ({"token": ""}, 404),
    ],
)
def test_a_signup_that_is_none_is_declined(emma: Emma, who: dict[str, str], wanted: int) -> None:
    assert wanted == declined(emma, "confirm", who)[0]


# Pages


def test_the_links_of_a_confirmation_message_work(emma: Emma) -> None:
    member = emma.ask("POST", "/members/signup", {"email": "new@example.com", "group_ids": [NEWSLETTER]})["member_id"]
    opt_in, opt_out = (
        line for line in outbox(emma, "confirmation")["new@example.com"]["text"].splitlines() if "http" in line
    )
    pages = [browse(emma, url) for url in (opt_in, opt_in, opt_out)]

    assert [200, 404, 200] == [page.status_code for page in pages]
    assert all("text/html" in page.headers["content-type"] for page in pages)
    assert "o" == emma.member(member)["member_status_id"]


def test_a_reader_opts_out_by_the_link_of_a_mailing(emma: Emma) -> None:
    mailing = sent(emma, members=[EMMA], plaintext="[% opt_out_url %]")
    pages = [browse(emma, outbox(emma)["emma@myemma.com"]["text"]) for _ in range(2)]

    assert [200, 200] == [page.status_code for page in pages]
    assert "o" == emma.member(EMMA)["member_status_id"]
    assert [mailing] == [row["mailing_id"] for row in emma.ask("GET", f"/members/{EMMA}/optout")]


def test_a_message_is_shown_in_a_browser_without_scripts(emma: Emma) -> None:
    mailing = sent(emma, members=[EMMA], html_body="<h1>Hi [% member:first_name %]</h1><script>alert(1)</script>")
    shown = browse(emma, f"/_mock/links/emma/message/{mailing}/{EMMA}?workspace={emma.workspace.name}")

    assert 200 == shown.status_code
    assert "<h1>Hi Emma</h1>" in shown.text
    assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none'; ")


@pytest.mark.parametrize(
    "path", ["opt-in/x", "opt-out/x", "opt-out/200/202", "opt-out/x/y", "message/200/202", "message/999/200"]
)
def test_a_link_to_nothing_says_so(emma: Emma, path: str) -> None:
    shown = browse(emma, f"/_mock/links/emma/{path}?workspace={emma.workspace.name}")

    assert 404 == shown.status_code
    assert "<h1>" in shown.text
    assert [200] == [row["mailing_id"] for row in history(emma, EMMA)]
