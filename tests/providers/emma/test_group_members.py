"""Who is in a group, and what a group's own calls do to that."""

from typing import Any

import pytest

from mockserver.providers.emma.actions import groups
from tests.providers.emma.client import Emma, error

NEWSLETTER, BUYERS, EVENTS = 150, 151, 152
EMMA, GLADYS, TONY, GREG, NADIA, LUIS, HARRIET, FRIEND = range(200, 208)
"""Greg is archived, Gladys has opted out, Harriet is faulty, the friend was forwarded to."""
HUGE = 2**70


def members(emma: Emma, group: int, **parameters: Any) -> list[int]:
    return [row["member_id"] for row in emma.ask("GET", f"/groups/{group}/members", **parameters)]


def put(emma: Emma, group: int, *ids: Any) -> list[int]:
    added: list[int] = emma.ask("PUT", f"/groups/{group}/members", {"member_ids": list(ids)})
    return added


@pytest.fixture
def everybody(emma: Emma) -> int:
    """A group with a live member of every status, and one who was archived in it."""
    group = emma.group("Everybody")
    put(emma, group, EMMA, GLADYS, TONY, HARRIET, FRIEND)
    emma.ask("DELETE", f"/members/{TONY}")
    return group


# Listing


@pytest.mark.rule("emma.list_group_members")
def test_the_members_of_a_group_are_listed_by_age(emma: Emma) -> None:
    listed = emma.ask("GET", f"/groups/{EVENTS}/members")

    assert [EMMA, TONY, NADIA, LUIS] == [row["member_id"] for row in listed]
    assert emma.member(TONY) == listed[1]


@pytest.mark.rule("emma.list_group_members.archived")
def test_archived_members_are_listed_only_when_asked_for(emma: Emma, everybody: int) -> None:
    assert [EMMA, GLADYS, HARRIET, FRIEND] == members(emma, everybody, deleted="false")
    assert [EMMA, GLADYS, TONY, HARRIET, FRIEND] == members(emma, everybody, deleted="True")
    assert 4 == emma.ask("GET", f"/groups/{everybody}/members", count="true")
    assert 5 == emma.ask("GET", f"/groups/{everybody}/members", count="true", deleted=1)


@pytest.mark.rule("emma.list_group_members")
@pytest.mark.parametrize("deleted", ["0", "1"])
def test_a_page_is_the_same_from_whichever_end_it_is_found(emma: Emma, everybody: int, deleted: str) -> None:
    whole = members(emma, everybody, deleted=deleted)

    for start in range(7):
        for end in range(7):
            assert whole[start:end] == members(emma, everybody, deleted=deleted, start=start, end=end)


@pytest.mark.rule("emma.list_group_members")
def test_a_group_with_nobody_in_it_has_an_empty_list(emma: Emma) -> None:
    assert [] == members(emma, emma.group("Nobody"))
    assert [] == members(emma, EVENTS, start=10**18)


# Adding


@pytest.mark.rule("emma.add_members_to_group", "emma.add_members_to_group.left_out")
def test_the_answer_names_whoever_was_not_in_the_group_in_the_order_sent(emma: Emma) -> None:
    added = put(emma, BUYERS, LUIS, "204", EMMA, LUIS, 999, HUGE, -1, 0, GLADYS)

    assert [LUIS, NADIA, GLADYS] == added
    assert [EMMA, GLADYS, TONY, NADIA, LUIS] == members(emma, BUYERS)
    assert [] == put(emma, BUYERS, LUIS, NADIA, GLADYS)


@pytest.mark.rule("emma.add_members_to_group.archived")
def test_archived_members_are_not_added(emma: Emma) -> None:
    assert [] == put(emma, BUYERS, GREG)
    assert [EMMA, TONY] == members(emma, BUYERS, deleted="1")


@pytest.mark.rule("emma.add_members_to_group")
def test_a_lone_id_and_ids_in_a_text_will_do(emma: Emma) -> None:
    added = [emma.ask("PUT", f"/groups/{NEWSLETTER}/members", {"member_ids": ids}) for ids in (204, "205, 206", [])]

    assert [[NADIA], [LUIS, HARRIET], []] == added


