"""Who a mailing is for, who does not get it, and who is told about it."""

import pytest

from tests.providers.emma import planted
from tests.providers.emma.client import Emma, error

LISTS = ["members", "groups", "searches", "suppressed_searches", "suppressed_members", "headsup"]


@pytest.mark.rule("emma.list_mailing_members", "emma.list_mailing_members.no_sms")
def test_the_members_are_those_whom_the_mailing_names_itself(emma: Emma) -> None:
    (row,) = emma.ask("GET", "/mailings/200/members")

    member = emma.member(200)
    del member["sms"]
    assert member == row


@pytest.mark.rule("emma.list_suppressed_members", "emma.list_mailing_members.no_sms")
def test_the_suppressed_members_have_fields_but_no_sms(emma: Emma) -> None:
    rows = emma.ask("GET", "/mailings/200/suppressed_members")

    assert [200, 201] == [row["member_id"] for row in rows]
    assert [("Emma", False), ("Gladys", False)] == [(row["fields"]["first_name"], "sms" in row) for row in rows]


@pytest.mark.rule("emma.list_mailing_members.archived")
@pytest.mark.parametrize("role", ["recipient", "suppressed"])
def test_archived_members_are_shown_and_purged_ones_are_not(emma: Emma, role: str) -> None:
    mailing = planted.mailing(emma)
    for member in (202, 203, 204):
        planted.target(emma, mailing, "member", member, role=role)
    emma.ask("POST", "/members/purge", {"member_ids": [204]})

    rows = emma.ask("GET", f"/mailings/{mailing}/{'members' if role == 'recipient' else 'suppressed_members'}")

    assert [(202, False), (203, True)] == [(row["member_id"], row["deleted_at"] is not None) for row in rows]


@pytest.mark.rule("emma.list_mailing_groups")
def test_the_groups_are_shown_with_their_counts(emma: Emma) -> None:
    planted.target(emma, 200, "group", 150)
    planted.target(emma, 200, "group", 152, role="suppressed")

    rows = emma.ask("GET", "/mailings/200/groups")

    assert [emma.ask("GET", "/groups/150"), emma.ask("GET", "/groups/151")] == rows


@pytest.mark.rule("emma.list_mailing_searches", "emma.list_suppressed_searches")
@pytest.mark.parametrize(("path", "search"), [("searches", 400), ("suppressed_searches", 401)])
def test_the_searches_are_shown_with_the_moment_at_which_they_were_cached(emma: Emma, path: str, search: int) -> None:
    (row,) = emma.ask("GET", f"/mailings/200/{path}")

    cached_at = row.pop("cached_at")
    assert (None if search == 400 else "@D:2018-08-13T14:28:12") == cached_at
    assert emma.ask("GET", f"/searches/{search}") == row


@pytest.mark.rule("emma.list_heads_up_emails")
def test_the_heads_up_addresses_are_shown_with_the_moment_at_which_they_were_told(emma: Emma) -> None:
    mailing = planted.mailing(emma)
    planted.heads_up(emma, mailing, "b@example.com")
    planted.heads_up(emma, mailing, "a@example.com", sent_ts="@D:2030-01-01T10:00:00")

    assert [
        {"sent_ts": None, "email": "b@example.com", "mailing_id": mailing},
        {"sent_ts": "@D:2030-01-01T10:00:00", "email": "a@example.com", "mailing_id": mailing},
    ] == emma.ask("GET", f"/mailings/{mailing}/headsup")


@pytest.mark.parametrize("path", LISTS)
def test_a_mailing_for_nobody_has_empty_lists(emma: Emma, path: str) -> None:
    mailing = planted.mailing(emma)

    assert [] == emma.ask("GET", f"/mailings/{mailing}/{path}")
    assert 0 == emma.ask("GET", f"/mailings/{mailing}/{path}", count="true")


@pytest.mark.parametrize(
    ("path", "kind", "role", "targets"),
    [
        ("members", "member", "recipient", (200, 201, 202)),
        ("suppressed_members", "member", "suppressed", (200, 201, 202)),
        ("groups", "group", "recipient", (150, 151, 152)),
        ("searches", "search", "recipient", (400, 401, 402)),
        ("suppressed_searches", "search", "suppressed", (400, 401, 402)),
    ],
)
def test_the_lists_are_cut_into_pages_and_counted(
    emma: Emma, path: str, kind: str, role: str, targets: tuple[int, ...]
) -> None:
    mailing = planted.mailing(emma)
    for target in targets:
        planted.target(emma, mailing, kind, target, role=role)
    key = "member_group_id" if kind == "group" else f"{kind}_id"

    second = emma.ask("GET", f"/mailings/{mailing}/{path}", start="1", end="2")

    assert [targets[1]] == [row[key] for row in second]
    assert 3 == emma.ask("GET", f"/mailings/{mailing}/{path}", count="1", start="2")


def test_the_heads_up_addresses_are_cut_into_pages_and_counted(emma: Emma) -> None:
    (second,) = emma.ask("GET", "/mailings/200/headsup", start="1")

    assert "youremma@myemma.com" == second["email"]
    assert 2 == emma.ask("GET", "/mailings/200/headsup", count="true")


@pytest.mark.rule("emma.mailings.unknown")
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("mailing", ["0", "204", "9" * 60, "sale"])
def test_what_is_no_mailing_is_for_nobody(emma: Emma, path: str, mailing: str) -> None:
    for query in ("", "?count=true"):
        response = emma.get(f"/mailings/{mailing}/{path}{query}")

        assert 404 == response.status_code
        assert error(response).startswith("there is no mailing ")
