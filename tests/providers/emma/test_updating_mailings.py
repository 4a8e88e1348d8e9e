"""Mailings as they are updated: every verb in every status, and what it takes to be ready."""

from typing import Any

import pytest

from tests.providers.emma import planted
from tests.providers.emma.client import Emma, error
from tests.workspace import Response

NOW = "@D:2030-01-01T12:00:00"
AHEAD, PAST = "@D:2030-01-02T09:00:00", "@D:2029-12-31T09:00:00"
TAG = "[% opt_out_url %]"
READY: dict[str, Any] = {"html_body": f"<p>{TAG}</p>", "plaintext": TAG, "send_at": AHEAD}
"""What a mailing needs to be ready in any status."""

STATUSES = "paisxcwuf"
WORDS = ("canceled", "paused", "ready")
OUTCOMES = {
    ("p", "canceled"): "x",
    ("p", "paused"): "a",
    ("p", "ready"): "p",
    ("a", "canceled"): "x",
    ("a", "paused"): "a",
    ("a", "ready"): "p",
    ("i", "canceled"): "x",
    ("i", "paused"): "a",
    ("i", "ready"): "i",
    ("s", "canceled"): "emma.update_mailing.too_late",
    ("s", "paused"): "emma.update_mailing.too_late",
    ("s", "ready"): "emma.update_mailing.too_late",
    ("x", "canceled"): "emma.update_mailing.canceled",
    ("x", "paused"): "emma.update_mailing.canceled",
    ("x", "ready"): "emma.update_mailing.canceled",
    ("c", "canceled"): "emma.update_mailing.too_late",
    ("c", "paused"): "emma.update_mailing.too_late",
    ("c", "ready"): "emma.update_mailing.too_late",
    ("w", "canceled"): "x",
    ("w", "paused"): "a",
    ("w", "ready"): "w",
    ("u", "canceled"): "x",
    ("u", "paused"): "a",
    ("u", "ready"): "p",
    ("f", "canceled"): "x",
    ("f", "paused"): "emma.update_mailing.failed",
    ("f", "ready"): "emma.update_mailing.failed",
}
"""The status afterwards, or the row of the rulebook that refuses it."""

NO_STATUSES = [{}, {"status": None}, {"status": ""}, {"status": "p"}, {"status": "Canceled"}, {"status": "cancelled"}]
NO_STATUSES += [
    {"status": 1},
    {"status": True},
    {"status": ["paused"]},
    {"status": {"paused": 1}},
    {"status": "x" * 100_000},
]
NO_MAILINGS = ["0", "204", "9" * 19, "9" * 60, "sale"]


@pytest.fixture(autouse=True)
def frozen(emma: Emma) -> None:
    emma.workspace.freeze("2030-01-01T18:00:00Z")  # noon in the account's zone


def update(emma: Emma, mailing: int | str, word: Any) -> Response:
    return emma.put(f"/mailings/{mailing}", {"status": word}, headers={"X-Mock-Explain": "1"})


def rules(response: Response) -> str:
    return str(response.headers["X-Mock-Rules"])


def status(emma: Emma, mailing: int) -> str:
    return str(emma.ask("GET", f"/mailings/{mailing}")["mailing_status"])


# The whole machine


@pytest.mark.rule(
    "emma.update_mailing",
    "emma.update_mailing.too_late",
    "emma.update_mailing.canceled",
    "emma.update_mailing.failed",
    "emma.update_mailing.paused",
    "emma.update_mailing.on_its_way",
)
@pytest.mark.parametrize(("before", "word"), [(before, word) for before in STATUSES for word in WORDS])
def test_every_word_in_every_status(emma: Emma, before: str, word: str) -> None:
    mailing = planted.mailing(emma, status=before, **READY)
    outcome = OUTCOMES[before, word]

    response = update(emma, mailing, word)

    if outcome in STATUSES:
        assert (200, outcome) == (response.status_code, response.json()["mailing_status"])
        assert outcome == status(emma, mailing)
    else:
        assert 400 == response.status_code
        assert error(response).startswith(f"the mailing {mailing} is ")
        assert outcome in rules(response)
        assert before == status(emma, mailing)


@pytest.mark.rule("emma.cancel_mailing", "emma.cancel_mailing.wrong_state")
@pytest.mark.parametrize("before", STATUSES)
def test_cancelling_in_every_status(emma: Emma, before: str) -> None:
    mailing = planted.mailing(emma, status=before)

    response = emma.delete(f"/mailings/cancel/{mailing}")

    if before in "pa":
        assert (200, True) == (response.status_code, response.json())
        assert "x" == status(emma, mailing)
    else:
        assert 403 == response.status_code
        assert "only a pending or paused one can be canceled" in error(response)
        assert before == status(emma, mailing)


