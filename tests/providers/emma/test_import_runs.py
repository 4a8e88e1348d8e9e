"""Imports on the clock: queued, in progress, finished; and large ones in slices."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from mockserver.app import Switchboard, create_app
from mockserver.providers.emma.actions import import_runs, imports
from mockserver.settings import Settings
from tests.providers.emma.client import Emma, basic
from tests.providers.emma.conftest import Turns
from tests.workspace import Response

MANY = 3 * imports.SLICE + 1


def crowd(count: int, prefix: str = "") -> list[dict[str, str]]:
    return [{"email": f"{prefix}{number}@crowd.example", "first_name": f"Number {number}"} for number in range(count)]


def state(emma: Emma, import_id: int) -> tuple[str, str | None, str | None]:
    """Status, start and end, the last two as clock times."""
    row = emma.ask("GET", f"/members/imports/{import_id}")
    return row["status"], *(row[name] and row[name][-8:] for name in ("import_started", "import_finished"))


# The clock


@pytest.mark.rule("emma.import_members.when")
def test_an_import_that_takes_no_time_has_run_before_the_next_call(emma: Emma) -> None:
    emma.workspace.freeze("2030-01-01T12:00:00Z")
    import_id = emma.ask("POST", "/members", {"members": crowd(1)})["import_id"]

    assert 200 == emma.get("/members/email/0@crowd.example").status_code
    assert ("o", "06:00:00", "06:00:00") == state(emma, import_id)


@pytest.mark.rule("emma.import_members.when")
@pytest.mark.reading("emma", imports_take=60)
def test_an_import_is_queued_then_in_progress_then_done(emma: Emma) -> None:
    emma.workspace.freeze("2030-01-01T12:00:00Z")
    import_id = emma.ask("POST", "/members", {"members": crowd(2)})["import_id"]
    states = [state(emma, import_id)]
    for seconds in (29, 1, 29, 1):
        emma.workspace.advance(seconds=seconds)
        states.append(state(emma, import_id))
        found = emma.get("/members/email/0@crowd.example").status_code

        assert (200 if seconds == 1 and len(states) == 5 else 404) == found

    queued, started = ("q", None, None), ("p", "06:00:30", None)
    assert [queued, queued, started, started, ("o", "06:00:30", "06:01:00")] == states


@pytest.mark.rule("emma.import_members.when")
@pytest.mark.reading("emma", imports_take=60)
def test_two_imports_under_way_take_effect_one_after_the_other(emma: Emma) -> None:
    emma.workspace.freeze()
    emma.ask("POST", "/members", {"members": [{"email": "a@crowd.example", "first_name": "First"}]})
    emma.workspace.advance(seconds=10)
    emma.ask("POST", "/members", {"members": [{"email": "a@crowd.example", "first_name": "Second"}]})
    emma.workspace.advance(seconds=50)
    between = emma.ask("GET", "/members/email/a@crowd.example")["fields"]
    emma.workspace.advance(seconds=10)

    assert {"first_name": "First"} == between
    assert {"first_name": "Second"} == emma.ask("GET", "/members/email/a@crowd.example")["fields"]
    assert [("a", 1, 0), ("u", 0, 1)] == [
        (
            emma.ask("GET", f"/members/imports/{import_id}/members")[0]["change_type"],
            emma.ask("GET", f"/members/imports/{import_id}")["num_members_added"],
            emma.ask("GET", f"/members/imports/{import_id}")["num_members_updated"],
        )
        for import_id in (1024, 1025)
    ]


@pytest.mark.rule("emma.import_members.when")
@pytest.mark.reading("emma", imports_take=60)
def test_what_was_deleted_before_the_import_runs_is_left_out(emma: Emma) -> None:
    emma.workspace.freeze()
    group = emma.group("Gone")
    sent = {"members": [{"email": "a@crowd.example", "orders": 3, "first_name": "A"}], "group_ids": [group, 150]}
    import_id = emma.ask("POST", "/members", sent)["import_id"]
    emma.ask("DELETE", f"/groups/{group}")
    emma.ask("DELETE", "/fields/204")
    emma.workspace.advance(seconds=60)
    row = emma.ask("GET", f"/members/imports/{import_id}")

    assert [{"member_group_id": 150, "num_added": 1}] == row["num_added_by_group"]
    assert ["first_name"] == [field["shortcut_name"] for field in row["fields_updated"]]
    assert {"first_name": "A"} == emma.ask("GET", "/members/email/a@crowd.example")["fields"]


@pytest.mark.rule("emma.delete_imports.deleted")
@pytest.mark.reading("emma", imports_take=60)
def test_an_import_that_was_deleted_does_its_work_all_the_same(emma: Emma) -> None:
    emma.workspace.freeze()
    import_id = emma.ask("POST", "/members", {"members": crowd(1)})["import_id"]
    emma.ask("DELETE", "/members/imports/delete", import_ids=str(import_id))
    emma.workspace.advance(seconds=60)

    assert 200 == emma.get("/members/email/0@crowd.example").status_code
    assert 404 == emma.get(f"/members/imports/{import_id}").status_code


# Slices


@pytest.mark.rule("emma.import_members.any_size")
def test_a_large_import_gives_others_their_turns_when_it_is_kept_and_when_it_runs(emma: Emma, turns: Turns) -> None:
    emma.workspace.freeze()
    emma.ask("POST", "/members", {"members": crowd(MANY)})
    kept, turns.count = turns.count, 0
    emma.ask("GET", "/members", count="true")

    assert kept >= 3
    assert turns.count >= 3


@pytest.mark.rule("emma.import_members.any_size")
def test_an_import_into_many_groups_gives_others_their_turns_as_well(emma: Emma, turns: Turns) -> None:
    groups = [emma.group(f"Group {number}") for number in range(2 * import_runs.GROUPS)]
    emma.ask("POST", "/members", {"members": crowd(1), "group_ids": groups})
    row = emma.ask("GET", "/members/imports/1024")

    assert turns.count >= 2
    assert groups == [each["member_group_id"] for each in row["groups_updated"]]


@pytest.mark.rule("emma.import_members.any_size", "emma.import_members.duplicate")
def test_members_and_duplicates_are_known_across_slices(emma: Emma) -> None:
    twice = {"email": "twice@crowd.example"}
    import_id = emma.ask("POST", "/members", {"members": [twice, *crowd(MANY), twice, {"email": "5@crowd.example"}]})[
        "import_id"
    ]
    row = emma.ask("GET", f"/members/imports/{import_id}")

    assert (MANY + 1, MANY + 1, 2) == (row["num_members"], row["num_members_added"], row["num_duplicates"])
    assert MANY + 1 == emma.ask("GET", f"/members/imports/{import_id}/members", count="true")


@pytest.mark.rule("emma.import_members.updated")
def test_members_who_were_there_and_new_ones_may_be_mixed_in_any_order(emma: Emma) -> None:
    emma.ask("POST", "/members", {"members": crowd(MANY)[::2]})
    import_id = emma.ask("POST", "/members", {"members": crowd(MANY), "group_ids": [154]})["import_id"]
    row = emma.ask("GET", f"/members/imports/{import_id}")

    assert (MANY // 2, MANY - MANY // 2) == (row["num_members_added"], row["num_members_updated"])
    assert [{"member_group_id": 154, "num_added": MANY}] == row["num_added_by_group"]
    assert MANY == emma.ask("GET", f"/members/imports/{import_id}/members", count="true", added_to_groups="true")
    assert MANY // 2 == emma.ask("GET", f"/members/imports/{import_id}/members", count="true", added_only="true")


def test_an_import_that_fails_half_way_leaves_nothing_and_others_still_run(
    emma: Emma, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    def write_once(*given: Any) -> Any:
        written.append(True)
        if len(written) == 2:
            raise RuntimeError("the second slice fails")
        return write(*given)

    emma.workspace.freeze()
    write = import_runs._write
    monkeypatch.setattr(import_runs, "_write", write_once)
    before = emma.ask("GET", "/members", count="true")
    emma.ask("POST", "/members", {"members": crowd(MANY)})
    after = emma.ask("GET", "/members", count="true")
    monkeypatch.undo()
    emma.ask("POST", "/members", {"members": crowd(1)})

    assert 2 == len(written)
    assert before == after
    assert "q" == emma.ask("GET", "/members/imports/1024")["status"]
    assert "RuntimeError" in emma.workspace.control("GET", "tasks")[0]["failure"]
    assert 1 == emma.ask("GET", "/members/imports/1025")["num_members_added"]


# Side by side


@pytest.fixture
def app() -> Iterator[Switchboard]:
    """A server of its own, to be called from within an event loop."""
    made = create_app(Settings(throttle="off"))
    yield made
    made.runtime.workspaces.close()


class Race:
    """Calls that are under way at the same time, and the order in which they were answered."""

    def __init__(self, app: Switchboard) -> None:
        self._transport = httpx2.ASGITransport(app=app)
        self.answered: list[str] = []

    async def call(self, name: str, method: str, path: str, *, key: str, json: Any = None) -> Response:
        async with httpx2.AsyncClient(transport=self._transport, base_url="http://127.0.0.1:8765") as client:
            headers = {"Authorization": basic(key, "any")}
            response = await client.request(method, f"/emma/100{path}", headers=headers, json=json, timeout=None)
        self.answered.append(name)
        return response


@pytest.mark.rule("emma.import_members.any_size")
def test_an_import_that_runs_keeps_no_other_workspace_waiting(app: Switchboard) -> None:
    race = Race(app)

    async def run_all() -> list[Response]:
        await race.call("import", "POST", "/members", key="ws-a", json={"members": crowd(10_000)})
        readers = [race.call("reader", "GET", "/members?count=true", key="ws-a") for _ in range(3)]
        neighbours = [race.call("neighbour", "GET", "/members?count=true", key="ws-b") for _ in range(5)]
        return await asyncio.gather(*readers, *neighbours)

    answers = asyncio.run(run_all())
    before = answers[-1].json()

    assert ["import", *["neighbour"] * 5, *["reader"] * 3] == race.answered
    assert [*[before + 10_000] * 3, *[before] * 5] == [answer.json() for answer in answers]
