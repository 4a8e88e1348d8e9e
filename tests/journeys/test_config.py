"""Configuration that is changed while the server runs, over real connections: it holds for the very next call."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from time import monotonic, sleep
from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma
from tests.providers.emma.mailbox import NEWSLETTER, compose_test, crowd, send, sent, status
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

JULY = 402
"""An email of the standard fixtures that can be sent."""
THROTTLED = "x-api-ratelimit-throttled"


@pytest.fixture
def frozen(workspace: Workspace) -> Workspace:
    workspace.freeze()
    return workspace


# Throttle modes and limits


def test_the_throttle_is_enforced_observed_and_off_from_one_call_to_the_next(frozen: Workspace) -> None:
    ether = EtherMailer(frozen)
    frozen.configure("ethermailer", calls_per_second=1)
    found = []
    for mode in ("enforce", "observe", "off"):
        frozen.throttle(mode)
        statuses = [ether.get("/user").status_code for _ in range(2)]
        found.append((statuses, frozen.calls()[0]["throttled"]))

    assert [([200, 429], "enforce"), ([200, 200], "observe"), ([200, 200], None)] == found


def _ether(workspace: Workspace) -> bool:
    return EtherMailer(workspace).get("/user").status_code == 429


def _emma(workspace: Workspace) -> bool:
    return Emma(workspace).get("/members").status_code == 403


def _emfluence(workspace: Workspace) -> bool:
    return THROTTLED in Emfluence(workspace).request("GET", "helper/ping").headers


MOST = 12
"""Calls after which nobody looks for a limit any more."""


@pytest.mark.parametrize(
    ("provider", "limit", "is_above", "by_itself"),
    [
        ("ethermailer", "calls_per_second", _ether, 3),
        ("emma", "calls_per_minute", _emma, MOST),
        ("emfluence", "requests_per_second", _emfluence, 9),
    ],
)
def test_a_limit_is_raised_lowered_and_reset(
    workspace: Workspace, provider: str, limit: str, is_above: Callable[[Workspace], bool], by_itself: int
) -> None:
    def passed() -> int:
        """Calls that pass before one does not, after a while without any."""
        workspace.freeze()
        workspace.throttle("enforce")
        workspace.advance(minutes=next(later))
        return next((number for number in range(MOST) if is_above(workspace)), MOST)

    later, found = count(2, 2), []
    for most in (2, 5, 1):
        workspace.configure(provider, **{limit: most})
        found.append(passed())
    workspace.control("POST", "reset")
    found.append(passed())

    assert [2, 5, 1, by_itself] == found


def test_the_limit_of_simultaneous_connections_is_changed(workspace: Workspace) -> None:
    workspace.control(
        "PATCH", "config", json={"throttle": "enforce", "providers": {"emfluence": {"requests_per_second": 1000}}}
    )
    emfluence = Emfluence(workspace)

    def beside_another(most: int) -> int:
        """The status of a call that comes while another one is held up."""
        workspace.configure("emfluence", simultaneous_connections=most)
        workspace.control("DELETE", "faults")
        workspace.control("POST", "faults", json={"match": {"operation": "lookup_users"}, "delay": {"seconds": 0.5}})
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(emfluence.get, "users/lookup")
            _wait_for_one_under_way(workspace)
            status = emfluence.request("GET", "helper/ping").status_code
            other.result(20)
        return status

    assert [403, 200] == [beside_another(1), beside_another(2)]


def _wait_for_one_under_way(workspace: Workspace) -> None:
    deadline = monotonic() + 10
    while not any(each["fired"] for each in workspace.control("GET", "faults")) and monotonic() < deadline:
        sleep(0.01)


# Durations


def _import_status(workspace: Workspace) -> Any:
    emma = Emma(workspace)
    made = emma.ask("POST", "/members", {"members": [{"email": "new@example.com"}]})["import_id"]
    return emma.ask("GET", f"/members/imports/{made}")["status"]


def _mailing_status(workspace: Workspace) -> Any:
    return status(Emma(workspace), sent(Emma(workspace), groups=[NEWSLETTER]))


def _split_test_status(workspace: Workspace) -> Any:
    emma = Emma(workspace)
    crowd(emma, 10)
    test, _ = compose_test(emma, "First", "Second", groups=[NEWSLETTER])
    send(emma, test)
    return status(emma, test)


def _signup_is_confirmed(workspace: Workspace) -> Any:
    emma = Emma(workspace)
    made = emma.ask("POST", "/members/signup", {"email": f"{len(workspace.calls())}@example.com"})["member_id"]
    workspace.advance(seconds=0)
    return emma.member(made)["confirmed_opt_in"] is not None


def _email_status(workspace: Workspace) -> Any:
    emfluence = Emfluence(workspace)
    made = emfluence.ok("emails/copy", emailID=JULY)["emailID"]
    emfluence.ok("emails/send", emailID=made)
    return emfluence.ok("emails/lookup", emailID=made)["status"]


def _registration_is_confirmed(workspace: Workspace) -> Any:
    ether = EtherMailer(workspace)
    before = len(ether.contacts())
    payload = {"email": f"{len(workspace.calls())}@example.com", "senderProfileId": ether.sender_profiles()[0]["id"]}
    ether.post("/user/contact/register", payload)
    workspace.advance(seconds=0)
    return len(ether.contacts()) > before


@pytest.mark.parametrize(
    ("provider", "duration", "start", "look", "expected"),
    [
        ("emma", "imports_take", 0, _import_status, ("q", "o")),
        ("emma", "sends_take", 0, _mailing_status, ("i", "c")),
        ("emma", "split_tests_take", 3600, _split_test_status, ("w", "c")),
        ("emma", "confirm_after", None, _signup_is_confirmed, (False, True)),
        ("emfluence", "sends_take", 0, _email_status, ("Sending", "Sent")),
        ("ethermailer", "confirm_after", None, _registration_is_confirmed, (False, True)),
    ],
)
def test_a_duration_holds_for_whatever_is_started_next(
    frozen: Workspace, provider: str, duration: str, start: Any, look: Callable[[Workspace], Any], expected: tuple[Any, Any]
) -> None:
    takes_long, done = expected
    frozen.configure(provider, **{duration: 60})
    found = [look(frozen)]
    frozen.configure(provider, **{duration: 0})
    found.append(look(frozen))
    frozen.control("POST", "reset")
    found.append(look(frozen))

    assert [takes_long, done, done if start == 0 else takes_long] == found


def test_what_is_unset_again_takes_no_time_for_ever(frozen: Workspace) -> None:
    frozen.configure("ethermailer", confirm_after=0)
    found = [_registration_is_confirmed(frozen)]
    frozen.configure("ethermailer", confirm_after=None)
    found.append(_registration_is_confirmed(frozen))

    assert [True, False] == found


# Switches and strictness


def test_a_switch_is_turned_and_turned_back_by_a_reset(workspace: Workspace) -> None:
    emma = Emma(workspace)
    found = [len(emma.ask("GET", "/members", start=0, end=1))]
    workspace.configure("emma", paging_end="inclusive")
    found.append(len(emma.ask("GET", "/members", start=0, end=1)))
    workspace.control("POST", "reset")
    found.append(len(emma.ask("GET", "/members", start=0, end=1)))

    assert [1, 2, 1] == found


def test_a_workspace_becomes_strict_and_lax_again_while_others_stay_as_they_are(workspace: Workspace) -> None:
    other = Workspace(workspace.server, f"{workspace.name}-other")
    found = []
    for strict in (False, True, False):
        workspace.control("PATCH", "config", json={"strict": strict})
        found.append([EtherMailer(each).get("/user?dry=1").status_code for each in (workspace, other)])

    assert [[200, 200], [400, 200], [200, 200]] == found
