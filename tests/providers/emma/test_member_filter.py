"""The filter of the list of members: search criteria in a query."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis.strategies import integers, sampled_from
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.providers.emma.client import Emma, error
from tests.workspace import Workspace

ACTIVE = '["member_status_id","eq","a"]'
"""As a client sends it."""


def ids(emma: Emma, **parameters: Any) -> list[int]:
    return [member["member_id"] for member in emma.ask("GET", "/members", **parameters)]


@pytest.mark.rule("emma.list_members.filter")
@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (ACTIVE, [200, 202, 204, 205]),
        ('["member_since","gt","2013-01-01"]', [205, 206, 207]),
        ('["and", ["group", "eq", "Special Events"], ["not", ["email", "contains", "*@myemma.com"]]]', [204, 205]),
        (' ["opened"]\n', [200]),
        ('["member_field:first_name", "eq", "\\u0045mma"]', [200]),
    ],
)
def test_only_members_that_fit_are_listed_and_counted(emma: Emma, criteria: str, expected: list[int]) -> None:
    assert expected == ids(emma, filter=criteria)
    assert len(expected) == emma.ask("GET", "/members", filter=criteria, count="true")


@pytest.mark.rule("emma.list_members.filter")
def test_the_rows_are_the_same_as_without_a_filter(emma: Emma) -> None:
    everybody = emma.ask("GET", "/members")

    assert [row for row in everybody if row["member_status_id"] == "a"] == emma.ask("GET", "/members", filter=ACTIVE)


@pytest.mark.rule("emma.list_members.filter")
@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"start": 1, "end": 3}, [202, 204]),
        ({"start": 4}, []),
        ({"deleted": "true"}, [200, 202, 203, 204, 205]),
        ({"deleted_only": "1"}, [203]),
        ({"deleted_range": "2011-01-02"}, [203]),
        ({"deleted_range": "2011-01-03~"}, []),
        ({"exclude_fields": "1"}, [200, 202, 204, 205]),
    ],
)
def test_a_filter_works_with_every_other_parameter(emma: Emma, parameters: dict[str, Any], expected: list[int]) -> None:
    assert expected == ids(emma, filter=ACTIVE, **parameters)


@pytest.mark.rule("emma.list_members.filter")
def test_base_attributes_are_shown_of_those_that_fit(emma: Emma) -> None:
    rows = emma.ask("GET", "/members", filter=ACTIVE, exclude_fields="1")

    assert all("fields" not in row for row in rows)


@pytest.mark.rule("emma.list_members.filter")
@pytest.mark.parametrize("criteria", [["group", "contains", "*e*"], ["not", ["opened"]], ["member_field:orders", "gt", 2]])
def test_a_filter_finds_whom_a_saved_search_finds(emma: Emma, criteria: list[Any]) -> None:
    search = emma.ask("POST", "/searches", {"name": "Same", "criteria": criteria})

    assert emma.ask("GET", f"/searches/{search}/members") == emma.ask("GET", "/members", filter=json.dumps(criteria))


@pytest.mark.rule("emma.list_members.bad_filter")
@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_a_blank_filter_is_none(emma: Emma, blank: str) -> None:
    assert emma.ask("GET", "/members") == emma.ask("GET", "/members", filter=blank)


@pytest.mark.rule("emma.list_members.bad_filter")
@pytest.mark.parametrize(
    "text",
    ["active", "[", '["email"', "['email','eq','x']", '["email"] x', "[NaN]", '["\\ud800"]', "[" * 5000],
    ids=["word", "open", "unfinished", "quotes", "trailing", "nan", "surrogate", "deep"],
)
def test_a_filter_that_is_no_json_is_refused(emma: Emma, text: str) -> None:
    response = emma.get("/members", params={"filter": text})

    assert 400 == response.status_code
    assert error(response).startswith("filter: expected a JSON array; ")


@pytest.mark.rule("emma.list_members.bad_filter")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "filter: expected an array such as"),
        ("null", "filter: expected an array such as"),
        ('"email"', "filter: expected an array, found a text"),
        ('["emial"]', 'filter[0]: no term is called "emial"; did you mean "email"?'),
        ('["and", ["email"], ["email", "eqs", 1]]', 'filter[2][1]: no operator is called "eqs"; did you mean "eq"?'),
        ('["member_since", "gt", "x"]', "filter[2]: expected a day or a moment"),
    ],
)
def test_a_faulty_filter_is_refused_by_the_faulty_part(emma: Emma, text: str, said: str) -> None:
    response = emma.get("/members", params={"filter": text, "count": "true"})

    assert 400 == response.status_code
    assert error(response).startswith(said)


# Paging

CROWD = 1207


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emma]:
    """A client of an account with some more members than a page or two can hold; one for all examples."""
    folder = tmp_path_factory.mktemp("crowd")
    (folder / "emma.toml").write_text(f'[[groups]]\nname = "Quarter"\n[generate]\npeople = {CROWD}\n', "utf-8")
    app = create_app(Settings(throttle="off", fixtures=[str(folder)]))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        yield Emma(Workspace(client, "crowd"))


@pytest.mark.rule("emma.list_members.filter")
@settings(deadline=None, max_examples=20)
@given(
    size=integers(60, 700),
    first=integers(0, 50),
    criteria=sampled_from([None, '["email"]', '["not", ["group"]]', '["group", "eq", "Quarter"]']),
)
def test_pages_of_any_size_show_every_member_once(crowd: Emma, size: int, first: int, criteria: str | None) -> None:
    asked = {} if criteria is None else {"filter": criteria}
    total = crowd.ask("GET", "/members", count="true", **asked)

    pages = [ids(crowd, start=start, end=start + size, **asked) for start in range(first, total, min(size, 500))]
    found = [member for page in pages for member in page]

    assert total - first == len(found)
    assert sorted(set(found)) == found
