"""What webhooks are told of, in which words, and of what they are not."""

import json
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.providers.emma.client import Emma
from tests.providers.emma.hooks import HERE, NOWHERE, deliveries, hook, hook_everything, names, told
from tests.providers.emma.mailbox import (
    EMMA,
    GLADYS,
    LINKS,
    NEWSLETTER,
    NOON,
    STAMP,
    TONY,
    compose_test,
    crowd,
    send,
    sent,
)


@pytest.fixture
def hooked(emma: Emma) -> Emma:
    """At noon, with a webhook for every event."""
    emma.workspace.freeze(NOON)
    hook_everything(emma)
    return emma


def about_member(event: str, member: int, **data: Any) -> dict[str, Any]:
    """The payload of an event of a member, where the resource stands beside the data."""
    told = {"account_id": 100, "member_id": member, "timestamp": STAMP, **data}
    return {"event_name": event, "resource_url": f"{HERE}/members/{member}", "data": told}


def about_mailing(event: str, mailing: int, subject: str) -> dict[str, Any]:
    data = {"mailing_id": mailing, "account_id": 100, "subject": subject, "timestamp": STAMP}
    return {"event_name": event, "resource_url": f"{HERE}/mailings/{mailing}", "data": data}


# How


@pytest.mark.rule("emma.events.payload", "emma.events.headers")
def test_an_event_is_a_json_object_that_is_posted(hooked: Emma) -> None:
    hooked.add("new@example.com")
    (delivery,) = deliveries(hooked)

    assert ("POST", NOWHERE) == (delivery["method"], delivery["url"])
    assert [["Content-Type", "application/json"]] == delivery["headers"]
    assert {"event_name", "data"} == set(json.loads(delivery["body"]))


@pytest.mark.rule("emma.events.get")
@pytest.mark.parametrize(("query", "own"), [("", {}), ("?key=1&b=%20", {"key": "1", "b": " "}), ("#part", {})])
def test_by_get_an_event_is_in_the_query(emma: Emma, query: str, own: dict[str, str]) -> None:
    emma.workspace.freeze(NOON)
    hook(emma, "member_optout", f"{NOWHERE}{query}", method="GET")
    emma.ask("PUT", f"/members/{EMMA}", {"status_to": "o"})
    (delivery,) = deliveries(emma)
    url = urlsplit(delivery["url"])
    asked = dict(parse_qsl(url.query))
    expected = about_member("member_optout", EMMA, mailing_id=None, subject=None)

    assert ("GET", "", []) == (delivery["method"], delivery["body"], delivery["headers"])
    assert "" == url.fragment
    assert {**own, **expected} == {**asked, "data": json.loads(asked["data"])}


def test_a_webhook_is_told_of_its_event_alone(emma: Emma) -> None:
    hook(emma, "member_update")
    emma.add("new@example.com")

    assert [] == deliveries(emma)


@pytest.mark.rule("emma.events.member_add")
def test_the_row_of_an_event_is_met_by_the_call_that_makes_it_happen(hooked: Emma) -> None:
    hooked.add("new@example.com")

    assert "emma.events.member_add" in hooked.workspace.calls()[0]["rules"]


def test_a_call_that_is_refused_tells_nobody_anything(hooked: Emma) -> None:
    response = hooked.post("/members/add", {"email": "new@example.com", "fields": {"orders": "many"}})

    assert 400 == response.status_code
    assert [] == deliveries(hooked)


# Members


@pytest.mark.rule("emma.events.member_add", "emma.events.resource_url")
@pytest.mark.parametrize(
    ("form", "shown"), [(1, 1), ("2", 2), (None, None), ("x", None), ({}, None), (True, None), (-1, None)]
)
def test_somebody_is_added(hooked: Emma, form: Any, shown: int | None) -> None:
    member = hooked.add("new@example.com", group_ids=[NEWSLETTER], signup_form_id=form)
    resource = f"{HERE}/members/{member}"
    data = {"member_id": member, "account_id": 100, "timestamp": STAMP, "signup_form_id": shown, "resource_url": resource}

    assert [{"event_name": "member_add", "data": data}] == told(hooked)


@pytest.mark.rule("emma.events.resource_url")
@pytest.mark.reading("emma", webhook_resource_url="top_level")
def test_the_resource_stands_beside_the_data_of_all_events_when_that_is_set(hooked: Emma) -> None:
    member = hooked.add("new@example.com")
    data = {"member_id": member, "account_id": 100, "timestamp": STAMP, "signup_form_id": None}
    expected = {"event_name": "member_add", "resource_url": f"{HERE}/members/{member}", "data": data}

    assert [expected] == told(hooked)