@pytest.mark.rule("emma.add_members_to_group")
def test_more_members_than_go_into_one_statement_are_added_and_removed(emma: Emma) -> None:
    ids = [*range(100_000, 101_500), LUIS, *range(200_000, 201_500), NADIA]

    added = put(emma, BUYERS, *ids)
    removed = emma.ask("PUT", f"/groups/{BUYERS}/members/remove", {"member_ids": ids})

    assert [LUIS, NADIA] == added == removed


@pytest.mark.rule("emma.group_members.required")
@pytest.mark.parametrize("path", ["members", "members/remove"])
@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (None, "member_ids: is required"),
        ([], "member_ids: is required"),
        ({"members": [200]}, "member_ids: is required"),
        ({"member_ids": None}, "member_ids: expected an array"),
        ({"member_ids": {"0": 200}}, "member_ids: expected an array"),
        ({"member_ids": True}, "member_ids: expected an array"),
        ({"member_ids": [205, "x"]}, "member_ids[1]: expected an integer, found 'x'"),
        ({"member_ids": [205, True]}, "member_ids[1]: expected an integer, found True"),
        ({"member_ids": [205, 204.5]}, "member_ids[1]: expected an integer, found 204.5"),
        ({"member_ids": [None, "x"]}, "member_ids[0]: expected an integer, found None"),
    ],
)
def test_whatever_is_no_array_of_ids_is_refused(emma: Emma, path: str, payload: Any, said: str) -> None:
    response = emma.put(f"/groups/{BUYERS}/{path}", payload)

    assert 400 == response.status_code
    assert error(response).startswith(said)
    assert [EMMA, TONY] == members(emma, BUYERS)


# Removing


@pytest.mark.rule("emma.remove_members_from_group")
def test_the_answer_names_whoever_was_in_the_group(emma: Emma) -> None:
    removed = emma.ask("PUT", f"/groups/{EVENTS}/members/remove", {"member_ids": [LUIS, GLADYS, "200", LUIS, 999, HUGE, -1]})

    assert [LUIS, EMMA] == removed
    assert [TONY, NADIA] == members(emma, EVENTS)
    assert [EMMA, TONY] == members(emma, BUYERS)


@pytest.mark.rule("emma.group_members.removed_archived")
def test_archived_members_are_removed_and_named_as_well(emma: Emma, everybody: int) -> None:
    removed = emma.ask("PUT", f"/groups/{everybody}/members/remove", {"member_ids": [TONY, EMMA]})

    assert [TONY, EMMA] == removed
    assert [GLADYS, HARRIET, FRIEND] == members(emma, everybody, deleted="1")


@pytest.mark.rule("emma.remove_all_members_from_group", "emma.group_members.removed_archived")
@pytest.mark.parametrize(
    ("statuses", "number", "left"),
    [
        ({}, 5, []),
        ({"member_status_id": "a"}, 2, [GLADYS, HARRIET, FRIEND]),
        ({"member_status_id": "o,e"}, 2, [EMMA, TONY, FRIEND]),
        ({"member_status_id": ["o", "e"]}, 2, [EMMA, TONY, FRIEND]),
    ],
)
def test_everybody_or_all_of_a_status_are_removed_and_counted(
    emma: Emma, everybody: int, statuses: dict[str, Any], number: int, left: list[int]
) -> None:
    before = emma.ask("GET", "/members", deleted="1")

    removed = emma.ask("DELETE", f"/groups/{everybody}/members", **statuses)

    assert number == removed
    assert left == members(emma, everybody, deleted="1")
    assert before == emma.ask("GET", "/members", deleted="1")
    assert [EMMA, NADIA, LUIS] == members(emma, EVENTS)


@pytest.mark.rule("emma.remove_all_members_from_group")
def test_nobody_is_removed_from_an_empty_group(emma: Emma) -> None:
    assert 0 == emma.ask("DELETE", f"/groups/{emma.group('Nobody')}/members")


# Deleting the members of a group


