"""Many members in one call: archived, given another status, copied into a group."""

from typing import Any

import pytest

from mockserver.core import id_ranges
from tests.providers.emma.client import Emma, error
from tests.providers.emma.conftest import Turns

HUGE = 10**30
MANY = 2 * id_ranges.RANGE + 100


def statuses(emma: Emma) -> dict[str, str]:
    """The letter of each live member of a test's own, by the name in the address."""
    rows = emma.ask("GET", "/members")
    return {row["email"].split("@")[0]: row["member_status_id"] for row in rows if row["email"].endswith("@bulk.example")}


def archived(emma: Emma, member_id: int) -> bool:
    return emma.member(member_id)["deleted_at"] is not None


@pytest.fixture
def four(emma: Emma) -> dict[str, int]:
    """One member of each status that a call can give, and another active one."""
    ids = {name: emma.add(f"{name}@bulk.example") for name in ("ann", "bob", "cid", "dora")}
    emma.ask("PUT", "/members/status", {"member_ids": [ids["bob"]], "status_to": "o"})
    emma.ask("PUT", "/members/status", {"member_ids": [ids["cid"]], "status_to": "e"})
    return ids


# Archiving


@pytest.mark.rule("emma.archive_members")
def test_the_named_members_are_archived_and_no_others(emma: Emma, four: dict[str, int]) -> None:
    answer = emma.ask("PUT", "/members/delete", {"member_ids": [four["ann"], four["cid"]]})

    assert answer is True
    assert {"bob": "o", "dora": "a"} == statuses(emma)
    assert archived(emma, four["ann"])


@pytest.mark.rule("emma.bulk.member_ids")
def test_ids_may_be_texts_and_may_come_twice(emma: Emma, four: dict[str, int]) -> None:
    answer = emma.ask("PUT", "/members/delete", {"member_ids": [str(four["ann"]), four["ann"], f"{four['ann']}"]})

    assert answer is True
    assert archived(emma, four["ann"])


@pytest.mark.rule("emma.archive_members.again")
@pytest.mark.parametrize("again", ["named", "all"])
def test_a_member_that_is_archived_already_keeps_its_date(emma: Emma, four: dict[str, int], again: str) -> None:
    emma.workspace.freeze()
    emma.ask("PUT", "/members/delete", {"member_ids": [four["ann"]]})
    before = emma.member(four["ann"])["deleted_at"]
    emma.workspace.advance(hours=1)
    if again == "named":
        emma.ask("PUT", "/members/delete", {"member_ids": [four["ann"]]})
    else:
        emma.ask("DELETE", "/members")

    assert before == emma.member(four["ann"])["deleted_at"]


@pytest.mark.rule("emma.bulk.unknown_members")
@pytest.mark.parametrize("unknown", [1, -1, 0, HUGE, 2**63, "999999999999"])
@pytest.mark.parametrize(("path", "more"), [("/members/delete", {}), ("/members/status", {"status_to": "e"})])
def test_ids_of_no_member_are_passed_over(
    emma: Emma, four: dict[str, int], path: str, more: dict[str, str], unknown: Any
) -> None:
    answer = emma.ask("PUT", path, {"member_ids": [unknown, four["ann"]], **more})

    assert answer is True
    assert "a" != statuses(emma).get("ann")


@pytest.mark.rule("emma.bulk.unknown_members")
@pytest.mark.reading("emma", unknown_ids="strict")
@pytest.mark.parametrize(("path", "more"), [("/members/delete", {}), ("/members/status", {"status_to": "e"})])
def test_strictly_an_id_of_no_member_makes_it_false_and_the_others_are_changed(
    emma: Emma, four: dict[str, int], path: str, more: dict[str, str]
) -> None:
    answer = emma.ask("PUT", path, {"member_ids": [1, four["ann"], four["ann"]], **more})
    known = emma.ask("PUT", path, {"member_ids": [four["ann"], four["bob"]], **more})

    assert answer is False
    assert known is True
    assert "a" != statuses(emma).get("ann")


@pytest.mark.rule("emma.bulk.unknown_members")
@pytest.mark.reading("emma", unknown_ids="lenient")
def test_leniently_ids_of_no_member_are_passed_over_too(emma: Emma) -> None:
    assert emma.ask("PUT", "/members/delete", {"member_ids": [1]}) is True


