"""The npm package emma-sdk, written for the real service, against this server on a real socket."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Server

HERE = Path(__file__).parent
INSTALL = "npm install --prefix tests/clients"


class Refused(Exception):  # noqa: N818 - what the callback was told
    """The SDK called back with an error: the body of a refusal."""


class Sdk:
    """The SDK in a Node process: `sdk("member", ("withID", 2), ("details",))` calls `client.member.withID(2).details`."""

    def __init__(self, base_url: str) -> None:
        command = ["node", "--no-deprecation", str(HERE / "emma_sdk.js"), base_url, "ws-sdk", "any"]
        self.process = subprocess.Popen(command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, *steps: str | tuple[Any, ...]) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        chain = [[step] if isinstance(step, str) else [step[0], list(step[1:])] for step in steps]
        self.process.stdin.write(json.dumps({"chain": chain}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if answer["error"] is not None:
            raise Refused(answer["error"])
        return answer.get("value")

    def end(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    """The SDK, in a workspace of its own on a server of its own."""
    _demand_node()
    server = Server(tmp_path_factory.mktemp("sdk") / "server", "--throttle", "off")
    sdk = Sdk(server.url)
    yield sdk
    sdk.end()
    server.see_off()


def _demand_node() -> None:
    missing = None
    if shutil.which("node") is None:
        missing = "Node is not installed"
    elif not (HERE / "node_modules" / "emma-sdk").is_dir():
        missing = f"emma-sdk is not installed ({INSTALL})"
    if missing and os.environ.get("CI"):
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)


def test_fields_are_made_read_changed_cleared_and_deleted(sdk: Sdk) -> None:
    details = {"shortcut_name": "shoe_size", "display_name": "Shoe Size", "field_type": "numeric", "widget_type": "number"}
    field = sdk("field", ("create", {**details, "column_order": 99}))

    assert "Shoe Size" == sdk("field", ("withID", field), ("details",))["display_name"]
    assert field == sdk("field", ("withID", field), ("update", {"display_name": "Size of Shoe"}))
    assert "Size of Shoe" == sdk("field", ("withID", field), ("details",))["display_name"]
    assert sdk("field", ("withID", field), ("clear",)) is True
    assert field in [each["field_id"] for each in sdk("field", ("list",))]
    assert sdk("field", ("withID", field), ("delete",)) is True
    assert field not in [each["field_id"] for each in sdk("field", ("list",))]


def test_a_refusal_reaches_the_callback_as_an_error(sdk: Sdk) -> None:
    with pytest.raises(Refused, match="there is no field 999"):
        sdk("field", ("withID", 999), ("details",))


def test_groups_are_made_filled_counted_and_emptied(sdk: Sdk) -> None:
    made = sdk("group", ("create", {"groups": [{"group_name": "Sdk Group"}, {"group_name": "Other Sdk Group"}]}))
    group, other = (each["member_group_id"] for each in made)

    assert [200, 202] == sdk("group", ("withID", group), ("addMembers", {"member_ids": [200, 202, 999]}))
    assert 2 == sdk("group", ("withID", group), ("details",))["active_count"]
    assert [200, 202] == [each["member_id"] for each in sdk("group", ("withID", group), ("members", {}))]
    assert sdk("group", ("withID", group), ("copyAllMembersTo", other)) is True
    assert 2 == len(sdk("group", ("withID", other), ("members", {})))
    assert [202] == sdk("group", ("withID", group), ("removeMembers", {"member_ids": [202]}))
    assert 1 == sdk("group", ("withID", group), ("emptySync", {}))
    assert sdk("group", ("withID", group), ("update", {"group_name": "Renamed"})) is True
    assert sdk("group", ("withID", group), ("delete",)) is True
    assert group not in [each["member_group_id"] for each in sdk("group", ("list", {}))]


def test_members_are_imported_added_updated_and_opted_out(sdk: Sdk) -> None:
    rows = [{"email": f"sdk{number}@example.com", "fields": {"first_name": "Sdk"}} for number in range(20)]
    started = sdk("member", ("bulkAdd", {"members": rows, "add_only": True}))
    done = sdk("import", ("withID", started["import_id"]), ("details",))
    added = sdk("member", ("addOne", {"email": "sdk@example.com", "fields": {"first_name": "One"}}))
    member = added["member_id"]

    assert ("o", 20) == (done["status"], done["num_members_added"])
    assert (True, "a") == (added["added"], added["status"])
    assert sdk("member", ("withID", member), ("update", {"fields": {"last_name": "Two"}})) is True
    assert {"first_name": "One", "last_name": "Two"} == sdk("member", ("withID", member), ("details",))["fields"]
    assert [150] == sdk("member", ("withID", member), "groups", ("add", {"group_ids": [150]}))
    assert [150] == [each["member_group_id"] for each in sdk("member", ("withID", member), "groups", ("list",))]
    assert [150] == sdk("member", ("withID", member), "groups", ("remove", {"group_ids": [150]}))
    assert sdk("member", ("withID", member), "groups", ("removeAll",)) is True
    assert sdk("member", ("bulkUpdateStatus", {"member_ids": [member], "status_to": "o"})) is True
    assert "opt-out" == sdk("member", ("withEmail", "sdk@example.com"), ("details",))["status"]
    assert [None] == [each["mailing_id"] for each in sdk("member", ("withID", member), ("getOptOut",))]
    assert sdk("member", ("changeStatusFrom", "o"), ("to", "a"), ("withConditions", {"group_id": 150})) is True
    assert sdk("member", ("bulkDelete", {"member_ids": [member]})) is True


def test_somebody_signs_up(sdk: Sdk) -> None:
    signed_up = sdk("member", ("signup", {"email": "signup@example.com", "group_ids": ["150"], "signup_form_id": 1}))

    assert "a" == signed_up["status"]
    assert signed_up["member_id"] in [each["member_id"] for each in sdk("group", ("withID", 150), ("members", {}))]


def test_mailings_are_read_validated_sent_again_and_paused(sdk: Sdk) -> None:
    mailing = sdk("mailing", ("withID", 200), ("resend", {"recipient_emails": ["tony@myemma.com"]}))["mailing_id"]

    assert {200, 201} <= {each["mailing_id"] for each in sdk("mailing", ("list", {"mailing_statuses": "p,c"}))}
    assert "Sample Mailing" == sdk("mailing", ("withID", mailing), ("details",))["name"]
    assert [202] == [each["member_id"] for each in sdk("mailing", ("withID", mailing), ("members",))]
    assert [151] == [each["member_group_id"] for each in sdk("mailing", ("withID", 200), ("groups",))]
    assert [400] == [each["search_id"] for each in sdk("mailing", ("withID", 200), ("searches",))]
    assert 2 == len(sdk("mailing", ("withID", 200), ("headsup",)))
    assert sdk("mailing", ("validate", {"subject": "Hello [% member:first_name %]"})) is True
    assert "a" == sdk("mailing", ("withID", 201), ("update", {"status": "paused"}))["mailing_status"]
    assert mailing in [each["mailing_id"] for each in sdk("member", ("withID", 202), ("getMailings",))]


def test_a_bad_tag_is_refused(sdk: Sdk) -> None:
    with pytest.raises(Refused, match="subject"):
        sdk("mailing", ("validate", {"subject": "Hello [% member:first_name"}))


def test_searches_are_made_run_changed_and_deleted(sdk: Sdk) -> None:
    criteria = ["and", ["group", "eq", "Special Events"], ["member_field:first_name", "contains", "To*"]]
    search = sdk("search", ("create", {"name": "Tonys", "criteria": criteria}))

    assert 1 == sdk("search", ("withID", search), ("details",))["active_count"]
    assert [202] == [each["member_id"] for each in sdk("search", ("withID", search), ("members",))]
    assert sdk("search", ("withID", search), ("update", {"name": "Renamed"})) is True
    assert "Renamed" in [each["name"] for each in sdk("search", ("list",))]
    assert sdk("search", ("withID", search), ("delete",)) is True


def test_webhooks_are_made_changed_and_deleted(sdk: Sdk) -> None:
    events = [each["event_name"] for each in sdk("webhook", ("events",))]
    webhook = sdk("webhook", ("create", {"event": "member_add", "url": "http://127.0.0.1:9/hook"}))

    assert "member_add" in events
    assert webhook == sdk("webhook", ("withID", webhook), ("update", {"event": "member_update"}))
    assert "member_update" == sdk("webhook", ("withID", webhook), ("details",))["event"]
    assert [webhook] == [each["webhook_id"] for each in sdk("webhook", ("list",))]
    assert sdk("webhook", ("withID", webhook), ("delete",)) is True
    assert sdk("webhook", ("deleteAll",)) is True


def test_what_the_sdk_asks_for_and_nobody_serves_is_refused(sdk: Sdk) -> None:
    with pytest.raises(Refused, match="does not serve it yet"):
        sdk("trigger", ("list",))
    with pytest.raises(Refused, match="possible"):
        sdk("mailing", ("create", {"name": "There is no such call"}))
