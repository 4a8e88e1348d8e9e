"""Who gets a mailing."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma
from tests.providers.emma.mailbox import EMMA, NADIA, NEWSLETTER, TONY, listed, readers, sent

EMMA_AT, TONY_AT, NADIA_AT, LUIS_AT = (
    "emma@myemma.com",
    "tony@myemma.com",
    "nadia.petrova@example.org",
    "luis.ortega@example.net",
)
EVENTS = {EMMA_AT, TONY_AT, NADIA_AT, LUIS_AT}


@pytest.mark.rule("emma.sending.recipients")
@pytest.mark.parametrize(
    ("to", "expected"),
    [
        pytest.param({"groups": ["Special Events"]}, EVENTS, id="a group"),
        pytest.param({"groups": ["Monthly Newsletter"]}, {EMMA_AT}, id="without those who opted out"),
        pytest.param({"groups": ["Widget Buyers", "Proof Readers"]}, {EMMA_AT, TONY_AT, NADIA_AT}, id="two groups"),
        pytest.param({"searches": ["Newsletter Readers"]}, {EMMA_AT}, id="a search"),
        pytest.param({"searches": ["All the Kevins"]}, set(), id="a search for nobody"),
        pytest.param({"members": ["TONY@myemma.com", NADIA]}, {TONY_AT, NADIA_AT}, id="members"),
        pytest.param({"members": ["friend@example.org"]}, {"friend@example.org"}, id="one to whom something was forwarded"),
        pytest.param({"members": ["gladys@myemma.com", "moved.away@example.com"]}, set(), id="neither out nor in error"),
        pytest.param(
            {"groups": ["Widget Buyers"], "searches": ["Newsletter Readers"], "members": [EMMA, NADIA]},
            {EMMA_AT, TONY_AT, NADIA_AT},
            id="everything at once",
        ),
        pytest.param(
            {"groups": ["Special Events"], "suppressed_groups": ["Widget Buyers"]}, {NADIA_AT, LUIS_AT}, id="but a group"
        ),
        pytest.param(
            {"groups": ["Special Events"], "suppressed_searches": ["Newsletter Readers"]},
            EVENTS - {EMMA_AT},
            id="but a search",
        ),
        pytest.param(
            {"groups": ["Special Events"], "suppressed_members": [TONY, LUIS_AT]}, {EMMA_AT, NADIA_AT}, id="but members"
        ),
        pytest.param({"members": [TONY], "suppressed_members": [TONY]}, set(), id="but whom it names itself"),
    ],
)
def test_recipients_are_named_less_those_left_out(emma: Emma, to: dict[str, Any], expected: set[str]) -> None:
    mailing = sent(emma, **to)

    assert expected == readers(emma, mailing)
    assert len(expected) == listed(emma, mailing)["recipient_count"]


def test_everybody_gets_it_once(emma: Emma) -> None:
    mailing = sent(emma, groups=["Widget Buyers", "Special Events"], members=[TONY, TONY], searches=["Newsletter Readers"])
    addresses = [message["recipient"] for message in emma.workspace.messages()]

    assert sorted(EVENTS) == sorted(addresses)
    assert 4 == listed(emma, mailing)["recipient_count"]


def test_whoever_was_archived_gets_nothing(emma: Emma) -> None:
    mailing = sent(emma, groups=["Widget Buyers"], members=[])
    emma.ask("DELETE", "/members/202")
    later = sent(emma, groups=["Widget Buyers"])
    none = sent(emma, suppressed_members=[EMMA])

    assert {EMMA_AT, TONY_AT} == readers(emma, mailing) | readers(emma, later)
    assert (2, 1, 0) == tuple(listed(emma, each)["recipient_count"] for each in (mailing, later, none))


def test_a_group_that_was_deleted_has_no_recipients(emma: Emma) -> None:
    emma.workspace.freeze()
    mailing = emma.backstage("compose", {"subject": "News", "groups": [NEWSLETTER], "send_at": "2030-01-02T12:00:00Z"})[
        "mailing_id"
    ]
    emma.ask("DELETE", f"/groups/{NEWSLETTER}")
    emma.workspace.advance(days=1)

    assert ("c", 0) == (listed(emma, mailing)["mailing_status"], listed(emma, mailing)["recipient_count"])


@pytest.mark.parametrize("kind", ["groups", "suppressed_groups", "searches", "suppressed_searches"])
def test_a_mailing_may_name_many_groups_and_searches(emma: Emma, kind: str) -> None:
    names = [f"Group {number}" for number in range(60)]
    if "groups" in kind:
        emma.ask("POST", "/groups", {"groups": [{"group_name": name} for name in names]})
    else:
        for name in names:
            emma.ask("POST", "/searches", {"name": name, "criteria": ["member_field:first_name", "eq", name]})
    mailing = sent(emma, members=[TONY], **{kind: names})

    assert {TONY_AT} == readers(emma, mailing)