@pytest.mark.rule("emma.delete_members_of_group", "emma.delete_members_of_group.background")
def test_the_members_of_a_group_are_archived_and_leave_all_groups_before_the_next_call(emma: Emma) -> None:
    emma.workspace.freeze()

    answer = emma.ask("DELETE", f"/groups/{BUYERS}/members/remove")

    assert answer is True
    assert [] == members(emma, BUYERS, deleted="1")
    assert [NADIA, LUIS] == members(emma, EVENTS, deleted="1")
    assert [GLADYS] == members(emma, NEWSLETTER, deleted="1")
    assert ["@D:2030-01-01T06:00:00"] * 2 == [emma.member(member)["deleted_at"] for member in (EMMA, TONY)]
    assert [] == emma.ask("GET", f"/members/{EMMA}/groups")


@pytest.mark.rule("emma.delete_members_of_group")
def test_only_members_of_the_status_are_deleted(emma: Emma) -> None:
    emma.ask("DELETE", f"/groups/{NEWSLETTER}/members/remove", member_status_id="o", delete_members="true")

    assert [EMMA] == members(emma, NEWSLETTER, deleted="1")
    assert emma.member(EMMA)["deleted_at"] is None
    assert emma.member(GLADYS)["deleted_at"] is not None


@pytest.mark.rule("emma.delete_members_of_group.background")
def test_members_who_were_archived_before_are_left_alone(emma: Emma, everybody: int) -> None:
    before = emma.member(TONY)

    emma.ask("DELETE", f"/groups/{everybody}/members/remove")

    assert before == emma.member(TONY)
    assert [TONY] == members(emma, everybody, deleted="1")


@pytest.mark.rule("emma.delete_members_of_group.flag")
@pytest.mark.parametrize("flag", ["false", "0", "no"])
def test_members_only_leave_all_groups_when_they_are_not_to_be_deleted(emma: Emma, flag: str) -> None:
    emma.ask("DELETE", f"/groups/{BUYERS}/members/remove", delete_members=flag)

    assert [] == members(emma, BUYERS, deleted="1")
    assert [NADIA, LUIS] == members(emma, EVENTS)
    assert emma.member(EMMA)["deleted_at"] is None


@pytest.mark.rule("emma.delete_members_of_group.unknown")
@pytest.mark.parametrize("unknown", ["111", "abc"])
def test_the_members_of_no_group_are_deleted_with_success(emma: Emma, unknown: str) -> None:
    before = emma.ask("GET", "/members")

    assert emma.ask("DELETE", f"/groups/{unknown}/members/remove", member_status_id="a") is True
    assert before == emma.ask("GET", "/members")


@pytest.mark.rule("emma.delete_members_of_group.unknown")
@pytest.mark.reading("emma", unknown_ids="strict")
def test_the_members_of_no_group_are_not_found_when_the_switch_says_so(emma: Emma) -> None:
    response = emma.delete("/groups/111/members/remove")

    assert 404 == response.status_code
    assert "there is no group 111" == error(response)


# Copying


@pytest.mark.rule("emma.copy_group_members", "emma.copy_group_members.all", "emma.add_members_to_group.archived")
@pytest.mark.parametrize(
    ("payload", "copied"),
    [
        ({"member_status_id": ["a"]}, [EMMA]),
        ({"member_status_id": ["o", "e"]}, [GLADYS, HARRIET]),
        ({"member_status_id": "a"}, [EMMA]),
        ({"member_status_id": None}, [EMMA, GLADYS, HARRIET, FRIEND]),
        ({}, [EMMA, GLADYS, HARRIET, FRIEND]),
        (None, [EMMA, GLADYS, HARRIET, FRIEND]),
    ],
)
def test_members_are_copied_by_their_status(emma: Emma, everybody: int, payload: Any, copied: list[int]) -> None:
    target = emma.group("Copies")

    answer = emma.ask("PUT", f"/groups/{everybody}/{target}/members/copy", payload)

    assert answer is True
    assert copied == members(emma, target, deleted="1")
    assert [EMMA, GLADYS, HARRIET, FRIEND] == members(emma, everybody)


