"""What holds for every call to Emma: paths, bodies, answers, lists and moments."""

import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.limits import Limits
from mockserver.providers.emma.actions import members
from mockserver.providers.emma.routes.unserved import UNSERVED
from mockserver.settings import Settings
from tests.providers.emma.client import Emma, basic, error
from tests.workspace import Workspace

BODY_BYTES, HEAD_BYTES = 2_000, 1_024
PUBLIC, PRIVATE = "a1b2c3d4e5f6a7b8c9d0", "d0c9b8a7f6e5d4c3b2a1"


@pytest.fixture
def small() -> Iterator[Emma]:
    """A client of a server that takes little: short bodies and heads, and one workspace beside the default one."""
    limits = Limits(body_bytes=BODY_BYTES, head_bytes=HEAD_BYTES, workspaces=2)
    with TestClient(create_app(Settings(throttle="off", limits=limits)), base_url="http://127.0.0.1:8765") as client:
        yield Emma(Workspace(client, "small"))


# Paths


@pytest.mark.parametrize(
    "url",
    [
        "/emma/100/members?count=true",
        "/100/members?count=true",
        "https://api.e2ma.net/100/members?count=true",
        "http://emma.localhost/100/members?count=true",
    ],
)
def test_the_service_answers_by_prefix_by_bare_path_and_by_host_name(server: TestClient, url: str) -> None:
    assert 7 == server.get(url, headers={"Authorization": basic(PUBLIC, PRIVATE)}).json()


@pytest.mark.rule("emma.unknown_path", "emma.errors")
@pytest.mark.parametrize("path", ["", "/nothing", "/members/200/nothing", "/webhooks/111/events", "/members/200/groups/1"])
def test_an_unknown_path_is_not_found_in_the_error_object(emma: Emma, path: str) -> None:
    response = emma.get(path)

    assert 404 == response.status_code
    assert error(response).startswith("there is nothing at /100")


@pytest.mark.rule("emma.method_not_allowed")
def test_another_method_is_refused_with_those_that_are_possible(emma: Emma) -> None:
    response = emma.request("PATCH", "/members/200")

    assert 405 == response.status_code
    assert {"DELETE", "GET", "PUT"} == set(response.headers["allow"].split(", "))
    assert error(response)


@pytest.mark.rule("emma.slashes")
@pytest.mark.parametrize("path", ["//members", "/members/", "//members//", "/members///"])
def test_superfluous_slashes_do_not_count(emma: Emma, path: str) -> None:
    assert 7 == emma.ask("GET", path, count="true")


@pytest.mark.rule("emma.literal_first")
def test_a_word_in_the_place_of_an_id_wins(emma: Emma) -> None:
    assert emma.ask("POST", "/members/add", {"email": "word@example.com"})["added"]
    assert emma.ask("GET", "/members/imports", count="true") >= 0


@pytest.mark.rule("emma.email_in_path")
@pytest.mark.parametrize("spelled", ["a+b@example.com", "a%2Bb%40example.com", "A%2bB@EXAMPLE.COM"])
def test_an_address_in_a_path_may_be_encoded_or_not(emma: Emma, spelled: str) -> None:
    member = emma.add("a+b@example.com")

    assert member == emma.ask("GET", f"/members/email/{spelled}")["member_id"]


@pytest.mark.rule("emma.not_served")
@pytest.mark.parametrize(("method", "template", "operation"), UNSERVED, ids=lambda value: value if "_" in value else "")
def test_what_is_not_served_yet_says_so_by_its_name(emma: Emma, method: str, template: str, operation: str) -> None:
    path = template.replace("{account_id}", "100").replace("{", "").replace("}", "")
    response = emma.workspace.server.request(method, path, headers=emma.headers)

    assert 501 == response.status_code
    assert error(response).startswith(f"{operation} is documented by Emma")


# Bodies and answers


@pytest.mark.rule("emma.json", "emma.success_is_200")
def test_answers_are_json_of_any_kind_with_status_200(emma: Emma) -> None:
    answers = [
        emma.post("/members/add", {"email": "json@example.com"}),
        emma.put("/members/email/optout/json@example.com"),
        emma.get("/members?count=1"),
        emma.get("/members"),
    ]

    assert {(200, "application/json")} == {(each.status_code, each.headers["content-type"]) for each in answers}
    assert [dict, bool, int, list] == [type(each.json()) for each in answers]


