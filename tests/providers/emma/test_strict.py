"""A strict workspace refuses what nothing reads, in Emma's words."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma


@pytest.mark.rule("emma.strict")
@pytest.mark.reading("emma", strict=True)
@pytest.mark.parametrize(
    ("method", "path", "request_", "named"),
    [
        (
            "POST",
            "/members/add",
            {"json": {"email": "ada@example.com", "group_id": [150]}},
            "group_id (did you mean group_ids?)",
        ),
        ("GET", "/members?strat=0", {}, "?strat (did you mean ?start?)"),
        ("GET", "/members", {"json": {"stale": 1}}, "body"),
        ("GET", "/members", {"headers": {"X-Emma-Trace": "1"}}, "header: x-emma-trace"),
    ],
)
def test_what_nothing_reads_is_refused_by_its_name(
    emma: Emma, method: str, path: str, request_: dict[str, Any], named: str
) -> None:
    response = emma.request(method, path, **request_)

    assert (400, {"error": f"nothing reads {named}; this server is strict (setting `strict`)"}) == (
        response.status_code,
        response.json(),
    )


@pytest.mark.reading("emma", strict=True)
def test_a_documented_call_is_answered(emma: Emma) -> None:
    added = emma.request("POST", "/members/add", json={"email": "ada@example.com", "fields": {"first_name": "Ada"}})

    assert 200 == added.status_code


@pytest.mark.rule("emma.strict")
def test_by_itself_it_is_ignored(emma: Emma) -> None:
    assert 200 == emma.request("GET", "/members?strat=0", headers={"X-Emma-Trace": "1"}).status_code
