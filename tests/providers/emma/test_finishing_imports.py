"""Imports that a person lets finish, whatever the clock says."""

from typing import Any

import pytest

from mockserver.providers.emma.actions import import_runs, imports
from tests.providers.emma.client import Emma
from tests.providers.emma.conftest import Turns
from tests.providers.emma.hooks import hook, names
from tests.providers.emma.mailbox import NEWSLETTER, NOON, declined

MANY = 3 * imports.SLICE + 1
slowly = pytest.mark.reading("emma", imports_take=60)


def start(emma: Emma, *members: Any, **more: Any) -> int:
    """Send members, and return the id of the import that they wait in."""
    return int(emma.ask("POST", "/members", {"members": list(members), **more})["import_id"])


def finish(emma: Emma, import_id: int) -> dict[str, Any]:
    state: dict[str, Any] = emma.backstage("finish-import", {"import_id": import_id})
    return state


def times(emma: Emma, import_id: int) -> list[str]:
    """Start and end as clock times."""
    row = emma.ask("GET", f"/members/imports/{import_id}")
    return [row[name][-8:] for name in ("import_started", "import_finished")]


def tasks(emma: Emma) -> list[dict[str, Any]]:
    """The work that waits for imports."""
    return [each for each in emma.workspace.control("GET", "tasks") if each["kind"] in {imports.BEGIN, imports.RUN}]


@slowly
@pytest.mark.parametrize(("seconds", "wanted"), [(10, ["06:00:10", "06:00:10"]), (40, ["06:00:30", "06:00:40"])])
def test_an_import_finishes_at_the_moment_of_the_workspace(emma: Emma, seconds: int, wanted: list[str]) -> None:
    """After ten seconds it is queued, after forty it is in progress."""
    emma.workspace.freeze(NOON)
    import_id = start(emma, {"email": "a@crowd.example"})
    emma.workspace.advance(seconds=seconds)
    finish(emma, import_id)

    assert wanted == times(emma, import_id)
    assert 200 == emma.get("/members/email/a@crowd.example").status_code


@slowly
def test_the_answer_says_what_has_become_of_it(emma: Emma) -> None:
    emma.workspace.freeze()
    sent = [{"email": "a@crowd.example"}, {"email": "a@crowd.example"}, {"email": "emma@myemma.com"}, {"email": "none"}]
    state = finish(emma, start(emma, *sent))

    assert {
        "import_id": 1024,
        "status": "o",
        "num_members_added": 1,
        "num_members_updated": 1,
        "num_duplicates": 1,
        "num_skipped": 0,
        "num_errors": 1,
    } == state


@slowly
def test_an_import_without_a_good_row_fails_when_it_is_let_finish(emma: Emma) -> None:
    emma.workspace.freeze()
    state = finish(emma, start(emma, {"email": "none"}))

    assert ("e", 1) == (state["status"], state["num_errors"])


@slowly
def test_it_does_all_that_it_was_asked_for(emma: Emma) -> None:
    emma.workspace.freeze()
    hook(emma, "import_finish")
    emma.add("b@crowd.example")
    sent = [{"email": f"{name}@crowd.example", "first_name": name} for name in "ab"]
    import_id = start(emma, *sent, group_ids=[NEWSLETTER], add_only=True)
    state = finish(emma, import_id)
    row = emma.ask("GET", f"/members/imports/{import_id}")

    assert (1, 1) == (state["num_members_added"], state["num_skipped"])
    assert [{"member_group_id": NEWSLETTER, "num_added": 1}] == row["num_added_by_group"]
    assert ["import_finish"] == names(emma)


@slowly
def test_an_import_that_was_let_finish_does_not_run_again(emma: Emma) -> None:
    emma.workspace.freeze()
    import_id, other = start(emma, {"email": "a@crowd.example"}), start(emma, {"email": "b@crowd.example"})
    finish(emma, import_id)
    left = tasks(emma)
    before = emma.ask("GET", f"/members/imports/{import_id}")
    emma.workspace.advance(minutes=2)

    assert [(imports.BEGIN, other), (imports.RUN, other)] == [(each["kind"], each["payload"]["import_id"]) for each in left]
    assert before == emma.ask("GET", f"/members/imports/{import_id}")
    assert "o" == emma.ask("GET", f"/members/imports/{other}")["status"]
    assert [] == tasks(emma)


@slowly
def test_a_large_import_that_is_let_finish_gives_others_their_turns(emma: Emma, turns: Turns) -> None:
    emma.workspace.freeze()
    import_id = start(emma, *({"email": f"{number}@crowd.example"} for number in range(MANY)))
    turns.count = 0
    state = finish(emma, import_id)

    assert MANY == state["num_members_added"]
    assert turns.count >= 3


def test_an_import_whose_work_broke_down_can_be_let_finish(emma: Emma, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: Any) -> None:
        raise RuntimeError("it breaks")

    monkeypatch.setattr(import_runs, "_write", fail)
    import_id = start(emma, {"email": "a@crowd.example"})
    broken = emma.ask("GET", f"/members/imports/{import_id}")["status"]
    monkeypatch.undo()

    assert ("q", "o") == (broken, finish(emma, import_id)["status"])
    assert [] == tasks(emma)


def test_an_import_that_has_nothing_left_to_do_is_declined(emma: Emma) -> None:
    good, bad = start(emma, {"email": "a@crowd.example"}), start(emma, {"email": "none"})
    said = "the import {} has nothing left to do, its status is {}"

    assert (409, said.format(good, "o")) == declined(emma, "finish-import", {"import_id": good})
    assert (409, said.format(bad, "e")) == declined(emma, "finish-import", {"import_id": bad})
    assert (409, said.format(200, "o")) == declined(emma, "finish-import", {"import_id": 200})


@pytest.mark.parametrize("import_id", [999, 2**63 - 1])
def test_an_import_that_does_not_exist_is_declined(emma: Emma, import_id: int) -> None:
    assert (404, f"there is no import {import_id}") == declined(emma, "finish-import", {"import_id": import_id})


@slowly
def test_an_import_that_is_marked_as_deleted_is_declined(emma: Emma) -> None:
    emma.workspace.freeze()
    import_id = start(emma, {"email": "a@crowd.example"})
    emma.ask("DELETE", "/members/imports/delete", import_ids=str(import_id))

    assert 404 == declined(emma, "finish-import", {"import_id": import_id})[0]
