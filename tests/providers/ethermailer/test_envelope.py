"""The shape of every refusal of every operation: the documented envelope, or no body at all, and never FastAPI's own."""

import re
from dataclasses import dataclass, field

import pytest

from mockserver.core.operations import Operation
from mockserver.providers.ethermailer import ETHERMAILER
from tests.providers.ethermailer.client import EtherMailer, violations
from tests.workspace import Response


@dataclass(frozen=True)
class Kind:
    """One way to be refused: how the call is spoilt, and what the answer must be."""

    status: int
    rule: str
    violation: tuple[str, str] | None
    """Field and code in the envelope; None for an answer without a body."""
    method: str | None = None
    below: str = ""
    headers: dict[str, str | None] = field(default_factory=dict)
    body: bytes | None = None
    needs_body: bool = False


KINDS = {
    "no key": Kind(401, "ether.auth.refused", ("Authorization", "Unauthorized"), headers={"Authorization": None}),
    "unknown path": Kind(404, "ether.unknown_path", None, below="/no/such/path"),
    "unknown method": Kind(405, "ether.method_not_allowed", ("method", "MethodNotAllowed"), method="PATCH"),
    "html wanted": Kind(406, "ether.accept", ("Accept", "NotAcceptable"), headers={"Accept": "text/html"}),
    "body of another type": Kind(
        415,
        "ether.content_type",
        ("Content-Type", "UnsupportedMediaType"),
        headers={"Content-Type": "text/plain"},
        body=b"name=Bakers",
        needs_body=True,
    ),
    "body that is no JSON": Kind(400, "ether.unreadable", ("body", "NotReadable"), body=b'{"name": "Bak', needs_body=True),
    "no body": Kind(400, "ether.unreadable", ("body", "NotReadable"), needs_body=True),
    "null for a body": Kind(400, "ether.unreadable", ("body", "NotReadable"), body=b"null", needs_body=True),
    "text for a body": Kind(400, "ether.unreadable", ("body", "NotReadable"), body=b'"Bakers"', needs_body=True),
}


OPERATIONS = list(ETHERMAILER.operations.by_name.values())
CASES = [
    pytest.param(operation, kind, id=f"{operation.name}-{name}")
    for operation in OPERATIONS
    for name, kind in KINDS.items()
    if operation.takes_body or not kind.needs_body
]

every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=[operation.name for operation in OPERATIONS])


def concrete(operation: Operation) -> str:
    """A path of the operation; its ids mean nothing, and its page is a good one."""
    page = {"{findLimit}": "50", "{offset}": "0"}
    return re.sub(r"\{\w+\}", lambda found: page.get(found[0], "1"), operation.template)


def assert_envelope(response: Response, violation: tuple[str, str]) -> None:
    assert "application/json" == response.headers["content-type"]
    assert [violation] == violations(response)
    assert "detail" not in response.json()


def test_all_documented_operations_are_among_the_cases() -> None:
    assert 15 == len(OPERATIONS)
    assert 6 == sum(operation.takes_body for operation in OPERATIONS)


@pytest.mark.rule("ether.bad_request", "ether.json")
@pytest.mark.parametrize(("operation", "kind"), CASES)
def test_a_refusal_is_told_in_the_provider_s_own_form(ether: EtherMailer, operation: Operation, kind: Kind) -> None:
    response = ether.request(
        kind.method or operation.method,
        concrete(operation) + kind.below,
        headers={**kind.headers, "X-Mock-Explain": "1"},
        content=kind.body,
    )

    assert kind.status == response.status_code
    assert kind.rule in {rule.partition(";")[0] for rule in response.headers["x-mock-rules"].split(", ")}
    if kind.violation is None:
        assert b"" == response.content
        assert "content-type" not in response.headers
    else:
        assert_envelope(response, kind.violation)


@pytest.mark.rule("ether.method_not_allowed")
@every_operation
def test_a_405_names_the_operation_s_method_among_the_possible_ones(ether: EtherMailer, operation: Operation) -> None:
    response = ether.request("PATCH", concrete(operation))

    assert 405 == response.status_code
    assert operation.method in response.headers["allow"].split(", ")


@pytest.mark.rule("ether.throttle")
@every_operation
def test_one_call_too_many_is_told_in_the_provider_s_own_form(ether: EtherMailer, operation: Operation) -> None:
    ether.workspace.freeze()
    ether.workspace.throttle("enforce")
    path = concrete(operation)

    *answered, refused = [ether.request(operation.method, path) for _ in range(4)]

    assert 429 not in {response.status_code for response in answered}
    assert 422 not in {response.status_code for response in answered}
    assert 429 == refused.status_code
    assert "1" == refused.headers["retry-after"]
    assert_envelope(refused, (path, "TooManyRequests"))


@pytest.mark.rule("ether.throttle", "ether.object_name")
@pytest.mark.reading("ethermailer", object_name="leaf")
def test_a_path_with_a_dot_is_named_whole_by_a_429_in_the_other_reading(ether: EtherMailer) -> None:
    ether.workspace.freeze()
    ether.workspace.throttle("enforce")

    *_, refused = [ether.get("/user/contact/ann.smith") for _ in range(4)]

    assert 429 == refused.status_code
    assert_envelope(refused, ("/user/contact/ann.smith", "TooManyRequests"))


@pytest.mark.rule("ether.unknown_path")
@pytest.mark.reading("ethermailer", not_found_body="errors")
@every_operation
def test_an_unknown_path_is_told_in_the_envelope_in_the_other_reading(ether: EtherMailer, operation: Operation) -> None:
    response = ether.request(operation.method, f"{concrete(operation)}/no/such/path")

    assert 404 == response.status_code
    assert_envelope(response, ("path", "NotFound"))
