"""Groups themselves: listing, creating, renaming, deleting, and the number of their members."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma, error

NEWSLETTER, BUYERS, EVENTS, READERS, STAFF = 150, 151, 152, 153, 154
LONG = "ö" * 255
NO_GROUPS = ["155", "0", "-150", "1.5", "abc", "99999999999999999999", "150%20", "١٥٠"]


def names(emma: Emma, **parameters: Any) -> list[str]:
    return [row["group_name"] for row in emma.ask("GET", "/groups", **parameters)]


def counts(emma: Emma, group: int) -> tuple[int, int, int]:
    row = emma.ask("GET", f"/groups/{group}")
    return row["active_count"], row["optout_count"], row["error_count"]


# Listing


@pytest.mark.rule("emma.list_groups", "emma.groups.counts")
def test_groups_are_listed_by_age_with_their_counts(emma: Emma) -> None:
    listed = emma.ask("GET", "/groups")

    assert {
        "active_count": 1,
        "deleted_at": None,
        "error_count": 0,
        "optout_count": 1,
        "group_type": "g",
        "member_group_id": 150,
        "purged_at": None,
        "account_id": 100,
        "group_name": "Monthly Newsletter",
    } == listed[0]
    assert [(150, 1), (151, 2), (152, 4)] == [(row["member_group_id"], row["active_count"]) for row in listed]


@pytest.mark.rule("emma.list_groups.types")
@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ([], [150, 151, 152]),
        ([""], [150, 151, 152]),
        (["g"], [150, 151, 152]),
        (["t"], [153]),
        (["h,t"], [153, 154]),
        (["g", "h"], [150, 151, 152, 154]),
        (["g, h", "t"], [150, 151, 152, 153, 154]),
        (["all"], [150, 151, 152, 153, 154]),
        (["t,all"], [150, 151, 152, 153, 154]),
    ],
)
def test_types_separated_by_commas_or_repeated_choose_what_is_listed(
    emma: Emma, types: list[str], expected: list[int]
) -> None:
    listed = emma.ask("GET", "/groups", group_types=types)

    assert expected == [row["member_group_id"] for row in listed]
    assert len(expected) == emma.ask("GET", "/groups", group_types=types, count="true")


@pytest.mark.rule("emma.list_groups.bad_type")
@pytest.mark.parametrize("types", ["x", "g,x", "G", "%", "gt"])
def test_a_type_that_is_none_is_refused(emma: Emma, types: str) -> None:
    response = emma.get("/groups", params={"group_types": types})

    assert 400 == response.status_code
    assert "group_types: expected g, t, h or all" in error(response)


@pytest.mark.rule("emma.list_groups")
def test_groups_are_paged_and_counted(emma: Emma) -> None:
    assert ["Widget Buyers"] == names(emma, start=1, end=2)
    assert ["Special Events"] == names(emma, start=2)
    assert [] == names(emma, start=3)
    assert 3 == emma.ask("GET", "/groups", count="1", start=1, end=2)


@pytest.mark.rule("emma.groups.counts")
def test_archived_and_forwarded_members_are_counted_nowhere(emma: Emma) -> None:
    group = emma.group("Everybody")
    emma.ask("PUT", f"/groups/{group}/members", {"member_ids": [200, 201, 202, 206, 207]})
    before = counts(emma, group)

    emma.ask("DELETE", "/members/202")

    assert (2, 1, 1) == before
    assert (1, 1, 1) == counts(emma, group)


@pytest.mark.rule("emma.groups.counts")
def test_the_counts_follow_the_statuses_of_the_members(emma: Emma) -> None:
    emma.ask("PUT", "/members/status", {"member_ids": [202, 204], "status_to": "e"})
    emma.ask("PUT", "/members/email/optout/luis.ortega@example.net")

    assert (1, 1, 2) == counts(emma, EVENTS)


# Creating


@pytest.mark.rule("emma.create_groups")
def test_created_groups_are_answered_in_the_order_sent(emma: Emma) -> None:
    made = emma.ask("POST", "/groups", {"groups": [{"group_name": "Bakers"}, {"group_name": "Anglers"}]})

    assert [
        {"member_group_id": 1024, "group_name": "Bakers"},
        {"member_group_id": 1025, "group_name": "Anglers"},
    ] == made
    assert ["Bakers", "Anglers"] == names(emma)[-2:]
    assert (0, 0, 0) == counts(emma, 1024)


@pytest.mark.rule("emma.create_groups.none")
def test_an_empty_array_creates_nothing(emma: Emma) -> None:
    assert [] == emma.ask("POST", "/groups", {"groups": []})
    assert 3 == len(names(emma))


@pytest.mark.rule("emma.create_groups.none")
@pytest.mark.parametrize("payload", [None, {}, [], {"groups": None}, {"name": "Bakers"}])
def test_a_body_without_groups_is_refused(emma: Emma, payload: Any) -> None:
    response = emma.post("/groups", payload)

    assert 400 == response.status_code
    assert error(response).startswith("groups: expected an array")


@pytest.mark.rule("emma.create_groups.lone")
def test_a_lone_name_creates_one_group(emma: Emma) -> None:
    made = emma.ask("POST", "/groups", {"group_name": "Bakers"})

    assert [{"member_group_id": 1024, "group_name": "Bakers"}] == made


@pytest.mark.rule("emma.create_groups.type")
def test_a_group_may_be_made_of_another_type(emma: Emma) -> None:
    drafts = [{"group_name": "Proofs", "group_type": "t"}, {"group_name": "Secret", "group_type": "h"}]
    proofs, secret = (row["member_group_id"] for row in emma.ask("POST", "/groups", {"groups": drafts}))

    assert "t" == emma.ask("GET", f"/groups/{proofs}")["group_type"]
    assert "h" == emma.ask("GET", f"/groups/{secret}")["group_type"]
    assert 3 == len(names(emma))


@pytest.mark.rule("emma.create_groups.type")
@pytest.mark.parametrize("type_", ["all", "x", "", "G"])
def test_a_group_of_no_known_type_is_not_made(emma: Emma, type_: str) -> None:
    response = emma.post("/groups", {"groups": [{"group_name": "Proofs", "group_type": type_}]})

    assert 400 == response.status_code
    assert error(response).startswith("groups[0].group_type: expected g, t or h")


@pytest.mark.rule("emma.groups.name", "emma.groups.long_name", "emma.create_groups.all_or_none")
@pytest.mark.parametrize(
    ("draft", "said"),
    [
        ({}, "groups[1].group_name: is required"),
        ({"group_name": None}, "groups[1].group_name: is required"),
        ({"group_name": " \t"}, "groups[1].group_name: is required"),
        ({"group_name": f"{LONG}!"}, "groups[1].group_name: expected 255 characters at most, found 256"),
        ({"group_name": 7}, "groups[1].group_name: expected a text, found 7"),
        ({"group_name": ["Bakers"]}, "groups[1].group_name: expected a text"),
        ("Bakers", "groups[1]: expected an object, found 'Bakers'"),
    ],
)
def test_one_faulty_name_and_no_group_is_made(emma: Emma, draft: Any, said: str) -> None:
    response = emma.post("/groups", {"groups": [{"group_name": "Anglers"}, draft]})

    assert 400 == response.status_code
    assert error(response).startswith(said)
    assert 3 == len(names(emma))


@pytest.mark.rule("emma.groups.name")
@pytest.mark.parametrize("name", [LONG, " Bakers ", "面包师 🥐", "50% off_'\";--", "<b>\\u0000</b>"])
def test_any_other_name_is_kept_as_it_is_sent(emma: Emma, name: str) -> None:
    group = emma.group(name)

    assert name == emma.ask("GET", f"/groups/{group}")["group_name"]


@pytest.mark.rule("emma.groups.duplicate")
def test_several_groups_may_have_one_name(emma: Emma) -> None:
    assert emma.group("Widget Buyers") != emma.group("Widget Buyers")
    assert 3 == names(emma).count("Widget Buyers")


@pytest.mark.rule("emma.groups.duplicate")
@pytest.mark.reading("emma", duplicate_group_name="refuse")
@pytest.mark.parametrize("drafts", [["Widget Buyers"], ["Bakers", "Bakers"], ["Staff"]])
def test_a_name_that_another_group_has_is_refused_when_the_switch_says_so(emma: Emma, drafts: list[str]) -> None:
    response = emma.post("/groups", {"groups": [{"group_name": name} for name in drafts]})

    assert 400 == response.status_code
    assert "there is another group called" in error(response)
    assert 3 == len(names(emma))


@pytest.mark.rule("emma.groups.duplicate")
@pytest.mark.reading("emma", duplicate_group_name="refuse")
def test_the_name_of_a_deleted_group_and_its_own_are_free(emma: Emma) -> None:
    emma.ask("DELETE", f"/groups/{BUYERS}")

    emma.group("Widget Buyers")
    emma.ask("PUT", f"/groups/{EVENTS}", {"group_name": "Special Events"})

    assert ["Monthly Newsletter", "Special Events", "Widget Buyers"] == names(emma)


# One group


@pytest.mark.rule("emma.get_group")
def test_a_single_group_is_shown_as_in_the_list(emma: Emma) -> None:
    assert emma.ask("GET", "/groups")[2] == emma.ask("GET", f"/groups/{EVENTS}")


@pytest.mark.rule("emma.update_group")
def test_a_renamed_group_keeps_its_members(emma: Emma) -> None:
    before = emma.ask("GET", f"/groups/{EVENTS}")

    answer = emma.ask("PUT", f"/groups/{EVENTS}", {"group_name": "Festivals", "group_type": "h"})

    assert answer is True
    assert {**before, "group_name": "Festivals"} == emma.ask("GET", f"/groups/{EVENTS}")


@pytest.mark.rule("emma.groups.name", "emma.groups.long_name")
@pytest.mark.parametrize("payload", [None, {}, {"group_name": ""}, {"group_name": f"{LONG}!"}, {"group_name": {}}])
def test_a_group_keeps_its_name_when_the_new_one_is_none(emma: Emma, payload: Any) -> None:
    response = emma.put(f"/groups/{EVENTS}", payload)

    assert 400 == response.status_code
    assert error(response).startswith("group_name: ")
    assert "Special Events" == names(emma)[2]


@pytest.mark.rule("emma.groups.duplicate")
@pytest.mark.reading("emma", duplicate_group_name="refuse")
def test_a_group_cannot_take_the_name_of_another_when_the_switch_says_so(emma: Emma) -> None:
    response = emma.put(f"/groups/{EVENTS}", {"group_name": "Widget Buyers"})

    assert 400 == response.status_code
    assert "Special Events" == names(emma)[2]


@pytest.mark.rule("emma.delete_group", "emma.delete_group.members_stay")
def test_a_deleted_group_is_gone_and_its_members_stay(emma: Emma) -> None:
    members = emma.ask("GET", "/members")

    answer = emma.ask("DELETE", f"/groups/{EVENTS}")

    assert answer is True
    assert ["Monthly Newsletter", "Widget Buyers"] == names(emma)
    assert members == emma.ask("GET", "/members")
    assert [BUYERS] == [row["member_group_id"] for row in emma.ask("GET", "/members/202/groups")]


@pytest.mark.rule("emma.groups.unknown")
@pytest.mark.parametrize("unknown", NO_GROUPS)
@pytest.mark.parametrize(
    ("method", "path", "payload"),
    [
        ("GET", "", None),
        ("PUT", "", {"group_name": "Bakers"}),
        ("DELETE", "", None),
        ("GET", "/members", None),
        ("PUT", "/members", {"member_ids": [200]}),
        ("PUT", "/members/remove", {"member_ids": [200]}),
        ("DELETE", "/members", None),
    ],
)
def test_a_group_that_does_not_exist_is_not_found(emma: Emma, method: str, path: str, payload: Any, unknown: str) -> None:
    response = emma.request(method, f"/groups/{unknown}{path}", json=payload)

    assert 404 == response.status_code
    assert "there is no group" in error(response)


@pytest.mark.rule("emma.groups.unknown")
def test_a_deleted_group_is_not_found_and_not_deleted_twice(emma: Emma) -> None:
    emma.ask("DELETE", f"/groups/{EVENTS}")

    statuses = [
        emma.request(method, f"/groups/{EVENTS}{path}").status_code
        for method, path in (
            ("GET", ""),
            ("DELETE", ""),
            ("GET", "/members"),
            ("DELETE", "/members"),
        )
    ]

    assert [404] * 4 == statuses
