"""Erasing members for ever, with all that names them."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from mockserver.core.workspace import Workspace as World
from mockserver.providers.emma.tables import METADATA
from tests.providers.emma.client import Emma, error

EMMA, GLADYS, TONY, GREG = 200, 201, 202, 203


def world(emma: Emma) -> World:
    """The workspace from within the server."""
    found: World | None = emma.workspace.server.app.runtime.workspaces.get(emma.workspace.name)  # type: ignore[attr-defined]

    assert found is not None
    return found


def traces(emma: Emma, member_id: int, *words: str) -> Iterator[str]:
    """Where the database still has something that names a member, by its id or by one of some words."""
    database = world(emma).database
    for table in METADATA.sorted_tables:
        named = [column.name for column in table.columns if column.name == "member_id"]
        for row in database.execute(select(table)).mappings():
            targeted = table.name == "emma_mailing_target" and row["kind"] == "member" and row["target_id"] == member_id
            if targeted or any(row[name] == member_id for name in named) or any(word in str(row) for word in words):
                yield table.name


def gone(emma: Emma, member_id: int) -> bool:
    return emma.get(f"/members/{member_id}?deleted=true").status_code == 404


# Named members


@pytest.mark.rule("emma.purge_members")
@pytest.mark.parametrize("member_id", [EMMA, GREG])
def test_named_members_are_erased_archived_or_not(emma: Emma, member_id: int) -> None:
    answer = emma.ask("POST", "/members/purge", {"member_ids": [member_id]})

    assert answer is True
    assert gone(emma, member_id)
    assert not gone(emma, TONY)


@pytest.mark.rule("emma.purges.traces")
@pytest.mark.parametrize("member_id", [EMMA, GLADYS, TONY, GREG])
def test_no_table_names_an_erased_member_any_more(emma: Emma, member_id: int) -> None:
    email = emma.member(member_id)["email"]
    before = set(traces(emma, member_id, email))
    emma.ask("POST", "/members/purge", {"member_ids": [member_id]})

    assert "emma_member" in before
    assert set(traces(emma, member_id, email)) <= {"emma_heads_up"}


@pytest.mark.rule("emma.purges.traces")
def test_everything_that_can_name_a_member_is_among_the_traces_that_go(emma: Emma) -> None:
    """A member with a row in every table that names members: another such table would be found here."""
    email = "known@everywhere.example"
    emma.ask("POST", "/members/signup", {"email": email, "group_ids": [150]})
    import_id = emma.ask("POST", "/members", {"members": [{"email": email}]})["import_id"]
    (row,) = emma.ask("GET", f"/members/imports/{import_id}/members")
    member_id = row["member_id"]
    emma.ask("PUT", f"/members/email/optout/{email}", {})
    fill_tables(emma, member_id)
    before = set(traces(emma, member_id))
    emma.ask("POST", "/members/purge", {"member_ids": [member_id]})

    assert {table.name for table in naming_tables()} | {"emma_mailing_target"} == before
    assert set() == set(traces(emma, member_id, email))


def naming_tables() -> list[Any]:
    return [table for table in METADATA.sorted_tables if "member_id" in table.columns]


def fill_tables(emma: Emma, member_id: int) -> None:
    """Put a row into each table that names members and has none for this one."""
    there = set(traces(emma, member_id))
    with world(emma).transaction(world(emma).runtime.providers["emma"]) as context:
        for table in naming_tables():
            if table.name not in there:
                needed = [column for column in table.columns if not column.nullable and column.name != "id"]
                values = {column.name: 7 if "INT" in str(column.type) else "x" for column in needed}
                context.execute(table.insert().values(**{**values, "member_id": member_id}))
        target = {"mailing_id": 7, "role": "recipient", "kind": "member", "target_id": member_id}
        context.execute(METADATA.tables["emma_mailing_target"].insert().values(**target))


@pytest.mark.rule("emma.purges.traces")
def test_what_names_others_by_the_same_number_stays(emma: Emma) -> None:
    """A group, a mailing or a field may have the number of a member."""
    tables = ("emma_field", "emma_group", "emma_mailing", "emma_import")
    with world(emma).transaction(world(emma).runtime.providers["emma"]) as context:
        target = {"mailing_id": 7, "role": "recipient", "kind": "group", "target_id": EMMA}
        context.execute(METADATA.tables["emma_mailing_target"].insert().values(**target))
    before = [rows(emma, name) for name in tables]
    emma.ask("POST", "/members/purge", {"member_ids": [EMMA, 150, 151]})

    assert before == [rows(emma, name) for name in tables]
    assert any(row[2:4] == ("group", EMMA) for row in rows(emma, "emma_mailing_target"))


def rows(emma: Emma, name: str) -> list[Any]:
    return [tuple(row) for row in world(emma).database.execute(select(METADATA.tables[name]))]


@pytest.mark.rule("emma.purge_members.unknown")
@pytest.mark.parametrize("unknown", [1, 0, -1, 10**30, "999"])
def test_ids_of_no_member_are_passed_over(emma: Emma, unknown: Any) -> None:
    assert emma.ask("POST", "/members/purge", {"member_ids": [unknown, EMMA]}) is True
    assert gone(emma, EMMA)


@pytest.mark.rule("emma.purge_members.unknown")
@pytest.mark.reading("emma", unknown_ids="strict")
def test_strictly_too_what_is_not_there_is_erased(emma: Emma) -> None:
    assert emma.ask("POST", "/members/purge", {"member_ids": [1]}) is True


@pytest.mark.rule("emma.purges.start_anew")
def test_an_erased_address_gets_a_new_member(emma: Emma) -> None:
    emma.ask("POST", "/members/purge", {"member_ids": [EMMA]})
    answer = emma.ask("POST", "/members/add", {"email": "emma@myemma.com"})

    assert answer["added"] is True
    assert answer["member_id"] > EMMA
    assert {} == emma.member(answer["member_id"])["fields"]


# Archived members


@pytest.fixture
def archived(emma: Emma) -> dict[str, int]:
    """An archived member of each status, the active one in the group of newsletters."""
    ids = {letter: emma.add(f"{letter}@purge.example") for letter in "aoe"}
    for letter, member_id in ids.items():
        emma.ask("PUT", "/members/status", {"member_ids": [member_id], "status_to": letter})
    emma.ask("PUT", f"/members/{ids['a']}/groups", {"group_ids": [150]})
    emma.ask("PUT", "/members/delete", {"member_ids": list(ids.values())})
    return ids


def left(emma: Emma, archived: dict[str, int]) -> set[str]:
    return {letter for letter, member_id in archived.items() if not gone(emma, member_id)}


@pytest.mark.rule("emma.purge_archived_members")
@pytest.mark.parametrize("body", [None, {}, [], {"member_status_id": None, "member_group_id": None}])
def test_all_archived_members_are_erased_and_no_others(emma: Emma, archived: dict[str, int], body: Any) -> None:
    before = emma.ask("GET", "/members")
    answer = emma.request("PUT", "/members/purgeall", json=body)

    assert (200, True) == (answer.status_code, answer.json())
    assert set() == left(emma, archived)
    assert before == emma.ask("GET", "/members", deleted="true")


@pytest.mark.rule(
    "emma.purge_archived_members", "emma.purge_archived_members.body_or_query", "emma.bulk.statuses_in_one_text"
)
@pytest.mark.parametrize(
    ("body", "query", "stays"),
    [
        ({"member_status_id": "a"}, "", "oe"),
        ({"member_status_id": "a,e"}, "", "o"),
        ({"member_status_id": ["o"]}, "", "ae"),
        ({}, "member_status_id=e", "ao"),
        ({}, "member_status_id=e,o", "a"),
        ({"member_status_id": "a"}, "member_status_id=e", "oe"),
        ({"member_group_id": 150}, "", "oe"),
        ({"member_group_id": "150"}, "", "oe"),
        ({}, "member_group_id=150", "oe"),
        ({"member_group_id": "150"}, "member_group_id=1", "oe"),
        ({"member_group_id": 150, "member_status_id": "o"}, "", "aoe"),
        ({"member_group_id": 150}, "member_status_id=a", "oe"),
    ],
)
def test_only_those_of_a_status_or_a_group_are_erased(
    emma: Emma, archived: dict[str, int], body: dict[str, Any], query: str, stays: str
) -> None:
    response = emma.put(f"/members/purgeall?{query}", body)

    assert (200, True) == (response.status_code, response.json())
    assert set(stays) == left(emma, archived)
    assert not gone(emma, EMMA)


@pytest.mark.rule("emma.bulk.bad_status", "emma.bulk.blank_status")
@pytest.mark.parametrize("bad", ["f", "x", "active", ["a", "x"], [5], 5, {"a": 1}, "", [], [""]])
def test_what_is_no_status_erases_nobody(emma: Emma, archived: dict[str, int], bad: Any) -> None:
    response = emma.put("/members/purgeall", {"member_status_id": bad})

    assert 400 == response.status_code
    assert error(response).startswith("member_status_id")
    assert set("aoe") == left(emma, archived)


@pytest.mark.rule("emma.purge_archived_members.unknown_group")
@pytest.mark.parametrize("group", [1, 0, 10**30, "12", "Monthly Newsletter", ""])
def test_a_group_that_does_not_exist_has_nobody_to_erase(emma: Emma, archived: dict[str, int], group: Any) -> None:
    assert emma.ask("PUT", "/members/purgeall", {"member_group_id": group}) is True
    assert set("aoe") == left(emma, archived)


@pytest.mark.rule("emma.purge_archived_members.unknown_group")
@pytest.mark.reading("emma", unknown_ids="strict")
def test_strictly_a_group_that_does_not_exist_is_not_found(emma: Emma) -> None:
    response = emma.put("/members/purgeall", {"member_group_id": 1})

    assert 404 == response.status_code
    assert "there is no group 1" == error(response)
    assert not gone(emma, GREG)


# Imports that wait


@pytest.mark.rule("emma.purges.waiting_imports")
@pytest.mark.reading("emma", imports_take=60)
@pytest.mark.parametrize("call", [("POST", "/members/purge", {"member_ids": [GREG]}), ("PUT", "/members/purgeall", {})])
def test_whoever_is_erased_is_taken_out_of_imports_that_wait(emma: Emma, call: tuple[str, str, Any]) -> None:
    emma.workspace.freeze()
    sent = [{"email": " GREG@myemma.com"}, {"email": "other@example.com"}, {"email": "greg@myemma.com"}, None, {"email": 5}]
    import_id = emma.ask("POST", "/members", {"members": sent})["import_id"]
    emma.ask(*call)
    waiting = set(traces(emma, GREG, "greg@", "GREG@"))
    emma.workspace.advance(seconds=60)
    row = emma.ask("GET", f"/members/imports/{import_id}")

    assert set() == waiting
    assert (1, 2) == (row["num_members"], row["num_errors"])
    assert 404 == emma.get("/members/email/greg@myemma.com?deleted=true").status_code


@pytest.mark.rule("emma.purges.waiting_imports")
def test_nothing_of_what_was_sent_is_kept_once_an_import_has_run(emma: Emma) -> None:
    emma.ask("POST", "/members", {"members": [{"email": "new@example.com"}, {"email": "bad"}]})
    emma.ask("GET", "/members")

    assert [] == rows(emma, "emma_import_slice")
