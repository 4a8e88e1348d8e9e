"""Which calls are meant: every criterion, and what is said of a call that does not fit."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import Switchboard, create_app
from mockserver.core.limits import Limits
from mockserver.core.matching import Criteria, Misfit
from mockserver.core.verification import Count, verify_count, verify_order
from mockserver.settings import Settings
from tests.slices import at_once

KEY = {"Authorization": "API ws-m", "X-Client": "shop/1.2"}
ISSUED = "100000000000000001-00000000-0000-0000"
ADA = {"email": "ada@example.com", "name": "Ada", "groups": []}


@pytest.fixture(scope="module")
def app() -> Switchboard:
    """A server whose workspace `m` has been called three times: a contact is added, read, and added again."""
    switchboard = create_app(Settings(throttle="off"))
    client = TestClient(switchboard, base_url="http://127.0.0.1:8765")
    added = client.post("/user/contact", json=ADA, headers=KEY).json()["text"]
    client.get(f"/user/contact/{added}?from=shop&again=1", headers=KEY)
    client.post("/user/contact", json=ADA, headers=KEY)
    return switchboard


def calls(app: Switchboard) -> list[Any]:
    workspace = app.runtime.workspaces.get("m")

    assert workspace is not None
    return list(reversed(list(workspace.journal)))


@pytest.mark.parametrize(
    ("criteria", "fitting"),
    [
        ({}, [1, 2, 3]),
        ({"provider": "ethermailer"}, [1, 2, 3]),
        ({"provider": "emma"}, []),
        ({"operation": "add_contact"}, [1, 3]),
        ({"method": "GET"}, [2]),
        ({"path": "/user/contact"}, [1, 3]),
        ({"path": "/user/*"}, [1, 2, 3]),
        ({"path": "/user/contac?"}, []),
        ({"status": 200}, [1, 2]),
        ({"outcome": "refused"}, [3]),
        ({"outcome": "answered"}, [1, 2]),
        ({"rule": "ether.contacts.duplicate"}, [3]),
        ({"query": {"from": "shop"}}, [2]),
        ({"query": {"from": "sh*", "again": "1"}}, [2]),
        ({"query": {"from": "desk"}}, []),
        ({"headers": {"x-client": "shop/*"}}, [1, 2, 3]),
        ({"headers": {"Authorization": "API ws-m"}}, []),
        ({"body": {"name": "Ada"}}, [1, 3]),
        ({"body": {"groups": []}}, [1, 3]),
        ({"body": {"groups": [1]}}, []),
        ({"body": {"surname": None}}, []),
        ({"after": 2}, [3]),
        ({"text": "again=1"}, [2]),
        ({"text": "USER/CONTACT/"}, [2]),
        ({"text": "ADA@example.com"}, [1, 2, 3]),
        ({"text": "already"}, [3]),
        ({"text": ""}, [1, 2, 3]),
    ],
)
def test_a_call_fits_everything_given(app: Switchboard, criteria: dict[str, Any], fitting: list[int]) -> None:
    assert fitting == [call.id for call in calls(app) if Criteria(**criteria).fits(call)]


WRITTEN = ("/user/contact-groups?by=Bj%C3%B6rn+Borg", r'{"name": "B\u00c4ckerei \ud83e\udd56 https:\/\/shop.\u0065xample"}')


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        ("Björn Borg", True),
        ("BJ%c3%b6rn", True),
        ("bäckerei 🥖", True),
        (r"b\u00C4ckerei", True),
        ("https://shop.example", True),
        ("baguette", False),
        ("\ud83e", False),
        ("\x00", False),
    ],
)
def test_words_are_found_however_a_client_writes_them(app: Switchboard, text: str, is_there: bool) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8765")
    path, body = WRITTEN
    client.post(path, content=body, headers={**KEY, "Authorization": "API ws-w", "Content-Type": "application/json"})
    workspace = app.runtime.workspaces.get("w")

    assert workspace is not None
    assert is_there == Criteria(text=text).fits(next(iter(workspace.journal)))


def test_no_secret_is_found(app: Switchboard) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8765")
    client.get(f"/user?key={ISSUED}", headers={"Authorization": f"API {ISSUED}"})
    call = next(iter(app.runtime.workspaces.default.journal))

    assert ISSUED.encode() in call.query + call.answer_body
    assert not Criteria(text=ISSUED[:20]).fits(call)
    assert Criteria(text="key=***").fits(call)


def test_words_that_are_not_there_are_told(app: Switchboard) -> None:
    assert [Misfit("text", "Eva", "none of it in path, query and bodies")] == list(
        Criteria(text="Eva").misfits(calls(app)[0])
    )


def test_all_that_does_not_fit_is_told(app: Switchboard) -> None:
    criteria = Criteria(method="PUT", status=201, body={"name": "Eva", "age": 3})

    assert [
        Misfit("method", "PUT", "POST"),
        Misfit("status", "201", "200"),
        Misfit("body.name", '"Eva"', '"Ada"'),
        Misfit("body.age", "3", "nothing"),
    ] == list(criteria.misfits(calls(app)[0]))


@pytest.mark.parametrize(
    ("count", "holds"),
    [
        (Count(), True),
        (Count(2, 2), True),
        (Count(1, 1), False),
        (Count(3), False),
        (Count(0, 1), False),
        (Count(0, 2), True),
    ],
)
def test_the_calls_that_fit_are_counted(app: Switchboard, count: Count, holds: bool) -> None:
    assert holds == at_once(verify_count(calls(app), Criteria(operation="add_contact"), count)).holds


def test_a_failed_count_shows_the_nearest_calls_and_what_they_lack(app: Switchboard) -> None:
    verdict = at_once(verify_count(calls(app), Criteria(operation="add_contact", body={"name": "Eva"}), Count(1, 1)))

    assert [
        "expected exactly 1 fitting, found 0 among 3 calls",
        "  call 1: ethermailer add_contact, POST /user/contact -> 200",
        '    - body.name: "Eva"',
        '    + body.name: "Ada"',
        "  call 3: ethermailer add_contact, POST /user/contact -> 400",
        '    - body.name: "Eva"',
        '    + body.name: "Ada"',
    ] == verdict.difference.splitlines()[:7]


def test_too_many_calls_are_shown_as_they_are(app: Switchboard) -> None:
    verdict = at_once(verify_count(calls(app), Criteria(), Count(0, 1)))

    assert "expected at most 1 fitting, found 3 among 3 calls" == verdict.difference.splitlines()[0]
    assert 4 == len(verdict.difference.splitlines())


def test_steps_come_one_after_the_other(app: Switchboard) -> None:
    steps = [Criteria(operation="add_contact"), Criteria(outcome="refused")]

    assert [1, 3] == [call.id for call in at_once(verify_order(calls(app), steps)).calls]
    assert at_once(verify_order(calls(app), steps)).holds


def test_a_step_that_is_missing_is_named(app: Switchboard) -> None:
    verdict = at_once(verify_order(calls(app), [Criteria(operation="get_contact"), Criteria(operation="get_contact")]))

    assert not verdict.holds
    assert "step 2 of 2: no call fits after call 2, among 1 call" == verdict.difference.splitlines()[0]


def test_a_step_whose_call_came_too_early_says_so(app: Switchboard) -> None:
    verdict = at_once(verify_order(calls(app), [Criteria(outcome="refused"), Criteria(operation="get_contact")]))
    said, early = verdict.difference.splitlines()

    assert "step 2 of 2: no call fits after call 3, among 0 calls" == said
    assert early.startswith("  call 2: ethermailer get_contact, GET /user/contact/")
    assert early.endswith(" -> 200, which came before")


def test_too_few_calls_are_shown_before_those_that_nearly_fit(app: Switchboard) -> None:
    lines = at_once(verify_count(calls(app), Criteria(status=200), Count(3))).difference.splitlines()

    assert ["call 1", "call 2", "call 3"] == [line.strip()[:6] for line in lines if "call " in line[:8]]
    assert ["    - status: 200", "    + status: 400"] == lines[-2:]


def test_another_call_altogether_is_not_as_near_as_the_same_with_other_values(app: Switchboard) -> None:
    criteria = Criteria(operation="add_contact", body={"a": 1, "b": 2, "c": 3, "d": 4})
    lines = at_once(verify_count(calls(app), criteria, Count())).difference.splitlines()

    assert ["1", "3", "2"] == [line[7] for line in lines if line.startswith("  call")]


def test_a_difference_is_bounded(app: Switchboard) -> None:
    long = {f"{number}" * 100: "x" * 1000 for number in range(1000)}
    lines = at_once(verify_count(calls(app), Criteria(body=long), Count())).difference.splitlines()

    assert "    and 990 more" in lines
    assert len(lines) < 50
    assert max(map(len, lines)) < 450


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (Count(), "at least 1"),
        (Count(2, 2), "exactly 2"),
        (Count(0, 2), "at most 2"),
        (Count(0, 0), "exactly 0"),
        (Count(1, 3), "at least 1 and at most 3"),
    ],
)
def test_a_count_is_told_in_words(count: Count, said: str) -> None:
    assert said == str(count)


def test_of_a_body_that_was_cut_no_part_is_found() -> None:
    switchboard = create_app(Settings(throttle="off", limits=Limits(journal_body_bytes=30)))
    TestClient(switchboard, base_url="http://127.0.0.1:8765").post("/user/contact", json=ADA, headers=KEY)
    (call,) = calls(switchboard)

    assert ["body"] == [misfit.criterion for misfit in Criteria(body={"email": "ada@example.com"}).misfits(call)]
