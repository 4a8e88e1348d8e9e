"""The client of the control API, against a real server: each of its verbs does what it says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx2
import pytest

from mockserver.testing import Control, ControlRefused, Unreachable
from mockserver.testing.server import serving

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
_numbers = count(1)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(throttle="off") as own:
        yield own


@pytest.fixture
def control(url: str) -> Iterator[Control]:
    """A workspace of one's own."""
    with Control(url, f"c{next(_numbers)}") as made:
        made.create()
        yield made
        made.delete()


def add(control: Control, email: str) -> httpx2.Response:
    contact = {"email": email}
    return httpx2.post(f"{control.ethermailer.base_url}/user/contact", headers=control.ethermailer.headers, json=contact)


def register(control: Control, email: str) -> None:
    ether = control.ethermailer
    profiles = httpx2.get(f"{ether.base_url}/user/email-settings/sender-profiles", headers=ether.headers).json()
    contact = {"email": email, "senderProfileId": profiles["items"][0]["id"]}
    httpx2.post(f"{ether.base_url}/user/contact/register", headers=ether.headers, json=contact)


def test_the_providers_tell_what_a_client_needs(control: Control) -> None:
    public, private = control.emma.auth or ("", "")

    assert (public, private) == (control.emma.public_key, control.emma.private_key)
    assert control.emfluence.auth is None
    assert {"Authorization": f"API {control.ethermailer.api_key}"} == control.ethermailer.headers
    assert ["emfluence", "emma", "ethermailer"] == sorted(control.providers)


def test_a_part_that_credentials_do_not_have_is_no_attribute(control: Control) -> None:
    with pytest.raises(AttributeError, match="there are account_id, public_key, private_key"):
        _ = control.emma.token
    with pytest.raises(AttributeError, match="no attribute sendgrid"):
        _ = control.sendgrid


def test_the_clock_is_frozen_set_moved_and_let_go(control: Control) -> None:
    assert NOON == control.clock.freeze("2030-01-01T12:00:00Z") == control.clock.now()
    assert NOON + timedelta(minutes=5, seconds=3) == control.clock.advance(minutes=5, seconds=3)
    assert NOON == control.clock.set(NOON)
    assert control.clock.view().frozen
    control.clock.resume()

    assert not control.clock.view().frozen
    assert control.clock.run_at(60) >= NOON
    assert ["send"] == [task.kind for task in control.clock.tasks()]


def test_calls_are_listed_waited_for_verified_and_forgotten(control: Control) -> None:
    add(control, "ada@example.com")
    (call,) = control.journal.calls(operation="add_contact")

    assert call.id == control.journal.wait(body={"email": "ada@example.com"}).id == control.journal.get(call.id).id
    assert control.journal.verify(operation="add_contact", exactly=1).holds
    assert not control.journal.verify_order({"operation": "get_contact"}).holds
    assert 1 == len(control.journal.har()["log"]["entries"])
    control.journal.assert_called(operation="add_contact")
    with pytest.raises(AssertionError, match="expected at least 1 fitting, found 0"):
        control.journal.assert_called(operation="get_contact")
    control.journal.clear()

    assert [] == control.journal.calls()


def test_what_is_expected_may_be_said_as_it_goes_over_the_wire(control: Control) -> None:
    add(control, "ada@example.com")

    assert control.journal.verify_json(b'{"match": {"operation": "add_contact"}, "exactly": 1}').holds
    with pytest.raises(ControlRefused, match="give either match or in_order"):
        control.journal.verify_json(b"{}")


def test_messages_are_listed_waited_for_and_read_by_a_mail_program(control: Control) -> None:
    register(control, "ada@example.com")
    message = control.outbox.wait(recipient="ada@example.com", timeout=5)

    assert [message.id] == [each.id for each in control.outbox.messages(kind="opt-in")]
    assert "ada@example.com" == control.outbox.eml(message.id)["To"]
    assert b"To: ada@example.com" in control.outbox.eml_bytes(message.id).splitlines()
    assert message.links == control.outbox.get(message.id).links
    control.outbox.clear()
    with pytest.raises(ControlRefused, match="no such message came"):
        control.outbox.wait(timeout=0.05)


def test_backstage_is_done_by_name(control: Control) -> None:
    register(control, "ada@example.com")

    assert "contact_id" in control.ethermailer.backstage("confirm", email="ada@example.com")


