"""What a strict workspace refuses, when, and what it suggests."""

from typing import Any

import pytest

from mockserver.core.bodies import LARGE
from mockserver.core.limits import Limits
from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma, error
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

strict = pytest.mark.reading("emma", strict=True)
IGNORED = {"X-Mock-Explain": "1", "Traceparent": "00-0-0-00", "Sec-Fetch-Mode": "cors", "X-Forwarded-For": "10.0.0.1"}


@pytest.fixture
def emma(workspace: Workspace) -> Emma:
    return Emma(workspace)


def refusal(emma: Emma, **request: Any) -> str:
    """What is said of a call that adds a member."""
    return error(emma.request("POST", "/members/add", **request)).removesuffix("; this server is strict (setting `strict`)")


@strict
@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"json": {"emial": "ada@example.com"}}, "nothing reads emial (did you mean email?)"),
        ({"json": {"sms": {"phone_nubmer": "1"}}}, "nothing reads sms.phone_nubmer (did you mean sms.phone_number?)"),
        ({"json": {"qqq": 1, "zzz": 2}}, "nothing reads qqq, zzz"),
        ({"params": {"dry": "1"}, "json": {"a": 1}}, "nothing reads ?dry, a"),
        ({"headers": {"Acept": "text/html"}}, "nothing reads header: acept (did you mean accept?)"),
        ({"headers": {"Idempotency-Key": "7"}}, "nothing reads header: idempotency-key"),
        ({"json": {"x" * 300: 1}}, f"nothing reads {'x' * 200}..."),
    ],
)
def test_each_name_is_told_with_what_it_may_have_been_meant_to_be(emma: Emma, request_: dict[str, Any], said: str) -> None:
    assert said == refusal(emma, **request_)


@strict
def test_of_very_many_names_the_first_are_told(emma: Emma) -> None:
    said = refusal(emma, json={f"q{number}": 1 for number in range(100_000)})

    assert said.startswith("nothing reads q0, q1, ")
    assert said.endswith("q19, and 99980 more")


@strict
def test_what_clients_and_proxies_add_by_themselves_is_let_in(emma: Emma) -> None:
    assert 200 == emma.get("/members", headers=IGNORED).status_code


@strict
def test_a_large_body_is_looked_through_as_well(emma: Emma) -> None:
    members = [{"email": f"{number}@example.com", "fields": {"first_name": "x" * 100}} for number in range(2500)]
    good = emma.post("/members", {"members": members})
    bad = emma.post("/members", {"members": members, "source_file": "x"})

    assert len(bad.request.content) > LARGE
    assert (200, 400) == (good.status_code, bad.status_code)
    assert error(bad).startswith("nothing reads source_file (did you mean source_filename?)")


@strict
def test_a_refused_call_changes_nothing(emma: Emma) -> None:
    before = emma.ask("GET", "/members", count="true")
    refusal(emma, json={"email": "ada@example.com", "colour": "blue"})

    assert before == emma.ask("GET", "/members", count="true")


@strict
def test_everything_that_is_wrong_before_the_body_is_told_first(emma: Emma) -> None:
    unknown = emma.get("/members?strat=1", headers={"Authorization": None})
    nowhere = emma.get("/nothing?strat=1")
    emma.workspace.throttle("enforce")
    emma.workspace.configure("emma", calls_per_minute=1)
    emma.get("/members")

    assert (401, 404) == (unknown.status_code, nowhere.status_code)
    assert "Rate Limit Exceeded" in error(emma.get("/members?strat=1"))


@strict
def test_a_body_that_is_too_long_is_told_first(emma: Emma) -> None:
    response = emma.request("POST", "/members/add?strat=1", content=b"x" * (Limits().body_bytes + 1))

    assert 413 == response.status_code


def test_a_provider_can_be_strict_alone_and_lax_alone(workspace: Workspace) -> None:
    def statuses() -> list[int]:
        emfluence = Emfluence(workspace).get("helper/ping", colour="blue")["code"]
        ether = EtherMailer(workspace).get("/user?colour=blue").status_code
        return [Emma(workspace).get("/members?colour=blue").status_code, emfluence, ether]

    found = [statuses()]
    workspace.configure("emma", strict=True)
    found.append(statuses())
    workspace.control("PATCH", "config", json={"strict": True, "providers": {"emma": {"strict": False}}})
    found.append(statuses())
    workspace.configure("emma", strict=None)
    found.append(statuses())
    workspace.control("POST", "reset")
    found.append(statuses())

    assert [[200, 0, 200], [400, 0, 200], [200, 501, 400], [400, 501, 400], [200, 0, 200]] == found