@pytest.mark.rule("emma.content_type")
@pytest.mark.parametrize(
    "label", [None, "application/x-www-form-urlencoded", "text/plain", "application/json; charset=x", "?"]
)
def test_a_json_body_is_read_whatever_it_is_labelled_as(emma: Emma, label: str | None) -> None:
    headers = {"Content-Type": label} if label else {}
    response = emma.request("POST", "/members/add", content=b'{"email": "label@example.com"}', headers=headers)

    assert 200 == response.status_code
    assert response.json()["added"]


@pytest.mark.rule("emma.bodyless")
@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"  \n"])
def test_nothing_in_any_spelling_is_an_empty_object(emma: Emma, body: bytes) -> None:
    assert 200 == emma.request("PUT", "/members/200", content=body).status_code


@pytest.mark.rule("emma.stale_body", "emma.unknown_keys")
def test_what_an_earlier_call_left_behind_is_not_looked_at(emma: Emma) -> None:
    stale = {"content": b'{"email": "stale@example.com"', "params": {"stale": "1", "group_ids": "7"}}

    assert 200 == emma.request("GET", "/members/200", **stale).status_code
    assert 200 == emma.request("DELETE", "/members/200", **stale).status_code
    assert 200 == emma.request("PUT", "/members/email/optout/tony@myemma.com", **stale).status_code


@pytest.mark.rule("emma.unknown_keys")
def test_unknown_keys_of_a_body_are_ignored(emma: Emma) -> None:
    assert emma.ask("POST", "/members/add", {"email": "keys@example.com", "colour": "blue", "": None})["added"]


@pytest.mark.rule("emma.unreadable")
@pytest.mark.parametrize(
    "body", [b"{", b"email=a@example.com", b"7", b'"text"', b"[1]", b"true", b"[" * 100_000, b"\xff\xfe{", b'{"a": NaN}']
)
def test_a_body_that_is_no_json_object_is_refused(emma: Emma, body: bytes) -> None:
    response = emma.request("POST", "/members/add", content=body)

    assert 400 == response.status_code
    assert error(response).startswith("the body: expected ")


@pytest.mark.rule("emma.unreadable")
def test_a_large_body_that_is_no_json_is_refused_like_a_small_one(emma: Emma) -> None:
    response = emma.request("POST", "/members", content=b'{"members": [' + b'{"email": "a@example.com"},' * 20_000 + b"]}")

    assert 400 == response.status_code
    assert error(response).startswith("the body: expected JSON; ")


@pytest.mark.rule("emma.bad_request")
@pytest.mark.parametrize(
    "body", [{"email": 7}, {"email": ["a@example.com"]}, {"email": {"a": 1}}, {"fields": "x", "email": "a@example.com"}]
)
def test_a_value_of_the_wrong_kind_is_refused_by_the_name_of_its_parameter(emma: Emma, body: object) -> None:
    response = emma.post("/members/add", body)

    assert 400 == response.status_code
    assert error(response).partition(":")[0] in {"email", "fields"}


@pytest.mark.rule("emma.not_found")
@pytest.mark.parametrize("member", ["999", "0", "-1", "nobody", "2e2", "200.0", "９", "9" * 30, "%00", "200'"])
def test_an_id_of_nothing_is_not_found(emma: Emma, member: str) -> None:
    response = emma.get(f"/members/{member}")

    assert 404 == response.status_code
    assert error(response)


@pytest.mark.rule("emma.too_large")
def test_a_body_above_the_limit_is_refused_and_changes_nothing(small: Emma) -> None:
    response = small.post("/members/add", {"email": "large@example.com", "fields": {"first_name": "x" * BODY_BYTES}})

    assert 413 == response.status_code
    assert error(response)
    assert 404 == small.get("/members/email/large@example.com").status_code


@pytest.mark.rule("emma.too_large")
def test_a_head_above_the_limit_is_refused(small: Emma) -> None:
    response = small.get("/members", headers={"X-Long": "x" * HEAD_BYTES})

    assert 431 == response.status_code
    assert error(response)


