"""Webhooks as a resource: who wants to be told of what."""

from pathlib import Path
from typing import Any

import pytest

from mockserver.core.fixtures import FixtureFaults, find_set
from tests.providers.emma.client import Emma, error
from tests.providers.emma.hooks import NOWHERE, deliveries, hook, hook_everything
from tests.runtime import new_runtime

URL = "https://shop.example/emma?key=1"
NUMBERS = {"mailing_finish": 1, "mailing_start": 2, "member_signup": 3, "message_open": 4, "message_click": 5}
LATER = ["member_optout", "message_forward", "message_share", "import_finish", "member_add", "member_update"]


def listed(emma: Emma) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = emma.ask("GET", "/webhooks")
    return found


@pytest.mark.rule("emma.create_webhook", "emma.get_webhook")
def test_a_webhook_is_created_and_read(emma: Emma) -> None:
    made = emma.ask("POST", "/webhooks", {"event": "mailing_finish", "url": URL})

    assert 1024 == made
    assert {
        "webhook_id": 1024,
        "account_id": 100,
        "url": URL,
        "method": "POST",
        "event": "mailing_finish",
    } == emma.ask("GET", "/webhooks/1024")


@pytest.mark.rule("emma.list_webhooks")
def test_webhooks_are_listed_by_age(emma: Emma) -> None:
    before = listed(emma)
    made = [hook(emma, event) for event in ("member_add", "import_finish", "member_add")]

    assert [] == before
    assert made == [each["webhook_id"] for each in listed(emma)]
    assert made[1:2] == [each["webhook_id"] for each in emma.ask("GET", "/webhooks", start=1, end=2)]
    assert 3 == emma.ask("GET", "/webhooks", count="true")


@pytest.mark.rule("emma.create_webhook.again")
def test_the_same_can_be_asked_for_twice_and_is_told_twice(emma: Emma) -> None:
    made = [hook(emma, "member_add"), hook(emma, "member_add")]
    emma.add("new@example.com")

    assert [str(each) for each in made] == [each["hook"] for each in deliveries(emma)]


@pytest.mark.rule("emma.list_webhook_events", "emma.list_webhook_events.numbers")
def test_the_events_are_listed_with_their_numbers(emma: Emma) -> None:
    events = emma.ask("GET", "/webhooks/events")
    numbers = {each["event_name"]: each["webhook_event_id"] for each in events}

    assert {**NUMBERS, **{name: number for number, name in enumerate(LATER, 6)}} == numbers
    assert [{"event_name", "webhook_event_id", "description"}] * 11 == [set(each) for each in events]
    assert all(each["description"].endswith(".") for each in events)
    assert 11 == emma.ask("GET", "/webhooks/events", count="1")


@pytest.mark.rule("emma.update_webhook")
@pytest.mark.parametrize(
    "change", [{"event": "message_open"}, {"url": "http://other.example/"}, {"method": "GET"}, {}, None, {"url": None}]
)
def test_an_update_changes_what_it_names(emma: Emma, change: Any) -> None:
    made = hook(emma, "member_add")
    (before,) = listed(emma)
    answer = emma.ask("PUT", f"/webhooks/{made}", change)
    wanted = {name: value for name, value in (change or {}).items() if value is not None}

    assert made == answer
    assert [{**before, **wanted}] == listed(emma)


def test_after_an_update_the_new_event_is_told_of_and_not_the_old_one(emma: Emma) -> None:
    made = hook(emma, "member_add")
    emma.ask("PUT", f"/webhooks/{made}", {"event": "member_update"})
    member = emma.add("new@example.com")
    emma.ask("PUT", f"/members/{member}", {"fields": {"first_name": "New"}})

    assert ["member_update"] == [each["event"] for each in deliveries(emma)]


@pytest.mark.rule("emma.delete_webhook")
def test_a_deleted_webhook_is_gone_and_told_nothing(emma: Emma) -> None:
    kept, gone = hook(emma, "member_add"), hook(emma, "member_add")
    answer = emma.ask("DELETE", f"/webhooks/{gone}")
    emma.add("new@example.com")

    assert answer is True
    assert [kept] == [each["webhook_id"] for each in listed(emma)]
    assert [str(kept)] == [each["hook"] for each in deliveries(emma)]


@pytest.mark.rule("emma.delete_webhooks")
def test_all_webhooks_are_deleted_where_there_are_some_and_where_there_is_none(emma: Emma) -> None:
    hook_everything(emma)
    answers = [emma.ask("DELETE", "/webhooks"), emma.ask("DELETE", "/webhooks")]
    emma.add("new@example.com")

    assert [True, True] == answers
    assert [] == listed(emma)
    assert [] == deliveries(emma)