@pytest.mark.rule("emma.copy_group_members")
def test_whoever_is_in_the_target_stays_there(emma: Emma) -> None:
    for _ in range(2):
        emma.ask("PUT", f"/groups/{NEWSLETTER}/{BUYERS}/members/copy", {"member_status_id": ["a", "o"]})
    emma.ask("PUT", f"/groups/{EVENTS}/{EVENTS}/members/copy", {})

    assert [EMMA, GLADYS, TONY] == members(emma, BUYERS)
    assert [EMMA, TONY, NADIA, LUIS] == members(emma, EVENTS)


@pytest.mark.rule("emma.copy_group_members.unknown")
@pytest.mark.reading("emma", unknown_ids="lenient")
@pytest.mark.parametrize("path", ["111/121", f"{EVENTS}/121", f"121/{EVENTS}", f"abc/{EVENTS}"])
def test_copying_from_or_to_no_group_succeeds_and_does_nothing(emma: Emma, path: str) -> None:
    assert emma.ask("PUT", f"/groups/{path}/members/copy", {"member_status_id": ["a"]}) is True
    assert [EMMA, TONY, NADIA, LUIS] == members(emma, EVENTS)


@pytest.mark.rule("emma.copy_group_members.unknown")
@pytest.mark.reading("emma", unknown_ids="strict")
@pytest.mark.parametrize("path", ["111/121", f"{EVENTS}/111", f"111/{EVENTS}"])
def test_copying_from_or_to_no_group_is_refused_when_the_switch_says_so(emma: Emma, path: str) -> None:
    response = emma.put(f"/groups/{path}/members/copy", {"member_status_id": ["a"]})

    assert 404 == response.status_code
    assert "there is no group 111" == error(response)


# Statuses


@pytest.mark.rule("emma.bulk.bad_status")
@pytest.mark.parametrize("status", ["x", "f", "active", "A", "a,x", "", ","])
@pytest.mark.parametrize("path", ["members", "members/remove"])
def test_a_letter_that_is_no_status_is_refused(emma: Emma, path: str, status: str) -> None:
    response = emma.delete(f"/groups/{EVENTS}/{path}", params={"member_status_id": status})

    assert 400 == response.status_code
    assert error(response).startswith("member_status_id: expected a, e or o")
    assert [EMMA, TONY, NADIA, LUIS] == members(emma, EVENTS)


@pytest.mark.rule("emma.bulk.bad_status")
@pytest.mark.parametrize("statuses", [[], "", ["x"], ["a", 1], "f", 5, {"a": True}, [["a"]]])
def test_nothing_is_copied_for_a_letter_that_is_no_status(emma: Emma, statuses: Any) -> None:
    response = emma.put(f"/groups/{EVENTS}/{NEWSLETTER}/members/copy", {"member_status_id": statuses})

    assert 400 == response.status_code
    assert error(response).startswith("member_status_id")
    assert [EMMA, GLADYS] == members(emma, NEWSLETTER)


# Thousands of them


@pytest.mark.rule("emma.groups.counts", "emma.copy_group_members", "emma.delete_members_of_group")
def test_a_group_of_thousands_is_counted_copied_and_emptied_in_slices(emma: Emma, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "_TALLIED", 1000)  # it takes ten thousand otherwise
    crowd, copies = emma.group("Crowd"), emma.group("Copies")
    rows = [{"email": f"member{number}@example.com"} for number in range(2500)]
    emma.ask("POST", "/members", {"members": rows, "group_ids": [crowd]})

    emma.ask("PUT", f"/groups/{crowd}/{copies}/members/copy", {"member_status_id": ["a"]})
    counted = [row["active_count"] for row in emma.ask("GET", "/groups")[-2:]]
    whole = members(emma, crowd, end=500) + members(emma, crowd, start=500, end=1000)
    last = members(emma, crowd, start=2400, end=2600)
    removed = emma.ask("DELETE", f"/groups/{copies}/members", member_status_id="a")
    emma.ask("DELETE", f"/groups/{crowd}/members/remove")

    assert [2500, 2500] == counted
    assert (1000, 100) == (len(set(whole)), len(set(last)))
    assert whole + last == sorted(whole + last)
    assert 2500 == removed
    assert [0, 0] == [emma.ask("GET", f"/groups/{group}/members", count="1", deleted="1") for group in (crowd, copies)]
    assert 2501 == emma.ask("GET", "/members", count="1", deleted_only="1")
