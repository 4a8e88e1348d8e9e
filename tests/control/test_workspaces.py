"""Workspaces: isolated worlds, chosen by the credentials of a call."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.core.limits import Limits
from mockserver.core.workspaces import Workspaces
from mockserver.settings import Settings
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

DEFAULT_KEY = "100000000000000001-00000000-0000-0000"


def small_server(**settings: Any) -> TestClient:
    """A server of its own."""
    return TestClient(create_app(Settings(throttle="off", **settings)), base_url="http://127.0.0.1:8765")


def key_of(view: dict[str, Any]) -> str:
    """The realistic key of a workspace that was made."""
    return str(view["credentials"]["ethermailer"][0]["api_key"])


@pytest.fixture
def alone() -> Iterator[TestClient]:
    """A server that no other test uses."""
    with small_server() as client:
        yield client


@pytest.fixture
def pair(alone: TestClient) -> tuple[EtherMailer, EtherMailer]:
    """Two clients whose keys `ws-a` and `ws-b` make their workspaces at the first call."""
    return EtherMailer(Workspace(alone, "a")), EtherMailer(Workspace(alone, "b"))


# Making


def test_a_workspace_is_made_with_a_key_in_the_vendors_shape_and_one_of_its_name(alone: TestClient) -> None:
    response = alone.post("/_mock/workspaces", json={"name": "checkout-tests"})
    view = response.json()

    assert 201 == response.status_code
    assert {"name", "credentials", "calls", "fixtures"} == set(view)
    assert ("checkout-tests", 0) == (view["name"], view["calls"])
    assert re.fullmatch(r"\d{18}-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}", key_of(view))
    assert {"api_key": "ws-checkout-tests"} == view["credentials"]["ethermailer"][1]


def test_both_keys_of_a_made_workspace_select_it(alone: TestClient) -> None:
    view = alone.post("/_mock/workspaces", json={"name": "a"}).json()
    workspace = Workspace(alone, "a")
    for credential in view["credentials"]["ethermailer"]:
        workspace.key = credential["api_key"]
        EtherMailer(workspace).add(f"{credential['api_key']}@example.com")

    assert 2 == workspace.control("GET", "workspaces/a")["calls"]
    assert 14 == workspace.provider("ethermailer")["counts"]["contacts"]


def test_the_answer_shows_the_key_that_was_presented(alone: TestClient) -> None:
    key = key_of(alone.post("/_mock/workspaces", json={"name": "a"}).json())
    user = alone.get("/ethermailer/user", headers={"Authorization": f"API {key}"})

    assert key == user.json()["apiKey"]


def test_keys_of_different_workspaces_differ(alone: TestClient) -> None:
    keys = {key_of(alone.post("/_mock/workspaces", json={"name": name}).json()) for name in "abc"}

    assert 3 == len(keys)


def test_a_key_of_a_name_makes_its_workspace_at_the_first_call(pair: tuple[EtherMailer, EtherMailer]) -> None:
    ether, _ = pair
    before = ether.workspace.server.get("/_mock/workspaces/a").status_code
    user = ether.get("/user")
    view = ether.workspace.control("GET", "workspaces/a")

    assert 404 == before
    assert 200 == user.status_code
    assert ("a", 1) == (view["name"], view["calls"])
    assert [{"api_key": "ws-a"}] == view["credentials"]["ethermailer"]


def test_a_key_of_a_name_is_taken_in_any_case(pair: tuple[EtherMailer, EtherMailer]) -> None:
    ether, _ = pair
    ether.add("new@example.com")
    page = ether.get("/user/contact/limit/1/offset/0", headers={"Authorization": "API WS-A"})

    assert 13 == page.json()["totalItems"]


@pytest.mark.parametrize("name", ["a", "7", "a-b_c", "x" * 64])
def test_a_name_may_be_made_of_letters_digits_hyphens_and_underscores(alone: TestClient, name: str) -> None:
    assert 201 == alone.post("/_mock/workspaces", json={"name": name}).status_code
    assert name == alone.get(f"/_mock/workspaces/{name}").json()["name"]


@pytest.mark.parametrize("name", ["", "A", "-a", "_a", "a b", "a/b", "../a", "ä", "x" * 65, "a\n", "\x00"])
def test_another_name_is_declined(alone: TestClient, name: str) -> None:
    response = alone.post("/_mock/workspaces", json={"name": name})

    assert 400 == response.status_code
    assert {"error": f'"{name}" is no name: lower-case letters, digits, - and _, 64 at most'} == response.json()
    assert ["default"] == [each["name"] for each in alone.get("/_mock/workspaces").json()]


def test_a_name_that_is_half_of_a_surrogate_pair_is_declined(alone: TestClient) -> None:
    response = alone.post("/_mock/workspaces", content=rb'{"name": "\ud800"}', headers={"Content-Type": "application/json"})

    assert 400 == response.status_code
    assert response.json()["error"].startswith(r'"\ud800" is no name')


@pytest.mark.parametrize("body", [None, {}, {"name": None}, {"name": 7}, {"name": "a", "colour": "red"}, ["a"]])
def test_a_body_that_makes_no_sense_is_declined(alone: TestClient, body: Any) -> None:
    response = alone.post("/_mock/workspaces", json=body)

    assert 400 == response.status_code
    assert response.json()["error"].startswith("body")


@pytest.mark.parametrize("name", ["a", "default"])
def test_a_name_that_is_taken_is_declined(pair: tuple[EtherMailer, EtherMailer], name: str) -> None:
    ether, _ = pair
    ether.get("/user")
    response = ether.workspace.server.post("/_mock/workspaces", json={"name": name})

    assert 409 == response.status_code
    assert {"error": f'there is a workspace "{name}" already'} == response.json()


def test_one_workspace_too_many_is_declined_and_a_deleted_one_makes_room() -> None:
    with small_server(limits=Limits(workspaces=2)) as client:
        first = client.post("/_mock/workspaces", json={"name": "a"})
        second = client.post("/_mock/workspaces", json={"name": "b"})
        client.delete("/_mock/workspaces/a")
        third = client.post("/_mock/workspaces", json={"name": "b"})

    assert [201, 409, 201] == [first.status_code, second.status_code, third.status_code]
    assert {"error": "there are 2 workspaces already, the most this server keeps; delete one first"} == second.json()


# Looking


def test_workspaces_are_listed_with_their_keys_and_calls(alone: TestClient) -> None:
    made = alone.post("/_mock/workspaces", json={"name": "a"}).json()
    alone.get("/ethermailer/user", headers={"Authorization": "API ws-a"})
    default, listed = alone.get("/_mock/workspaces").json()

    assert ("default", 0) == (default["name"], default["calls"])
    assert [{"api_key": DEFAULT_KEY}] == default["credentials"]["ethermailer"]
    assert {**made, "calls": 1} == listed
    assert listed == alone.get("/_mock/workspaces/a").json()


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_unknown_workspace_is_declined(alone: TestClient, method: str) -> None:
    response = alone.request(method, "/_mock/workspaces/nowhere")

    assert 404 == response.status_code
    assert {"error": 'there is no workspace "nowhere"'} == response.json()


# Isolation


def test_data_of_one_workspace_is_in_no_other(pair: tuple[EtherMailer, EtherMailer]) -> None:
    one, other = pair
    contact = one.add("new@example.com")
    one.post("/user/contact-groups", {"name": "New"})

    assert 404 == other.get(f"/user/contact/{contact}").status_code
    assert "new@example.com" not in [each["email"] for each in other.contacts()]
    assert 4 == len(other.groups())


def test_the_same_calls_give_the_same_ids_in_both(pair: tuple[EtherMailer, EtherMailer]) -> None:
    one, other = pair

    assert one.add("new@example.com") == other.add("new@example.com")


def test_time_of_one_workspace_is_not_that_of_the_other(pair: tuple[EtherMailer, EtherMailer]) -> None:
    one, other = pair
    for ether in pair:
        ether.get("/user")
    one.workspace.freeze("2040-01-01T00:00:00Z")

    assert "2040-01-01T00:00:00Z" == one.workspace.control("GET", "clock")["now"]
    assert datetime.fromisoformat(other.workspace.control("GET", "clock")["now"]) < datetime(2040, 1, 1, tzinfo=UTC)


def test_calls_of_one_workspace_use_up_no_budget_of_the_other(pair: tuple[EtherMailer, EtherMailer]) -> None:
    for ether in pair:
        ether.get("/user")
        ether.workspace.throttle("enforce")
        ether.workspace.freeze()
        ether.workspace.advance(minutes=1)
    one, other = pair

    assert [200, 200, 200, 429] == [one.get("/user").status_code for _ in range(4)]
    assert [200, 200, 200, 429] == [other.get("/user").status_code for _ in range(4)]


def test_calls_of_one_workspace_are_in_no_other_journal(pair: tuple[EtherMailer, EtherMailer]) -> None:
    one, other = pair
    other.get("/user/other")
    one.get("/user/one")

    assert ["/user/one"] == [call["path"] for call in one.workspace.calls()]
    assert ["/user/other"] == [call["path"] for call in other.workspace.calls()]


def test_messages_of_one_workspace_are_in_no_other_outbox(pair: tuple[EtherMailer, EtherMailer]) -> None:
    one, other = pair
    other.get("/user")
    one.post("/user/contact/register", {"senderProfileId": one.sender_profiles()[0]["id"], "email": "new@example.com"})

    assert 1 == len(one.workspace.messages())
    assert [] == other.workspace.messages()


def test_configuration_of_one_workspace_is_not_that_of_the_other(pair: tuple[EtherMailer, EtherMailer]) -> None:
    one, other = pair
    for ether in pair:
        ether.get("/user")
    one.workspace.configure("ethermailer", not_found_body="errors")

    assert [True, False] == [bool(ether.get("/user/contact/7").content) for ether in (one, other)]


def test_rows_touched_in_one_workspace_are_untouched_in_the_other(pair: tuple[EtherMailer, EtherMailer]) -> None:
    one, other = pair
    one.get("/user")
    other.get("/user/contact/7")

    assert [1, 1] == [ether.workspace.coverage("ethermailer")["touched"] for ether in pair]


# Resetting


@pytest.fixture
def used(alone: TestClient) -> EtherMailer:
    """A client of a workspace in which something of everything happened."""
    alone.post("/_mock/workspaces", json={"name": "a"})
    ether = EtherMailer(Workspace(alone, "a"))
    ether.workspace.freeze("2030-01-01T12:00:00Z")
    ether.workspace.throttle("enforce")
    ether.workspace.configure("ethermailer", calls_per_second=1000, epoch_unit="seconds")
    ether.add("new@example.com")
    ether.delete(f"/user/contact-groups/{ether.groups()[1]['groupId']}")
    ether.post("/user/contact/register", {"senderProfileId": ether.sender_profiles()[0]["id"], "email": "opt@example.com"})
    return ether


def reset(ether: EtherMailer) -> dict[str, Any]:
    view: dict[str, Any] = ether.workspace.control("POST", "reset")
    return view


def test_a_reset_takes_data_back(used: EtherMailer) -> None:
    before = Workspace(used.workspace.server, "default").control("GET", "providers")
    reset(used)
    after = used.workspace.control("GET", "providers")

    assert {"contacts": 12, "contact_groups": 4, "extra_fields": 5, "sender_profiles": 3, "registrations": 0} == (
        used.workspace.provider("ethermailer")["counts"]
    )
    assert [each["counts"] for each in before] == [each["counts"] for each in after]
    assert "new@example.com" not in [contact["email"] for contact in used.contacts()]


def test_a_reset_takes_the_clock_back(used: EtherMailer) -> None:
    reset(used)
    clock = used.workspace.control("GET", "clock")

    assert (False, 1.0) == (clock["frozen"], clock["scale"])
    assert datetime.fromisoformat(clock["now"]) < datetime(2030, 1, 1, tzinfo=UTC)


def test_a_reset_takes_the_clock_back_to_where_the_server_started() -> None:
    with small_server(clock=datetime(2030, 1, 1, tzinfo=UTC)) as client:
        client.post("/_mock/clock/advance", json={"days": 1})
        client.post("/_mock/reset")
        clock = client.get("/_mock/clock").json()

    assert {"now": "2030-01-01T00:00:00Z", "frozen": True, "scale": 1.0} == clock


def test_a_reset_takes_the_configuration_back(used: EtherMailer) -> None:
    default = used.workspace.server.get("/_mock/config").json()
    reset(used)

    assert default == used.workspace.control("GET", "config")


def test_a_reset_empties_journal_and_outbox(used: EtherMailer) -> None:
    view = reset(used)

    assert 0 == view["calls"]
    assert [] == used.workspace.calls()
    assert [] == used.workspace.messages()


def test_a_reset_forgets_the_rows_touched(used: EtherMailer) -> None:
    reset(used)

    assert {0} == {each["touched"] for each in used.workspace.control("GET", "coverage")}


def test_a_reset_gives_the_budget_back(used: EtherMailer) -> None:
    used.workspace.freeze()
    used.workspace.configure("ethermailer", calls_per_second=1)
    before = [used.get("/user").status_code for _ in range(2)]
    reset(used)
    used.workspace.freeze()
    used.workspace.throttle("enforce")
    used.workspace.configure("ethermailer", calls_per_second=1)

    assert [200, 429] == before
    assert 200 == used.get("/user").status_code


@pytest.mark.parametrize("name", ["default", "made", "named"])
def test_after_a_reset_the_same_calls_give_the_same_ids(alone: TestClient, name: str) -> None:
    workspace = Workspace(alone, name)
    if name == "made":
        alone.post("/_mock/workspaces", json={"name": name})
    if name == "default":
        workspace.key = DEFAULT_KEY
    ether = EtherMailer(workspace)
    before = ether.add("new@example.com")
    reset(ether)

    assert before == ether.add("new@example.com")


def test_a_reset_forgets_work_that_waited(alone: TestClient) -> None:
    ether = EtherMailer(Workspace(alone, "a"))
    ether.get("/user")
    ether.workspace.configure("ethermailer", confirm_after=60)
    ether.post("/user/contact/register", {"senderProfileId": ether.sender_profiles()[0]["id"], "email": "opt@example.com"})
    reset(ether)

    assert 0 == ether.workspace.control("POST", "clock/advance", json={"days": 1})["tasks_run"]
    assert 12 == len(ether.contacts())


def test_both_keys_of_a_made_workspace_still_select_it_after_its_reset(alone: TestClient) -> None:
    made = alone.post("/_mock/workspaces", json={"name": "a"}).json()
    answer = alone.post("/_mock/reset?workspace=a").json()
    for credential in made["credentials"]["ethermailer"]:
        response = alone.get("/ethermailer/user", headers={"Authorization": f"API {credential['api_key']}"})

        assert 200 == response.status_code
    assert made == answer
    assert {**made, "calls": 2} == alone.get("/_mock/workspaces/a").json()


def test_the_key_of_the_default_workspace_still_selects_it_after_its_reset(alone: TestClient) -> None:
    before = alone.get("/_mock/workspaces/default").json()
    answer = alone.post("/_mock/reset").json()

    assert before == answer
    assert 200 == alone.get("/ethermailer/user", headers={"Authorization": f"API {DEFAULT_KEY}"}).status_code


def test_a_reset_leaves_other_workspaces_alone(used: EtherMailer) -> None:
    server = used.workspace.server
    other = EtherMailer(Workspace(server, "b"))
    other.add("new@example.com")
    reset(other)
    server.post("/_mock/reset")

    assert "new@example.com" in [contact["email"] for contact in used.contacts()]
    assert "2030-01-01T12:00:00Z" == used.workspace.control("GET", "clock")["now"]
    assert 1000 == used.workspace.control("GET", "config")["providers"]["ethermailer"]["calls_per_second"]
    assert 1 == len(used.workspace.messages())
    assert used.workspace.calls()


def test_a_reset_of_an_unknown_workspace_is_declined(alone: TestClient) -> None:
    response = alone.post("/_mock/reset?workspace=nowhere")

    assert 404 == response.status_code
    assert {"error": 'there is no workspace "nowhere"; POST /_mock/workspaces makes one'} == response.json()


# Deleting


def test_a_deleted_workspace_is_gone_with_its_realistic_key(alone: TestClient) -> None:
    made = alone.post("/_mock/workspaces", json={"name": "a"}).json()
    answer = alone.delete("/_mock/workspaces/a")

    assert (200, made) == (answer.status_code, answer.json())
    assert 404 == alone.get("/_mock/workspaces/a").status_code
    assert 401 == alone.get("/ethermailer/user", headers={"Authorization": f"API {key_of(made)}"}).status_code
    assert ["default"] == [each["name"] for each in alone.get("/_mock/workspaces").json()]


def test_who_deletes_a_workspace_has_the_next_one_prepared(alone: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[bool] = []
    monkeypatch.setattr(Workspaces, "prepare", lambda _: prepared.append(True))
    alone.post("/_mock/workspaces", json={"name": "a"})
    alone.delete("/_mock/workspaces/a")

    assert [True] == prepared


def test_the_name_of_a_deleted_workspace_makes_a_fresh_one(pair: tuple[EtherMailer, EtherMailer]) -> None:
    ether, other = pair
    ether.add("new@example.com")
    other.add("new@example.com")
    ether.workspace.control("DELETE", "workspaces/a")

    assert 12 == len(ether.contacts())
    assert 13 == len(other.contacts())


def test_the_default_workspace_cannot_be_deleted(alone: TestClient) -> None:
    response = alone.delete("/_mock/workspaces/default")

    assert 409 == response.status_code
    assert {"error": "the default workspace cannot be deleted; POST /_mock/reset empties it"} == response.json()
    assert 200 == alone.get("/ethermailer/user", headers={"Authorization": f"API {DEFAULT_KEY}"}).status_code


def test_a_workspace_at_work_cannot_be_deleted(alone: TestClient) -> None:
    alone.post("/_mock/workspaces", json={"name": "a"})
    workspace = alone.app.runtime.workspaces.get("a")  # type: ignore[attr-defined]
    workspace.busy = True  # as while an import is under way
    response = alone.delete("/_mock/workspaces/a")
    workspace.busy = None

    assert 409 == response.status_code
    assert {"error": 'the workspace "a" is at work on a large call; try again when it is answered'} == response.json()
    assert 200 == alone.delete("/_mock/workspaces/a").status_code


# Fixtures of its own


def test_a_workspace_starts_from_fixtures_of_its_own_and_is_reset_to_them(alone: TestClient) -> None:
    view = alone.post("/_mock/workspaces", json={"name": "nobody-yet", "fixtures": ["empty"]}).json()
    ether = EtherMailer(Workspace(alone, "nobody-yet"))
    before = ether.contacts()
    ether.add("new@example.com")
    with_one = len(ether.contacts())
    ether.workspace.control("POST", "reset")

    assert ["empty"] == view["fixtures"]
    assert ([], 1, []) == (before, with_one, ether.contacts())


def test_what_has_changed_since_the_start_is_told_by_its_own_fixtures(alone: TestClient) -> None:
    alone.post("/_mock/workspaces", json={"name": "nobody-yet", "fixtures": ["empty"]})

    assert alone.get("/_mock/difference?workspace=nobody-yet").json()["same"]


def test_the_server_says_where_the_others_start(alone: TestClient) -> None:
    assert ["standard"] == alone.get("/_mock/workspaces/default").json()["fixtures"]


@pytest.mark.parametrize("sets", [["nothing-of-the-kind"], [""], ["empty", "../standard/no"], ["/"]])
def test_fixtures_that_are_not_there_are_refused_and_make_no_workspace(alone: TestClient, sets: list[str]) -> None:
    response = alone.post("/_mock/workspaces", json={"name": "a", "fixtures": sets})

    assert 400 == response.status_code
    assert response.json()["error"].startswith("fixtures: ")
    assert 404 == alone.get("/_mock/workspaces/a").status_code


def test_faults_of_fixtures_are_told_as_mockserver_check_tells_them(alone: TestClient, tmp_path: Path) -> None:
    (tmp_path / "ethermailer.toml").write_text("[[contacts]]\nemial = 'a@example.com'\n", "utf-8")
    response = alone.post("/_mock/workspaces", json={"name": "a", "fixtures": [str(tmp_path)]})

    assert 400 == response.status_code
    assert "contacts[0].emial: no such key" in response.json()["error"]


def test_more_sets_than_are_kept_are_planted_anew(alone: TestClient, tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"set{number}").mkdir()
        (tmp_path / f"set{number}" / "ethermailer.toml").write_text("", "utf-8")
        made = alone.post("/_mock/workspaces", json={"name": f"w{number}", "fixtures": [str(tmp_path / f"set{number}")]})

        assert 201 == made.status_code, made.text
    first = EtherMailer(Workspace(alone, "w0"))
    first.workspace.control("POST", "reset")

    assert [] == first.contacts()


def test_a_workspace_starts_with_a_throttle_mode_and_a_clock_of_its_own(alone: TestClient) -> None:
    alone.post("/_mock/workspaces", json={"name": "a", "throttle": "enforce", "clock": "2031-05-04T12:00:00Z"})

    assert "enforce" == alone.get("/_mock/config?workspace=a").json()["throttle"]
    assert {"now": "2031-05-04T12:00:00Z", "frozen": True, "scale": 1.0} == alone.get("/_mock/clock?workspace=a").json()


@pytest.mark.parametrize("new", [{"throttle": "sometimes"}, {"clock": "1901-01-01T00:00:00Z"}, {"clock": "noon"}])
def test_a_start_that_makes_no_sense_makes_no_workspace(alone: TestClient, new: dict[str, Any]) -> None:
    assert 400 == alone.post("/_mock/workspaces", json={"name": "a", **new}).status_code
    assert 404 == alone.get("/_mock/workspaces/a").status_code
