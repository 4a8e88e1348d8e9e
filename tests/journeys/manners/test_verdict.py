"""What a verdict says: numbers, calls, the peak; and what is no bad manners, although it looks like it."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

import pytest

from tests.journeys.conftest import Serve
from tests.journeys.manners.scenes import PROVIDERS, Guest
from tests.workspace import Workspace

each_provider = pytest.mark.parametrize("provider", PROVIDERS)


def verdict(guest: Guest, **only: str) -> dict[str, Any]:
    query = "&".join(f"{name}={value}" for name, value in only.items())
    found: dict[str, Any] = guest.workspace.server.get(f"/_mock/manners?workspace={guest.workspace.name}&{query}").json()
    return found


def rules(guest: Guest) -> list[str]:
    return [finding["rule"] for finding in verdict(guest)["findings"]]


def advice(guest: Guest, rule: str) -> str:
    return next(str(each["advice"]) for each in verdict(guest)["findings"] if each["rule"] == f"manners.{rule}")


def repeat(guest: Guest, times: int, wait: float) -> None:
    for _ in range(times):
        guest.ether.get("/user")
        guest.wait(wait)


# Numbers


def test_before_any_call_there_is_nothing_to_say(guest: Guest) -> None:
    nothing = {"findings": [], "judged_calls": 0, "peak": {"emma": 0, "emfluence": 0, "ethermailer": 0}}

    assert nothing == verdict(guest)


def test_a_finding_tells_everything_that_was_measured(guest: Guest) -> None:
    guest.arm("ethermailer", "too_many_requests")
    repeat(guest, 2, 0.8)

    assert [
        {
            "rule": "manners.retry_too_early",
            "severity": "error",
            "provider": "ethermailer",
            "operation": "get_user",
            "calls": [2],
            "count": 1,
            "row": "ether.throttle",
            "advice": "1 call within 0.8 s of a refusal that said to wait 1 s: wait so long before trying again.",
        }
    ] == verdict(guest)["findings"]


def test_numbers_of_a_burst_and_of_the_limit_are_told(guest: Guest) -> None:
    for _ in range(5):
        guest.ether.get("/user")

    assert "5 calls within 1 s at /user, 3 allowed, and 2 calls came too soon: spread them out." == advice(guest, "burst")


def test_numbers_of_repeats_are_told(guest: Guest) -> None:
    guest.arm("ethermailer", "service_unavailable", first=5)
    repeat(guest, 5, 0.3)

    assert (
        "After a refusal the same call was sent again 4 times in a row, 0.3 s apart at most: pause, and longer each time."
        == advice(guest, "hammering")
    )


def test_the_limit_is_that_of_the_workspace(guest: Guest) -> None:
    guest.workspace.configure("ethermailer", calls_per_second=5)
    for _ in range(5):
        guest.ether.get("/user")

    assert [] == rules(guest)


def test_the_first_twenty_calls_are_named_and_all_are_counted(guest: Guest) -> None:
    for _ in range(30):
        guest.ether.get("/user")
    (finding,) = verdict(guest)["findings"]

    assert (list(range(4, 24)), 27) == (finding["calls"], finding["count"])


def test_findings_come_by_severity(guest: Guest) -> None:
    guest.ether.get("/user", headers={"Accept": None})
    for _ in range(4):
        guest.ether.get("/user")
    guest.ether.get("/user/contact/limit/51/offset/0")

    assert ["error", "warning", "advice"] == [finding["severity"] for finding in verdict(guest)["findings"]]


def test_findings_can_be_those_of_one_provider_or_severity(guest: Guest) -> None:
    guest.ether.get("/user", headers={"Accept": None})
    guest.emfluence.call("users/lookup", userIDs=list(range(26)))

    assert ["emfluence"] == [each["provider"] for each in verdict(guest, provider="emfluence")["findings"]]
    assert (1, {"emfluence": 1}) == tuple(verdict(guest, provider="emfluence")[key] for key in ("judged_calls", "peak"))
    assert ["ethermailer"] == [each["provider"] for each in verdict(guest, severity="advice")["findings"]]
    assert [] == verdict(guest, severity="warning")["findings"]


@pytest.mark.parametrize(
    ("query", "status", "error"),
    [
        ("provider=ethermail", 404, 'no provider is called "ethermail"; did you mean "ethermailer"?'),
        ("severity=grave", 400, "query.severity: Input should be 'error', 'warning' or 'advice'"),
        ("workspace=nowhere", 404, 'there is no workspace "nowhere"; POST /_mock/workspaces makes one'),
    ],
)
def test_a_question_about_nothing_is_declined(guest: Guest, query: str, status: int, error: str) -> None:
    response = guest.workspace.server.get(f"/_mock/manners?{query}")

    assert (status, {"error": error}) == (response.status_code, response.json())


# The peak


@each_provider
@pytest.mark.parametrize("mode", ["off", "observe", "enforce"])
def test_the_peak_of_simultaneous_calls_is_measured_whatever_the_throttle_does(
    guest: Guest, provider: str, mode: str
) -> None:
    guest.workspace.throttle(mode)
    guest.hold_up(0.4)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(guest.ping, [provider] * 3))
    guest.ping(provider)

    assert {**dict.fromkeys(PROVIDERS, 0), provider: 3} == verdict(guest)["peak"]


def test_the_peak_outlives_the_journal_and_ends_with_a_reset(guest: Guest) -> None:
    guest.hold_up(0.4)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(guest.ping, ["emfluence"] * 6))
    guest.workspace.control("DELETE", "journal")
    (finding,) = verdict(guest)["findings"]

    assert ("manners.connections", [], 0) == (finding["rule"], finding["calls"], finding["count"])
    assert "A peak of 6 simultaneous connections, 5 allowed: let calls wait for each other." == finding["advice"]

    guest.workspace.control("POST", "reset")

    assert (0, []) == (verdict(guest)["peak"]["emfluence"], verdict(guest)["findings"])


def test_calls_that_the_journal_has_forgotten_are_not_judged(serve: Serve) -> None:
    server = serve("--throttle", "off", variables={"MOCKSERVER_LIMITS__JOURNAL_CALLS": "3"})
    with server.client() as client:
        guest = Guest(Workspace(client, "default"))
        guest.ether.headers["Authorization"] = f"API {server.api_key}"
        for path in ("/user", "/user", "/user", "/user", "/user/contact/1", "/user/contact/2", "/user/contact/3"):
            guest.ether.get(path)
        found = verdict(guest)

    assert ([], 3) == (found["findings"], found["judged_calls"])


# Enforced limits


def test_what_a_limit_refused_is_a_burst_and_an_impatient_retry_is_too_early(guest: Guest) -> None:
    guest.workspace.throttle("enforce")
    answers = [guest.ether.get("/user").status_code for _ in range(5)]

    assert [200, 200, 200, 429, 429] == answers
    assert ["manners.retry_too_early", "manners.burst"] == rules(guest)


def test_a_retry_of_emma_s_is_too_early_while_the_minute_is_not_over(guest: Guest) -> None:
    """It does not say how long to wait; who comes back and is refused again was too early."""
    guest.workspace.throttle("enforce")
    guest.workspace.configure("emma", calls_per_minute=1)
    answers = [guest.emma.get("/groups").status_code, guest.ping("emma").status_code]
    guest.wait(50)
    answers.append(guest.ping("emma").status_code)
    guest.wait(10)
    answers.append(guest.ping("emma").status_code)

    assert [200, 403, 403, 200] == answers
    assert "1 call within 50.0 s of a refusal that takes 60 s to go away: wait so long before trying again." == advice(
        guest, "retry_too_early"
    )


# Time


def test_whoever_waits_in_real_time_has_waited_although_the_clock_stands(guest: Guest) -> None:
    guest.arm("ethermailer", "too_many_requests")
    guest.ether.get("/user")
    sleep(1)
    guest.ether.get("/user")

    assert [] == rules(guest)


# What looks like bad manners


def test_the_same_call_side_by_side_is_no_retry(guest: Guest) -> None:
    guest.hold_up(0.4)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda email: guest.add("emma", email), ["nobody"] * 2))

    assert [400, 400] == [answer.status_code for answer in answers]
    assert [] == rules(guest)


def test_the_same_call_with_other_credentials_is_no_retry(guest: Guest) -> None:
    guest.add("emfluence", "nobody")
    guest.emfluence.as_user("mary.major").request("POST", "contacts/save", json={"email": "nobody"})

    assert [] == rules(guest)


def test_a_retry_after_something_changed_is_not_in_vain(guest: Guest) -> None:
    guest.add("ethermailer", "nobody")
    guest.add("ethermailer", "somebody@example.com")
    guest.add("ethermailer", "nobody")

    assert [] == rules(guest)


def test_a_retry_under_another_configuration_is_not_in_vain(guest: Guest) -> None:
    guest.add("emma", "nobody")
    guest.workspace.configure("emma", invalid_email="keep_as_error")
    answer = guest.add("emma", "nobody")

    assert 200 == answer.status_code
    assert [] == rules(guest)


def test_looking_again_while_an_import_is_under_way_is_not_in_vain(guest: Guest) -> None:
    guest.workspace.configure("emma", imports_take=1)
    guest.add_all("emma", ["dora@example.com"])
    answers = []
    for _ in range(4):
        answers.append(guest.emma.get("/members/email/dora@example.com").status_code)
        guest.wait(0.35)

    assert [404, 404, 404, 200] == answers
    assert [] == rules(guest)


def test_backoff_may_begin_with_a_short_pause(guest: Guest) -> None:
    guest.arm("emma", "internal_error", first=4)
    for wait in (0.1, 0.2, 0.4, 0.8, 0):
        guest.ping("emma")
        guest.wait(wait)

    assert [] == rules(guest)


def test_a_failure_that_was_tried_again_in_vain_is_not_given_up(guest: Guest) -> None:
    guest.arm("ethermailer", "service_unavailable", first=3)
    for wait in (2, 4, 8):
        guest.add("ethermailer", "dora@example.com")
        guest.wait(wait)
    for number in range(4):
        guest.wait(60)
        guest.add("ethermailer", f"other{number}@example.com")

    assert [] == rules(guest)


def test_a_failure_is_not_given_up_before_two_minutes_have_passed(guest: Guest) -> None:
    guest.arm("ethermailer", "service_unavailable")
    guest.add("ethermailer", "dora@example.com")
    for number in range(10):
        guest.wait(11)
        guest.add("ethermailer", f"other{number}@example.com")

    assert [] == rules(guest)


def test_single_calls_that_come_now_and_then_are_no_loop(guest: Guest) -> None:
    for number in range(25):
        guest.wait(1.1)
        guest.add("emfluence", f"guest{number}@example.com")

    assert [] == rules(guest)


def test_a_page_that_is_looked_at_again_without_a_walk_is_no_second_reading(guest: Guest) -> None:
    for _ in range(3):
        guest.wait(2)
        guest.page("ethermailer", 0, 10)

    assert [] == rules(guest)


def test_a_person_who_turns_small_pages_is_no_program(guest: Guest) -> None:
    for number in range(6):
        guest.wait(6)
        guest.page("emma", number, 10)

    assert [] == rules(guest)