@pytest.mark.rule("emma.webhooks.unknown")
@pytest.mark.parametrize("webhook", ["1", "0", "-1", "x", "9" * 30, "%00"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_webhook_that_does_not_exist_is_not_found(emma: Emma, method: str, webhook: str) -> None:
    hook(emma, "member_add")
    response = emma.request(method, f"/webhooks/{webhook}")

    assert 404 == response.status_code
    assert "webhook" in error(response)


@pytest.mark.rule("emma.create_webhook.required")
@pytest.mark.parametrize("missing", ["event", "url"])
@pytest.mark.parametrize("how", ["left out", "null"])
def test_a_webhook_without_event_or_url_is_refused(emma: Emma, missing: str, how: str) -> None:
    given: dict[str, Any] = {"event": "member_add", "url": NOWHERE, missing: None}
    if how == "left out":
        del given[missing]
    response = emma.post("/webhooks", given)

    assert 400 == response.status_code
    assert f"{missing}: is required" == error(response)
    assert [] == listed(emma)


@pytest.mark.rule("emma.webhooks.event")
@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("member_added", 'event: no event is called "member_added"; did you mean "member_add"?'),
        ("", "there are mailing_finish, mailing_start"),
        ("x" * 10_000, "there are mailing_finish"),
        ("MEMBER_ADD", "there are"),
        (7, "event: expected a text, found 7"),
        (["member_add"], "event: expected a text"),
    ],
)
def test_an_event_that_does_not_exist_is_refused(emma: Emma, event: Any, said: str) -> None:
    made = hook(emma, "member_add")
    responses = [emma.post("/webhooks", {"event": event, "url": NOWHERE}), emma.put(f"/webhooks/{made}", {"event": event})]

    assert [400, 400] == [response.status_code for response in responses]
    assert all(said in error(response) for response in responses)
    assert ["member_add"] == [each["event"] for each in listed(emma)]


@pytest.mark.rule("emma.webhooks.url")
@pytest.mark.parametrize(
    "url",
    [
        "",
        "/hook",
        "shop.example/hook",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http:///hook",
        "http://[::1",
        "http://shop.example:port/",
        "http://shop.example:99999/",
        "http://shop.example:0/",
        "http://shop.example/a b",
        "http://shop.example/\r\nX: y",
        "http://shop.example/" + "x" * 2048,
        7,
    ],
)
def test_an_address_that_is_none_is_refused(emma: Emma, url: Any) -> None:
    made = hook(emma, "member_add")
    responses = [emma.post("/webhooks", {"event": "member_add", "url": url}), emma.put(f"/webhooks/{made}", {"url": url})]

    assert [400, 400] == [response.status_code for response in responses]
    assert all(error(response).startswith("url: ") for response in responses)
    assert [NOWHERE] == [each["url"] for each in listed(emma)]


@pytest.mark.rule("emma.webhooks.url")
@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "https://user:word@shop.example:8443/é?x=%20#part"])
def test_an_address_is_kept_as_it_came_wherever_it_is(emma: Emma, url: str) -> None:
    hook(emma, "member_add", url)

    assert [url] == [each["url"] for each in listed(emma)]


@pytest.mark.rule("emma.webhooks.method")
@pytest.mark.parametrize(("given", "kept"), [("GET", "GET"), ("get", "GET"), ("Post", "POST"), (None, "POST")])
def test_the_method_is_get_or_post_in_any_letter_case(emma: Emma, given: str | None, kept: str) -> None:
    hook(emma, "member_add", method=given)

    assert [kept] == [each["method"] for each in listed(emma)]


@pytest.mark.rule("emma.webhooks.method")
@pytest.mark.parametrize("method", ["PUT", "", "P O S T", 1, ["GET"]])
def test_another_method_is_refused(emma: Emma, method: Any) -> None:
    response = emma.post("/webhooks", {"event": "member_add", "url": NOWHERE, "method": method})

    assert 400 == response.status_code
    assert error(response).startswith("method: expected ")


@pytest.mark.rule("emma.webhooks.public_key")
@pytest.mark.parametrize("name", ["public_key", "user_id"])
def test_a_public_key_is_taken_and_has_no_effect(emma: Emma, name: str) -> None:
    hook(emma, "member_add", **{name: "a1b2c3d4e5f6a7b8c9d0"})
    rules = emma.workspace.calls()[0]["rules"]

    assert "emma.webhooks.public_key" in rules
    assert [{"webhook_id", "account_id", "url", "method", "event"}] == [set(each) for each in listed(emma)]


def test_webhooks_are_counted_with_what_there_is(emma: Emma) -> None:
    hook(emma, "member_add")

    assert 1 == emma.workspace.provider("emma")["counts"]["webhooks"]


# Fixtures


def planted(folder: Path, text: str) -> Any:
    (folder / "emma.toml").write_text(text, "utf-8")
    return new_runtime(fixtures=[find_set(str(folder))])


def test_a_fixture_defines_webhooks(tmp_path: Path) -> None:
    runtime = planted(tmp_path, f'[[webhooks]]\nid = 7\nevent = "member_add"\nurl = "{NOWHERE}"\nmethod = "GET"\n')
    rows = runtime.workspaces.default.database.connection.exec_driver_sql("SELECT * FROM emma_webhook").all()

    assert [(7, "member_add", NOWHERE, "GET")] == rows


@pytest.mark.parametrize(
    ("hooks", "place"),
    [
        ('[[webhooks]]\nevent = "member_added"\nurl = "http://a.example"\n', "webhooks[0].event"),
        ('[[webhooks]]\nevent = "member_add"\nurl = "a.example"\n', "webhooks[0].url"),
        ('[[webhooks]]\nevent = "member_add"\nurl = "http://a.example"\nmethod = "PUT"\n', "webhooks[0].method"),
        ('[[webhooks]]\nid = 7\nevent = "member_add"\nurl = "http://a.example"\n' * 2, "webhooks[1].id"),
    ],
)
def test_what_is_wrong_with_a_webhook_of_a_fixture_is_said(tmp_path: Path, hooks: str, place: str) -> None:
    with pytest.raises(FixtureFaults) as faults:
        planted(tmp_path, hooks)

    assert place in str(faults.value)