@pytest.mark.rule("emma.bulk.member_ids")
@pytest.mark.parametrize(
    "ids", [None, "missing", 5, "12", True, {}, {"0": 5}, ["five"], [True], [1.5], [None], [[1]], ["'; --"]]
)
@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("PUT", "/members/delete", {}),
        ("PUT", "/members/status", {"status_to": "e"}),
        ("POST", "/members/purge", {}),
    ],
)
@pytest.mark.usefixtures("four")
def test_what_is_no_array_of_ids_is_refused_and_named(
    emma: Emma, method: str, path: str, more: dict[str, str], ids: Any
) -> None:
    response = emma.request(method, path, json={**more, **({} if ids == "missing" else {"member_ids": ids})})

    assert 400 == response.status_code
    assert error(response).startswith("member_ids")
    assert {"ann": "a", "bob": "o", "cid": "e", "dora": "a"} == statuses(emma)


@pytest.mark.rule("emma.bulk.member_ids")
def test_a_bad_id_at_the_end_changes_nothing(emma: Emma, four: dict[str, int]) -> None:
    response = emma.put("/members/delete", {"member_ids": [*four.values(), "x"]})

    assert 400 == response.status_code
    assert error(response).startswith("member_ids[4]: expected an integer")
    assert 4 == len(statuses(emma))


@pytest.mark.rule("emma.bulk.member_ids")
@pytest.mark.parametrize(
    ("method", "path", "more"),
    [("PUT", "/members/delete", {}), ("PUT", "/members/status", {"status_to": "e"}), ("POST", "/members/purge", {})],
)
@pytest.mark.usefixtures("four")
def test_an_empty_array_is_a_success(emma: Emma, method: str, path: str, more: dict[str, str]) -> None:
    assert emma.ask(method, path, {"member_ids": [], **more}) is True
    assert 4 == len(statuses(emma))


@pytest.mark.rule("emma.archive_all_members")
def test_without_a_status_all_members_are_archived(emma: Emma, four: dict[str, int]) -> None:
    assert emma.ask("DELETE", "/members") is True
    assert [] == emma.ask("GET", "/members")
    assert archived(emma, four["cid"])


@pytest.mark.rule("emma.archive_all_members", "emma.bulk.statuses_in_one_text")
@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("member_status_id=a", {"bob", "cid"}),
        ("member_status_id=o", {"ann", "cid", "dora"}),
        ("member_status_id=o,e", {"ann", "dora"}),
        ("member_status_id=o&member_status_id=e", {"ann", "dora"}),
    ],
)
@pytest.mark.usefixtures("four")
def test_the_members_of_some_statuses_are_archived(emma: Emma, query: str, left: set[str]) -> None:
    response = emma.delete(f"/members?{query}")

    assert (200, True) == (response.status_code, response.json())
    assert left == set(statuses(emma))


@pytest.mark.rule("emma.bulk.bad_status", "emma.bulk.blank_status")
@pytest.mark.parametrize("letter", ["f", "x", "A", "active", "a;e", "%", ""])
@pytest.mark.usefixtures("four")
def test_a_letter_that_is_no_status_archives_nobody(emma: Emma, letter: str) -> None:
    response = emma.delete("/members", params={"member_status_id": letter})

    assert 400 == response.status_code
    assert f"member_status_id: expected a, e or o, found {letter!r}" == error(response)
    assert 4 == len(statuses(emma))


# Statuses


@pytest.mark.rule("emma.change_member_statuses")
@pytest.mark.parametrize("to", ["a", "e", "o"])
def test_the_named_members_get_the_status(emma: Emma, four: dict[str, int], to: str) -> None:
    answer = emma.ask("PUT", "/members/status", {"member_ids": [four["ann"], four["bob"], four["cid"]], "status_to": to})

    assert answer is True
    assert {"ann": to, "bob": to, "cid": to, "dora": "a"} == statuses(emma)


@pytest.mark.rule("emma.bulk.bad_status")
@pytest.mark.parametrize("to", [None, "f", "x", "", "A", "ae", 5, ["a"], {}])
def test_a_status_that_no_call_can_give_is_refused(emma: Emma, four: dict[str, int], to: Any) -> None:
    response = emma.put("/members/status", {"member_ids": list(four.values()), "status_to": to})

    assert 400 == response.status_code
    assert error(response).startswith("status_to: expected")
    assert {"ann": "a", "bob": "o", "cid": "e", "dora": "a"} == statuses(emma)


@pytest.mark.rule("emma.change_member_statuses.archived")
def test_archived_members_that_are_named_change_their_status_too(emma: Emma, four: dict[str, int]) -> None:
    emma.ask("PUT", "/members/delete", {"member_ids": [four["ann"]]})
    emma.ask("PUT", "/members/status", {"member_ids": [four["ann"]], "status_to": "e"})

    assert "e" == emma.member(four["ann"])["member_status_id"]
    assert archived(emma, four["ann"])


