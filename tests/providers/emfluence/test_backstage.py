"""What readers do with messages, and people in the web application: driven by control calls."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence
from tests.providers.emfluence.mailbox import (
    FATIMA,
    JANE,
    JOHN,
    JULY,
    JUNE,
    NEWSLETTER,
    OLGA,
    PETER,
    REPORT,
    SIGNUPS,
    WEI,
    WELCOME,
    history,
    metrics,
    outbox,
    sent,
)

FIVE = [JOHN, JANE, WEI, PETER, FATIMA]


def declined(emfluence: Emfluence, verb: str, **json: Any) -> tuple[int, str]:
    response = emfluence.workspace.server.post(
        f"/_mock/emfluence/{verb}", params={"workspace": emfluence.workspace.name}, json=json
    )
    return response.status_code, str(response.json()["error"])


def contact(emfluence: Emfluence, contact_id: int) -> dict[str, Any]:
    found: dict[str, Any] = emfluence.ok("contacts/lookup", contactID=contact_id)
    return found


@pytest.fixture
def news(emfluence: Emfluence) -> int:
    """An email that five contacts have got on New Year's day."""
    emfluence.workspace.freeze("2030-01-01T12:00:00Z")
    return sent(emfluence, contactIDs=FIVE)


# Each thing that can happen


def test_views_are_counted(emfluence: Emfluence, news: int) -> None:
    for _ in range(2):
        assert {"contacts": 1} == emfluence.backstage("view", {"email_id": news, "contact": JOHN})

    assert {"recipients": 5, "views": 2, "uniqueViews": 1} == metrics(emfluence, news)
    assert 1 == history(emfluence, JOHN, news)["viewed"]
    assert "2030-01-01 12:00:00" == contact(emfluence, JOHN)["lastActivityDate"]
    assert "" == contact(emfluence, JOHN)["lastClickDate"]


def test_a_click_is_a_view_as_well(emfluence: Emfluence, news: int) -> None:
    for _ in range(2):
        emfluence.backstage("click", {"email_id": news, "contact": "JANE.ROE@example.com"})

    assert {
        "recipients": 5,
        "views": 1,
        "uniqueViews": 1,
        "clicks": 2,
        "uniqueClicks": 1,
        "clickToViewRate": 100,
    } == metrics(emfluence, news)
    assert (1, 1) == tuple(history(emfluence, JANE, news)[name] for name in ("viewed", "clicked"))
    assert "2030-01-01 12:00:00" == contact(emfluence, JANE)["lastClickDate"]


def test_views_in_a_browser_forwards_and_shares_are_counted(emfluence: Emfluence, news: int) -> None:
    emfluence.backstage("web-view", {"email_id": news, "share": 1})
    emfluence.backstage("forward", {"email_id": news, "contact": JOHN, "to": "friend@example.org"})
    emfluence.backstage("share", {"email_id": news, "share": 0.4, "network": "Facebook"})

    assert {
        "recipients": 5,
        "webViews": 5,
        "uniqueWebViews": 5,
        "forwards": 1,
        "uniqueForwards": 1,
        "shares": 2,
        "uniqueShares": 2,
    } == metrics(emfluence, news)


@pytest.mark.parametrize(("verb", "name"), [("unsubscribe", "unsubscribes"), ("complain", "complaints")])
def test_whoever_wants_no_more_is_suppressed(emfluence: Emfluence, news: int, verb: str, name: str) -> None:
    assert {"contacts": 1} == emfluence.backstage(verb, {"email_id": news, "contact": JOHN})
    shown = contact(emfluence, JOHN)
    emfluence.workspace.advance(hours=1)
    again = declined(emfluence, verb, email_id=news, contact=JOHN)
    later = sent(emfluence, contactIDs=[JOHN, JANE])

    assert (1, "2030-01-01 12:00:00") == (shown["suppressed"], shown["dateSuppressed"])
    assert {"recipients": 5, name: 1} == metrics(emfluence, news)
    assert 404 == again[0]
    assert {"recipients": 1} == metrics(emfluence, later)


def test_whoever_complains_after_unsubscribing_was_suppressed_before(emfluence: Emfluence, news: int) -> None:
    emfluence.backstage("unsubscribe", {"email_id": news, "contact": JOHN})
    emfluence.workspace.advance(hours=1)
    emfluence.backstage("complain", {"email_id": news, "contact": JOHN})

    assert "2030-01-01 12:00:00" == contact(emfluence, JOHN)["dateSuppressed"]
    assert {"recipients": 5, "unsubscribes": 1, "complaints": 1} == metrics(emfluence, news)


