"""The custom fields of members, and what becomes of their values."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma, error

FIRST_NAME, LAST_NAME, FOOD, BIRTHDAY, ORDERS, LOYAL, INTERESTS = range(200, 207)
EMMA, GLADYS, GREG, NADIA = 200, 201, 203, 204
NO_FIELDS = ["111", "0", "-1", "abc", "99999999999999999999"]


def shortcuts(emma: Emma, **parameters: Any) -> list[str]:
    return [row["shortcut_name"] for row in emma.ask("GET", "/fields", **parameters)]


def make(emma: Emma, name: str, **more: Any) -> int:
    return int(emma.ask("POST", "/fields", {"shortcut_name": name, "display_name": name.title(), **more}))


def values(emma: Emma, member: int) -> dict[str, Any]:
    found: dict[str, Any] = emma.member(member)["fields"]
    return found


# Reading


@pytest.mark.rule("emma.list_fields")
def test_fields_are_listed_in_the_order_of_their_columns(emma: Emma) -> None:
    emma.ask("PUT", f"/fields/{ORDERS}", {"column_order": 0})

    assert [
        "orders", "first_name", "last_name", "favorite_food", "birthday", "loyal", "interests"
    ] == shortcuts(emma)  # fmt: skip
    assert ["first_name", "last_name"] == shortcuts(emma, start=1, end=3)
    assert 7 == emma.ask("GET", "/fields", count="true")


@pytest.mark.rule("emma.get_field")
def test_a_field_is_shown_whole(emma: Emma) -> None:
    assert {
        "shortcut_name": "interests",
        "display_name": "Interests",
        "account_id": 100,
        "field_type": "text[]",
        "required": False,
        "field_id": INTERESTS,
        "widget_type": "check_multiple",
        "short_display_name": None,
        "column_order": 7,
        "deleted_at": None,
        "options": ["Cooking", "Gardening", "Travel"],
    } == emma.ask("GET", f"/fields/{INTERESTS}")
    assert emma.ask("GET", "/fields")[6] == emma.ask("GET", f"/fields/{INTERESTS}")


@pytest.mark.rule("emma.list_fields.deleted", "emma.fields.deleted")
def test_a_deleted_field_is_shown_only_when_asked_for(emma: Emma) -> None:
    emma.workspace.freeze()

    emma.ask("DELETE", f"/fields/{FOOD}")

    assert "favorite_food" not in shortcuts(emma)
    assert "favorite_food" in shortcuts(emma, deleted="true")
    assert (6, 7) == (emma.ask("GET", "/fields", count="1"), emma.ask("GET", "/fields", count="1", deleted="1"))
    assert "@D:2030-01-01T06:00:00" == emma.ask("GET", f"/fields/{FOOD}", deleted="1")["deleted_at"]
    assert [404, 404, 404] == [
        emma.request(method, f"/fields/{FOOD}", json={"display_name": "Food"}).status_code
        for method in ("GET", "PUT", "DELETE")
    ]


@pytest.mark.rule("emma.fields.unknown")
@pytest.mark.parametrize("unknown", NO_FIELDS)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_field_that_does_not_exist_is_not_found(emma: Emma, method: str, unknown: str) -> None:
    response = emma.request(method, f"/fields/{unknown}", json={"display_name": "Hello World"})

    assert 404 == response.status_code
    assert f"there is no field {unknown}" == error(response)


# Creating


@pytest.mark.rule("emma.create_field", "emma.create_field.defaults")
def test_a_new_field_is_of_text_and_comes_last(emma: Emma) -> None:
    field = make(emma, "shoe-size")

    assert 1024 == field
    assert {
        "shortcut_name": "shoe-size",
        "display_name": "Shoe-Size",
        "account_id": 100,
        "field_type": "text",
        "required": False,
        "field_id": 1024,
        "widget_type": "text",
        "short_display_name": None,
        "column_order": 8,
        "deleted_at": None,
        "options": None,
    } == emma.ask("GET", "/fields")[-1]


@pytest.mark.rule("emma.create_field")
def test_a_new_field_is_as_the_call_says(emma: Emma) -> None:
    chosen = {"field_type": "text[]", "widget_type": "boolean", "column_order": 0, "options": ["Ä", "b"]}

    field = make(emma, "sizes", **chosen)

    assert chosen.items() <= emma.ask("GET", f"/fields/{field}").items()
    assert "sizes" == shortcuts(emma)[0]


@pytest.mark.rule("emma.create_field.defaults")
def test_the_first_field_of_an_account_has_the_first_column(emma: Emma) -> None:
    for field in range(200, 207):
        emma.ask("DELETE", f"/fields/{field}")

    assert 1 == emma.ask("GET", f"/fields/{make(emma, 'lonely')}")["column_order"]


@pytest.mark.rule("emma.create_field")
def test_a_new_field_can_be_filled_at_once(emma: Emma) -> None:
    emma.ask("PUT", f"/members/{EMMA}", {"fields": {"shoe_size": 38}})
    make(emma, "shoe_size", field_type="numeric")

    emma.ask("PUT", f"/members/{GLADYS}", {"fields": {"shoe_size": 41}})

    assert "shoe_size" not in values(emma, EMMA)
    assert 41 == values(emma, GLADYS)["shoe_size"]


@pytest.mark.rule("emma.create_field.required")
@pytest.mark.parametrize(
    ("payload", "missing"),
    [
        (None, "shortcut_name"),
        ({"display_name": "Food"}, "shortcut_name"),
        ({"shortcut_name": "food"}, "display_name"),
        ({"shortcut_name": "food", "display_name": None}, "display_name"),
    ],
)
def test_a_field_needs_both_names(emma: Emma, payload: Any, missing: str) -> None:
    response = emma.post("/fields", payload)

    assert 400 == response.status_code
    assert f"{missing}: is required" == error(response)


FAULTS = [
    pytest.param({"shortcut_name": name}, "shortcut_name: expected", marks=pytest.mark.rule("emma.fields.shortcut_name"))
    for name in ("", " ", "two words", "größe", 'a"b', "a.b", "a\n", "x" * 256)
]
FAULTS += [
    pytest.param({name: text}, f"{name}: expected 1 to 255", marks=pytest.mark.rule("emma.fields.name"))
    for name in ("display_name", "widget_type")
    for text in ("", " ", "x" * 256)
]
FAULTS += [
    pytest.param({"field_type": type_}, "field_type: expected text, text[], ", marks=pytest.mark.rule("emma.fields.type"))
    for type_ in ("", "TEXT", "integer", "text [ ]")
]
FAULTS += [
    pytest.param(
        {"column_order": order}, "column_order: expected a number from 0", marks=pytest.mark.rule("emma.fields.order")
    )
    for order in (-1, 2**31, 2**80)
]
FAULTS += [
    ({"column_order": "last"}, "column_order: expected an integer"),
    ({"column_order": 1.5}, "column_order: expected an integer"),
    ({"display_name": 5}, "display_name: expected a text"),
    ({"shortcut_name": ["food"]}, "shortcut_name: expected a text"),
    ({"field_type": {}}, "field_type: expected a text"),
    ({"options": "a,b"}, "options: expected an array"),
    ({"options": ["a", 5]}, "options[1]: expected a text"),
]


@pytest.mark.parametrize(("faulty", "said"), FAULTS)
def test_a_faulty_field_is_neither_made_nor_changed(emma: Emma, faulty: dict[str, Any], said: str) -> None:
    before = emma.ask("GET", "/fields")

    created = emma.post("/fields", {"shortcut_name": "food", "display_name": "Food", **faulty})
    updated = emma.put(f"/fields/{FOOD}", faulty)

    assert [400, 400] == [created.status_code, updated.status_code]
    assert error(created) == error(updated)
    assert error(created).startswith(said)
    assert before == emma.ask("GET", "/fields")


@pytest.mark.rule("emma.fields.type")
@pytest.mark.parametrize("type_", ["text", "text[]", "numeric", "boolean", "date", "timestamp"])
def test_every_documented_type_is_taken(emma: Emma, type_: str) -> None:
    assert type_ == emma.ask("GET", f"/fields/{make(emma, 'new', field_type=type_)}")["field_type"]


@pytest.mark.rule("emma.fields.name")
@pytest.mark.parametrize("widget", ["select multiple", "boolean", "holo-deck"])
def test_any_word_is_a_widget(emma: Emma, widget: str) -> None:
    assert widget == emma.ask("GET", f"/fields/{make(emma, 'new', widget_type=widget)}")["widget_type"]


@pytest.mark.rule("emma.fields.duplicate")
def test_a_shortcut_name_that_another_field_has_is_refused(emma: Emma) -> None:
    created = emma.post("/fields", {"shortcut_name": "orders", "display_name": "Orders"})
    updated = emma.put(f"/fields/{FOOD}", {"shortcut_name": "orders"})

    assert [400, 400] == [created.status_code, updated.status_code]
    assert "shortcut_name: field 204 is called orders already" == error(created) == error(updated)
    assert 7 == len(shortcuts(emma))


@pytest.mark.rule("emma.fields.duplicate")
def test_a_deleted_fields_name_is_free_and_so_is_its_own(emma: Emma) -> None:
    emma.ask("DELETE", f"/fields/{FOOD}")

    made = make(emma, "favorite_food")

    assert made == emma.ask("PUT", f"/fields/{made}", {"shortcut_name": "favorite_food"})
    assert "favorite_food" not in values(emma, EMMA)


# Changing


@pytest.mark.rule("emma.update_field")
def test_a_field_is_changed_in_what_the_call_names(emma: Emma) -> None:
    before = emma.ask("GET", f"/fields/{INTERESTS}")

    answer = emma.ask("PUT", f"/fields/{INTERESTS}", {"display_name": "Hobbies", "options": ["Chess"], "required": True})

    assert INTERESTS == answer
    assert {**before, "display_name": "Hobbies", "options": ["Chess"]} == emma.ask("GET", f"/fields/{INTERESTS}")


@pytest.mark.rule("emma.update_field")
@pytest.mark.parametrize("payload", [None, {}, [], {"display_name": None, "options": None}])
def test_an_update_that_names_nothing_changes_nothing(emma: Emma, payload: Any) -> None:
    before = emma.ask("GET", f"/fields/{INTERESTS}")

    assert INTERESTS == emma.ask("PUT", f"/fields/{INTERESTS}", payload)
    assert before == emma.ask("GET", f"/fields/{INTERESTS}")


@pytest.mark.rule("emma.update_field.rename")
def test_members_keep_their_values_under_another_shortcut_name(emma: Emma) -> None:
    before = values(emma, NADIA)

    for field, name in ((INTERESTS, "hobbies"), (LOYAL, "card"), (ORDERS, "count"), (BIRTHDAY, "born")):
        emma.ask("PUT", f"/fields/{field}", {"shortcut_name": name})

    assert {
        "first_name": "Nadia",
        "last_name": "Petrova",
        "hobbies": before["interests"],
        "card": True,
        "count": 12,
        "born": before["birthday"],
    } == values(emma, NADIA)
    emma.ask("PUT", f"/members/{NADIA}", {"fields": {"hobbies": ["Chess"], "interests": ["Cooking"]}})
    assert ["Chess"] == values(emma, NADIA)["hobbies"]
    assert "interests" not in values(emma, NADIA)


@pytest.mark.rule("emma.update_field.type")
def test_another_type_leaves_the_values_that_are_there(emma: Emma) -> None:
    emma.ask("PUT", f"/fields/{ORDERS}", {"field_type": "text"})

    assert 12 == values(emma, NADIA)["orders"]


# Deleting and clearing


@pytest.mark.rule("emma.delete_field", "emma.delete_field.values")
def test_the_values_of_a_deleted_field_are_gone(emma: Emma) -> None:
    answer = emma.ask("DELETE", f"/fields/{FOOD}")

    assert answer is True
    assert {"first_name": "Emma", "last_name": "Smith"} == values(emma, EMMA)
    assert {"first_name": "Gladys", "last_name": "Jones"} == values(emma, GLADYS)


@pytest.mark.rule("emma.clear_field")
def test_a_cleared_field_stays_and_its_values_go(emma: Emma) -> None:
    emma.ask("DELETE", f"/members/{GLADYS}")

    answer = emma.ask("POST", f"/fields/{FOOD}/clear")

    assert answer is True
    assert "favorite_food" in shortcuts(emma)
    assert [{"first_name", "last_name"}] * 2 == [set(values(emma, member)) for member in (EMMA, GLADYS)]


@pytest.mark.rule("emma.clear_field")
def test_the_values_of_thousands_of_members_are_renamed_and_cleared(emma: Emma) -> None:
    rows = [{"email": f"member{number}@example.com", "fields": {"favorite_food": "pie"}} for number in range(2100)]
    emma.ask("POST", "/members", {"members": rows})
    last = emma.ask("GET", "/members/email/member2099@example.com")["member_id"]

    emma.ask("PUT", f"/fields/{FOOD}", {"shortcut_name": "food"})
    renamed = values(emma, last)
    emma.ask("POST", f"/fields/{FOOD}/clear")

    assert {"food": "pie"} == renamed
    assert {} == values(emma, last)


@pytest.mark.rule("emma.clear_field.unknown")
@pytest.mark.parametrize("unknown", [*NO_FIELDS, str(FOOD)])
def test_clearing_no_field_succeeds(emma: Emma, unknown: str) -> None:
    emma.ask("DELETE", f"/fields/{FOOD}")

    assert emma.ask("POST", f"/fields/{unknown}/clear") is True


@pytest.mark.rule("emma.clear_field.unknown")
@pytest.mark.reading("emma", unknown_ids="strict")
@pytest.mark.parametrize("unknown", NO_FIELDS)
def test_clearing_no_field_is_refused_when_the_switch_is_strict(emma: Emma, unknown: str) -> None:
    response = emma.post(f"/fields/{unknown}/clear")

    assert 404 == response.status_code
    assert f"there is no field {unknown}" == error(response)