@pytest.mark.rule("emma.archive_mailing")
@pytest.mark.parametrize("before", STATUSES)
def test_archiving_in_every_status(emma: Emma, before: str) -> None:
    mailing = planted.mailing(emma, status=before)

    assert emma.ask("DELETE", f"/mailings/{mailing}") is True
    assert (before, NOW) == tuple(emma.ask("GET", f"/mailings/{mailing}")[key] for key in ("mailing_status", "archived_ts"))


# Updates


@pytest.mark.rule("emma.update_mailing", "emma.update_mailing.answer")
def test_the_answer_is_the_mailing_as_it_is_afterwards(emma: Emma) -> None:
    before = {row["mailing_id"]: row for row in emma.ask("GET", "/mailings")}[201]

    answer = update(emma, 201, "paused").json()

    content = {"html_body": "<p>Soon.</p>", "plaintext": "Soon.", "deleted_at": None}
    assert before | content | {"mailing_status": "a"} == answer


@pytest.mark.rule("emma.update_mailing.answer")
@pytest.mark.reading("emma", update_mailing_answer="status")
def test_the_answer_is_the_new_status_when_the_switch_says_so(emma: Emma) -> None:
    assert "a" == update(emma, 201, "paused").json()
    assert "x" == update(emma, 201, "canceled").json()


@pytest.mark.rule("emma.update_mailing.bad_status")
@pytest.mark.parametrize("payload", NO_STATUSES, ids=lambda payload: str(payload)[:40])
@pytest.mark.parametrize("before", "pcx")
def test_a_word_that_is_none_is_refused(emma: Emma, payload: dict[str, Any], before: str) -> None:
    mailing = planted.mailing(emma, status=before)

    response = emma.put(f"/mailings/{mailing}", payload)

    assert 400 == response.status_code
    assert error(response).startswith("status: expected canceled, paused or ready, ")
    assert len(error(response)) < 200
    assert before == status(emma, mailing)


@pytest.mark.rule("emma.mailings.unknown", "emma.update_mailing.bad_status")
@pytest.mark.parametrize("mailing", NO_MAILINGS)
@pytest.mark.parametrize("word", ["canceled", "nonsense"])
def test_an_unknown_mailing_is_told_before_a_wrong_word(emma: Emma, mailing: str, word: str) -> None:
    response = update(emma, mailing, word)

    assert 404 == response.status_code
    assert error(response).startswith("there is no mailing ")


@pytest.mark.rule("emma.mailings.cancellation")
@pytest.mark.parametrize("way", ["update", "cancel"])
def test_a_canceled_mailing_knows_when_and_by_whom(emma: Emma, way: str) -> None:
    if way == "update":
        update(emma, 201, "canceled")
    else:
        emma.ask("DELETE", "/mailings/cancel/201")

    (row,) = emma.ask("GET", "/mailings", mailing_statuses="x")
    assert (201, NOW, 300) == (row["mailing_id"], row["cancel_ts"], row["cancel_by_user_id"])


@pytest.mark.rule("emma.mailings.variations")
def test_the_variations_of_a_split_test_go_where_it_goes(emma: Emma) -> None:
    emma.ask("PUT", "/mailings/202", {"status": "paused"})
    paused = status(emma, 203)
    emma.ask("DELETE", "/mailings/cancel/202")

    assert ("a", "x") == (paused, status(emma, 203))


@pytest.mark.rule("emma.mailings.variations")
def test_a_variation_that_was_canceled_alone_stays_so_and_so_does_its_test(emma: Emma) -> None:
    emma.ask("DELETE", "/mailings/cancel/203")
    emma.ask("PUT", "/mailings/202", {"status": "paused"})

    assert ("a", "x") == (status(emma, 202), status(emma, 203))


# Ready


@pytest.mark.rule("emma.update_mailing.resumed")
@pytest.mark.parametrize(("send_at", "sent"), [(AHEAD, AHEAD), (PAST, NOW), (None, NOW)])
def test_a_resumed_mailing_goes_out_at_its_moment_or_at_once(emma: Emma, send_at: str | None, sent: str) -> None:
    mailing = planted.mailing(emma, status="a", send_at=send_at)

    answer = update(emma, mailing, "ready").json()
    emma.workspace.advance(hours=24)

    assert ("p", send_at) == (answer["mailing_status"], answer["send_at"])
    assert sent == emma.ask("GET", f"/mailings/{mailing}")["send_started"]


@pytest.mark.rule("emma.update_mailing.rescheduled")
@pytest.mark.parametrize("before", "pu")
def test_a_pending_or_unapproved_mailing_that_is_ready_goes_out_at_its_moment(emma: Emma, before: str) -> None:
    mailing = planted.mailing(emma, status=before, **READY)

    answer = update(emma, mailing, "ready").json()
    emma.workspace.advance(hours=24)

    assert "p" == answer["mailing_status"]
    assert AHEAD == emma.ask("GET", f"/mailings/{mailing}")["send_started"]


