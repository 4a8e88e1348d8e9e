"""Reading members: the list with its flags, and single ones by id and by address."""

from typing import Any
from urllib.parse import quote

import pytest

from mockserver.providers.emma.actions import members
from tests.providers.emma.client import Emma, error
from tests.workspace import Response

EMMA, GLADYS, TONY, ARCHIVED, NADIA = 200, 201, 202, 203, 204
LIVE = [200, 201, 202, 204, 205, 206, 207]
ALL = sorted([*LIVE, ARCHIVED])
NOBODY = 999


def ids(emma: Emma, **parameters: Any) -> list[int]:
    """The ids of a list of members, in its order."""
    return [member["member_id"] for member in emma.ask("GET", "/members", **parameters)]


def archive(emma: Emma, member: int, moment: str) -> None:
    """Archive a member at a moment."""
    emma.workspace.freeze(moment)
    emma.ask("DELETE", f"/members/{member}")


# The list


@pytest.mark.rule("emma.list_members")
def test_the_list_shows_live_members_by_age(emma: Emma) -> None:
    assert LIVE == ids(emma)


@pytest.mark.rule("emma.list_members")
def test_a_member_has_all_of_the_documented_attributes(emma: Emma) -> None:
    nadia = next(member for member in emma.ask("GET", "/members") if member["member_id"] == NADIA)

    assert {
        "status": "active",
        "confirmed_opt_in": "@D:2012-04-02T09:05:11",
        "account_id": 100,
        "fields": {
            "first_name": "Nadia",
            "last_name": "Petrova",
            "birthday": "@D:1979-03-14T00:00:00",
            "orders": 12,
            "loyal": True,
            "interests": ["Cooking", "Travel"],
        },
        "member_id": NADIA,
        "sms": None,
        "last_modified_at": None,
        "member_status_id": "a",
        "plaintext_preferred": False,
        "email_error": None,
        "member_since": "@D:2012-04-02T08:30:00",
        "bounce_count": 0,
        "deleted_at": None,
        "email": "nadia.petrova@example.org",
    } == nadia


@pytest.mark.rule("emma.list_members")
def test_each_status_has_its_word(emma: Emma) -> None:
    words = {(member["member_status_id"], member["status"]) for member in emma.ask("GET", "/members")}

    assert {("a", "active"), ("o", "opt-out"), ("e", "error"), ("f", "forwarded")} == words


@pytest.mark.rule("emma.list_members.deleted")
@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"deleted": "true"}, ALL),
        ({"deleted": "True"}, ALL),
        ({"deleted": "1"}, ALL),
        ({"deleted": "false"}, LIVE),
        ({"deleted": "0"}, LIVE),
        ({"deleted": "yes"}, LIVE),
        ({"deleted_only": "1"}, [ARCHIVED]),
        ({"deleted_only": "0"}, LIVE),
        ({"deleted": "true", "deleted_only": "true"}, [ARCHIVED]),
    ],
)
def test_flags_choose_live_or_archived_members(emma: Emma, flags: dict[str, str], expected: list[int]) -> None:
    assert expected == ids(emma, **flags)
    assert len(expected) == emma.ask("GET", "/members", count="true", **flags)


@pytest.mark.rule("emma.list_members.exclude_fields")
def test_fields_can_be_left_out_and_nothing_else_is(emma: Emma) -> None:
    whole = emma.ask("GET", "/members", start=0, end=1)[0]
    base = emma.ask("GET", "/members", start=0, end=1, exclude_fields=1)[0]

    assert {name: value for name, value in whole.items() if name != "fields"} == base


@pytest.mark.rule("emma.list_members.deleted")
@pytest.mark.parametrize("near", [-1, 2, 500])
def test_windows_of_the_list_do_not_mind_gaps(emma: Emma, monkeypatch: pytest.MonkeyPatch, near: int) -> None:
    """Near windows are read from the start, others from the nearer end."""
    monkeypatch.setattr(members, "_NEAR", near)
    for start in range(9):
        for end in range(start, 9):
            assert LIVE[start:end] == ids(emma, start=start, end=end)
            assert ALL[start:end] == ids(emma, start=start, end=end, deleted=1)


# Archived on some days: member 203 on 2011-01-02


@pytest.mark.rule("emma.list_members.deleted_range")
@pytest.mark.parametrize(
    ("days", "found"),
    [
        ("2011-01-02", True),
        (" 2011-01-02 ", True),
        ("2011-01-01", False),
        ("2011-01-03", False),
        ("2011-01-02~2011-01-02", True),
        ("2011-01-01~2011-01-02", True),
        ("2011-01-02~2011-09-01", True),
        ("2010-01-01~2011-01-01", False),
        ("2011-01-02~", True),
        ("2011-01-03~", False),
        ("~2011-01-02", True),
        ("~2011-01-01", False),
        ("~", True),
        ("2011-09-01~2011-01-01", False),
        ("0001-01-01~9999-12-31", True),
    ],
)
def test_a_range_shows_who_was_archived_on_its_days(emma: Emma, days: str, found: bool) -> None:
    expected = [ARCHIVED] if found else []

    assert expected == ids(emma, deleted_range=days)
    assert len(expected) == emma.ask("GET", "/members", deleted_range=days, count=1)


