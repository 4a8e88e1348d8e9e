"""The limit on calls: 180 in a minute, on the workspace's clock."""

import pytest

from tests.providers.emma.client import Emma, basic, error
from tests.workspace import Response

LIMIT = 180


@pytest.fixture
def limited(emma: Emma) -> Emma:
    """A client that is throttled as in production, at a moment that stands still."""
    emma.workspace.freeze()
    emma.workspace.throttle("enforce")
    return emma


def call(emma: Emma, times: int) -> list[Response]:
    return [emma.get("/members?count=true") for _ in range(times)]


def statuses(emma: Emma, times: int) -> list[int]:
    return [response.status_code for response in call(emma, times)]


@pytest.mark.rule("emma.rate_limit")
def test_the_call_after_the_hundred_and_eightieth_in_a_minute_is_refused_in_the_documented_words(limited: Emma) -> None:
    *admitted, refused = call(limited, LIMIT + 1)

    assert {200} == {response.status_code for response in admitted}
    assert 403 == refused.status_code
    assert error(refused).startswith("Rate Limit Exceeded")


@pytest.mark.rule("emma.rate_limit.no_headers")
def test_a_refused_call_is_not_told_how_long_to_wait(limited: Emma) -> None:
    refused = call(limited, LIMIT + 1)[-1]

    assert {"content-length", "content-type"} == set(refused.headers)


@pytest.mark.rule("emma.rate_limit.window")
def test_the_window_slides_with_the_clock_of_the_workspace(limited: Emma) -> None:
    statuses(limited, 100)
    limited.workspace.advance(seconds=30)
    second = statuses(limited, 81)
    limited.workspace.advance(seconds=30)
    third = statuses(limited, 101)

    assert [200] * 80 + [403] == second
    assert [200] * 100 + [403] == third


@pytest.mark.rule("emma.rate_limit.window")
def test_refused_calls_use_nothing_up_and_failing_ones_do(limited: Emma) -> None:
    failed = [limited.get("/members/0").status_code for _ in range(LIMIT)]
    refused = statuses(limited, 50)
    limited.workspace.advance(minutes=1)

    assert ({404}, {403}) == (set(failed), set(refused))
    assert [200] * LIMIT == statuses(limited, LIMIT)


@pytest.mark.rule("emma.rate_limit")
def test_the_limit_comes_before_whatever_else_is_wrong(limited: Emma) -> None:
    statuses(limited, LIMIT)

    assert [403] * 3 == [limited.get(path).status_code for path in ("/nothing", "/members/0", "/webhooks")]


@pytest.mark.rule("emma.rate_limit")
@pytest.mark.reading("emma", calls_per_minute=2)
def test_the_number_of_calls_is_a_setting(limited: Emma) -> None:
    assert [200, 200, 403] == statuses(limited, 3)


@pytest.mark.rule("emma.rate_limit.shared")
def test_everybody_in_an_account_shares_one_budget(limited: Emma) -> None:
    limited.workspace.configure("emma", calls_per_minute=2)
    other = {"Authorization": f"Bearer {limited.workspace.key}"}

    assert [200, 200] == statuses(limited, 2)
    assert 403 == limited.get("/members", headers=other).status_code


@pytest.mark.rule("emma.rate_limit.shared")
@pytest.mark.reading("emma", rate_limit_shared_by="key", calls_per_minute=1)
def test_each_key_has_a_budget_of_its_own_when_the_switch_says_so(limited: Emma) -> None:
    name = "emma-two-keys"
    made = limited.workspace.server.post("/_mock/workspaces", json={"name": name}).json()
    change = {"throttle": "enforce", "providers": {"emma": {"rate_limit_shared_by": "key", "calls_per_minute": 1}}}
    limited.workspace.server.patch("/_mock/config", params={"workspace": name}, json=change)
    issued = made["credentials"]["emma"][0]
    keys = [basic(issued["public_key"], issued["private_key"]), basic(f"ws-{name}", "any")]
    found = [limited.get("/members", headers={"Authorization": key}).status_code for key in (*keys, *keys)]
    limited.workspace.server.delete(f"/_mock/workspaces/{name}")

    assert [200, 200, 403, 403] == found


@pytest.mark.rule("emma.rate_limit.unauthenticated")
def test_calls_without_good_credentials_are_never_throttled(limited: Emma) -> None:
    limited.workspace.configure("emma", calls_per_minute=1)

    assert [401] * 3 == [limited.get("/members", headers={"Authorization": None}).status_code for _ in range(3)]


@pytest.mark.rule("emma.rate_limit.mode")
@pytest.mark.reading("emma", throttle="off")
def test_nothing_is_refused_when_the_throttle_is_off(limited: Emma) -> None:
    limited.workspace.configure("emma", calls_per_minute=1)

    assert [200] * 3 == statuses(limited, 3)
    assert {None} == {each["throttled"] for each in limited.workspace.calls()}


@pytest.mark.rule("emma.rate_limit.mode")
@pytest.mark.reading("emma", throttle="observe")
def test_what_would_have_been_refused_is_noted_when_the_throttle_observes(limited: Emma) -> None:
    limited.workspace.configure("emma", calls_per_minute=1)

    assert [200] * 3 == statuses(limited, 3)
    assert ["observe", "observe", None] == [each["throttled"] for each in limited.workspace.calls()]


@pytest.mark.rule("emma.rate_limit.mode")
@pytest.mark.reading("emma", throttle="enforce", calls_per_minute=1)
def test_the_throttle_of_this_provider_may_be_enforced_alone(emma: Emma) -> None:
    emma.workspace.freeze()

    assert [200, 403] == statuses(emma, 2)
    assert ["enforce", None] == [each["throttled"] for each in emma.workspace.calls()]
