"""The rulebook as it is served, and which of its rows the calls of a workspace have met."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.core.provider import Provider
from mockserver.providers import PROVIDERS
from mockserver.providers.ethermailer import ETHERMAILER
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

PAGE = "/user/contact/limit/5/offset/0"


def coverage(workspace: Workspace) -> dict[str, Any]:
    """What the calls of a workspace have met of Ether Mailer."""
    return workspace.coverage("ethermailer")


def operation(workspace: Workspace, name: str) -> dict[str, Any]:
    return next(each for each in coverage(workspace)["operations"] if each["operation"] == name)


def met(workspace: Workspace) -> dict[str, int]:
    """The rows that were met, with the number of calls."""
    return {row["id"]: row["calls"] for each in coverage(workspace)["operations"] for row in each["rows"] if row["calls"]}


@pytest.fixture
def ether(workspace: Workspace) -> EtherMailer:
    return EtherMailer(workspace)


@pytest.fixture
def other(server: TestClient) -> Iterator[Workspace]:
    """A second workspace."""
    made = Workspace(server, "rulebook-other")
    made.control("POST", "workspaces", json={"name": made.name})
    yield made
    made.control("DELETE", f"workspaces/{made.name}")


# Rows


def test_every_row_is_served_in_the_order_of_the_book(server: TestClient) -> None:
    rows = server.get("/_mock/rulebook").json()

    assert [rule for provider in PROVIDERS for rule in provider.rulebook] == [row["id"] for row in rows]


def test_a_row_tells_evidence_source_and_switch(server: TestClient) -> None:
    row = next(row for row in server.get("/_mock/rulebook").json() if row["id"] == "ether.bulk.unknown")

    assert {
        "provider": "ethermailer",
        "id": "ether.bulk.unknown",
        "operation": ["delete_contacts", "restore_contacts"],
        "text": "Ids of no contact are skipped.",
        "evidence": "chosen",
        "source": "open question 71",
        "switch": "unknown_ids",
    } == row


def test_rows_can_be_those_of_one_provider(server: TestClient) -> None:
    assert len(ETHERMAILER.rulebook) == len(server.get("/_mock/rulebook?provider=ethermailer").json())


@pytest.mark.parametrize("path", ["rulebook", "coverage", "journal", "outbox"])
def test_an_unknown_provider_is_declined_with_the_nearest_name(server: TestClient, path: str) -> None:
    response = server.get(f"/_mock/{path}?provider=ethermail")

    assert 404 == response.status_code
    assert {"error": 'no provider is called "ethermail"; did you mean "ethermailer"?'} == response.json()


# Coverage


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_before_any_call_every_row_is_untouched(workspace: Workspace, provider: Provider) -> None:
    found = workspace.coverage(provider.name)
    cited = [row for row in provider.rulebook.values() if row.cited]
    served = [operation.name for operation in provider.operations.served]

    assert (len(cited), 0) == (found["rows"], found["touched"])
    assert ["*", *served] == [each["operation"] for each in found["operations"]]
    assert {0} == {each["touched"] for each in found["operations"]}
    assert {0} == {row["calls"] for each in found["operations"] for row in each["rows"]}


def test_calls_touch_the_rows_that_made_their_answers(ether: EtherMailer) -> None:
    ether.get(PAGE)
    ether.get(PAGE)
    ether.get("/user/contact/7")

    assert {"ether.list_contacts": 2, "ether.list_contacts.deleted": 2, "ether.get_contact.unknown": 1} == met(
        ether.workspace
    )
    assert 3 == coverage(ether.workspace)["touched"]


def test_an_operation_tells_its_rows_touched_and_untouched(ether: EtherMailer) -> None:
    ether.get("/user/contact/7")
    found = operation(ether.workspace, "get_contact")

    assert {"operation": "get_contact", "touched": 1} == {name: found[name] for name in ("operation", "touched")}
    assert {"ether.get_contact": 0, "ether.get_contact.unknown": 1, "ether.get_contact.deleted": 0} == {
        row["id"]: row["calls"] for row in found["rows"]
    }
    assert all(row["text"] == ETHERMAILER.rulebook[row["id"]].text for row in found["rows"])


def test_a_row_of_several_operations_is_met_in_each_and_counted_once(ether: EtherMailer) -> None:
    ether.post("/user/contact", {"email": "nobody"})
    places = [
        each["operation"]
        for each in coverage(ether.workspace)["operations"]
        for row in each["rows"]
        if row["id"] == "ether.contacts.email_form" and row["calls"]
    ]

    assert ["import_contacts", "register_contact", "add_contact", "update_contact"] == places
    assert 2 == coverage(ether.workspace)["touched"]  # and ether.bad_request


def test_rows_about_every_call_stand_under_a_star(ether: EtherMailer) -> None:
    ether.get("/nothing")

    assert 1 == operation(ether.workspace, "*")["touched"]


def test_rows_about_form_are_left_out(workspace: Workspace) -> None:
    listed = {row["id"] for each in coverage(workspace)["operations"] for row in each["rows"]}

    assert "ether.json" not in listed
    assert {row.id for row in ETHERMAILER.rulebook.values() if row.cited} == listed


def test_rows_met_elsewhere_are_not_met_here(ether: EtherMailer, other: Workspace) -> None:
    EtherMailer(other).get(PAGE)

    assert {} == met(ether.workspace)


def test_coverage_is_that_of_every_provider_in_their_order(workspace: Workspace) -> None:
    assert [provider.name for provider in PROVIDERS] == [each["provider"] for each in workspace.control("GET", "coverage")]


def test_coverage_can_be_that_of_one_provider(server: TestClient) -> None:
    assert ["ethermailer"] == [each["provider"] for each in server.get("/_mock/coverage?provider=ethermailer").json()]


def test_coverage_of_an_unknown_workspace_is_declined(server: TestClient) -> None:
    response = server.get("/_mock/coverage?workspace=nowhere")

    assert 404 == response.status_code
    assert {"error": 'there is no workspace "nowhere"; POST /_mock/workspaces makes one'} == response.json()