@pytest.mark.rule("emma.list_members.deleted_range")
def test_a_range_holds_its_first_and_its_last_second(emma: Emma) -> None:
    """On the wall of the account, where it is six hours earlier than in UTC."""
    archive(emma, EMMA, "2030-01-02T05:59:59Z")
    archive(emma, GLADYS, "2030-01-02T06:00:00Z")
    archive(emma, TONY, "2030-01-03T05:59:59Z")
    archive(emma, NADIA, "2030-01-03T06:00:00Z")

    assert [GLADYS, TONY] == ids(emma, deleted_range="2030-01-02")
    assert [EMMA, GLADYS, TONY, NADIA] == ids(emma, deleted_range="2030-01-01~")


@pytest.mark.rule("emma.list_members.deleted_range")
def test_a_range_wins_over_the_flags_and_works_with_windows(emma: Emma) -> None:
    archive(emma, EMMA, "2030-01-02T12:00:00Z")

    assert [ARCHIVED] == ids(emma, deleted_range="2011-01-02", deleted="true", deleted_only="true")
    assert [ARCHIVED] == ids(emma, deleted_range="~", start=1, end=2)


def test_a_blank_range_is_none(emma: Emma) -> None:
    assert LIVE == ids(emma, deleted_range="")
    assert LIVE == ids(emma, deleted_range=" ")


@pytest.mark.rule("emma.bad_date")
@pytest.mark.parametrize(
    "days", ["yesterday", "2011-13-01", "2011-02-30", "2011-W01-1", "20110102", "2011-1-2", "2011-01-01~soon", "1~2~3", "~~"]
)
def test_a_range_that_is_not_made_of_days_is_refused(emma: Emma, days: str) -> None:
    response = emma.get("/members", params={"deleted_range": days})

    assert 400 == response.status_code
    assert error(response).startswith("deleted_range: expected YYYY-MM-DD~YYYY-MM-DD, found '")


# Single members


@pytest.mark.rule("emma.get_member")
def test_a_member_is_read_by_its_id_as_the_list_shows_it(emma: Emma) -> None:
    listed = emma.ask("GET", "/members", deleted=1)

    assert listed == [emma.ask("GET", f"/members/{member}", deleted=1) for member in ALL]


@pytest.mark.rule("emma.members.unknown")
@pytest.mark.parametrize(
    "member", ["999", "0", "-1", "1.0", "emma", "9" * 18, "9" * 19, "9" * 40, "２００", "200%20", "%00", "*"]
)
def test_an_id_of_nobody_is_not_found(emma: Emma, member: str) -> None:
    response = emma.get(f"/members/{member}")

    assert 404 == response.status_code
    assert error(response).startswith("there is no member ")


@pytest.mark.rule("emma.members.archived")
@pytest.mark.parametrize("path", [f"/members/{ARCHIVED}", "/members/email/greg@myemma.com"])
def test_an_archived_member_is_found_only_by_who_asks_for_archived_ones(emma: Emma, path: str) -> None:
    refused = emma.get(path)

    assert 404 == refused.status_code
    assert "deleted=true" in error(refused)
    assert "@D:2011-01-02T10:27:43" == emma.ask("GET", path, deleted="true")["deleted_at"]


@pytest.mark.rule("emma.get_member_by_email")
@pytest.mark.parametrize("email", ["tony@myemma.com", "Tony@MyEmma.com", "tony%40myemma.com", "%20tony@myemma.com"])
def test_a_member_is_read_by_its_address_in_any_case(emma: Emma, email: str) -> None:
    assert emma.member(TONY) == emma.ask("GET", f"/members/email/{email}")


@pytest.mark.rule("emma.get_member_by_email")
@pytest.mark.parametrize("email", ["a+b@example.com", "o'hara@example.com", "søren@bücher.example"])
def test_an_address_may_have_letters_that_mean_something_in_paths(emma: Emma, email: str) -> None:
    member = emma.add(email)

    assert member == emma.ask("GET", f"/members/email/{quote(email)}")["member_id"]


@pytest.mark.rule("emma.get_member_by_email", "emma.members.unknown")
@pytest.mark.parametrize(
    "email", ["nobody@example.com", "tony@myemma.co", "%25@myemma.com", "%25", "tony", "_ony@myemma.com"]
)
def test_an_address_of_nobody_is_not_found(emma: Emma, email: str) -> None:
    response: Response = emma.get(f"/members/email/{email}")

    assert 404 == response.status_code
    assert error(response).startswith("there is no member with the address ")
