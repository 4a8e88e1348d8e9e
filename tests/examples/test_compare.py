"""What counts as the same answer, and how it is told that an answer is another one."""

from copy import deepcopy
from typing import Any

import pytest

from tests.examples.compare import Difference, faults, steps, value_at

PEOPLE: list[dict[str, Any]] = [
    {"name": "Ann", "sms": {"number": "+1", "ok": True}, "tags": []},
    {"name": "Bob", "sms": None, "tags": ["a", "b"]},
]


def differs(at: str, **flags: bool) -> list[Difference]:
    return [Difference(at=at, because="It is so.", **flags)]


def without(row: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != key}


# Without differences


def test_an_answer_equal_to_the_sample_has_no_faults() -> None:
    assert [] == faults(PEOPLE, deepcopy(PEOPLE))


def test_a_fault_names_its_path_and_both_values() -> None:
    answer = [{**PEOPLE[0], "sms": {"number": "+2", "ok": True}}, PEOPLE[1]]

    assert ['[0].sms.number: the sample has "+1", the answer has "+2"'] == faults(PEOPLE, answer)


def test_the_whole_answer_has_a_name_too() -> None:
    assert ["the whole: the sample has true, the answer has false"] == faults(True, False)


@pytest.mark.parametrize(("sample", "answer"), [(True, 1), (0, False), (1, "1"), (None, ""), ({}, []), (None, False)])
def test_values_of_different_json_types_are_never_the_same(sample: object, answer: object) -> None:
    assert 1 == len(faults(sample, answer))


def test_every_key_must_be_there_and_no_other() -> None:
    answer = [without(PEOPLE[0], "tags"), {**PEOPLE[1], "age": 7}]

    assert [
        "[0].tags: the sample has [], the answer has nothing",
        "[1].age: the sample has nothing, the answer has 7",
    ] == faults(PEOPLE, answer)


def test_every_row_must_be_there_and_no_other() -> None:
    assert ["[1]: the sample has 2, the answer has nothing"] == faults([1, 2], [1])
    assert ["[1]: the sample has nothing, the answer has 2"] == faults([1], [1, 2])
    assert 2 == len(faults([1, 2], [2, 1]))


# Values that differ


def test_a_value_that_is_said_to_differ_may_be_another_of_its_type() -> None:
    assert [] == faults({"a": 1, "b": 2}, {"a": 5, "b": 2}, differs("a"))
    assert ['a: the sample has 1, the answer has "5"'] == faults({"a": 1}, {"a": "5"}, differs("a"))


@pytest.mark.parametrize("value", [1, "text", True, {"a": 1}, [1]])
def test_null_goes_with_every_type_where_a_value_differs(value: object) -> None:
    assert [] == faults({"a": value}, {"a": None}, differs("a"))
    assert [] == faults({"a": None}, {"a": value}, differs("a"))


def test_an_object_that_differs_keeps_its_keys() -> None:
    answer = [{**PEOPLE[0], "sms": {"number": "+2", "region": "US"}}, PEOPLE[1]]

    assert [
        '[0].sms.region: the sample has nothing, the answer has "US"',
        "[0].sms.ok: the sample has true, the answer has nothing",
    ] == faults(PEOPLE, answer, differs("[0].sms"))


def test_a_list_that_differs_keeps_the_shape_of_its_rows() -> None:
    assert [] == faults({"a": [{"b": 1}]}, {"a": [{"b": 2}, {"b": 3}]}, differs("a"))
    assert [] == faults({"a": []}, {"a": ["x", 1]}, differs("a"))
    assert ["a[1].b: the sample has 1, the answer has nothing"] == faults(
        {"a": [{"b": 1}]}, {"a": [{"b": 2}, {}]}, differs("a")
    )


def test_a_difference_excuses_no_other_place() -> None:
    assert ["b: the sample has 2, the answer has 3"] == faults({"a": 1, "b": 2}, {"a": 5, "b": 3}, differs("a"))


# Rows and keys that differ


