"""Throttling: three calls a second on one URI, on a clock that stands still until a test moves it."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.providers.ethermailer.client import EtherMailer, violations
from tests.workspace import Workspace

FIRST_PAGE, SECOND_PAGE = "/user/contact/limit/1/offset/0", "/user/contact/limit/1/offset/1"


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    """The workspace of every test, with the limit in force and the clock frozen."""
    workspace.freeze()
    workspace.throttle("enforce")
    return workspace


def statuses(ether: EtherMailer, count: int, path: str = "/user", **request: Any) -> list[int]:
    return [ether.get(path, **request).status_code for _ in range(count)]


def issued_key(workspace: Workspace) -> str:
    """The key that the workspace has beside the one made of its name."""
    view = workspace.control("GET", f"workspaces/{workspace.name}")
    return str(view["credentials"]["ethermailer"][0]["api_key"])


# The limit


@pytest.mark.rule("ether.throttle")
def test_the_fourth_call_of_a_second_is_refused(ether: EtherMailer) -> None:
    assert [200, 200, 200] == statuses(ether, 3)

    response = ether.get("/user")

    assert 429 == response.status_code
    assert [("/user", "TooManyRequests")] == violations(response)


@pytest.mark.rule("ether.throttle")
def test_a_refused_call_changes_nothing(ether: EtherMailer) -> None:
    for number in range(4):
        ether.post("/user/contact-groups", {"name": f"Group {number}"})

    assert ["Group 0", "Group 1", "Group 2"] == [group["name"] for group in ether.groups()[-3:]]


@pytest.mark.rule("ether.throttle")
@pytest.mark.reading("ethermailer", calls_per_second=5)
def test_the_limit_is_another_in_another_reading(ether: EtherMailer) -> None:
    assert [200, 200, 200, 200, 200, 429] == statuses(ether, 6)


@pytest.mark.rule("ether.throttle")
def test_a_limit_that_is_lowered_holds_at_once(ether: EtherMailer) -> None:
    statuses(ether, 3)
    ether.workspace.configure("ethermailer", calls_per_second=1)
    ether.workspace.advance(seconds=0.5)

    assert [429] == statuses(ether, 1)


@pytest.mark.rule("ether.throttle.window")
def test_after_a_second_there_is_room_again(ether: EtherMailer) -> None:
    statuses(ether, 4)
    ether.workspace.advance(seconds=1)

    assert [200, 200, 200, 429] == statuses(ether, 4)


@pytest.mark.rule("ether.throttle.window")
def test_within_the_second_there_is_none(ether: EtherMailer) -> None:
    statuses(ether, 3)
    ether.workspace.advance(seconds=0.999)

    assert [429] == statuses(ether, 1)


@pytest.mark.rule("ether.throttle.window")
def test_the_window_slides_and_frees_one_call_after_the_other(ether: EtherMailer) -> None:
    statuses(ether, 2)
    ether.workspace.advance(seconds=0.75)
    statuses(ether, 1)
    ether.workspace.advance(seconds=0.25)

    assert [200, 200, 429] == statuses(ether, 3)
    ether.workspace.advance(seconds=0.75)
    assert [200, 429] == statuses(ether, 2)


@pytest.mark.rule("ether.throttle.window")
def test_a_clock_that_is_set_back_does_not_lock_anybody_out(ether: EtherMailer) -> None:
    statuses(ether, 4)
    ether.workspace.freeze("2020-01-01T12:00:00Z")

    assert [200, 200, 200, 429] == statuses(ether, 4)


@pytest.mark.rule("ether.throttle.window")
def test_two_workspaces_throttle_by_their_own_clocks(ether: EtherMailer) -> None:
    other = EtherMailer(Workspace(ether.workspace.server, f"{ether.workspace.name}-other"))
    other.workspace.control("POST", "workspaces", json={"name": other.workspace.name})
    other.workspace.freeze()
    other.workspace.throttle("enforce")

    before = statuses(ether, 4), statuses(other, 4)
    ether.workspace.advance(seconds=1)
    after = statuses(ether, 1), statuses(other, 1)
    other.workspace.control("DELETE", f"workspaces/{other.workspace.name}")

    assert ([200, 200, 200, 429], [200, 200, 200, 429]) == before
    assert ([200], [429]) == after


# What shares a budget


@pytest.mark.rule("ether.throttle.uri")
def test_every_concrete_path_has_a_budget_of_its_own(ether: EtherMailer) -> None:
    assert [200, 200, 200, 429] == statuses(ether, 4, FIRST_PAGE)
    assert [200, 200, 200, 429] == statuses(ether, 4, SECOND_PAGE)


@pytest.mark.rule("ether.throttle.uri")
def test_the_query_makes_no_other_uri(ether: EtherMailer) -> None:
    assert [200, 200, 200, 429] == [ether.get(f"/user?page={number}").status_code for number in range(4)]


@pytest.mark.rule("ether.throttle.uri")
def test_the_method_makes_no_other_uri(ether: EtherMailer) -> None:
    contact = f"/user/contact/{ether.add('ann@example.com')}"

    read = statuses(ether, 3, contact)
    updated = ether.post(contact, {"email": "anne@example.com"})

    assert [200, 200, 200] == read
    assert 429 == updated.status_code


@pytest.mark.rule("ether.throttle.uri")
@pytest.mark.reading("ethermailer", throttle_uri="route")
def test_all_paths_of_a_route_share_a_budget_in_the_other_reading(ether: EtherMailer) -> None:
    assert [200, 200, 200] == statuses(ether, 2, FIRST_PAGE) + statuses(ether, 1, SECOND_PAGE)

    response = ether.get(SECOND_PAGE)

    assert 429 == response.status_code
    assert [(SECOND_PAGE, "TooManyRequests")] == violations(response)


@pytest.mark.rule("ether.throttle.uri")
@pytest.mark.reading("ethermailer", throttle_uri="route")
def test_two_routes_do_not_share_a_budget_in_the_other_reading(ether: EtherMailer) -> None:
    assert [200, 200, 200, 429] == statuses(ether, 4, FIRST_PAGE)
    assert [200, 200, 200, 429] == statuses(ether, 4, "/user/contact-groups/limit/1/offset/0")


@pytest.mark.rule("ether.throttle.uri", "ether.throttle.failures_count")
@pytest.mark.reading("ethermailer", throttle_uri="route")
def test_an_unknown_path_has_a_budget_of_its_own_in_the_other_reading(ether: EtherMailer) -> None:
    assert [404, 404, 404, 429] == statuses(ether, 4, "/user/nothing")


@pytest.mark.rule("ether.throttle.key")
def test_each_of_two_keys_to_one_account_has_a_budget_of_its_own(ether: EtherMailer) -> None:
    other: dict[str, Any] = {"headers": {"Authorization": f"API {issued_key(ether.workspace)}"}}

    assert [200, 200, 200, 429] == statuses(ether, 4)
    assert [200, 200, 200, 429] == statuses(ether, 4, **other)


# What counts


@pytest.mark.rule("ether.throttle.refused_are_free")
def test_a_refused_call_uses_nothing_up(ether: EtherMailer) -> None:
    statuses(ether, 3)
    ether.workspace.advance(seconds=0.5)
    assert [429] * 10 == statuses(ether, 10)
    ether.workspace.advance(seconds=0.5)

    assert [200, 200, 200, 429] == statuses(ether, 4)


@pytest.mark.rule("ether.throttle.failures_count")
def test_unknown_paths_and_unknown_contacts_count(ether: EtherMailer) -> None:
    assert [404, 404, 404, 429] == statuses(ether, 4, "/user/nothing")
    assert [404, 404, 404, 429] == statuses(ether, 4, "/user/contact/1")


@pytest.mark.rule("ether.throttle.failures_count")
@pytest.mark.parametrize(
    ("method", "status", "failing"),
    [
        ("PATCH", 405, {}),
        ("POST", 400, {"content": b"{"}),
        ("POST", 400, {"json": {"name": ""}}),
        ("POST", 415, {"content": b"{}", "headers": {"Content-Type": "text/plain"}}),
        ("POST", 406, {"json": {"name": "Bakers"}, "headers": {"Accept": "text/html"}}),
    ],
)
def test_calls_that_are_refused_for_anything_else_count(
    ether: EtherMailer, method: str, status: int, failing: dict[str, Any]
) -> None:
    found = [ether.request(method, "/user/contact-groups", **failing).status_code for _ in range(4)]

    assert [status, status, status, 429] == found


@pytest.mark.rule("ether.throttle.unauthenticated")
@pytest.mark.parametrize("authorization", [None, "API", "Bearer x", "API nobody"])
def test_calls_without_a_good_key_are_never_throttled(ether: EtherMailer, authorization: str | None) -> None:
    assert [401] * 10 == statuses(ether, 10, headers={"Authorization": authorization})
    assert [200, 200, 200, 429] == statuses(ether, 4)


# Headers


@pytest.mark.rule("ether.throttle.headers")
def test_every_answer_tells_the_limit_and_what_is_left_of_it(ether: EtherMailer) -> None:
    answers = [ether.get("/user") for _ in range(5)]

    assert [200, 200, 200, 429, 429] == [answer.status_code for answer in answers]
    assert ["3"] * 5 == [answer.headers["x-ratelimit-limit"] for answer in answers]
    assert ["2", "1", "0", "0", "0"] == [answer.headers["x-ratelimit-remaining"] for answer in answers]
    assert not any("x-ratelimit-reset" in answer.headers for answer in answers)


@pytest.mark.rule("ether.throttle.headers")
def test_only_a_429_tells_when_to_come_again(ether: EtherMailer) -> None:
    answers = [ether.get("/user") for _ in range(4)]

    assert [None, None, None, "1"] == [answer.headers.get("retry-after") for answer in answers]


@pytest.mark.rule("ether.throttle.headers")
@pytest.mark.parametrize("passed", [0, 0.001, 0.5, 0.999])
def test_retry_after_is_one_second_however_much_of_it_has_passed(ether: EtherMailer, passed: float) -> None:
    statuses(ether, 3)
    ether.workspace.advance(seconds=passed)

    assert "1" == ether.get("/user").headers["retry-after"]


@pytest.mark.rule("ether.throttle.headers", "ether.throttle.refused_are_free")
def test_whoever_waits_as_told_is_let_in(ether: EtherMailer) -> None:
    statuses(ether, 3)
    ether.workspace.advance(seconds=0.3)
    told = float(ether.get("/user").headers["retry-after"])
    ether.workspace.advance(seconds=told)

    assert [200] == statuses(ether, 1)


@pytest.mark.rule("ether.throttle.headers")
@pytest.mark.parametrize(
    ("method", "path", "status", "request_"),
    [
        ("POST", "/user/contact-groups", 200, {"json": {"name": "Bakers"}}),
        ("POST", "/user/contact-groups", 400, {"json": {"name": ""}}),
        ("GET", "/user/nothing", 404, {}),
        ("PATCH", "/user", 405, {}),
        ("GET", "/user", 406, {"headers": {"Accept": "text/html"}}),
        ("POST", "/user/contact", 415, {"content": b"{}", "headers": {"Content-Type": "text/plain"}}),
    ],
)
def test_the_limit_is_told_whatever_the_answer(
    ether: EtherMailer, method: str, path: str, status: int, request_: dict[str, Any]
) -> None:
    response = ether.request(method, path, **request_)

    assert status == response.status_code
    assert ("3", "2") == (response.headers["x-ratelimit-limit"], response.headers["x-ratelimit-remaining"])


@pytest.mark.rule("ether.throttle.headers")
def test_the_limit_is_not_told_to_whoever_has_no_key(ether: EtherMailer) -> None:
    response = ether.get("/user", headers={"Authorization": None})

    assert not any(name.startswith("x-ratelimit") for name in response.headers)


@pytest.mark.rule("ether.throttle.headers")
@pytest.mark.reading("ethermailer", calls_per_second=5)
def test_the_limit_that_is_told_is_the_one_in_force(ether: EtherMailer) -> None:
    response = ether.get("/user")

    assert ("5", "4") == (response.headers["x-ratelimit-limit"], response.headers["x-ratelimit-remaining"])


# The mode


@pytest.mark.rule("ether.throttle.switch")
def test_a_server_that_is_told_nothing_enforces_the_limit() -> None:
    app = create_app(Settings.model_validate({"clock": "2030-01-01T12:00:00Z"}))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        assert [200, 200, 200, 429] == statuses(EtherMailer(Workspace(client, "first")), 4)


@pytest.mark.rule("ether.throttle.switch")
@pytest.mark.parametrize("mode", ["off", "observe"])
def test_the_workspace_s_mode_may_be_another(ether: EtherMailer, mode: str) -> None:
    ether.workspace.throttle(mode)

    assert [200] * 6 == statuses(ether, 6)


@pytest.mark.rule("ether.throttle.switch")
@pytest.mark.reading("ethermailer", throttle="enforce")
@pytest.mark.parametrize("mode", ["enforce", "observe", "off"])
def test_the_limit_of_this_provider_is_enforced_whatever_the_workspace_s_mode(ether: EtherMailer, mode: str) -> None:
    ether.workspace.throttle(mode)

    assert [200, 200, 200, 429] == statuses(ether, 4)
    assert "enforce" == ether.workspace.calls()[0]["throttled"]


@pytest.mark.rule("ether.throttle.switch")
@pytest.mark.reading("ethermailer", throttle="observe")
def test_what_would_have_been_refused_is_answered_and_recorded_when_observed(ether: EtherMailer) -> None:
    answers = [ether.get("/user") for _ in range(5)]

    assert [200] * 5 == [answer.status_code for answer in answers]
    assert ["observe", "observe", None, None, None] == [call["throttled"] for call in ether.workspace.calls()]


@pytest.mark.rule("ether.throttle.switch", "ether.throttle.headers")
@pytest.mark.reading("ethermailer", throttle="observe")
def test_no_answer_tells_of_a_limit_that_is_only_observed(ether: EtherMailer) -> None:
    answers = [ether.get("/user") for _ in range(5)]

    assert not any(name.startswith(("x-ratelimit", "retry-after")) for answer in answers for name in answer.headers)


@pytest.mark.rule("ether.throttle.switch")
@pytest.mark.reading("ethermailer", throttle="observe")
def test_a_call_that_would_have_been_refused_takes_effect_when_observed(ether: EtherMailer) -> None:
    for number in range(5):
        ether.post("/user/contact-groups", {"name": f"Group {number}"})

    assert [f"Group {number}" for number in range(5)] == [group["name"] for group in ether.groups()[-5:]]


@pytest.mark.rule("ether.throttle.switch")
@pytest.mark.reading("ethermailer", throttle="off")
def test_nothing_is_limited_or_told_or_recorded_when_the_limit_is_off(ether: EtherMailer) -> None:
    answers = [ether.get("/user") for _ in range(6)]

    assert [200] * 6 == [answer.status_code for answer in answers]
    assert not any(name.startswith(("x-ratelimit", "retry-after")) for answer in answers for name in answer.headers)
    assert [None] * 6 == [call["throttled"] for call in ether.workspace.calls()]


@pytest.mark.rule("ether.throttle")
def test_the_journal_notes_which_calls_were_refused_and_by_which_row(ether: EtherMailer) -> None:
    statuses(ether, 4)

    refused, *answered = ether.workspace.calls()

    assert (429, "enforce", ["ether.throttle"]) == (refused["status"], refused["throttled"], refused["rules"])
    assert [None, None, None] == [call["throttled"] for call in answered]
