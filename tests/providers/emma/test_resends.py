"""Mailings that are sent again, to others."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma, error
from tests.providers.emma.mailbox import (
    EVENTS,
    NADIA,
    TONY,
    compose,
    compose_test,
    delivery,
    listed,
    outbox,
    readers,
    send,
    status,
)

MICHELLE = "michelle@myemma.com"
HUGE = 10**30


def resend(emma: Emma, source: int = 200, **payload: Any) -> int:
    return int(emma.ask("POST", f"/mailings/{source}", payload)["mailing_id"])


@pytest.mark.rule("emma.resend_mailing", "emma.resend_mailing.at_once")
def test_a_mailing_is_sent_again_to_an_address(emma: Emma) -> None:
    new = resend(emma, recipient_emails=[MICHELLE])

    assert 1024 == new
    assert "c" == status(emma, new)
    assert {MICHELLE} == readers(emma, new)
    assert "Sample Mailing for  " == outbox(emma)[MICHELLE]["subject"]


@pytest.mark.rule("emma.resend_mailing.inherits")
def test_the_new_mailing_inherits_its_content(emma: Emma) -> None:
    new = resend(emma, recipient_emails=[MICHELLE])
    old, made = (emma.ask("GET", f"/mailings/{each}") for each in (200, new))
    inherited = ("name", "subject", "html_body", "plaintext", "sender", "reply_to")

    assert {name: old[name] for name in inherited} == {name: made[name] for name in inherited}
    assert (200, "m", None) == (made["parent_mailing_id"], made["mailing_type"], made["send_at"])
    assert [("Emma", "http://www.myemma.com", 1, new)] == [
        (link["link_name"], link["link_target"], link["link_order"], link["mailing_id"]) for link in made["links"]
    ]
    assert {200} == {link["link_id"] for link in old["links"]}


@pytest.mark.parametrize(
    ("given", "expected"), [("Donna Smith", "Donna Smith"), ("", "Kevin McConnell"), (None, "Kevin McConnell")]
)
def test_another_sender_may_be_given(emma: Emma, given: str | None, expected: str) -> None:
    new = resend(emma, recipient_emails=[MICHELLE], sender=given)

    assert expected == listed(emma, new)["sender"]
    assert outbox(emma)[MICHELLE]["sender"] == f"{expected} <news@widgets.example>"


def test_groups_and_searches_get_it_too(emma: Emma) -> None:
    new = resend(emma, recipient_groups=["151"], recipient_searches=402, recipient_emails=["nadia.petrova@example.org"])

    assert {"emma@myemma.com", "tony@myemma.com", "nadia.petrova@example.org"} == readers(emma, new)
    shown = emma.ask("GET", f"/mailings/{new}")
    assert [151] == [group["member_group_id"] for group in shown["recipient_groups"]]
    assert [402] == [search["search_id"] for search in shown["recipient_searches"]]
    assert [NADIA] == [member["member_id"] for member in shown["recipient_members"]]


def test_whom_the_original_left_out_is_not_left_out_again(emma: Emma) -> None:
    new = resend(emma, recipient_emails=["emma@myemma.com"])

    assert {"emma@myemma.com"} == readers(emma, new)
    assert [] == emma.ask("GET", f"/mailings/{new}/suppressed_members")


@pytest.mark.rule("emma.mailings.new_addresses")
def test_a_stranger_becomes_a_forwarded_member(emma: Emma) -> None:
    resend(emma, recipient_emails=[" Michelle@MyEmma.com ", "michelle@myemma.com"])
    member = emma.ask("GET", "/members/email/michelle@myemma.com")

    assert (1024, "f", "forwarded", "Michelle@MyEmma.com", {}) == tuple(
        member[name] for name in ("member_id", "member_status_id", "status", "email", "fields")
    )
    assert 1 == len(emma.workspace.messages())


def test_heads_up_addresses_are_told(emma: Emma) -> None:
    new = resend(emma, recipient_emails=[MICHELLE], heads_up_emails=["boss@x.example"])

    assert {"boss@x.example"} == set(outbox(emma, "heads-up"))
    assert [("boss@x.example", new)] == [
        (row["email"], row["mailing_id"]) for row in emma.ask("GET", f"/mailings/{new}/headsup")
    ]


@pytest.mark.rule("emma.resend_mailing.segments")
def test_segments_are_kept_and_hold_nobody(emma: Emma) -> None:
    new = resend(emma, recipient_segments=[7, 8, HUGE], suppression_segments=[9], recipient_groups=[EVENTS])
    alone = resend(emma, recipient_segments=[7])

    assert [7, 8] == emma.ask("GET", f"/mailings/{new}")["recipient_segments"]
    assert (4, 0) == tuple(listed(emma, each)["recipient_count"] for each in (new, alone))


@pytest.mark.rule("emma.resend_mailing.inherits")
@pytest.mark.parametrize("source", ["p", "u", "a", "c", "x", "f", "archived"])
def test_a_mailing_in_any_status_may_be_sent_again(emma: Emma, source: str) -> None:
    mailing = compose(emma, status=source if source in set("puac") else "p", members=[TONY])
    if source == "x":
        emma.ask("DELETE", f"/mailings/cancel/{mailing}")
    elif source == "f":
        emma.backstage("fail", {"mailing_id": mailing, "reason": "no power"})
    elif source == "archived":
        emma.ask("DELETE", f"/mailings/{mailing}")

    new = resend(emma, mailing, recipient_emails=[MICHELLE])
    assert ("c", None, None) == tuple(listed(emma, new)[name] for name in ("mailing_status", "archived_ts", "failure_ts"))


@pytest.mark.rule("emma.resend_mailing.winner")
def test_of_a_decided_split_test_the_winner_is_sent_again(emma: Emma) -> None:
    test, other = compose_test(emma, "First", "Second", members=[TONY])
    undecided = resend(emma, test, recipient_emails=[MICHELLE])
    emma.ask("POST", f"/mailings/{test}/winner/{other}", {})
    send(emma, test)
    decided = resend(emma, test, recipient_emails=[MICHELLE])

    assert ["First", "Second"] == [listed(emma, each)["subject"] for each in (undecided, decided)]
    assert test == listed(emma, decided)["parent_mailing_id"]


@pytest.mark.rule("emma.mailings.unknown")
@pytest.mark.parametrize("mailing", ["999", "0", "abc", "99999999999999999999"])
def test_an_unknown_mailing_cannot_be_sent_again(emma: Emma, mailing: str) -> None:
    response = emma.post(f"/mailings/{mailing}", {"recipient_emails": [MICHELLE]})

    assert 404 == response.status_code
    assert mailing in error(response)


@pytest.mark.rule("emma.resend_mailing.nobody")
@pytest.mark.parametrize(
    "payload", [None, {}, {"recipient_emails": []}, {"recipient_groups": [], "recipient_emails": None}, {"sender": "X"}]
)
def test_somebody_must_get_it(emma: Emma, payload: Any) -> None:
    response = emma.post("/mailings/200", payload)

    assert 400 == response.status_code
    assert "recipient_emails" in error(response)


@pytest.mark.rule("emma.mailings.bad_address")
@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({"recipient_emails": [MICHELLE, "nobody"]}, "recipient_emails[1]"),
        ({"recipient_emails": [""]}, "recipient_emails[0]"),
        ({"recipient_emails": [7]}, "recipient_emails[0]"),
        ({"recipient_emails": [None]}, "recipient_emails[0]"),
        ({"recipient_emails": "a@b.c"}, "recipient_emails"),
        ({"recipient_emails": [MICHELLE], "heads_up_emails": ["x@y"]}, "heads_up_emails[0]"),
        ({"recipient_emails": [MICHELLE], "heads_up_emails": {}}, "heads_up_emails"),
        ({"recipient_groups": ["x"]}, "recipient_groups[0]"),
        ({"recipient_searches": [1.5]}, "recipient_searches[0]"),
        ({"recipient_segments": {"a": 1}}, "recipient_segments"),
        ({"recipient_emails": [MICHELLE], "sender": ["x"]}, "sender"),
    ],
)
def test_a_wrong_value_is_refused_by_its_place_and_nothing_is_left_behind(
    emma: Emma, payload: dict[str, Any], place: str
) -> None:
    response = emma.post("/mailings/200", payload)

    assert 400 == response.status_code
    assert error(response).startswith(f"{place}:")
    assert 404 == emma.get("/members/email/michelle@myemma.com").status_code
    assert 404 == emma.get("/mailings/1024").status_code
    assert [] == emma.workspace.messages()


@pytest.mark.rule("emma.resend_mailing.unknown_recipients")
@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ({"recipient_groups": [151, 999]}, "recipient_groups[1]"),
        ({"recipient_groups": [HUGE]}, "recipient_groups[0]"),
        ({"recipient_searches": [999]}, "recipient_searches[0]"),
        ({"recipient_searches": [-1]}, "recipient_searches[0]"),
    ],
)
def test_unknown_groups_and_searches_are_refused(emma: Emma, payload: dict[str, Any], place: str) -> None:
    response = emma.post("/mailings/200", payload)

    assert 404 == response.status_code
    assert error(response).startswith(f"{place}:")


@pytest.mark.rule("emma.resend_mailing.unknown_recipients")
@pytest.mark.reading("emma", unknown_ids="lenient")
def test_unknown_groups_and_searches_are_passed_over_in_the_lenient_reading(emma: Emma) -> None:
    new = resend(emma, recipient_groups=[999, 151], recipient_searches=[999])

    assert {"emma@myemma.com", "tony@myemma.com"} == readers(emma, new)
    assert 400 == emma.post("/mailings/200", {"recipient_groups": [999]}).status_code


@pytest.mark.reading("emma", unknown_ids="lenient")
def test_a_deleted_group_is_unknown(emma: Emma) -> None:
    emma.ask("DELETE", "/groups/151")

    assert 400 == emma.post("/mailings/200", {"recipient_groups": [151]}).status_code


def test_a_thousand_addresses_are_invited(emma: Emma) -> None:
    new = resend(emma, recipient_emails=[f"guest.{number}@example.com" for number in range(1500)])

    assert 1500 == listed(emma, new)["recipient_count"]
    assert "d" == delivery(emma, 1024 + 1499, new)["delivery_type"]


@pytest.mark.parametrize("name", ["O'Brien", "100%_sure; DROP TABLE--", "Ünïcødé 🎉", '<script>"'])
def test_any_text_may_be_a_sender(emma: Emma, name: str) -> None:
    new = resend(emma, recipient_emails=[MICHELLE], sender=name)

    assert name == listed(emma, new)["sender"]