def test_after_a_hard_bounce_the_contact_is_held(emfluence: Emfluence, news: int) -> None:
    assert {"contacts": 1} == emfluence.backstage("bounce", {"email_id": news, "contact": JOHN, "reason": "unknown user"})
    shown, row = contact(emfluence, JOHN), history(emfluence, JOHN, news)

    assert (1, "2030-01-01 12:00:00", 0) == (shown["held"], shown["dateHeld"], shown["suppressed"])
    assert (1, "HB", "unknown user") == (row["bounced"], row["bounceType"], row["bounceDescription"])
    assert {"recipients": 5, "bounces": 1} == metrics(emfluence, news)
    assert 404 == declined(emfluence, "bounce", email_id=news, contact=JOHN)[0]
    assert 404 == declined(emfluence, "view", email_id=news, contact=JOHN)[0]


def test_after_a_soft_bounce_it_is_not_and_a_hard_one_is_no_further_bounce(emfluence: Emfluence, news: int) -> None:
    emfluence.backstage("bounce", {"email_id": news, "contact": JOHN, "kind": "soft", "reason": "full"})
    soft, held = history(emfluence, JOHN, news), contact(emfluence, JOHN)["held"]
    emfluence.backstage("bounce", {"email_id": news, "contact": JOHN, "kind": "hard"})

    assert ("SB", 0) == (soft["bounceType"], held)
    assert ("HB", 1) == (history(emfluence, JOHN, news)["bounceType"], contact(emfluence, JOHN)["held"])
    assert {"recipients": 5, "bounces": 1} == metrics(emfluence, news)


# To a share of the recipients


@pytest.mark.parametrize(("share", "count"), [(1, 5), (0.4, 2), (0.5, 2), (0.01, 0)])
def test_a_share_of_the_recipients_is_always_the_same(emfluence: Emfluence, news: int, share: float, count: int) -> None:
    first = emfluence.backstage("view", {"email_id": news, "share": share})
    second = emfluence.backstage("view", {"email_id": news, "share": share})

    assert ({"contacts": count}, {"contacts": count}) == (first, second)
    assert (2 * count, count) == (
        metrics(emfluence, news).get("views", 0),
        metrics(emfluence, news).get("uniqueViews", 0),
    )


def test_a_share_is_one_of_those_for_whom_it_is_possible(emfluence: Emfluence, news: int) -> None:
    bounced = emfluence.backstage("bounce", {"email_id": news, "share": 0.4})
    viewed = emfluence.backstage("view", {"email_id": news, "share": 1})
    gone = [emfluence.backstage("unsubscribe", {"email_id": news, "share": 1})["contacts"] for _ in range(2)]

    assert (2, 3, [3, 0]) == (bounced["contacts"], viewed["contacts"], gone)


def test_very_many_readers_let_others_have_their_turns(emfluence: Emfluence) -> None:
    group = emfluence.ok("groups/save", groupName="Crowd")["groupID"]
    for start in range(0, 3000, 1000):
        rows = [{"email": f"guest{start + number}@example.com", "groupIDs": [group]} for number in range(1000)]
        emfluence.ok("contacts/import", contacts=rows)
    email_id = sent(emfluence, groupIDs=[group])

    assert {"contacts": 750} == emfluence.backstage("click", {"email_id": email_id, "share": 0.25})
    assert {"contacts": 300} == emfluence.backstage("bounce", {"email_id": email_id, "share": 0.1})
    assert {"contacts": 1350} == emfluence.backstage("unsubscribe", {"email_id": email_id, "share": 0.5})
    assert (750, 750, 300, 1350) == tuple(
        metrics(emfluence, email_id)[name] for name in ("uniqueViews", "uniqueClicks", "bounces", "unsubscribes")
    )


# The link of a message


def follow(emfluence: Emfluence, address: str) -> tuple[int, str]:
    response = emfluence.workspace.server.get(address)
    return response.status_code, response.text


def test_following_the_link_of_a_message_unsubscribes(emfluence: Emfluence, news: int) -> None:
    message = outbox(emfluence)["john.doe@example.com"]
    link = message["details"]["unsubscribe_url"]
    pages = [follow(emfluence, link) for _ in range(2)]

    assert f'<a href="{link.replace("&", "&amp;")}">goodbye</a>' in message["html"]
    assert [200, 200] == [status for status, _ in pages]
    assert "You will get no more emails from us." in pages[0][1]
    assert {"recipients": 5, "unsubscribes": 1} == metrics(emfluence, news)
    assert (1, "2030-01-01 12:00:00") == tuple(contact(emfluence, JOHN)[name] for name in ("suppressed", "dateSuppressed"))
    assert 1 == history(emfluence, JOHN, news)["suppressed"]