@pytest.mark.rule("emma.bulk.opt_outs")
def test_whoever_is_opted_out_in_bulk_has_it_in_the_history_once(emma: Emma, four: dict[str, int]) -> None:
    emma.workspace.freeze()
    before = emma.ask("GET", f"/members/{four['bob']}/optout")
    emma.workspace.advance(hours=1)
    emma.ask("PUT", "/members/status", {"member_ids": list(four.values()), "status_to": "o"})
    emma.ask("PUT", "/members/status/a/to/o", {})

    assert [None] == [row["mailing_id"] for row in emma.ask("GET", f"/members/{four['ann']}/optout")]
    assert before == emma.ask("GET", f"/members/{four['bob']}/optout")


@pytest.mark.rule("emma.shift_member_statuses")
@pytest.mark.parametrize(
    ("from_", "to", "after"),
    [
        ("a", "e", {"ann": "e", "bob": "o", "cid": "e", "dora": "e"}),
        ("o", "a", {"ann": "a", "bob": "a", "cid": "e", "dora": "a"}),
        ("e", "f", {"ann": "a", "bob": "o", "cid": "f", "dora": "a"}),
        ("a", "a", {"ann": "a", "bob": "o", "cid": "e", "dora": "a"}),
    ],
)
@pytest.mark.usefixtures("four")
def test_all_members_of_one_status_get_another(emma: Emma, from_: str, to: str, after: dict[str, str]) -> None:
    assert emma.ask("PUT", f"/members/status/{from_}/to/{to}", {}) is True
    assert after == statuses(emma)


@pytest.mark.rule("emma.shift_member_statuses")
@pytest.mark.usefixtures("four")
def test_forwarded_members_can_be_made_active(emma: Emma) -> None:
    emma.ask("PUT", "/members/status/e/to/f")
    emma.ask("PUT", "/members/status/f/to/a")

    assert "a" == statuses(emma)["cid"]


@pytest.mark.rule("emma.shift_member_statuses")
@pytest.mark.parametrize("spelled", [int, str])
def test_only_the_members_of_one_group_are_shifted(emma: Emma, four: dict[str, int], spelled: type) -> None:
    group = emma.group("Shifted")
    emma.ask("PUT", f"/members/{four['ann']}/groups", {"group_ids": [group]})
    emma.ask("PUT", f"/members/{four['bob']}/groups", {"group_ids": [group]})
    emma.ask("PUT", "/members/status/a/to/e", {"group_id": spelled(group)})

    assert {"ann": "e", "bob": "o", "cid": "e", "dora": "a"} == statuses(emma)


@pytest.mark.rule("emma.shift_member_statuses.unknown_group")
@pytest.mark.parametrize("group", [1, 0, -1, HUGE, "12", "Newsletter", "%"])
@pytest.mark.usefixtures("four")
def test_a_group_that_does_not_exist_has_nobody_to_shift(emma: Emma, group: Any) -> None:
    assert emma.ask("PUT", "/members/status/a/to/e", {"group_id": group}) is True
    assert "a" == statuses(emma)["ann"]


@pytest.mark.rule("emma.shift_member_statuses.unknown_group")
@pytest.mark.reading("emma", unknown_ids="strict")
@pytest.mark.usefixtures("four")
def test_strictly_a_group_that_does_not_exist_is_not_found(emma: Emma) -> None:
    response = emma.put("/members/status/a/to/e", {"group_id": 1})

    assert 404 == response.status_code
    assert "there is no group 1" == error(response)


@pytest.mark.rule("emma.bulk.bad_status")
@pytest.mark.parametrize(
    ("path", "named"), [("x/to/a", "status_from"), ("a/to/x", "status_to"), ("active/to/e", "status_from")]
)
def test_a_shift_between_what_are_no_statuses_is_refused(emma: Emma, path: str, named: str) -> None:
    response = emma.put(f"/members/status/{path}", {})

    assert 400 == response.status_code
    assert error(response).startswith(f"{named}: expected a, e, f or o")


@pytest.mark.parametrize("group", [True, 1.5, [1], {}])
def test_a_group_that_is_no_id_at_all_is_refused(emma: Emma, group: Any) -> None:
    response = emma.put("/members/status/a/to/e", {"group_id": group})

    assert 400 == response.status_code
    assert error(response).startswith("group_id: expected")


# Copying