def test_among_extra_rows_the_rows_of_the_sample_stand_in_their_order() -> None:
    assert [] == faults([1, 2], [0, 1, 5, 2, 9], differs("", extra_rows=True))
    assert [] == faults([], [1], differs("", extra_rows=True))
    assert ["[1]: the sample has 2, the answer has nothing"] == faults([1, 2], [2, 0, 1], differs("", extra_rows=True))


def test_a_row_that_is_not_among_the_others_is_compared_with_the_nearest() -> None:
    answer = [{"name": "Cid", "sms": None, "tags": []}, PEOPLE[0], {**PEOPLE[1], "name": "Rob"}]

    assert ['[1].name: the sample has "Bob", the answer has "Rob"'] == faults(PEOPLE, answer, differs("", extra_rows=True))


def test_rows_among_others_may_differ_themselves() -> None:
    answer = [PEOPLE[0], {"name": "Cid", "sms": None, "tags": []}, {**PEOPLE[1], "name": "Rob"}]

    assert [] == faults(PEOPLE, answer, differs("", extra_rows=True) + differs("[1].name"))


def test_extra_keys_leave_the_other_values_as_they_are() -> None:
    assert [] == faults({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, differs("a", extra_keys=True))
    assert ["a.b: the sample has 1, the answer has 3"] == faults(
        {"a": {"b": 1}}, {"a": {"b": 3, "c": 2}}, differs("a", extra_keys=True)
    )
    assert ["a.b: the sample has 1, the answer has nothing"] == faults(
        {"a": {"b": 1}}, {"a": {"c": 2}}, differs("a", extra_keys=True)
    )


def test_rows_behind_a_missing_one_keep_the_numbers_of_the_sample() -> None:
    assert [] == faults([1, 2, 3], [1, 3], differs("[1]", missing=True))
    assert ["[2]: the sample has 3, the answer has 4"] == faults([1, 2, 3], [1, 4], differs("[1]", missing=True))


# Needless differences


@pytest.mark.parametrize(
    ("sample", "answer", "at", "flag"),
    [
        ({"a": 1}, {"a": 1}, "a", {}),
        ({"a": None}, {"a": None}, "a", {}),
        ([{"a": [1]}], [{"a": [1]}], "[0].a", {}),
        ([1], [1], "", {"extra_rows": True}),
        ({"a": {"b": 1}}, {"a": {"b": 1}}, "a", {"extra_keys": True}),
    ],
)
def test_a_difference_where_both_agree_is_a_fault_unless_it_may_be(
    sample: object, answer: object, at: str, flag: dict[str, bool]
) -> None:
    complaint = f"{at or 'the whole'}: differs needlessly, for sample and answer agree here (It is so.)"

    assert [complaint] == faults(sample, answer, differs(at, **flag))
    assert [] == faults(sample, answer, differs(at, may_agree=True, **flag))


def test_a_missing_row_that_is_there_is_a_fault() -> None:
    assert [
        "[1]: differs needlessly, for sample and answer agree here (It is so.)",
        "[1]: the sample has nothing, the answer has 2",
    ] == faults([1, 2], [1, 2], differs("[1]", missing=True))


# Paths


@pytest.mark.parametrize(
    ("path", "found"),
    [("", []), ("[0].sms.number", [0, "sms", "number"]), ("sms", ["sms"]), ("rows[2].email", ["rows", 2, "email"])],
)
def test_a_path_is_made_of_keys_and_row_numbers(path: str, found: list[str | int]) -> None:
    assert found == steps(path)


@pytest.mark.parametrize("path", [".sms", "[0]sms", "[x]", "rows[]", "a..b", "a.", "$"])
def test_anything_else_is_no_path(path: str) -> None:
    with pytest.raises(ValueError, match="is no path"):
        steps(path)


def test_a_path_leads_to_a_value_of_the_sample() -> None:
    assert "+1" == value_at(PEOPLE, "[0].sms.number")
    assert "b" == value_at(PEOPLE, "[1].tags[1]")
    assert PEOPLE == value_at(PEOPLE, "")


@pytest.mark.parametrize("path", ["[2]", "[0].age", "name", "[1].sms.number"])
def test_a_path_that_leads_nowhere_is_an_error(path: str) -> None:
    with pytest.raises((KeyError, IndexError, TypeError)):
        value_at(PEOPLE, path)