def test_a_link_that_is_none_of_ours_unsubscribes_nobody(emfluence: Emfluence, news: int) -> None:
    link = outbox(emfluence)["john.doe@example.com"]["details"]["unsubscribe_url"]
    token = link.partition("/unsubscribe/")[2].partition("?")[0]
    others = [
        f"{news}-{JANE}-{token.rpartition('-')[2]}",
        f"{JULY}-{JOHN}-{token.rpartition('-')[2]}",
        token[:-1],
        f"{token}-",
        f"{news}-{JOHN}",
        "x",
        "1-2-3-4",
        "9" * 40 + "-1-x",
        "٣-1-x",
    ]

    assert [404] * len(others) == [follow(emfluence, link.replace(token, other))[0] for other in others]
    assert {"recipients": 5} == metrics(emfluence, news)


def test_the_link_of_a_test_does_nothing(emfluence: Emfluence) -> None:
    emfluence.ok("emails/sendTest", emailID=JULY, recipientEmail="john.doe@example.com")
    status, text = follow(emfluence, outbox(emfluence)["john.doe@example.com"]["details"]["unsubscribe_url"])

    assert (200, True) == (status, "Nobody is unsubscribed" in text)
    assert 0 == contact(emfluence, JOHN)["suppressed"]


def test_the_link_of_a_deleted_contact_leads_nowhere(emfluence: Emfluence, news: int) -> None:
    link = outbox(emfluence)["john.doe@example.com"]["details"]["unsubscribe_url"]
    emfluence.ok("contacts/delete", contactID=JOHN)

    assert 404 == follow(emfluence, link)[0]
    assert {"recipients": 5} == metrics(emfluence, news)


# What is declined


@pytest.mark.parametrize(
    ("json", "status", "reason"),
    [
        ({"email_id": JUNE}, 400, "name one contact, or a share"),
        ({"email_id": JUNE, "contact": JOHN, "share": 1}, 400, "name one contact, or a share"),
        ({"email_id": 999, "share": 1}, 404, "there is no email 999"),
        ({"email_id": JULY, "share": 1}, 400, "was not sent, its status is Draft"),
        ({"email_id": WELCOME, "share": 1}, 400, "was not sent, its status is Active"),
        ({"email_id": JUNE, "contact": 7}, 404, "there is no contact 7"),
        ({"email_id": JUNE, "contact": "nobody@example.com"}, 404, "there is no contact nobody@example.com"),
        ({"email_id": JUNE, "contact": OLGA}, 404, f"the email {JUNE} has not reached {OLGA}"),
    ],
)
@pytest.mark.parametrize("verb", ["view", "click", "web-view", "forward", "share", "unsubscribe", "complain", "bounce"])
def test_nonsense_is_declined(emfluence: Emfluence, verb: str, json: dict[str, Any], status: int, reason: str) -> None:
    code, said = declined(emfluence, verb, **json)

    assert (status, True) == (code, reason in said)


def test_an_automated_email_names_its_sends(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/save", contactID=JOHN, groupIDs=[SIGNUPS])

    assert f"it goes out as {REPORT + 1}" in declined(emfluence, "view", email_id=WELCOME, contact=JOHN)[1]


@pytest.mark.parametrize(
    "json",
    [{}, {"email_id": "x"}, {"email_id": JUNE, "share": 0}, {"email_id": JUNE, "share": 2}, {"email_id": JUNE, "who": 1}],
)
def test_a_wrong_form_is_declined(emfluence: Emfluence, json: dict[str, Any]) -> None:
    response = emfluence.workspace.server.post(
        "/_mock/emfluence/view", params={"workspace": emfluence.workspace.name}, json=json
    )

    assert 400 <= response.status_code < 500


@pytest.mark.parametrize(
    ("verb", "email_id", "status", "reason"),
    [
        ("approve", 999, 404, "there is no email 999"),
        ("finish-send", 999, 404, "there is no email 999"),
        ("approve", JULY, 400, "waits for no approval"),
        ("finish-send", JULY, 400, "is not being sent, its status is Draft"),
    ],
)
def test_what_waits_for_nothing_is_declined(
    emfluence: Emfluence, verb: str, email_id: int, status: int, reason: str
) -> None:
    code, said = declined(emfluence, verb, email_id=email_id)

    assert (status, True) == (code, reason in said)


def test_the_parts_of_a_world_are_apart(emfluence: Emfluence) -> None:
    emfluence.backstage("view", {"email_id": JUNE, "contact": JOHN})

    assert 5 == metrics(emfluence, JUNE)["views"]
    assert [] == emfluence.workspace.messages()
    assert NEWSLETTER in contact(emfluence, JOHN)["groupIDs"]