@pytest.mark.rule("emma.events.member_update")
@pytest.mark.parametrize("change", [{"fields": {"first_name": "Em"}}, {"email": "em@example.com"}, {"status_to": "e"}])
def test_somebody_is_updated(hooked: Emma, change: dict[str, Any]) -> None:
    hooked.ask("PUT", f"/members/{EMMA}", change)
    resource = f"{HERE}/members/{EMMA}"
    data = {"member_id": EMMA, "account_id": 100, "timestamp": STAMP, "resource_url": resource}

    assert [{"event_name": "member_update", "data": data}] == told(hooked)


@pytest.mark.rule("emma.events.member_update")
def test_somebody_who_is_added_again_is_updated(hooked: Emma) -> None:
    hooked.add("emma@myemma.com", fields={"favorite_food": "soup"})

    assert ["member_update"] == names(hooked)


@pytest.mark.rule("emma.events.member_update")
def test_a_call_that_changes_nothing_is_not_told_of(hooked: Emma) -> None:
    hooked.add("emma@myemma.com")
    hooked.ask("PUT", f"/members/{EMMA}", {"status_to": "a"})
    hooked.ask("PUT", f"/members/{EMMA}", {})

    assert [] == told(hooked)


@pytest.mark.rule("emma.events.member_update")
def test_changes_of_many_members_at_once_are_not_told_of(hooked: Emma) -> None:
    hooked.ask("PUT", "/members/status", {"member_ids": [EMMA, GLADYS], "status_to": "e"})
    hooked.ask("PUT", "/members/delete", {"member_ids": [TONY]})
    hooked.ask("DELETE", "/members")

    assert [] == told(hooked)


@pytest.mark.rule("emma.events.member_signup")
@pytest.mark.parametrize("email", ["new@example.com", "gladys@myemma.com"])
def test_somebody_signs_up(hooked: Emma, email: str) -> None:
    group = hooked.group("New")
    answer = hooked.ask("POST", "/members/signup", {"email": email, "group_ids": [group], "signup_form_id": 2})

    assert [about_member("member_signup", answer["member_id"], mailing_id=None, signup_form_id=2)] == told(hooked)


@pytest.mark.rule("emma.events.member_signup")
def test_a_signup_for_nothing_new_is_not_told_of_nor_is_its_confirmation(hooked: Emma) -> None:
    hooked.ask("POST", "/members/signup", {"email": "new@example.com", "group_ids": [NEWSLETTER]})
    hooked.ask("POST", "/members/signup", {"email": "new@example.com", "group_ids": [NEWSLETTER]})
    hooked.backstage("confirm", {"email": "new@example.com"})

    assert ["member_signup"] == names(hooked)


@pytest.mark.rule("emma.events.member_optout")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/members/email/optout/emma@myemma.com", None),
        ("PUT", "/members/status", {"member_ids": [EMMA], "status_to": "o"}),
        ("PUT", "/members/status/a/to/o", {"group_id": 151}),
    ],
)
def test_somebody_is_opted_out(hooked: Emma, method: str, path: str, body: Any) -> None:
    hooked.ask(method, path, body)
    hooked.ask(method, path, body)

    assert about_member("member_optout", EMMA, mailing_id=None, subject=None) in told(hooked)
    assert {"member_optout"} == set(names(hooked))
    assert 1 == Counter(each["data"]["member_id"] for each in told(hooked))[EMMA]


@pytest.mark.rule("emma.events.member_optout")
def test_an_update_to_opted_out_is_both(hooked: Emma) -> None:
    hooked.ask("PUT", f"/members/{EMMA}", {"status_to": "o"})

    assert ["member_optout", "member_update"] == names(hooked)


@pytest.mark.rule("emma.events.member_optout")
def test_a_reader_opts_out_by_a_message_or_by_its_link(hooked: Emma) -> None:
    mailing = sent(hooked, subject="News", members=[EMMA, TONY])
    hooked.backstage("opt-out", {"mailing_id": mailing, "member": EMMA})
    parameters = {"workspace": hooked.workspace.name}
    hooked.workspace.server.get(f"/_mock/links/emma/opt-out/{mailing}/{TONY}", params=parameters)
    expected = [about_member("member_optout", each, mailing_id=mailing, subject="News") for each in (EMMA, TONY)]

    assert expected == told(hooked, event="member_optout")


# Readers


