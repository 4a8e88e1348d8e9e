"""The groups of a member, and members taken out of groups many at a time."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma, error

NEWSLETTER, BUYERS, EVENTS, READERS, STAFF = 150, 151, 152, 153, 154
EMMA, GLADYS, TONY, GREG, NADIA, LUIS = range(200, 206)
NOBODY = ["111", "0", "-200", "abc", "99999999999999999999"]


def groups(emma: Emma, member: int, **parameters: Any) -> list[int]:
    return [row["member_group_id"] for row in emma.ask("GET", f"/members/{member}/groups", **parameters)]


def members(emma: Emma, group: int) -> list[int]:
    return [row["member_id"] for row in emma.ask("GET", f"/groups/{group}/members", deleted="1")]


# Listing


@pytest.mark.rule("emma.list_member_groups", "emma.groups.counts")
def test_the_groups_of_a_member_are_shown_as_in_the_list_of_groups(emma: Emma) -> None:
    assert emma.ask("GET", "/groups") == emma.ask("GET", f"/members/{EMMA}/groups")
    assert [NEWSLETTER] == groups(emma, GLADYS)


@pytest.mark.rule("emma.list_member_groups")
def test_the_groups_of_a_member_are_paged_and_counted(emma: Emma) -> None:
    assert [BUYERS] == groups(emma, EMMA, start=1, end=2)
    assert 3 == emma.ask("GET", f"/members/{EMMA}/groups", count="true")
    assert 0 == emma.ask("GET", f"/members/{GREG}/groups", count="true")


@pytest.mark.rule("emma.memberships.every_type")
def test_groups_of_every_type_are_shown_but_no_deleted_one(emma: Emma) -> None:
    emma.ask("PUT", f"/members/{NADIA}/groups", {"group_ids": [STAFF, BUYERS]})
    emma.ask("DELETE", f"/groups/{EVENTS}")

    assert [BUYERS, READERS, STAFF] == groups(emma, NADIA)


@pytest.mark.rule("emma.members.unknown")
@pytest.mark.parametrize("unknown", NOBODY)
@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("PUT", ""), ("DELETE", ""), ("PUT", "/remove")])
def test_a_member_that_does_not_exist_is_not_found(emma: Emma, method: str, path: str, unknown: str) -> None:
    response = emma.request(method, f"/members/{unknown}/groups{path}", json={"group_ids": [150, 151]})

    assert 404 == response.status_code
    assert f"there is no member {unknown}" == error(response)


@pytest.mark.rule("emma.memberships.archived")
def test_the_groups_of_an_archived_member_are_read_and_changed(emma: Emma) -> None:
    emma.ask("DELETE", f"/members/{EMMA}")

    kept = groups(emma, EMMA)
    added = emma.ask("PUT", f"/members/{EMMA}/groups", {"group_ids": [STAFF]})
    removed = emma.ask("PUT", f"/members/{EMMA}/groups/remove", {"group_ids": [BUYERS]})

    assert [NEWSLETTER, BUYERS, EVENTS] == kept
    assert ([STAFF], [BUYERS]) == (added, removed)
    assert [NEWSLETTER, EVENTS, STAFF] == groups(emma, EMMA)
    assert emma.ask("DELETE", f"/members/{EMMA}/groups") is True
    assert [] == groups(emma, EMMA)


# Adding


@pytest.mark.rule("emma.add_member_to_groups", "emma.add_member_to_groups.affected")
def test_the_answer_names_all_groups_asked_for_in_the_order_sent(emma: Emma) -> None:
    affected = emma.ask("PUT", f"/members/{TONY}/groups", {"group_ids": [EVENTS, "150", EVENTS, STAFF]})

    assert [EVENTS, NEWSLETTER, STAFF] == affected
    assert [NEWSLETTER, BUYERS, EVENTS, STAFF] == groups(emma, TONY)
    assert [EMMA, GLADYS, TONY] == members(emma, NEWSLETTER)


@pytest.mark.rule("emma.add_member_to_groups.unknown_groups")
def test_groups_that_do_not_exist_are_left_out(emma: Emma) -> None:
    emma.ask("DELETE", f"/groups/{EVENTS}")

    affected = emma.ask("PUT", f"/members/{GLADYS}/groups", {"group_ids": [7, EVENTS, BUYERS, 2**70, -1]})

    assert [BUYERS] == affected
    assert [NEWSLETTER, BUYERS] == groups(emma, GLADYS)


@pytest.mark.rule("emma.add_member_to_groups.unknown_groups")
@pytest.mark.reading("emma", unknown_groups="refuse")
def test_a_group_that_does_not_exist_refuses_the_call_when_the_switch_says_so(emma: Emma) -> None:
    response = emma.put(f"/members/{GLADYS}/groups", {"group_ids": [BUYERS, 7]})

    assert 400 == response.status_code
    assert "group_ids: there is no group 7" == error(response)
    assert [NEWSLETTER] == groups(emma, GLADYS)


@pytest.mark.rule("emma.add_member_to_groups")
def test_more_groups_than_go_into_one_statement_may_be_named(emma: Emma) -> None:
    affected = emma.ask("PUT", f"/members/{GLADYS}/groups", {"group_ids": [*range(10_000, 12_500), STAFF, BUYERS]})

    assert [STAFF, BUYERS] == affected


@pytest.mark.rule("emma.memberships.required")
@pytest.mark.parametrize("path", ["groups", "groups/remove"])
@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (None, "group_ids: is required"),
        ({}, "group_ids: is required"),
        ({"group_ids": None}, "group_ids: expected an array"),
        ({"group_ids": {}}, "group_ids: expected an array"),
        ({"group_ids": [150, "x"]}, "group_ids[1]: expected an integer, found 'x'"),
        ({"group_ids": [[150]]}, "group_ids[0]: expected an integer, found [150]"),
    ],
)
def test_whatever_is_no_array_of_ids_is_refused(emma: Emma, path: str, payload: Any, said: str) -> None:
    response = emma.put(f"/members/{EMMA}/{path}", payload)

    assert 400 == response.status_code
    assert error(response).startswith(said)
    assert [NEWSLETTER, BUYERS, EVENTS] == groups(emma, EMMA)


# Removing


@pytest.mark.rule("emma.remove_member_from_groups")
def test_the_answer_names_the_groups_that_the_member_was_in(emma: Emma) -> None:
    affected = emma.ask("PUT", f"/members/{EMMA}/groups/remove", {"group_ids": [EVENTS, STAFF, "150", EVENTS, 7, 2**70]})

    assert [EVENTS, NEWSLETTER] == affected
    assert [BUYERS] == groups(emma, EMMA)
    assert [] == emma.ask("PUT", f"/members/{EMMA}/groups/remove", {"group_ids": [EVENTS]})
    assert [] == emma.ask("PUT", f"/members/{EMMA}/groups/remove", {"group_ids": []})
    assert [TONY, NADIA, LUIS] == members(emma, EVENTS)


@pytest.mark.rule("emma.remove_member_from_all_groups")
def test_a_member_leaves_all_groups_and_may_do_so_again(emma: Emma) -> None:
    answers = [emma.ask("DELETE", f"/members/{EMMA}/groups") for _ in range(2)]

    assert [True, True] == answers
    assert [] == groups(emma, EMMA)
    assert [TONY] == members(emma, BUYERS)


@pytest.mark.rule("emma.remove_members_from_groups")
def test_members_leave_those_of_the_groups_that_they_are_in(emma: Emma) -> None:
    answer = emma.ask(
        "PUT", "/members/groups/remove", {"member_ids": [EMMA, "202", GREG], "group_ids": [BUYERS, "150", STAFF]}
    )

    assert answer is True
    assert [] == members(emma, BUYERS)
    assert [GLADYS] == members(emma, NEWSLETTER)
    assert [EMMA, TONY, NADIA, LUIS] == members(emma, EVENTS)


@pytest.mark.rule("emma.remove_members_from_groups")
def test_nobody_leaves_when_an_array_is_empty(emma: Emma) -> None:
    assert emma.ask("PUT", "/members/groups/remove", {"member_ids": [], "group_ids": [EVENTS]}) is True
    assert emma.ask("PUT", "/members/groups/remove", {"member_ids": [EMMA], "group_ids": []}) is True
    assert [NEWSLETTER, BUYERS, EVENTS] == groups(emma, EMMA)


UNKNOWN = [([EMMA, 111], [BUYERS]), ([EMMA, 2**70], [BUYERS]), ([EMMA], [BUYERS, 111]), ([EMMA], [BUYERS, -1])]


@pytest.mark.rule("emma.remove_members_from_groups.unknown")
@pytest.mark.parametrize(("ids", "group_ids"), UNKNOWN)
def test_one_that_does_not_exist_and_nobody_leaves(emma: Emma, ids: list[int], group_ids: list[int]) -> None:
    response = emma.put("/members/groups/remove", {"member_ids": ids, "group_ids": group_ids})

    assert 404 == response.status_code
    assert "_ids: there is no " in error(response)
    assert [EMMA, TONY] == members(emma, BUYERS)


@pytest.mark.rule("emma.remove_members_from_groups.unknown")
@pytest.mark.reading("emma", unknown_ids="lenient")
@pytest.mark.parametrize(("ids", "group_ids"), UNKNOWN)
def test_those_that_exist_leave_when_the_switch_is_lenient(emma: Emma, ids: list[int], group_ids: list[int]) -> None:
    assert emma.ask("PUT", "/members/groups/remove", {"member_ids": ids, "group_ids": group_ids}) is True
    assert [TONY] == members(emma, BUYERS)


@pytest.mark.rule("emma.remove_members_from_groups.unknown")
def test_a_deleted_group_does_not_exist(emma: Emma) -> None:
    emma.ask("DELETE", f"/groups/{BUYERS}")

    response = emma.put("/members/groups/remove", {"member_ids": [EMMA], "group_ids": [BUYERS]})

    assert 404 == response.status_code
    assert f"group_ids: there is no group {BUYERS}" == error(response)


@pytest.mark.rule("emma.remove_members_from_groups.unknown")
def test_the_first_of_thousands_that_does_not_exist_is_named(emma: Emma) -> None:
    ids = [EMMA] * 5000 + [TONY, *range(5000, 8000)]

    response = emma.put("/members/groups/remove", {"member_ids": ids, "group_ids": [BUYERS]})

    assert 404 == response.status_code
    assert "member_ids: there is no member 5000" == error(response)
    assert [EMMA, TONY] == members(emma, BUYERS)


SCALARS = [
    {"member_ids": EMMA, "group_ids": BUYERS},
    {"member_ids": EMMA, "group_ids": [BUYERS]},
    {"member_ids": [EMMA], "group_ids": BUYERS},
    {"member_ids": "200", "group_ids": "151"},
    {"member_ids": [EMMA], "group_ids": True},
]


@pytest.mark.rule("emma.remove_members_from_groups.scalars")
@pytest.mark.parametrize("payload", SCALARS)
def test_scalars_are_answered_with_false(emma: Emma, payload: Any) -> None:
    assert emma.ask("PUT", "/members/groups/remove", payload) is False
    assert [EMMA, TONY] == members(emma, BUYERS)


@pytest.mark.rule("emma.remove_members_from_groups.scalars")
@pytest.mark.reading("emma", unknown_ids="strict")
@pytest.mark.parametrize("payload", SCALARS)
def test_scalars_are_refused_when_the_switch_is_strict(emma: Emma, payload: Any) -> None:
    response = emma.put("/members/groups/remove", payload)

    assert 400 == response.status_code
    assert "_ids: expected an array of ids" in error(response)


@pytest.mark.rule("emma.memberships.required")
@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (None, "member_ids: is required"),
        ({"member_ids": [200]}, "group_ids: is required"),
        ({"member_ids": [200, "x"], "group_ids": [151]}, "member_ids[1]: expected an integer"),
        ({"member_ids": [200], "group_ids": {"a": 151}}, "group_ids: expected an array"),
    ],
)
def test_both_arrays_are_needed(emma: Emma, payload: Any, said: str) -> None:
    response = emma.put("/members/groups/remove", payload)

    assert 400 == response.status_code
    assert error(response).startswith(said)
    assert [EMMA, TONY] == members(emma, BUYERS)
