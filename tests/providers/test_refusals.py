"""The catalogues of refusals that faults choose from: they are whole, and each refusal is the provider's own."""

import inspect
import re
from collections.abc import Iterator
from importlib import import_module

import pytest

from mockserver.core.errors import Refusal
from mockserver.core.provider import Provider
from mockserver.providers import PROVIDERS
from tests.providers.emfluence.client import Emfluence, envelope
from tests.providers.emma.client import Emma, error
from tests.providers.ethermailer.client import EtherMailer, violations
from tests.workspace import Response, Workspace

each_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
each_refusal = pytest.mark.parametrize(
    ("provider", "name"),
    [pytest.param(each.name, name, id=f"{each.name}-{name}") for each in PROVIDERS for name in each.refusals()],
)


def classes(provider: Provider) -> Iterator[type[Refusal]]:
    """Of a provider's `errors.py`, those that it refuses with: a class that others are made of has no row."""
    errors = import_module(f"mockserver.providers.{provider.name}.errors")
    for _, found in inspect.getmembers(errors, inspect.isclass):
        if issubclass(found, Refusal) and found.__module__ == errors.__name__ and not found.__subclasses__():
            yield found


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def refused(workspace: Workspace, provider: str, name: str) -> tuple[Response, Response]:
    """The answers to two calls of which the first is refused by a fault."""
    workspace.control(
        "POST",
        "faults",
        json={"match": {"provider": provider}, "act": {"kind": "refusal", "name": name}, "when": {"first": 1}},
    )
    ask = {
        "emma": lambda: Emma(workspace).get("/members"),
        "emfluence": lambda: Emfluence(workspace).request("POST", "helper/ping"),
        "ethermailer": lambda: EtherMailer(workspace).get("/user"),
    }[provider]
    return ask(), ask()


@each_provider
def test_every_refusal_class_is_in_the_catalogue_by_its_name(provider: Provider) -> None:
    found = {snake(each.__name__) for each in classes(provider)}

    assert len(found) > 10
    assert set() == found - set(provider.refusals())


def test_every_code_of_emfluence_is_a_name_as_well() -> None:
    (emfluence,) = (each for each in PROVIDERS if each.name == "emfluence")
    codes = {str(each.code) for each in classes(emfluence)}  # type: ignore[attr-defined] # each has one

    assert codes == {name for name in emfluence.refusals() if name.isdigit()}


@each_refusal
def test_a_call_is_refused_in_the_provider_s_own_envelope(workspace: Workspace, provider: str, name: str) -> None:
    response, after = refused(workspace, provider, name)

    assert after.status_code == 200
    if provider == "emma":
        assert response.status_code >= 400
        assert error(response)
    elif provider == "emfluence":
        assert 0 == envelope(response)["success"]
    else:
        assert response.status_code >= 400
        assert response.status_code == 404 or violations(response)


@each_refusal
def test_a_refusal_cites_rows_of_the_rulebook(workspace: Workspace, provider: str, name: str) -> None:
    refused(workspace, provider, name)
    rulebook = next(each.rulebook for each in PROVIDERS if each.name == provider)
    rules = workspace.calls()[-1]["rules"]

    assert rules
    assert set(rules) <= set(rulebook)


@each_refusal
def test_a_refusal_that_was_ordered_is_no_failure_of_the_server(
    workspace: Workspace, provider: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    response, _ = refused(workspace, provider, name)

    assert [] == caplog.records
    assert "mock server failed" not in response.text


@pytest.mark.parametrize(
    ("provider", "name", "status"),
    [
        ("emma", "rate_limit_exceeded", 403),
        ("emma", "unauthorized", 401),
        ("emma", "service_unavailable", 503),
        ("emfluence", "too_many_connections", 403),
        ("emfluence", "300", 200),
        ("ethermailer", "too_many_requests", 429),
        ("ethermailer", "service_unavailable", 503),
    ],
)
def test_a_refusal_has_its_true_status(workspace: Workspace, provider: str, name: str, status: int) -> None:
    response, _ = refused(workspace, provider, name)

    assert status == response.status_code


def test_an_ordered_429_of_ether_mailer_says_when_to_come_again(workspace: Workspace) -> None:
    response, _ = refused(workspace, "ethermailer", "too_many_requests")

    assert ("1", "3", "0") == tuple(
        response.headers[name] for name in ("retry-after", "x-ratelimit-limit", "x-ratelimit-remaining")
    )


def test_an_ordered_405_names_other_methods(workspace: Workspace) -> None:
    responses = [refused(workspace, name, "method_not_allowed")[0] for name in ("ethermailer", "emma")]

    assert ["DELETE, POST, PUT"] * 2 == [response.headers["allow"] for response in responses]


def test_a_refusal_by_its_code_is_the_one_by_its_name(workspace: Workspace) -> None:
    by_code, _ = refused(workspace, "emfluence", "300")
    by_name, _ = refused(workspace, "emfluence", "record_not_found")

    assert (300, by_name.json()["errors"]) == (by_code.json()["code"], by_code.json()["errors"])


@pytest.mark.reading("emma", unauthorized_status=403)
def test_a_refusal_is_in_the_reading_of_the_workspace(workspace: Workspace) -> None:
    response, _ = refused(workspace, "emma", "unauthorized")

    assert 403 == response.status_code
