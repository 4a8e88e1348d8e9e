"""Which rows of the rulebook a test suite has met: asked of a running server, by HTTP and on the command line."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx2
import pytest

from mockserver.core.provider import Provider
from mockserver.providers import PROVIDERS
from mockserver.providers.ethermailer import ETHERMAILER
from tests.journeys.conftest import Server, environment
from tests.providers.emfluence.client import Emfluence
from tests.providers.emma.client import Emma
from tests.providers.ethermailer.client import EtherMailer
from tests.workspace import Workspace

_numbers = count(1)


@pytest.fixture
def workspace(server: httpx2.Client) -> Iterator[Workspace]:
    made = Workspace(server, f"coverage-{next(_numbers)}")
    made.control("POST", "workspaces", json={"name": made.name})
    yield made
    made.control("DELETE", f"workspaces/{made.name}")


def ask(running: Server, workspace: Workspace, *options: str) -> list[str]:
    """The lines that the command prints."""
    address = ("--url", running.url, "--workspace", workspace.name)
    done = subprocess.run(
        [sys.executable, "-m", "mockserver", "coverage", *address, *options],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "" == done.stderr
    return done.stdout.splitlines()


def use(workspace: Workspace) -> None:
    """A call that works, and one that does not, at each provider."""
    Emma(workspace).get("/members/200")
    Emma(workspace).get("/members/4711")
    Emfluence(workspace).call("helper/ping")
    Emfluence(workspace).call("contacts/lookup", contactID=4711)
    EtherMailer(workspace).get("/user")
    EtherMailer(workspace).get("/user/contact/7")


def served(provider: Provider) -> list[str]:
    return [operation.name for operation in provider.operations.served]


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_every_row_is_told_with_its_evidence_whether_it_was_met_or_not(workspace: Workspace, provider: Provider) -> None:
    use(workspace)
    found = workspace.coverage(provider.name)
    rows = {row["id"]: row for each in found["operations"] for row in each["rows"]}
    cited = {row.id: row for row in provider.rulebook.values() if row.cited}

    assert set(cited) == set(rows)
    assert all(cited[name].evidence == row["evidence"] and cited[name].text == row["text"] for name, row in rows.items())
    assert (len(rows), sum(row["calls"] > 0 for row in rows.values())) == (found["rows"], found["touched"])
    assert found["rows"] == found["touched"] + found["untouched"]
    assert 0 < found["touched"]


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_an_operation_tells_how_often_it_was_called_and_which_rows_are_left(
    workspace: Workspace, provider: Provider
) -> None:
    use(workspace)
    for each in workspace.coverage(provider.name)["operations"]:
        left = [row["id"] for row in each["rows"] if not row["calls"]]

        assert (len(each["rows"]), left) == (each["total"], each["untouched"])
        assert each["total"] == each["touched"] + len(left)


def test_operations_that_were_never_called_are_told(workspace: Workspace) -> None:
    use(workspace)
    found = workspace.coverage("ethermailer")
    calls = {each["operation"]: each["calls"] for each in found["operations"]}

    assert [name for name in served(ETHERMAILER) if name not in {"get_user", "get_contact"}] == found["never_called"]
    assert (2, 1, 1, 0) == tuple(calls[name] for name in ("*", "get_user", "get_contact", "add_contact"))


def test_rows_are_counted_by_evidence(workspace: Workspace) -> None:
    use(workspace)
    found = workspace.coverage("ethermailer")
    cited = [row for row in ETHERMAILER.rulebook.values() if row.cited]
    total = {kind: sum(row.evidence == kind for row in cited) for kind in found["evidence"]}

    assert total == {kind: each["total"] for kind, each in found["evidence"].items()}
    assert {"documented": 1, "observed": 0, "inferred": 1, "chosen": 0} == {
        kind: each["touched"] for kind, each in found["evidence"].items()
    }


def test_a_reset_begins_anew(workspace: Workspace) -> None:
    use(workspace)
    workspace.control("POST", "reset")
    found = workspace.coverage("ethermailer")

    assert (0, served(ETHERMAILER)) == (found["touched"], found["never_called"])


# The command


def test_the_command_prints_a_table_with_the_texts_of_rows_that_are_left(running: Server, workspace: Workspace) -> None:
    use(workspace)
    lines = ask(running, workspace, "--provider", "ethermailer")
    table = {line.split()[0]: line.split()[1:] for line in lines if not line.startswith(" ")}
    rows = len([row for row in ETHERMAILER.rulebook.values() if row.cited])

    assert ["*", *served(ETHERMAILER), "ethermailer:"] == list(table)
    assert ["1/3", "1", "calls"] == table["get_contact"]
    assert ["calls", "never", "called"] == table["add_contact"][2:]
    assert f"ethermailer: 2 of {rows} rows touched (" == lines[-1].partition("documented")[0]
    assert lines[-1].endswith(f"2 of {len(served(ETHERMAILER))} operations called")
    assert (
        "    chosen      ether.get_contact.deleted: A deleted contact cannot be read by its id: 404."
        == lines[next(at for at, line in enumerate(lines) if line.startswith("get_contact ")) + 2]
    )


def test_the_command_prints_every_provider(running: Server, workspace: Workspace) -> None:
    totals = [line for line in ask(running, workspace) if re.match(r"\w+: ", line)]

    assert [provider.name for provider in PROVIDERS] == [line.partition(":")[0] for line in totals]


def test_the_command_can_leave_out_what_was_met_whole(running: Server, workspace: Workspace) -> None:
    use(workspace)
    whole = [each["operation"] for each in workspace.coverage("ethermailer")["operations"] if not each["untouched"]]
    lines = ask(running, workspace, "--provider", "ethermailer", "--untouched")

    assert "get_user" in whole
    assert [] == [line for line in lines if line.split()[0] in whole]


def test_the_command_prints_json(running: Server, workspace: Workspace) -> None:
    use(workspace)
    whole: Any = json.loads("\n".join(ask(running, workspace, "--json")))
    some: Any = json.loads("\n".join(ask(running, workspace, "--json", "--untouched", "--provider", "ethermailer")))

    assert workspace.control("GET", "coverage") == whole
    assert all(each["untouched"] for each in some[0]["operations"])
    assert len(some[0]["operations"]) < len(whole[-1]["operations"])


# A call can be asked as well


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_a_call_that_asks_is_told_which_rows_made_its_answer(workspace: Workspace, provider: Provider) -> None:
    answer = {
        "emma": lambda: Emma(workspace).get("/members/4711", headers={"X-Mock-Explain": "1"}),
        "emfluence": lambda: Emfluence(workspace).request("GET", "nothing", headers={"X-Mock-Explain": "1"}),
        "ethermailer": lambda: EtherMailer(workspace).get("/user/contact/7", headers={"X-Mock-Explain": "1"}),
    }[provider.name]()
    told = dict(part.split(";") for part in answer.headers["x-mock-rules"].split(", "))

    assert {row: provider.rulebook[row].evidence for row in told} == told
    assert sorted(told) == workspace.calls()[0]["rules"]