def test_the_limit_on_bodies_is_ten_megabytes() -> None:
    assert 10 * 1024 * 1024 == Limits().body_bytes


@pytest.mark.rule("emma.no_room")
def test_a_key_that_would_make_one_workspace_too_many_is_refused(small: Emma) -> None:
    first = small.get("/members")
    second = small.get("/members", headers={"Authorization": basic("ws-one-more", "any")})

    assert (200, 503) == (first.status_code, second.status_code)
    assert error(second)


@pytest.mark.rule("emma.internal_error")
def test_a_fault_of_this_server_is_a_500_in_the_error_object(emma: Emma, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(members, "get", fail)
    response = emma.get("/members/200")

    assert 500 == response.status_code
    assert "the mock server failed; its log says why" == error(response)


# Values


@pytest.mark.rule("emma.ids")
def test_new_ids_are_numbers_that_begin_at_1024_for_each_kind(emma: Emma) -> None:
    assert [1024, 1025] == [emma.add("one@example.com"), emma.add("two@example.com")]
    assert 1024 == emma.group("First")


@pytest.mark.rule("emma.id_texts")
@pytest.mark.parametrize("ids", [[153, 154], ["153", "154"], "153,154", "153, 154", [153, "154"]])
def test_ids_may_be_numbers_digits_or_a_list_in_one_text(emma: Emma, ids: object) -> None:
    assert [153, 154] == emma.ask("PUT", "/members/202/groups", {"group_ids": ids})


@pytest.mark.rule("emma.booleans")
@pytest.mark.parametrize(
    ("value", "shown"), [("true", 8), ("True", 8), ("1", 8), ("TRUE", 8), ("false", 7), ("0", 7), ("", 7), ("yes", 7)]
)
def test_a_flag_is_on_for_true_and_1_and_off_for_everything_else(emma: Emma, value: str, shown: int) -> None:
    assert shown == len(emma.ask("GET", "/members", deleted=value))


@pytest.mark.rule("emma.query_lists")
@pytest.mark.parametrize(
    "query", ["group_types=g,t", "group_types=g&group_types=t", "group_types=g,%20t", "group_types=t&group_types=g,g"]
)
def test_a_list_in_a_query_may_be_repeated_or_separated_by_commas(emma: Emma, query: str) -> None:
    found = emma.get(f"/groups?{query}").json()

    assert {"g", "t"} == {group["group_type"] for group in found}


@pytest.mark.rule("emma.dates", "emma.dates.zone")
@pytest.mark.parametrize(
    ("now", "stamped"),
    [("2030-01-15T12:00:00Z", "@D:2030-01-15T06:00:00"), ("2030-07-15T12:00:00.9Z", "@D:2030-07-15T07:00:00")],
)
def test_moments_are_wall_time_of_us_central(emma: Emma, now: str, stamped: str) -> None:
    emma.workspace.freeze(now)

    assert stamped == emma.member(emma.add("when@example.com"))["member_since"]


@pytest.mark.rule("emma.dates.zone")
@pytest.mark.reading("emma", time_zone="UTC")
def test_moments_are_utc_when_the_switch_says_so(emma: Emma) -> None:
    emma.workspace.freeze("2030-07-15T12:00:00Z")

    assert "@D:2030-07-15T12:00:00" == emma.member(emma.add("when@example.com"))["member_since"]


def test_a_time_zone_that_does_not_exist_is_declined(workspace: Workspace) -> None:
    change = {"providers": {"emma": {"time_zone": "America/Chicagoo"}}}
    response = workspace.server.patch("/_mock/config", params={"workspace": workspace.name}, json=change)

    assert 400 == response.status_code
    assert 'did you mean "America/Chicago"?' in response.json()["error"]


@pytest.mark.rule("emma.bad_date")
@pytest.mark.parametrize(
    "text", ["yesterday", "2011-13-01", "2011-02-30", "2011", "01/04/2011~", "2011-04-01~x", "20110401", "~~"]
)
def test_a_date_that_is_none_is_refused_by_the_name_of_its_parameter(emma: Emma, text: str) -> None:
    response = emma.get("/members", params={"deleted_range": text})

    assert 400 == response.status_code
    assert error(response).startswith("deleted_range: expected YYYY-MM-DD~YYYY-MM-DD")


# Lists


@pytest.mark.rule("emma.paging")
@pytest.mark.parametrize(
    ("start", "end", "expected"), [(0, 2, [200, 201]), (2, 4, [202, 204]), (1, 2, [201]), (5, 99, [206, 207])]
)
def test_a_window_is_half_open(emma: Emma, start: int, end: int, expected: list[int]) -> None:
    assert expected == [row["member_id"] for row in emma.ask("GET", "/members", start=start, end=end)]


@pytest.mark.rule("emma.paging")
@pytest.mark.reading("emma", paging_end="inclusive")
@pytest.mark.parametrize(("start", "end", "expected"), [(0, 1, [200, 201]), (2, 2, [202]), (3, 2, []), (5, 99, [206, 207])])
def test_the_row_at_the_end_belongs_to_the_window_when_the_switch_says_so(
    emma: Emma, start: int, end: int, expected: list[int]
) -> None:
    assert expected == [row["member_id"] for row in emma.ask("GET", "/members", start=start, end=end)]


@pytest.mark.rule("emma.paging.most")
def test_a_page_has_five_hundred_rows_at_most(emma: Emma) -> None:
    emma.ask("POST", "/groups", {"groups": [{"group_name": f"Group {number}"} for number in range(520)]})

    assert 500 == len(emma.ask("GET", "/groups"))
    assert 500 == len(emma.ask("GET", "/groups", start=3, end=4000))
    assert 23 == len(emma.ask("GET", "/groups", start=500))


@pytest.mark.rule("emma.paging.past_the_end")
@pytest.mark.parametrize(("start", "end"), [(7, 9), (3, 3), (5, 2), (10**9, 10**9 + 1), (10**30, 10**31)])
def test_a_window_without_rows_is_an_empty_list(emma: Emma, start: int, end: int) -> None:
    assert [] == emma.ask("GET", "/members", start=start, end=end)


@pytest.mark.rule("emma.paging.bad_index")
@pytest.mark.parametrize("query", ["start=-1", "start=x", "end=-5", "end=1.5", "start=0&end=٣", "start=1%27"])
def test_an_index_that_is_none_is_refused_by_its_name(emma: Emma, query: str) -> None:
    response = emma.get(f"/members?{query}")

    assert 400 == response.status_code
    assert error(response).split(":")[0] in {"start", "end"}


@pytest.mark.rule("emma.count")
def test_counting_answers_the_bare_number_of_all_rows_that_fit(emma: Emma) -> None:
    assert 7 == emma.ask("GET", "/members", count="true", start=5, end=6)
    assert 8 == emma.ask("GET", "/members", count="1", deleted="1")
    assert 1 == emma.ask("GET", "/members", count="True", deleted_only="true")


@pytest.mark.rule("emma.unknown_ids")
@pytest.mark.parametrize(
    ("reading", "statuses"), [("documented", (404, 200)), ("lenient", (200, 200)), ("strict", (404, 404))]
)
def test_ids_of_nothing_are_refused_as_the_switch_says(emma: Emma, reading: str, statuses: tuple[int, int]) -> None:
    emma.workspace.configure("emma", unknown_ids=reading)

    assert statuses == (emma.get("/members/999/optout").status_code, emma.get("/members/999/mailings").status_code)


@pytest.mark.rule("emma.unknown_ids")
@pytest.mark.reading("emma", unknown_ids="lenient")
def test_an_unknown_member_has_no_optouts_as_seen_live(emma: Emma) -> None:
    assert [] == emma.ask("GET", "/members/999/optout")


@pytest.mark.rule("emma.unknown_ids")
@pytest.mark.reading("emma", unknown_ids="strict")
def test_an_unknown_member_has_no_history_and_says_so_when_the_switch_is_strict(emma: Emma) -> None:
    assert 404 == emma.get("/members/999/mailings").status_code


def test_every_refusal_is_json_that_clients_can_parse(emma: Emma) -> None:
    for path in ("/nothing", "/members/0", "/members?start=x"):
        assert isinstance(json.loads(emma.get(path).content), dict)
