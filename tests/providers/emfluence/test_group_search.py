"""The search for groups: filters, order, pages, and what of a group it shows."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence

BY_NAME = ["All", "Board", "Members", "Newsletter", "People from Maine", "Press", "Website Signups"]


def names(emfluence: Emfluence, **parameters: Any) -> list[str]:
    return [group["groupName"] for group in emfluence.records("groups/search", **parameters)]


@pytest.mark.rule("emf.search_groups")
def test_groups_are_found_in_a_short_form_by_name(emfluence: Emfluence) -> None:
    newsletter = emfluence.ok("groups/lookup", groupID=201)
    short = {"externalID", "notes", "protected", "sendTests", "userIDs"}

    found = emfluence.records("groups/search")

    assert BY_NAME == [group["groupName"] for group in found]
    assert {name: value for name, value in newsletter.items() if name not in short} == found[3]


@pytest.mark.rule("emf.search_groups.filters")
@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"groupName": "ER"}, ["Members", "Newsletter"]),
        ({"groupName": " letter "}, ["Newsletter"]),
        ({"groupName": "from m"}, ["People from Maine"]),
        ({"groupName": "%"}, []),
        ({"groupName": "_"}, []),
        ({"groupName": "/"}, []),
        ({"groupName": "*"}, []),
        ({"groupName": ""}, BY_NAME),
        ({"groupName": None}, BY_NAME),
        ({"status": "active"}, BY_NAME),
        ({"status": "Archived"}, ["Past Events"]),
        ({"status": "ALL"}, sorted([*BY_NAME, "Past Events"])),
        ({"status": ""}, BY_NAME),
        ({"type": "Dynamic"}, ["People from Maine"]),
        ({"type": "static"}, [name for name in BY_NAME if name != "People from Maine"]),
        ({"type": "all"}, BY_NAME),
        ({"private": 0}, ["Newsletter", "Website Signups"]),
        ({"private": "true", "type": "Dynamic"}, ["People from Maine"]),
        ({"private": True, "groupName": "e", "groupIDs": [201, 202, 203]}, ["Members", "Press"]),
        ({"groupIDs": "203,201,999"}, ["Newsletter", "Press"]),
        ({"groupIDs": [205]}, []),
        ({"groupIDs": [205], "status": "All"}, ["Past Events"]),
        ({"groupIDs": []}, BY_NAME),
        ({"groupIDs": [0, -1, 2**62]}, []),
    ],
    ids=str,
)
def test_filters_narrow_the_search(emfluence: Emfluence, parameters: dict[str, Any], expected: list[str]) -> None:
    assert expected == names(emfluence, **parameters)


@pytest.mark.rule("emf.search_groups.filters")
def test_parts_of_names_are_found_in_any_letter_case_also_beyond_ascii(emfluence: Emfluence) -> None:
    emfluence.ok("groups/save", groupName="Les Élèves")
    emfluence.ok("groups/save", groupName="100% _real_")

    assert ["Les Élèves"] == names(emfluence, groupName="ÉLÈ")
    assert ["100% _real_"] == names(emfluence, groupName="% _")


@pytest.mark.rule("emf.search_groups.filters")
def test_a_filter_takes_thousands_of_ids(emfluence: Emfluence) -> None:
    assert BY_NAME == names(emfluence, groupIDs=list(range(1, 40_000)))


@pytest.mark.rule("emf.search_groups.user")
@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (101, BY_NAME),
        (102, ["All", "Newsletter", "Press"]),
        (103, ["All", "Newsletter"]),
        (104, ["All"]),
        (999, ["All"]),
    ],
)
def test_the_groups_of_a_user_are_those_it_can_work_with(emfluence: Emfluence, user: int, expected: list[str]) -> None:
    assert expected == names(emfluence, userID=user)


@pytest.mark.rule("emf.search_groups.sort")
@pytest.mark.parametrize(
    ("field", "direction", "expected"),
    [
        ("groupID", "asc", [1, 201, 202, 203, 204, 206, 207]),
        ("GROUPID", "DESC", [207, 206, 204, 203, 202, 201, 1]),
        ("groupName", "desc", [204, 203, 207, 201, 202, 206, 1]),
        ("totalMembers", "asc", [204, 203, 206, 207, 202, 201, 1]),
        ("totalMembers", "desc", [1, 201, 202, 207, 203, 206, 204]),
        ("activeMembers", "desc", [1, 201, 202, 207, 203, 206, 204]),
        ("dateLastEmailSent", "asc", [1, 201, 202, 203, 204, 206, 207]),
        ("dateModified", "", [1, 201, 202, 203, 204, 206, 207]),
        ("", None, [1, 206, 202, 201, 207, 203, 204]),
    ],
)
def test_groups_are_sorted(emfluence: Emfluence, field: str, direction: str | None, expected: list[int]) -> None:
    found = emfluence.records("groups/search", sortField=field, sortDirection=direction)

    sizes = [group["totalMembers"] for group in found]
    if field == "totalMembers":
        assert sorted(sizes, reverse=direction == "desc") == sizes
        assert sorted(expected) == sorted(group["groupID"] for group in found)
    else:
        assert expected == [group["groupID"] for group in found]


@pytest.mark.rule("emf.search_groups.sort")
def test_groups_are_sorted_by_when_they_were_made_and_changed(emfluence: Emfluence) -> None:
    emfluence.workspace.freeze("2030-01-01T12:00:00Z")
    made = emfluence.ok("groups/save", groupName="A new one")["groupID"]
    emfluence.ok("groups/save", groupID=203, notes="x")

    assert made == emfluence.records("groups/search", sortField="dateAdded", sortDirection="desc")[0]["groupID"]
    assert 203 == emfluence.records("groups/search", sortField="dateModified", sortDirection="desc")[0]["groupID"]


@pytest.mark.rule("emf.search_groups")
@pytest.mark.parametrize("field", ["groupID", "totalMembers", "activeMembers", "dateModified"])
def test_pages_are_parts_of_the_whole(emfluence: Emfluence, field: str) -> None:
    whole = emfluence.records("groups/search", sortField=field, status="All")
    pages = [emfluence.ok("groups/search", sortField=field, status="all", rpp=3, page=page) for page in (1, 2, 3, 4)]

    assert [3, 3, 2, 0] == [len(page["records"]) for page in pages]
    assert whole == [group for page in pages for group in page["records"]]
    assert [(8, 3)] * 4 == [(page["paging"]["totalRecords"], page["paging"]["totalPages"]) for page in pages]


@pytest.mark.rule("emf.search_groups")
def test_the_address_of_the_next_page_is_good_for_a_get(emfluence: Emfluence) -> None:
    first = emfluence.ok("groups/search", groupIDs=[201, 202, 203], rpp=2)
    second = emfluence.workspace.server.get(first["paging"]["next"], headers=emfluence.headers).json()["data"]

    assert ["Members", "Newsletter"] == [group["groupName"] for group in first["records"]]
    assert ["Press"] == [group["groupName"] for group in second["records"]]


@pytest.mark.rule("emf.search_groups.permission")
def test_everybody_searches_all_groups(emfluence: Emfluence) -> None:
    assert BY_NAME == names(emfluence.as_user("volunteer"))
    assert 13 == emfluence.as_user("volunteer").records("groups/search", groupName="news")[0]["totalMembers"]


@pytest.mark.rule("emf.groups.all_shown")
def test_all_is_shown_among_the_groups(emfluence: Emfluence) -> None:
    everybody = emfluence.records("groups/search")[0]

    assert ("All", "Static", 1, 20) == tuple(everybody[name] for name in ("groupName", "type", "private", "totalMembers"))
    assert 1 in emfluence.contact("john.doe@example.com")["groupIDs"]


@pytest.mark.rule("emf.groups.all_shown")
@pytest.mark.reading("emfluence", all_group="hidden")
def test_all_may_be_hidden(emfluence: Emfluence) -> None:
    assert BY_NAME[1:] == names(emfluence)
    assert [201, 202, 207] == emfluence.contact("john.doe@example.com")["groupIDs"]
    assert [201, 202, 207] == [
        each["groupID"] for each in emfluence.records("contacts/getGroups", email="john.doe@example.com")
    ]
    assert "All" == emfluence.ok("groups/lookup", groupID=1)["groupName"]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"status": "deleted"}, 501),
        ({"type": "Elastic"}, 501),
        ({"sortField": "notes"}, 501),
        ({"sortField": "groupID; --"}, 501),
        ({"sortDirection": "up"}, 501),
        ({"rpp": 251}, 501),
        ({"rpp": 0}, 501),
        ({"page": 0}, 501),
        ({"private": "perhaps"}, 500),
        ({"groupIDs": "a,b"}, 500),
        ({"userID": "me"}, 500),
        ({"groupName": ["x"]}, 500),
        ({"sortField": 7}, 500),
        ({"userID": 10**30}, 501),
        ({"groupName": "x" * 70_000}, 0),
        ({"unknown": 1, "rpp": 250, "page": 10**9}, 0),
    ],
)
def test_hostile_searches_are_refused(emfluence: Emfluence, parameters: dict[str, Any], code: int) -> None:
    body = emfluence.call("groups/search", **parameters)

    assert code == body["code"]
    assert all(next(iter(parameters)) in said for said in body.get("errors", ()))