@pytest.mark.rule("emma.events.message_open")
def test_a_reader_opens_a_message_twice(hooked: Emma) -> None:
    mailing = sent(hooked, subject="News", members=[EMMA, TONY])
    for _ in range(2):
        hooked.backstage("open", {"mailing_id": mailing, "member": EMMA})
    expected = about_member("message_open", EMMA, mailing_id=mailing, subject="News")

    assert [expected, expected] == told(hooked, event="message_open")


@pytest.mark.rule("emma.events.message_click", "emma.events.message_open")
def test_a_reader_who_clicks_opens_only_the_first_time(hooked: Emma) -> None:
    mailing = sent(hooked, subject="News", members=[EMMA], links=LINKS)
    for link in ("Shop", "Map"):
        hooked.backstage("click", {"mailing_id": mailing, "member": EMMA, "link": link})
    message: dict[str, Any] = {"mailing_id": mailing, "subject": "News"}

    assert [
        about_member("message_open", EMMA, **message),
        about_member("message_click", EMMA, **message, link_id=1024),
        about_member("message_click", EMMA, **message, link_id=1025),
    ] == [each for each in told(hooked) if each["event_name"].startswith("message")]


@pytest.mark.rule("emma.events.message_share")
@pytest.mark.parametrize(("given", "network"), [({}, "facebook"), ({"network": "twitter"}, "twitter")])
def test_a_reader_shares_a_message(hooked: Emma, given: dict[str, str], network: str) -> None:
    mailing = sent(hooked, subject="News", members=[EMMA])
    hooked.backstage("share", {"mailing_id": mailing, "member": EMMA, **given})
    expected = about_member("message_share", EMMA, mailing_id=mailing, subject="News", network=network)

    assert [expected] == told(hooked, event="message_share")


@pytest.mark.rule("emma.events.message_forward", "emma.events.member_add")
@pytest.mark.parametrize("who", ["api", "reader"])
def test_a_message_is_forwarded_to_somebody_whom_nobody_knew(hooked: Emma, who: str) -> None:
    mailing = sent(hooked, subject="News", members=[EMMA])
    to = ["friend@example.org"]
    if who == "api":
        hooked.ask("POST", f"/forwards/{mailing}/{EMMA}", {"recipient_emails": to})
    else:
        hooked.backstage("forward", {"mailing_id": mailing, "member": EMMA, "recipient_emails": to})
    expected = about_member("message_forward", EMMA, mailing_id=mailing, subject="News")

    assert [expected] == told(hooked, event="message_forward")
    assert [] == told(hooked, event="member_add")


def test_each_of_many_readers_is_told_of(hooked: Emma) -> None:
    crowd(hooked, 20)
    mailing = sent(hooked, groups=[NEWSLETTER])
    hooked.backstage("open", {"mailing_id": mailing, "share": 0.5})
    opened = hooked.ask("GET", "/members", filter=json.dumps(["opened", "in last", {"day": 1}]))
    expected = sorted(member["member_id"] for member in opened)

    assert len(expected) > 5
    assert expected == [each["data"]["member_id"] for each in told(hooked, event="message_open")]


def test_readers_of_a_variation_are_told_of_with_its_subject_and_the_mailing_of_the_test(hooked: Emma) -> None:
    crowd(hooked, 19)
    test, variation = compose_test(hooked, "First", "Second", groups=[NEWSLETTER])
    send(hooked, test)
    hooked.ask("GET", "/members", count="1")
    hooked.backstage("open", {"mailing_id": variation, "share": 1})

    assert {(test, "Second")} == {
        (each["data"]["mailing_id"], each["data"]["subject"]) for each in told(hooked, event="message_open")
    }


# Mailings and imports


@pytest.mark.rule("emma.events.mailing_start", "emma.events.mailing_finish")
def test_a_mailing_starts_and_finishes(hooked: Emma) -> None:
    hooked.workspace.configure("emma", sends_take=60)
    mailing = sent(hooked, subject="Hello [% member:first_name %]", members=[EMMA])
    hooked.ask("GET", "/members", count="1")
    started = told(hooked)
    hooked.workspace.advance(seconds=60)

    assert [about_mailing("mailing_start", mailing, "Hello [% member:first_name %]")] == started
    assert ["mailing_start", "mailing_finish"] == names(hooked)
    assert "@D:2030-01-01T06:01:00" == told(hooked)[1]["data"]["timestamp"]