def in_group(emma: Emma, group: int) -> set[str]:
    rows = emma.ask("GET", f"/groups/{group}/members", deleted="true")
    return {row["email"].split("@")[0] for row in rows if row["email"].endswith("@bulk.example")}


@pytest.mark.rule("emma.copy_members_to_group", "emma.bulk.statuses_in_one_text")
@pytest.mark.parametrize(
    ("wanted", "copied"),
    [
        (["a"], {"ann", "dora"}),
        (["a", "e"], {"ann", "cid", "dora"}),
        (["o", "o"], {"bob"}),
        ("e", {"cid"}),
        ("e,o", {"bob", "cid"}),
    ],
)
@pytest.mark.usefixtures("four")
def test_all_members_of_some_statuses_are_copied_into_a_group(emma: Emma, wanted: Any, copied: set[str]) -> None:
    group = emma.group("Copied")

    assert emma.ask("PUT", f"/members/{group}/copy", {"member_status_id": wanted}) is True
    assert emma.ask("PUT", f"/members/{group}/copy", {"member_status_id": wanted}) is True
    assert copied == in_group(emma, group)


@pytest.mark.rule("emma.bulk.live_only")
def test_archived_members_are_neither_copied_nor_shifted(emma: Emma, four: dict[str, int]) -> None:
    group = emma.group("Copied")
    emma.ask("PUT", "/members/delete", {"member_ids": [four["ann"]]})
    emma.ask("PUT", f"/members/{group}/copy", {"member_status_id": ["a"]})
    emma.ask("PUT", "/members/status/a/to/e", {})

    assert {"dora"} == in_group(emma, group)
    assert "a" == emma.member(four["ann"])["member_status_id"]


@pytest.mark.rule("emma.copy_members_to_group")
@pytest.mark.parametrize("group", ["1", "0", "abc", str(HUGE), "1.0"])
def test_members_cannot_be_copied_into_a_group_that_does_not_exist(emma: Emma, group: str) -> None:
    response = emma.put(f"/members/{group}/copy", {"member_status_id": ["a"]})

    assert 404 == response.status_code
    assert f"there is no group {group}" == error(response)


@pytest.mark.rule("emma.copy_members_to_group.no_status")
@pytest.mark.parametrize(
    "body", [{}, {"member_status_id": []}, {"member_status_id": None}, {"member_status_id": ""}, None, []]
)
def test_copying_without_a_status_is_refused(emma: Emma, body: Any) -> None:
    response = emma.request("PUT", f"/members/{emma.group('Copied')}/copy", json=body)

    assert 400 == response.status_code
    assert error(response).startswith("member_status_id: is required")


@pytest.mark.rule("emma.bulk.bad_status")
@pytest.mark.parametrize("wanted", [["f"], ["a", "x"], "active", ["a,e"], [""], [5], [["a"]], {"a": 1}, 5])
def test_copying_what_is_no_status_is_refused(emma: Emma, wanted: Any) -> None:
    response = emma.put(f"/members/{emma.group('Copied')}/copy", {"member_status_id": wanted})

    assert 400 == response.status_code
    assert error(response).startswith("member_status_id")


# Slices


@pytest.mark.rule("emma.bulk.any_size")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/members", None),
        ("PUT", "/members/delete", {"member_ids": list(range(1024, 1024 + MANY))}),
        ("PUT", "/members/status", {"member_ids": list(range(1024, 1024 + MANY)), "status_to": "e"}),
        ("PUT", "/members/status/a/to/e", {}),
        ("PUT", "/members/{group}/copy", {"member_status_id": ["a"]}),
        ("POST", "/members/purge", {"member_ids": list(range(1024, 1024 + MANY))}),
        ("PUT", "/members/purgeall", {}),
    ],
)
def test_work_on_many_members_gives_others_their_turns(emma: Emma, turns: Turns, method: str, path: str, body: Any) -> None:
    emma.ask("POST", "/members", {"members": [{"email": f"{number}@bulk.example"} for number in range(MANY)]})
    group = emma.group("Many")
    if path == "/members/purgeall":
        emma.ask("DELETE", "/members")
    turns.count = 0
    answer = emma.ask(method, path.format(group=group), body)

    assert answer is True
    assert turns.count >= MANY // id_ranges.RANGE


@pytest.mark.rule("emma.bulk.any_size")
def test_work_on_few_members_is_done_in_one_go(emma: Emma, four: dict[str, int], turns: Turns) -> None:
    emma.ask("PUT", "/members/delete", {"member_ids": [four["ann"]]})
    emma.ask("PUT", "/members/status/a/to/e", {})
    emma.ask("DELETE", "/members")

    assert 0 == turns.count