@pytest.mark.parametrize("word", ["paused", "canceled"])
def test_a_scheduled_mailing_that_is_stopped_does_not_go_out(emma: Emma, word: str) -> None:
    mailing = planted.mailing(emma, status="u", **READY)
    update(emma, mailing, "ready")
    update(emma, mailing, word)

    emma.workspace.advance(hours=24)

    assert emma.ask("GET", f"/mailings/{mailing}")["send_started"] is None


@pytest.mark.rule("emma.update_mailing.no_moment")
@pytest.mark.parametrize("before", "pu")
@pytest.mark.parametrize("send_at", [None, PAST, NOW])
def test_without_a_moment_that_lies_ahead_there_is_no_rescheduling(emma: Emma, before: str, send_at: str | None) -> None:
    mailing = planted.mailing(emma, **(READY | {"status": before, "send_at": send_at}))

    response = update(emma, mailing, "ready")

    assert 400 == response.status_code
    assert "cannot be rescheduled" in error(response)
    assert before == status(emma, mailing)


@pytest.mark.rule("emma.update_mailing.required_tag")
@pytest.mark.parametrize("before", "pu")
@pytest.mark.parametrize(
    ("content", "lacking"),
    [
        ({"html_body": "<p>Hi</p>", "plaintext": "Hi"}, "html_body and plaintext"),
        ({"html_body": "<p>Hi</p>", "plaintext": TAG}, "html_body"),
        ({"html_body": TAG, "plaintext": "Hi"}, "plaintext"),
        ({"html_body": "<p>opt_out_url</p>", "plaintext": ""}, "html_body"),
        ({"html_body": "[% opt_out_url", "plaintext": ""}, "html_body"),
        ({"html_body": TAG, "plaintext": "Hi", "plaintext_only": True}, "plaintext"),
    ],
)
def test_a_part_without_the_required_tag_is_not_ready(
    emma: Emma, before: str, content: dict[str, Any], lacking: str
) -> None:
    mailing = planted.mailing(emma, status=before, **content)

    response = update(emma, mailing, "ready")

    assert 400 == response.status_code
    assert f"lacks the required tag {TAG} in {lacking}" in error(response)
    assert before == status(emma, mailing)


@pytest.mark.rule("emma.update_mailing.required_tag")
@pytest.mark.parametrize(
    "content",
    [
        {"html_body": TAG, "plaintext": TAG},
        {"html_body": "<a href='[%OPT_OUT_URL%]'>", "plaintext": ""},
        {"html_body": "", "plaintext": TAG},
        {"html_body": "", "plaintext": ""},
        {"html_body": "<p>Hi</p>", "plaintext": TAG, "plaintext_only": True},
    ],
)
def test_parts_that_have_the_tag_or_no_text_are_ready(emma: Emma, content: dict[str, Any]) -> None:
    mailing = planted.mailing(emma, send_at=AHEAD, **content)

    assert 200 == update(emma, mailing, "ready").status_code


@pytest.mark.rule("emma.update_mailing.required_tag")
@pytest.mark.reading("emma", required_tag="Unsubscribe")
def test_another_tag_is_required_when_the_switch_says_so(emma: Emma) -> None:
    with_it = planted.mailing(emma, html_body="[% unsubscribe %]", send_at=AHEAD)
    without = planted.mailing(emma, html_body=TAG, send_at=AHEAD)

    assert 200 == update(emma, with_it, "ready").status_code
    assert "[% unsubscribe %]" in error(update(emma, without, "ready"))
    assert emma.ask("POST", "/mailings/validate", {"html_body": "[% Unsubscribe %]"}) is True


def test_a_paused_mailing_needs_no_tag_to_go_on(emma: Emma) -> None:
    mailing = planted.mailing(emma, status="a", html_body="<p>Hi</p>")

    assert 200 == update(emma, mailing, "ready").status_code


# Cancelling and archiving


@pytest.mark.rule("emma.cancel_mailing.wrong_state")
@pytest.mark.reading("emma", cancel_wrong_state=404)
def test_cancelling_what_cannot_be_canceled_is_a_404_when_the_switch_says_so(emma: Emma) -> None:
    assert 404 == emma.delete("/mailings/cancel/200").status_code
    assert "c" == status(emma, 200)


@pytest.mark.rule("emma.mailings.unknown", "emma.archive_mailing.unknown")
@pytest.mark.parametrize("path", ["", "cancel/"])
@pytest.mark.parametrize("mailing", NO_MAILINGS)
def test_what_is_no_mailing_can_be_neither_canceled_nor_archived(emma: Emma, path: str, mailing: str) -> None:
    response = emma.delete(f"/mailings/{path}{mailing}")

    assert 404 == response.status_code
    assert error(response).startswith("there is no mailing ")


@pytest.mark.rule("emma.archive_mailing.again")
def test_archiving_again_is_true_and_changes_nothing(emma: Emma) -> None:
    emma.ask("DELETE", "/mailings/200")
    emma.workspace.advance(hours=1)

    assert emma.ask("DELETE", "/mailings/200") is True
    assert NOW == emma.ask("GET", "/mailings/200")["archived_ts"]