@pytest.mark.rule("emma.events.mailing_finish")
def test_a_split_test_finishes_once(hooked: Emma) -> None:
    crowd(hooked, 19)
    test, _ = compose_test(hooked, "First", "Second", groups=[NEWSLETTER])
    send(hooked, test)
    hooked.ask("GET", "/members", count="1")
    waiting = Counter(names(hooked))
    hooked.workspace.advance(hours=1)

    assert (1, 0) == (waiting["mailing_start"], waiting["mailing_finish"])
    assert (1, 1) == (Counter(names(hooked))["mailing_start"], Counter(names(hooked))["mailing_finish"])


@pytest.mark.rule("emma.events.mailing_start")
@pytest.mark.parametrize("how", ["resent", "forwarded"])
def test_mailings_that_are_made_of_others_are_told_of_too(hooked: Emma, how: str) -> None:
    if how == "resent":
        made = hooked.ask("POST", "/mailings/200", {"recipient_emails": ["gladys@myemma.com"]})
    else:
        made = hooked.ask("POST", f"/forwards/200/{EMMA}", {"recipient_emails": ["gladys@myemma.com"]})
    hooked.ask("GET", "/members", count="1")
    started = told(hooked, event="mailing_start")

    assert [made["mailing_id"]] == [each["data"]["mailing_id"] for each in started]


def test_a_mailing_that_fails_or_is_canceled_never_finishes(hooked: Emma) -> None:
    hooked.workspace.configure("emma", sends_take=60)
    mailing = sent(hooked, members=[EMMA])
    hooked.ask("GET", "/members", count="1")
    hooked.backstage("fail", {"mailing_id": mailing, "reason": "the mail server is down"})
    hooked.workspace.advance(hours=1)

    assert ["mailing_start"] == names(hooked)


@pytest.mark.rule("emma.events.import_finish", "emma.events.member_add", "emma.events.member_update")
def test_an_import_finishes_once_and_its_members_are_not_told_of(hooked: Emma) -> None:
    hooked.workspace.configure("emma", imports_take=60)
    rows = [{"email": "one@example.com"}, {"email": "emma@myemma.com", "fields": {"first_name": "Em"}}, {"email": "nothing"}]
    made = hooked.ask("POST", "/members", {"members": rows, "group_ids": [152, NEWSLETTER]})["import_id"]
    before = told(hooked)
    hooked.workspace.advance(seconds=60)
    data = {
        "import_id": made,
        "account_id": 100,
        "timestamp": "@D:2030-01-01T06:01:00",
        "resource_url": f"{HERE}/members/imports/{made}",
        "group_ids": [NEWSLETTER, 152],
        "contact_count": 2,
    }

    assert [] == before
    assert [{"event_name": "import_finish", "data": data}] == told(hooked)


@pytest.mark.rule("emma.events.import_finish")
def test_an_import_that_failed_is_finished_too(hooked: Emma) -> None:
    hooked.ask("POST", "/members", {"members": [{"email": "nothing"}]})
    hooked.ask("GET", "/members", count="1")

    assert [0] == [each["data"]["contact_count"] for each in told(hooked, event="import_finish")]


# Where nothing is told


def test_the_address_of_this_server_leads_to_what_happened(hooked: Emma) -> None:
    hooked.add("new@example.com")
    (payload,) = told(hooked)
    path = payload["data"]["resource_url"].partition(":8765")[2]
    response = hooked.workspace.server.get(path, headers=hooked.headers)

    assert "new@example.com" == response.json()["email"]


def test_after_a_reset_there_are_neither_webhooks_nor_deliveries(hooked: Emma) -> None:
    hooked.add("new@example.com")
    hooked.workspace.control("POST", "reset")
    hooked.add("newer@example.com")

    assert [] == deliveries(hooked)


def test_a_restored_world_has_the_webhooks_that_it_had(emma: Emma) -> None:
    emma.workspace.control("PUT", "snapshots/before")
    hook(emma, "member_add")
    emma.add("new@example.com")
    emma.workspace.control("POST", "snapshots/before/restore")
    emma.add("new@example.com")

    assert [] == deliveries(emma)


@pytest.mark.rule("emma.events.after_deletion")
def test_what_happened_before_a_webhook_was_deleted_is_still_told_as_it_would_have_been(emma: Emma) -> None:
    emma.workspace.freeze(NOON)
    webhook = hook(emma, "member_add")
    emma.ask("POST", "/members/add", {"email": "before@example.com"})
    emma.ask("PUT", f"/webhooks/{webhook}", {"event": "member_add", "url": f"{NOWHERE}/new"})
    emma.ask("DELETE", "/webhooks")
    emma.ask("POST", "/members/add", {"email": "after@example.com"})

    assert [("member_add", NOWHERE)] == [(each["event"], each["url"]) for each in deliveries(emma)]