def test_faults_are_armed_counted_and_disarmed(control: Control) -> None:
    refusing = control.faults.refuse("too_many_requests", provider="ethermailer", times=1)
    late = control.faults.arm(delay=0.01, operation="add_contact")

    assert [429, 200] == [add(control, "ada@example.com").status_code for _ in range(2)]
    assert [1, 1] == [control.faults.get(each.id).fired for each in (refusing, late)]
    control.faults.disarm(refusing.id)

    assert [late.id] == [each.id for each in control.faults.armed()]
    assert "unauthorized" in [each.name for each in control.faults.refusals("ethermailer")]
    control.faults.clear()

    assert [] == control.faults.armed()


def test_snapshots_are_taken_compared_restored_and_carried_elsewhere(control: Control, url: str) -> None:
    control.snapshots.take("before")
    add(control, "ada@example.com")

    assert 1 == control.snapshots.difference("before").tables["ethermailer"]["ether_contact"].added.total
    control.snapshots.take("after")
    control.snapshots.restore("before")

    assert control.snapshots.difference("before").same
    with Control(url, f"{control.workspace}-b") as other:
        other.create()
        other.snapshots.upload("carried", control.snapshots.download("after"))
        other.snapshots.restore("carried")

        assert not other.snapshots.difference("start").same
        other.delete()
    control.snapshots.delete("before")

    assert ["after"] == [each.name for each in control.snapshots.all()]


@pytest.mark.parametrize("name", ["../workspaces/default", "a?workspace=default", "a/b", "ü", ".."])
def test_a_name_that_no_snapshot_can_have_leads_nowhere_else(control: Control, name: str) -> None:
    with pytest.raises(ControlRefused) as refused:
        control.snapshots.delete(name)

    assert 404 == refused.value.status
    with pytest.raises(ControlRefused):
        control.snapshots.take(name)


def test_the_configuration_is_changed_and_reset(control: Control) -> None:
    changed = control.configure(throttle="observe", emma={"imports_take": 60})
    again = control.reset()

    assert (control.workspace, ["standard"]) == (again.name, again.fixtures)
    assert ("observe", 60) == (changed.throttle, changed.providers["emma"]["imports_take"])
    assert "off" == control.config().throttle


def test_expected_changes_are_checked(control: Control) -> None:
    with control.expect_changes(ether_contact=1) as changes:
        add(control, "ada@example.com")

    assert {"ether_contact"} == set(changes.tables)
    with (
        pytest.raises(AssertionError, match="ether_contact: expected 2 added, found 1 added"),
        control.expect_changes(ether_contact=2),
    ):
        add(control, "eva@example.com")
    with pytest.raises(ValueError, match="rows are added, removed or changed"), control.expect_changes(x={"moved": 1}):
        pass
    assert [] == control.snapshots.all()


def test_manners_and_coverage_are_told(control: Control) -> None:
    add(control, "ada@example.com")

    assert [] == [each for each in control.manners().findings if each.severity == "error"]
    assert "add_contact" in [each.operation for each in control.coverage(provider="ethermailer")[0].operations]


def test_a_refusal_is_the_servers_own_sentence(control: Control) -> None:
    with pytest.raises(ControlRefused, match='no provider is called "emmma"; did you mean "emma"') as refused:
        control.faults.arm("lose_answer", provider="emmma")

    assert 400 == refused.value.status


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(Unreachable, match="no mockserver answers at"), Control("http://127.0.0.1:9", "x") as control:
        control.health()


def test_the_server_describes_its_apis_and_its_rules(control: Control) -> None:
    assert "mockserver control API" == control.openapi()["info"]["title"]
    assert [{"url": "/emma"}] == control.openapi("emma")["servers"]
    assert {"emma"} == {row.provider for row in control.rulebook(provider="emma")}
    assert {"emma", "emfluence", "ethermailer"} == {row.provider for row in control.rulebook()}


def test_the_server_is_asked_for_its_health_and_workspaces(control: Control) -> None:
    assert "ok" == control.health().status
    assert control.workspace in [each.name for each in control.workspaces()]


def test_webhooks_are_waited_for_told_again_and_forgotten(control: Control) -> None:
    hook = {"event": "member_add", "url": "http://127.0.0.1:9/hook"}
    account = f"{control.emma.base_url}/{control.emma.account_id}"
    httpx2.post(f"{account}/webhooks", auth=control.emma.auth, json=hook)
    httpx2.post(f"{account}/members/add", auth=control.emma.auth, json={"email": "ada@example.com"})
    delivery = control.webhooks.wait(event="member_add", timeout=5)

    assert "http://127.0.0.1:9/hook" == control.webhooks.get(delivery.id).url
    assert control.webhooks.redeliver(delivery.id).error
    assert [delivery.id] == [each.id for each in control.webhooks.deliveries(provider="emma")]
    control.webhooks.clear()

    assert [] == control.webhooks.deliveries()
