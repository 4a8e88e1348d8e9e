"""Saved searches: six operations."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.fixtures import FixtureFaults
from mockserver.settings import Settings
from tests.providers.emma.client import Emma, error
from tests.workspace import Workspace

NOBODY = ["0", "399", "-1", "99999999999999999999", "kevins", "١٢", "%20", "4.0", "true"]
NEWSLETTER = ["group", "eq", "Monthly Newsletter"]
NOTHING_RUN = {"deleted_at": None, "purged_at": None, "account_id": 100}


def create(emma: Emma, criteria: Any, name: str = "Somebody") -> int:
    return int(emma.ask("POST", "/searches", {"name": name, "criteria": criteria}))


def ids(emma: Emma, search: int, **parameters: Any) -> list[int]:
    return [member["member_id"] for member in emma.ask("GET", f"/searches/{search}/members", **parameters)]


def counts(emma: Emma, search: int) -> tuple[int, int, int, str | None]:
    row = emma.ask("GET", f"/searches/{search}")
    return row["active_count"], row["optout_count"], row["error_count"], row["last_run_at"]


# Reading


@pytest.mark.rule("emma.list_searches")
def test_searches_are_listed_by_age(emma: Emma) -> None:
    made = create(emma, NEWSLETTER)

    assert [400, 401, 402, made] == [search["search_id"] for search in emma.ask("GET", "/searches")]
    assert [401, 402] == [search["search_id"] for search in emma.ask("GET", "/searches", start=1, end=3)]
    assert 4 == emma.ask("GET", "/searches", count="true")


@pytest.mark.rule("emma.get_search", "emma.searches.shape", "emma.searches.counts")
def test_a_search_is_shown_as_the_vendor_shows_it(emma: Emma) -> None:
    expected = {
        "search_id": 401,
        "account_id": 100,
        "name": "Inactive 12+ Months",
        "criteria": '["and", ["and", ["not", ["opened", "in last", {"week": "52"}]]]]',
        "active_count": 772,
        "optout_count": 0,
        "error_count": 0,
        "last_run_at": "@D:2018-08-13T14:28:12",
        "deleted_at": None,
        "purged_at": None,
    }

    assert expected == emma.ask("GET", "/searches/401")
    assert expected == emma.ask("GET", "/searches")[1]


@pytest.mark.rule("emma.searches.shape")
@pytest.mark.parametrize(
    ("criteria", "shown"),
    [
        (["member_field:orders", "between", 5, 10.5], '["member_field:orders", "between", 5, 10.5]'),
        (["member_field:loyal", "eq", True], '["member_field:loyal", "eq", true]'),
        (["email", "contains", '*"quoted"\\*'], '["email", "contains", "*\\"quoted\\"\\\\*"]'),
        (["member_field:first_name", "eq", "Žofie"], '["member_field:first_name", "eq", "\\u017dofie"]'),
        (["member_since", "in last", {"week": "52", "day": 1}], '["member_since", "in last", {"week": "52", "day": 1}]'),
    ],
)
def test_criteria_are_kept_as_they_were_sent(emma: Emma, criteria: list[Any], shown: str) -> None:
    found = emma.ask("GET", f"/searches/{create(emma, criteria)}")["criteria"]

    assert shown == found
    assert criteria == json.loads(found)


@pytest.mark.rule("emma.searches.unknown")
@pytest.mark.parametrize("search", NOBODY)
def test_a_search_that_does_not_exist_is_not_found(emma: Emma, search: str) -> None:
    answers = [
        emma.get(f"/searches/{search}"),
        emma.get(f"/searches/{search}?deleted=true"),
        emma.put(f"/searches/{search}", {"name": "Other"}),
        emma.put(f"/searches/{search}", {}),
        emma.delete(f"/searches/{search}"),
        emma.get(f"/searches/{search}/members"),
        emma.get(f"/searches/{search}/members?count=true"),
    ]

    assert [404] * 7 == [answer.status_code for answer in answers]
    assert all(error(answer).startswith("there is no search ") for answer in answers)


# Creating


@pytest.mark.rule("emma.create_search", "emma.searches.run")
def test_a_created_search_answers_its_id_and_has_run_once(emma: Emma) -> None:
    emma.workspace.freeze("2030-01-01T18:00:00Z")

    response = emma.post("/searches", {"name": "Readers", "criteria": NEWSLETTER})

    assert (200, 1024) == (response.status_code, response.json())
    assert {
        **NOTHING_RUN,
        "search_id": 1024,
        "name": "Readers",
        "criteria": '["group", "eq", "Monthly Newsletter"]',
        "active_count": 1,
        "optout_count": 1,
        "error_count": 0,
        "last_run_at": "@D:2030-01-01T12:00:00",
    } == emma.ask("GET", "/searches/1024")


@pytest.mark.rule("emma.create_search.incomplete")
@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({}, "name: is required"),
        ({"criteria": NEWSLETTER}, "name: is required"),
        ({"name": None, "criteria": NEWSLETTER}, "name: is required"),
        ({"name": " \t", "criteria": NEWSLETTER}, "name: is required"),
        ({"name": "Readers"}, "criteria: is required"),
        ({"name": "Readers", "criteria": None}, "criteria: is required"),
        ({"name": 5, "criteria": NEWSLETTER}, "name: expected a text, found 5"),
        ({"name": ["Readers"], "criteria": NEWSLETTER}, "name: expected a text, found ['Readers']"),
    ],
)
def test_an_incomplete_search_is_refused(emma: Emma, payload: dict[str, Any], said: str) -> None:
    response = emma.post("/searches", payload)

    assert 400 == response.status_code
    assert error(response).startswith(said)
    assert 3 == emma.ask("GET", "/searches", count="true")


@pytest.mark.rule("emma.create_search.incomplete")
def test_a_faulty_search_uses_no_id_up(emma: Emma) -> None:
    emma.post("/searches", {"name": "Readers", "criteria": ["and"]})

    assert 1024 == create(emma, NEWSLETTER)


@pytest.mark.rule("emma.create_search.same_name")
def test_two_searches_may_have_one_name(emma: Emma) -> None:
    first, second = create(emma, NEWSLETTER), create(emma, NEWSLETTER)

    assert first != second
    assert ["Somebody"] * 2 == [emma.ask("GET", f"/searches/{search}")["name"] for search in (first, second)]


@pytest.mark.rule("emma.searches.statuses")
def test_members_of_every_status_are_found_and_three_are_counted(emma: Emma) -> None:
    search = create(emma, ["email"])

    assert [200, 201, 202, 204, 205, 206, 207] == ids(emma, search)
    assert (4, 1, 1) == counts(emma, search)[:3]


# Running


@pytest.mark.rule("emma.list_search_members", "emma.searches.run", "emma.searches.counts")
def test_listing_the_members_runs_the_search_and_reading_it_does_not(emma: Emma) -> None:
    emma.workspace.freeze("2030-01-01T18:00:00Z")
    search = create(emma, NEWSLETTER)
    ann = emma.add("ann@example.com", group_ids=[150])
    emma.workspace.advance(minutes=1)

    before = counts(emma, search)
    found = ids(emma, search)
    after = counts(emma, search)

    assert (1, 1, 0, "@D:2030-01-01T12:00:00") == before
    assert [200, 201, ann] == found
    assert (2, 1, 0, "@D:2030-01-01T12:01:00") == after


@pytest.mark.rule("emma.searches.run")
def test_counting_the_members_runs_the_search_as_well(emma: Emma) -> None:
    emma.workspace.freeze("2030-01-01T18:00:00Z")

    assert 0 == emma.ask("GET", "/searches/400/members", count="true")
    assert (0, 0, 0, "@D:2030-01-01T12:00:00") == counts(emma, 400)


@pytest.mark.rule("emma.list_search_members")
def test_the_members_are_shown_whole_and_in_pages(emma: Emma) -> None:
    rows = emma.ask("GET", "/searches/402/members")

    assert [emma.ask("GET", "/members/200"), emma.ask("GET", "/members/201")] == rows
    assert rows[1:] == emma.ask("GET", "/searches/402/members", start=1, end=2)
    assert [] == emma.ask("GET", "/searches/402/members", start=2)


@pytest.mark.rule("emma.list_search_members")
def test_an_archived_member_is_not_found(emma: Emma) -> None:
    search = create(emma, ["email", "contains", "*@myemma.com"])
    emma.ask("DELETE", "/members/202")

    assert [200, 201] == ids(emma, search)
    assert (1, 1, 0) == counts(emma, search)[:3]


@pytest.mark.rule("emma.criteria.faulty_since")
def test_a_filter_that_became_faulty_finds_nobody(emma: Emma) -> None:
    search = create(emma, ["or", ["member_field:orders", "gt", 5], ["email", "eq", "tony@myemma.com"]])
    opposite = create(emma, ["not", ["member_field:orders", "gt", 5]])
    emma.ask("PUT", "/fields/204", {"field_type": "boolean"})

    assert [202] == ids(emma, search)
    assert [200, 201, 202, 204, 205, 206, 207] == ids(emma, opposite)


# Updating


@pytest.mark.rule("emma.update_search", "emma.searches.run")
def test_a_new_name_changes_nothing_else(emma: Emma) -> None:
    before = emma.ask("GET", "/searches/402")

    assert emma.ask("PUT", "/searches/402", {"name": "Others"}) is True
    assert {**before, "name": "Others"} == emma.ask("GET", "/searches/402")


@pytest.mark.rule("emma.update_search", "emma.searches.run")
def test_new_criteria_are_run_at_once(emma: Emma) -> None:
    emma.workspace.freeze("2030-01-01T18:00:00Z")

    assert emma.ask("PUT", "/searches/400", {"criteria": ["group", "eq", "Special Events"]}) is True
    assert (4, 0, 0, "@D:2030-01-01T12:00:00") == counts(emma, 400)
    assert "All the Kevins" == emma.ask("GET", "/searches/400")["name"]


@pytest.mark.rule("emma.update_search")
def test_name_and_criteria_can_change_together(emma: Emma) -> None:
    emma.ask("PUT", "/searches/400", {"name": "Readers", "criteria": NEWSLETTER})

    row = emma.ask("GET", "/searches/400")
    assert ("Readers", json.dumps(NEWSLETTER), 1) == (row["name"], row["criteria"], row["active_count"])


@pytest.mark.rule("emma.update_search.empty")
@pytest.mark.parametrize("payload", [{}, {"name": None}, {"criteria": None}, {"title": "Readers"}])
def test_an_update_of_nothing_is_refused(emma: Emma, payload: dict[str, Any]) -> None:
    response = emma.put("/searches/400", payload)

    assert 400 == response.status_code
    assert "name, criteria: at least one of them is required" == error(response)


@pytest.mark.rule("emma.create_search.incomplete")
@pytest.mark.parametrize(
    "payload",
    [{"name": " "}, {"name": " ", "criteria": NEWSLETTER}, {"name": "Good", "criteria": ["and"]}, {"criteria": []}],
)
def test_a_faulty_update_changes_nothing(emma: Emma, payload: dict[str, Any]) -> None:
    before = emma.ask("GET", "/searches/400")

    response = emma.put("/searches/400", payload)

    assert 400 == response.status_code
    assert before == emma.ask("GET", "/searches/400")


# Deleting


@pytest.mark.rule("emma.delete_search", "emma.searches.deleted")
def test_a_deleted_search_is_shown_only_when_asked_for(emma: Emma) -> None:
    emma.workspace.freeze("2030-01-01T18:00:00Z")

    assert emma.ask("DELETE", "/searches/401") is True
    assert [400, 402] == [search["search_id"] for search in emma.ask("GET", "/searches")]
    assert [400, 401, 402] == [search["search_id"] for search in emma.ask("GET", "/searches", deleted="True")]
    assert (2, 3) == tuple(emma.ask("GET", "/searches", count="1", deleted=deleted) for deleted in ("0", "1"))
    assert "@D:2030-01-01T12:00:00" == emma.ask("GET", "/searches/401", deleted="1")["deleted_at"]


@pytest.mark.rule("emma.searches.deleted")
def test_nothing_else_can_be_done_with_a_deleted_search(emma: Emma) -> None:
    emma.ask("DELETE", "/searches/401")

    answers = [
        emma.get("/searches/401"),
        emma.put("/searches/401", {"name": "Back"}),
        emma.delete("/searches/401"),
        emma.get("/searches/401/members"),
    ]

    assert [404] * 4 == [answer.status_code for answer in answers]
    assert ["there is no search 401; it was deleted, and is shown with deleted=true"] * 4 == [*map(error, answers)]


@pytest.mark.rule("emma.delete_search")
def test_the_members_that_a_deleted_search_finds_stay(emma: Emma) -> None:
    before = emma.ask("GET", "/members")

    emma.ask("DELETE", "/searches/402")

    assert before == emma.ask("GET", "/members")


# Fixtures


@pytest.mark.rule("emma.criteria.operator")
def test_faulty_criteria_in_a_fixture_are_told_by_their_place(tmp_path: Path) -> None:
    search = """[[searches]]\nname = "Readers"\ncriteria = ["or", ["group"], ["email", "equals", "x"]]\n"""
    (tmp_path / "emma.toml").write_text(search, "utf-8")

    with pytest.raises(
        FixtureFaults, match=r"searches\[0\]\.criteria\[2\]\[1\]: no operator is called \"equals\"; did you mean"
    ):
        create_app(Settings(fixtures=[str(tmp_path)]))


# Paging

CROWD = 5003
"""More than a search looks at in one go, and more than a page can hold."""


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emma]:
    """A client of an account with many members, of whom every fourth is in the group; one for all examples."""
    folder = tmp_path_factory.mktemp("crowd")
    (folder / "emma.toml").write_text(f'[[groups]]\nname = "Quarter"\n[generate]\npeople = {CROWD}\n', "utf-8")
    app = create_app(Settings(throttle="off", fixtures=[str(folder)]))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield Emma(Workspace(client, "crowd"))


@pytest.fixture(scope="module")
def quarter(crowd: Emma) -> int:
    return create(crowd, ["group", "eq", "Quarter"])


@pytest.mark.rule("emma.list_search_members")
def test_a_search_looks_at_all_members_of_a_large_account(crowd: Emma, quarter: int) -> None:
    everybody = create(crowd, ["email"])

    found = counts(crowd, everybody)
    assert CROWD == sum(found[:3])
    assert CROWD == crowd.ask("GET", f"/searches/{everybody}/members", count="true")
    assert CROWD // 4 == crowd.ask("GET", f"/searches/{quarter}/members", count="true")


@pytest.mark.rule("emma.list_search_members")
@settings(deadline=None, max_examples=12)
@given(size=integers(100, 700), first=integers(0, 50))
def test_pages_of_any_size_show_every_member_once(crowd: Emma, quarter: int, size: int, first: int) -> None:
    step, total = min(size, 500), CROWD // 4

    pages = [ids(crowd, quarter, start=start, end=start + size) for start in range(first, total, step)]
    found = [member for page in pages for member in page]

    assert total - first == len(found)
    assert sorted(set(found)) == found
