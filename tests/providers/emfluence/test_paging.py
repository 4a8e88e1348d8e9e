"""The paging of searches."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.providers.emfluence.client import Emfluence, envelope

TOKEN = {"Authorization": "00000000-0000-0000-0000-000000000001"}
SEARCHES = ["contacts/search", "groups/search", "emails/search", "templates/search", "customFields/search"]


def pages(emfluence: Emfluence, data: dict[str, Any], way: str) -> Iterator[dict[str, Any]]:
    """The data of a page, and of all that follow it or lie before it."""
    while True:
        yield data
        if not data["paging"][way]:
            return
        response = emfluence.workspace.server.get(data["paging"][way], headers=emfluence.headers)
        data = envelope(response)["data"]


def ids(found: list[dict[str, Any]], name: str = "contactID") -> list[int]:
    return [record[name] for data in found for record in data["records"]]


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


@pytest.mark.rule("emf.paging", "emf.paging.default")
@pytest.mark.parametrize("path", SEARCHES)
def test_a_search_tells_of_its_page_and_its_records(emfluence: Emfluence, path: str) -> None:
    data = emfluence.ok(path)
    paging = data["paging"]

    assert {"paging", "records"} == set(data)
    assert ["next", "prev", "page", "rpp", "totalPages", "totalRecords"] == list(paging)
    assert ("", "", 1, 20, 1) == tuple(paging.values())[:5]
    assert len(data["records"]) == paging["totalRecords"] > 0


@pytest.mark.rule("emf.paging")
@pytest.mark.parametrize(
    "path", ["users/lookup?userIDs=101", "groups/lookup?groupIDs=201", "contacts/lookup?contactID=1001"]
)
def test_a_lookup_has_no_paging(emfluence: Emfluence, path: str) -> None:
    assert "paging" not in envelope(emfluence.request("GET", path))["data"]


@pytest.mark.rule("emf.paging.default", "emf.paging.links")
def test_the_first_page_has_twenty_records_and_no_previous_one(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/save", email="twenty.first@example.com")
    first, second = pages(emfluence, emfluence.ok("contacts/search"), "next")

    assert (20, 1) == (len(first["records"]), len(second["records"]))
    assert (20, 1, 2, 21) == tuple(first["paging"][name] for name in ("rpp", "page", "totalPages", "totalRecords"))
    assert "" == first["paging"]["prev"] == second["paging"]["next"]
    assert 1 == int(query(second["paging"]["prev"])["page"])


@pytest.mark.rule("emf.paging.links")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rpp=st.integers(1, 25),
    order=st.sampled_from(["asc", "desc"]),
    field=st.sampled_from(["contactID", "email", "dateModified"]),
    method=st.sampled_from(["GET", "POST"]),
)
def test_following_next_meets_every_record_once_and_following_prev_the_way_back(
    emfluence: Emfluence, rpp: int, order: str, field: str, method: str
) -> None:
    asked = {"rpp": rpp, "sortField": field, "sortDirection": order}
    start = emfluence.request(method, "contacts/search", **{"json" if method == "POST" else "params": asked})
    everything = ids([emfluence.ok("contacts/search", **{**asked, "rpp": 250})])
    there = list(pages(emfluence, envelope(start)["data"], "next"))
    back = list(pages(emfluence, there[-1], "prev"))

    assert everything == ids(there)
    assert there == back[::-1]
    assert 20 == len(set(everything))
    assert {(-(-20 // rpp), 20)} == {(each["paging"]["totalPages"], each["paging"]["totalRecords"]) for each in there}


@pytest.mark.rule("emf.paging.links")
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8765/emfluence/v1/contacts/search",
        "http://127.0.0.1:8765/v1/contacts/search",
        "http://127.0.0.1:8765/V1/Contacts/SEARCH/",
        "http://api.emailer.emfluence.com/v1/contacts/search",
        "https://api.emailer.emfluence.com/v1/contacts/search",
        "http://emfluence.localhost:8765/v1/contacts/search",
    ],
)
def test_the_neighbours_are_at_the_address_that_was_called(emfluence: Emfluence, url: str) -> None:
    first = emfluence.workspace.server.get(url, params={"rpp": 9}, headers=emfluence.headers)
    found = list(pages(emfluence, envelope(first)["data"], "next"))

    assert [9, 9, 2] == [len(each["records"]) for each in found]
    assert f"{url}?rpp=9&page=2" == found[0]["paging"]["next"] == found[2]["paging"]["prev"]


@pytest.mark.rule("emf.paging.links")
def test_without_a_host_header_they_are_at_the_address_of_the_server(emfluence: Emfluence) -> None:
    request = emfluence.workspace.server.build_request("GET", "/v1/contacts/search?rpp=9", headers=emfluence.headers)
    del request.headers["Host"]
    paging = envelope(emfluence.workspace.server.send(request))["data"]["paging"]

    assert "http://127.0.0.1:8765/v1/contacts/search?rpp=9&page=2" == paging["next"]


@pytest.mark.rule("emf.paging.links")
def test_the_parameters_of_a_post_are_carried_over(emfluence: Emfluence) -> None:
    asked = {
        "email": "*@example.com",
        "suppressed": False,
        "contactIDs": [1001, 1002, "1005,1008"],
        "fields": ["email", "state"],
        "_internal": True,
        "PAGE": 1,
        "RPP": 3,
        "lastName": "",
    }
    found = list(pages(emfluence, emfluence.ok("contacts/search", **asked), "next"))
    url = found[0]["paging"]["next"]

    assert [3, 1] == [len(each["records"]) for each in found]
    assert {"email", "state"} <= set(found[1]["records"][0])
    assert {
        "email": "*@example.com",
        "suppressed": "0",
        "contactIDs": "1001,1002,1005,1008",
        "fields": "email,state",
        "_internal": "1",
        "RPP": "3",
        "page": "2",
    } == query(url)


@pytest.mark.rule("emf.paging.links", "emf.token.in_request")
@pytest.mark.reading("emfluence", token_in_request="accept")
@pytest.mark.parametrize("name", ["accessToken", "ACCESSTOKEN"])
@pytest.mark.parametrize("where", ["params", "json"])
def test_the_token_is_never_in_them(emfluence: Emfluence, where: str, name: str) -> None:
    asked = {where: {name: emfluence.token, "rpp": 5}}
    body = envelope(emfluence.request("POST", "contacts/search", headers={"Authorization": None}, **asked))

    assert {"rpp": "5", "page": "2"} == query(body["data"]["paging"]["next"])
    assert emfluence.token not in body["data"]["paging"]["next"]


@pytest.mark.rule("emf.paging.maximum")
@pytest.mark.parametrize("path", SEARCHES)
def test_more_records_than_the_endpoint_allows_are_refused(emfluence: Emfluence, path: str) -> None:
    assert [0, 501, 501] == [emfluence.code(path, rpp=rpp) for rpp in (250, 251, 10**12)]


@pytest.mark.rule("emf.paging.maximum")
@pytest.mark.reading("emfluence", rpp_above_maximum="clamp")
@pytest.mark.parametrize("path", SEARCHES)
def test_or_as_many_as_it_allows_are_answered(emfluence: Emfluence, path: str) -> None:
    assert [250, 250] == [emfluence.ok(path, rpp=rpp)["paging"]["rpp"] for rpp in (251, 10**12)]


@pytest.mark.rule("emf.paging.bounds")
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"page": 0}, ["page: expected 1 or more, found 0"]),
        ({"rpp": 0}, ["rpp: expected 1 or more, found 0"]),
        ({"page": "-1", "rpp": -5}, ["page: expected 1 or more, found -1", "rpp: expected 1 or more, found -5"]),
        ({"page": 10**15}, [f"page: expected {10**9} at most, found {10**15}"]),
    ],
)
def test_there_is_no_page_before_the_first(emfluence: Emfluence, asked: dict[str, Any], told: list[str]) -> None:
    body = emfluence.call("groups/search", **asked)

    assert (501, told) == (body["code"], body["errors"])


@pytest.mark.rule("emf.code.500")
@pytest.mark.parametrize("value", ["first", 1.5, [2], {}, "1,2"])
def test_a_page_that_is_no_number_is_code_500(emfluence: Emfluence, value: Any) -> None:
    assert [500, 500] == [emfluence.code("groups/search", **{name: value}) for name in ("page", "rpp")]


@pytest.mark.rule("emf.paging.beyond")
def test_beyond_the_last_page_there_is_nothing_but_the_way_back(emfluence: Emfluence) -> None:
    data = emfluence.ok("contacts/search", page=9, rpp=7)
    back = next(iter(list(pages(emfluence, data, "prev"))[1:]))

    assert ([], "", 9, 3, 20) == (
        data["records"],
        *(data["paging"][name] for name in ("next", "page", "totalPages", "totalRecords")),
    )
    assert (3, 6) == (back["paging"]["page"], len(back["records"]))


@pytest.mark.rule("emf.paging.nothing")
@pytest.mark.parametrize("page", [1, 4])
def test_a_search_that_finds_nothing_has_no_pages(emfluence: Emfluence, page: int) -> None:
    data = emfluence.ok("contacts/search", email="nobody@nowhere.example", page=page)

    assert ([], "", 0, 0) == (data["records"], *(data["paging"][name] for name in ("next", "totalPages", "totalRecords")))
    assert (page > 1) == bool(data["paging"]["prev"])


@pytest.mark.rule("emf.paging.nothing")
@pytest.mark.reading("emfluence", total_pages_of_nothing=1)
def test_or_one_empty_page(emfluence: Emfluence) -> None:
    paging = emfluence.ok("contacts/search", email="nobody@nowhere.example")["paging"]

    assert ("", "", 1, 20, 1, 0) == tuple(paging.values())


def test_a_customer_with_a_real_token_follows_next(server: TestClient) -> None:
    data = envelope(server.get("/v1/groups/search?rpp=2", headers=TOKEN))["data"]
    found = []
    while data["paging"]["next"]:
        found += data["records"]
        data = envelope(server.get(data["paging"]["next"], headers=TOKEN))["data"]

    assert data["paging"]["totalRecords"] == len({each["groupID"] for each in [*found, *data["records"]]})
