"""Values of member fields: what fits which type, and in which form it is kept."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma, error

NEW = "new@example.com"
NAME, FOOD, DAY, NUMBER, YES_NO, LIST = "first_name", "favorite_food", "birthday", "orders", "loyal", "interests"
A_DAY = "a moment as @D:YYYY-MM-DDTHH:MM:SS or YYYY-MM-DD"


def kept(emma: Emma, **fields: Any) -> dict[str, Any]:
    """The fields of a new member with these values."""
    found: dict[str, Any] = emma.member(emma.add(NEW, fields=fields))["fields"]
    return found


def refused(emma: Emma, **fields: Any) -> str:
    """What is said about values with which nobody can be added."""
    response = emma.post("/members/add", {"email": NEW, "fields": fields})

    assert 400 == response.status_code
    assert 404 == emma.get(f"/members/email/{NEW}").status_code
    return error(response)


@pytest.mark.rule("emma.member_values.type")
@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        (NAME, "Nina", "Nina"),
        (NAME, "", ""),
        (NAME, " ", " "),
        (NAME, 5, "5"),
        (NAME, -1.5, "-1.5"),
        (NAME, 10**30, str(10**30)),
        (NAME, True, "true"),
        (LIST, ["Cooking", "Travel"], ["Cooking", "Travel"]),
        (LIST, [], []),
        (LIST, "Cooking", ["Cooking"]),
        (LIST, ["Whatever", 5, False], ["Whatever", "5", "false"]),
        (LIST, 5, ["5"]),
        (NUMBER, 12, 12),
        (NUMBER, 1.25, 1.25),
        (NUMBER, -0.5, -0.5),
        (NUMBER, 2**70, 2**70),
        (NUMBER, "12", 12),
        (NUMBER, " -12 ", -12),
        (NUMBER, "+1.50", 1.5),
        (NUMBER, "2e3", 2000.0),
        (NUMBER, "0012", 12),
        (YES_NO, True, True),
        (YES_NO, False, False),
        (YES_NO, 1, True),
        (YES_NO, 0, False),
        (YES_NO, "TRUE", True),
        (YES_NO, " false ", False),
        (YES_NO, "1", True),
        (YES_NO, "0", False),
    ],
    ids=repr,
)
def test_a_value_is_kept_in_the_form_of_its_type(emma: Emma, name: str, given: Any, expected: Any) -> None:
    found = kept(emma, **{name: given})

    assert {name: expected} == found
    assert type(expected) is type(found[name])


@pytest.mark.rule("emma.member_values.moments")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("@D:1990-05-17T08:30:00", "@D:1990-05-17T08:30:00"),
        ("@D:1990-05-17", "@D:1990-05-17T00:00:00"),
        ("1990-05-17", "@D:1990-05-17T00:00:00"),
        ("1990-05-17T08:30:00", "@D:1990-05-17T08:30:00"),
        (" 1990-05-17 08:30:00 ", "@D:1990-05-17T08:30:00"),
        ("0001-01-01", "@D:0001-01-01T00:00:00"),
        ("9999-12-31T23:59:59", "@D:9999-12-31T23:59:59"),
        ("2024-02-29", "@D:2024-02-29T00:00:00"),
    ],
)
def test_a_day_is_kept_as_a_moment(emma: Emma, given: str, expected: str) -> None:
    assert {DAY: expected} == kept(emma, **{DAY: given})


@pytest.mark.rule("emma.member_values.moments")
def test_a_timestamp_is_a_moment_as_well(emma: Emma) -> None:
    emma.ask("POST", "/fields", {"shortcut_name": "seen", "display_name": "Seen", "field_type": "timestamp"})

    assert {"seen": "@D:2030-01-01T12:00:00"} == kept(emma, seen="2030-01-01T12:00:00")


@pytest.mark.rule("emma.member_values.type")
@pytest.mark.parametrize("name", [DAY, NUMBER, YES_NO, LIST])
@pytest.mark.parametrize("blank", ["", "  ", None])
def test_a_blank_is_no_value_but_of_a_text(emma: Emma, name: str, blank: str | None) -> None:
    emma.add("nadia.petrova@example.org", fields={name: blank})

    assert {} == kept(emma, **{name: blank})
    assert name not in emma.ask("GET", "/members/email/nadia.petrova@example.org")["fields"]


@pytest.mark.rule("emma.member_values.type")
@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        (NAME, ["Nina"], "a text"),
        (NAME, {"en": "Nina"}, "a text"),
        (LIST, {"first": "Cooking"}, "an array of texts"),
        (LIST, ["Cooking", None], "an array of texts"),
        (LIST, [["Cooking"]], "an array of texts"),
        (NUMBER, "many", "a number"),
        (NUMBER, "1,5", "a number"),
        (NUMBER, "0x10", "a number"),
        (NUMBER, "1_000", "a number"),
        (NUMBER, "१२", "a number"),
        (NUMBER, "nan", "a number"),
        (NUMBER, "1e999", "a number"),
        (NUMBER, True, "a number"),
        (NUMBER, [1], "a number"),
        (YES_NO, "maybe", "a boolean"),
        (YES_NO, 2, "a boolean"),
        (YES_NO, 1.0, "a boolean"),
        (YES_NO, [], "a boolean"),
        (DAY, "tomorrow", A_DAY),
        (DAY, "2023-02-29", A_DAY),
        (DAY, "0000-01-01", A_DAY),
        (DAY, "1990-5-17", A_DAY),
        (DAY, "17.05.1990", A_DAY),
        (DAY, "1990-05-17T08:30:00Z", A_DAY),
        (DAY, "1990-05-17T24:30:00", A_DAY),
        (DAY, 643000000, A_DAY),
        (DAY, ["1990-05-17"], A_DAY),
    ],
    ids=repr,
)
def test_a_value_that_does_not_fit_is_refused_by_its_name(emma: Emma, name: str, given: Any, expected: str) -> None:
    assert f"fields.{name}: expected {expected}, found {given!r}" == refused(emma, **{name: given})


@pytest.mark.rule("emma.member_values.type")
@pytest.mark.parametrize("number", ["1e999", "-1e999", "1" + "0" * 400])
def test_a_number_that_other_programs_cannot_hold_is_refused(emma: Emma, number: str) -> None:
    for name in (NUMBER, NAME):
        body = f'{{"email": "{NEW}", "fields": {{"{name}": {number}}}}}'
        response = emma.post("/members/add", content=body.encode())

        assert 400 == response.status_code
        assert error(response).startswith(f"fields.{name}: expected a ")


@pytest.mark.rule("emma.member_values.type")
def test_all_faults_are_told_at_once(emma: Emma) -> None:
    said = refused(emma, **{NUMBER: "many", NAME: "Nina", YES_NO: "maybe"})

    assert "fields.orders: expected a number, found 'many'; fields.loyal: expected a boolean, found 'maybe'" == said


@pytest.mark.rule("emma.member_values.type")
def test_an_update_takes_the_same_values_and_is_refused_as_a_whole(emma: Emma) -> None:
    before = emma.member(200)
    response = emma.put("/members/200", {"email": NEW, "fields": {NAME: "Ella", NUMBER: "many"}})

    assert 400 == response.status_code
    assert "fields.orders: expected a number, found 'many'" == error(response)
    assert before == emma.member(200)


@pytest.mark.rule("emma.member_values.unknown")
@pytest.mark.parametrize("name", ["nickname", "", "First_Name", "$.first_name", "x" * 1000, "名"])
def test_a_field_that_does_not_exist_is_ignored(emma: Emma, name: str) -> None:
    assert {FOOD: "soup"} == kept(emma, **{name: "Nini", FOOD: "soup"})


@pytest.mark.rule("emma.member_values.unknown")
@pytest.mark.reading("emma", unknown_fields="refuse")
def test_a_field_that_does_not_exist_can_be_refused(emma: Emma) -> None:
    said = refused(emma, nickname="Nini", **{FOOD: "soup"})

    assert "fields.nickname: expected the shortcut name of a field, found none of this name" == said


@pytest.mark.rule("emma.member_values.unknown")
def test_a_deleted_field_is_none(emma: Emma) -> None:
    (field,) = [field for field in emma.ask("GET", "/fields") if field["shortcut_name"] == FOOD]
    emma.ask("DELETE", f"/fields/{field['field_id']}")

    assert {NAME: "Nina"} == kept(emma, **{NAME: "Nina", FOOD: ["not even checked"]})


@pytest.mark.rule("emma.member_values.required")
def test_a_required_field_need_not_have_a_value(emma: Emma) -> None:
    new = {"shortcut_name": "shoe", "display_name": "Shoe", "field_type": "numeric", "required": True}
    emma.ask("POST", "/fields", new)

    assert {} == kept(emma)
