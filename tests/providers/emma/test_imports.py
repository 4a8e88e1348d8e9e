"""Imports: what is sent, what becomes of each member, and what is told of it."""

from types import SimpleNamespace
from typing import Any

import pytest

from mockserver.providers.emma.actions import imports
from tests.providers.emma.client import Emma, error

HUGE = 10**30


def run(emma: Emma, *members: Any, **more: Any) -> dict[str, Any]:
    """Import some members and return the import once it has run."""
    import_id = emma.ask("POST", "/members", {"members": list(members), **more})["import_id"]
    return shown(emma, import_id)


def shown(emma: Emma, import_id: int) -> dict[str, Any]:
    found: dict[str, Any] = emma.ask("GET", f"/members/imports/{import_id}")
    return found


def counts(row: dict[str, Any]) -> dict[str, int]:
    """The counters that are not zero, by the last part of their names."""
    named = {
        name.removeprefix("num_"): row[name] for name in row if name.startswith("num_") and name != "num_added_by_group"
    }
    return {name.removeprefix("members_"): count for name, count in named.items() if count}


def changes(emma: Emma, row: dict[str, Any], **flags: str) -> dict[str, str]:
    """The letters of the affected members by address."""
    rows = emma.ask("GET", f"/members/imports/{row['import_id']}/members", **flags)
    return {each["email"]: each["change_type"] for each in rows}


def member(emma: Emma, email: str) -> dict[str, Any]:
    found: dict[str, Any] = emma.ask("GET", f"/members/email/{email}", deleted="true")
    return found


# Starting


@pytest.mark.rule("emma.import_members")
def test_an_import_answers_its_id_at_once(emma: Emma) -> None:
    answer = emma.ask("POST", "/members", {"members": [{"email": "new@example.com"}]})

    assert {"import_id": 1024} == answer


@pytest.mark.rule("emma.get_import", "emma.imports.style")
def test_an_import_is_shown_with_all_that_the_document_names(emma: Emma) -> None:
    emma.workspace.freeze("2030-01-01T12:00:00Z")
    row = run(emma, {"email": "new@example.com"}, source_filename="people.csv", automate_field_changes=True)

    assert {
        "import_id": 1024,
        "account_id": 100,
        "import_started": "@D:2030-01-01T06:00:00",
        "import_finished": "@D:2030-01-01T06:00:00",
        "source_name": None,
        "source_filename": "people.csv",
        "num_members_added": 1,
        "num_members_updated": 0,
        "num_added_by_group": [],
        "num_duplicates": 0,
        "num_skipped": 0,
        "num_members": 1,
        "num_errors": 0,
        "groups_updated": [],
        "fields_updated": [],
        "status": "o",
        "error_message": None,
        "style": "add_and_update",
        "automated_field_changes": True,
    } == row


@pytest.mark.rule("emma.imports.style")
def test_an_import_that_was_asked_little_says_null(emma: Emma) -> None:
    row = run(emma, {"email": "new@example.com"}, add_only=True)

    assert ("add_only", None, None) == (row["style"], row["source_filename"], row["automated_field_changes"])


@pytest.mark.rule("emma.import_members.automation")
@pytest.mark.parametrize("sent", [True, False, "true", "0", 1, None])
def test_automation_is_taken_and_starts_nothing(emma: Emma, sent: Any) -> None:
    row = run(emma, {"email": "new@example.com"}, automate_field_changes=sent, automate_contact_imports=sent)

    assert (None if sent is None else sent in (True, "true", 1)) == row["automated_field_changes"]
    assert [] == emma.workspace.messages()


@pytest.mark.rule("emma.import_members.no_array")
@pytest.mark.parametrize(
    "body", [None, [], {}, {"members": None}, {"members": {}}, {"members": "a@example.com"}, {"members": 5}]
)
def test_members_that_are_no_array_are_refused(emma: Emma, body: Any) -> None:
    response = emma.request("POST", "/members", json=body)

    assert 400 == response.status_code
    assert error(response).startswith("members: ")
    assert 1 == len(emma.ask("GET", "/members/imports"))


@pytest.mark.rule("emma.import_members.no_array", "emma.import_members.failed")
def test_an_empty_array_is_an_import_of_nobody(emma: Emma) -> None:
    row = run(emma)

    assert {} == counts(row)
    assert ("o", None) == (row["status"], row["error_message"])


@pytest.mark.rule("emma.import_members.too_deep")
@pytest.mark.parametrize("depth", [300, 700, 900, 940, 960, 980, 990])
def test_members_as_deep_as_can_be_are_imported_or_refused(emma: Emma, depth: int) -> None:
    body = f'{{"members": [{{"email": "deep@example.com", "strange": {"[" * depth}{"]" * depth}}}]}}'
    response = emma.post("/members", content=body.encode())

    assert response.status_code in (200, 400)
    assert error(response) if response.status_code == 400 else "o" == shown(emma, response.json()["import_id"])["status"]


@pytest.mark.rule("emma.import_members.too_deep")
def test_members_that_python_cannot_write_are_refused(emma: Emma, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> str:
        raise RecursionError

    monkeypatch.setattr(imports, "json", SimpleNamespace(dumps=fail))
    response = emma.post("/members", {"members": [{"email": "deep@example.com"}]})

    assert 400 == response.status_code
    assert "members: nested too deeply" == error(response)


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"source_filename": 5}, "source_filename: expected a text, found 5"),
        ({"group_ids": ["x"]}, "group_ids[0]: expected an integer, found 'x'"),
        ({"criteria": "a"}, "criteria: expected an object, found 'a'"),
        ({"criteria": {"sms": "a"}}, "criteria.sms: expected an object, found 'a'"),
    ],
)
def test_what_has_another_type_is_refused_and_named(emma: Emma, more: dict[str, Any], named: str) -> None:
    response = emma.post("/members", {"members": [{"email": "new@example.com"}], **more})

    assert 400 == response.status_code
    assert named == error(response)


# New and known members


@pytest.mark.rule("emma.import_members.added")
def test_new_addresses_become_active_members_in_their_order(emma: Emma) -> None:
    row = run(emma, *({"email": f"{letter}@new.example"} for letter in "zay"))
    added = [each for each in emma.ask("GET", "/members") if each["email"].endswith("@new.example")]

    assert {"members": 3, "added": 3} == counts(row)
    assert {"z@new.example": "a", "a@new.example": "a", "y@new.example": "a"} == changes(emma, row)
    assert ["z@new.example", "a@new.example", "y@new.example"] == [each["email"] for each in added]
    assert [("active", "a", None, {}, None)] * 3 == [
        (each["status"], each["member_status_id"], each["last_modified_at"], each["fields"], each["sms"]) for each in added
    ]


@pytest.mark.rule("emma.import_members.updated")
def test_known_members_are_updated_in_what_is_given_and_keep_the_rest(emma: Emma) -> None:
    row = run(emma, {"email": " GLADYS@myemma.com ", "last_name": "Miller", "favorite_food": None})
    gladys = emma.member(201)

    assert {"members": 1, "updated": 1} == counts(row)
    assert {"gladys@myemma.com": "u"} == changes(emma, row)
    assert {"first_name": "Gladys", "last_name": "Miller"} == gladys["fields"]
    assert ("gladys@myemma.com", "o") == (gladys["email"], gladys["member_status_id"])
    assert gladys["last_modified_at"] is not None


@pytest.mark.rule("emma.import_members.updated")
def test_an_update_that_changes_nothing_counts_and_leaves_no_date(emma: Emma) -> None:
    before = emma.member(200)
    row = run(emma, {"email": "emma@myemma.com", "first_name": "Emma"})

    assert {"members": 1, "updated": 1} == counts(row)
    assert before == emma.member(200)


@pytest.mark.rule("emma.import_members.archived")
def test_an_archived_member_comes_back(emma: Emma) -> None:
    row = run(emma, {"email": "greg@myemma.com", "first_name": "Greg"})

    assert {"members": 1, "updated": 1} == counts(row)
    assert {"greg@myemma.com": "n"} == changes(emma, row)
    assert (None, {"first_name": "Greg"}) == (emma.member(203)["deleted_at"], emma.member(203)["fields"])


@pytest.mark.rule("emma.import_members.archived")
@pytest.mark.reading("emma", archived_email="leave")
def test_an_archived_member_is_updated_where_it_is_when_the_switch_says_so(emma: Emma) -> None:
    before = emma.member(203)["deleted_at"]
    row = run(emma, {"email": "greg@myemma.com", "first_name": "Greg"})

    assert {"greg@myemma.com": "u"} == changes(emma, row)
    assert (before, {"first_name": "Greg"}) == (emma.member(203)["deleted_at"], emma.member(203)["fields"])


@pytest.mark.rule("emma.import_members.add_only")
def test_add_only_leaves_known_members_as_they_are(emma: Emma) -> None:
    known = ("emma@myemma.com", "greg@myemma.com")
    before = [member(emma, email) for email in known]
    group = emma.group("Added")
    row = run(
        emma,
        *({"email": email, "first_name": "X"} for email in (*known, "new@example.com")),
        add_only=True,
        group_ids=[group],
    )

    assert {"members": 3, "added": 1, "skipped": 2} == counts(row)
    assert {"new@example.com": "a"} == changes(emma, row)
    assert before == [member(emma, email) for email in known]
    assert ["new@example.com"] == [each["email"] for each in emma.ask("GET", f"/groups/{group}/members", deleted="true")]


@pytest.mark.rule("emma.import_members.duplicate")
def test_of_several_members_with_one_address_the_first_counts(emma: Emma) -> None:
    row = run(
        emma,
        {"email": "twice@example.com", "first_name": "First"},
        {"email": "emma@myemma.com", "first_name": "First"},
        {"email": "TWICE@example.com ", "first_name": "Second"},
        {"email": "emma@MYEMMA.com", "first_name": "Second"},
    )

    assert {"members": 2, "added": 1, "updated": 1, "duplicates": 2} == counts(row)
    assert "First" == member(emma, "twice@example.com")["fields"]["first_name"]
    assert "First" == emma.member(200)["fields"]["first_name"]


@pytest.mark.rule("emma.import_members.duplicate", "emma.import_members.bad_row")
def test_a_bad_member_does_not_make_a_later_good_one_a_duplicate(emma: Emma) -> None:
    row = run(emma, {"email": "x@example.com", "orders": "many"}, {"email": "x@example.com", "orders": "7"})

    assert {"members": 1, "added": 1, "errors": 1} == counts(row)
    assert 7 == member(emma, "x@example.com")["fields"]["orders"]


# Bad members


@pytest.mark.rule("emma.import_members.bad_row", "emma.import_members.failed")
@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (None, "expected an object, found None"),
        (5, "expected an object, found 5"),
        ("a@example.com", "expected an object, found 'a@example.com'"),
        (["a@example.com"], "expected an object, found ['a@example.com']"),
        ({}, "email: is required"),
        ({"email": None}, "email: is required"),
        ({"email": "  "}, "email: is required"),
        ({"email": 5}, "email: expected a text, found 5"),
        ({"email": ["a@example.com"]}, "email: expected a text, found ['a@example.com']"),
        ({"email": "a@example.com", "orders": "many"}, "orders: expected a number, found 'many'"),
        ({"email": "a@example.com", "fields": {"first_name": {}}}, "first_name: expected a text, found {}"),
        ({"email": "a@example.com", "sms": "1234567890"}, "sms: expected an object, found '1234567890'"),
    ],
)
def test_a_bad_member_is_an_error_and_the_only_one_tells_why(emma: Emma, bad: Any, said: str) -> None:
    alone, among = run(emma, bad), run(emma, bad, {"email": "good@example.com"})

    assert {"errors": 1} == counts(alone)
    assert ("e", f"no member could be imported; the first: {said}") == (alone["status"], alone["error_message"])
    assert {"members": 1, "added": 1, "errors": 1} == counts(among)
    assert ("o", None) == (among["status"], among["error_message"])
    assert {} == changes(emma, alone)


@pytest.mark.rule("emma.import_members.bad_row", "emma.import_members.sms")
@pytest.mark.parametrize(
    "bad",
    [
        {"phone_number": "none"},
        {"sms": {"phone_number": "12"}},
        {"sms": {"phone_number": ["1234567890"]}},
        {"sms": {"phone_number": "1234567890", "promotional_status": "x"}},
    ],
)
def test_a_bad_phone_number_or_status_makes_a_bad_member(emma: Emma, bad: dict[str, Any]) -> None:
    row = run(emma, {"email": "a@example.com", **bad}, {"email": "good@example.com"})

    assert {"members": 1, "added": 1, "errors": 1} == counts(row)
    assert 404 == emma.get("/members/email/a@example.com").status_code


@pytest.mark.rule("emma.import_members.bad_row")
def test_a_bad_member_changes_nothing_of_a_known_one(emma: Emma) -> None:
    before = emma.member(200)
    run(emma, {"email": "emma@myemma.com", "first_name": "X", "orders": "many"})

    assert before == emma.member(200)


@pytest.mark.rule("emma.import_members.bad_email")
@pytest.mark.parametrize(
    "email", ["no address", "a@b", "@example.com", "a b@example.com", "a@@example.com", "%", "' OR 1=1 --"]
)
def test_an_address_that_is_none_makes_a_bad_member(emma: Emma, email: str) -> None:
    row = run(emma, {"email": email})

    assert {"errors": 1} == counts(row)
    assert (
        f"no member could be imported; the first: email: expected an e-mail address, found {email!r}" == row["error_message"]
    )


@pytest.mark.rule("emma.import_members.bad_email")
@pytest.mark.reading("emma", invalid_email="keep_as_error")
def test_an_address_that_is_none_is_kept_as_an_error_when_the_switch_says_so(emma: Emma) -> None:
    row = run(emma, {"email": "no address", "first_name": "Nora"}, {"email": ""})
    (found,) = emma.ask("GET", f"/members/imports/{row['import_id']}/members")
    kept = emma.member(found["member_id"])

    assert {"members": 1, "added": 1, "errors": 1} == counts(row)
    assert (None, "e", "a") == (found["email"], found["member_status_id"], found["change_type"])
    assert "no address" in kept["email_error"]
    assert {"first_name": "Nora"} == kept["fields"]


@pytest.mark.rule("emma.import_members.each_row_once")
def test_each_member_that_was_sent_counts_once(emma: Emma) -> None:
    sent = [
        {"email": "new@example.com"},
        {"email": "emma@myemma.com"},
        {"email": "greg@myemma.com"},
        {"email": "new@example.com"},
        {"email": "bad"},
        None,
    ]
    row = run(emma, *sent)
    again = run(emma, *sent, add_only=True)

    assert {"members": 3, "added": 1, "updated": 2, "duplicates": 1, "errors": 2} == counts(row)
    assert {"members": 3, "skipped": 3, "duplicates": 1, "errors": 2} == counts(again)
    assert len(sent) == row["num_members"] + row["num_duplicates"] + row["num_errors"]


# Values


@pytest.mark.rule("emma.import_members.flat_or_nested")
def test_values_stand_beside_the_address_or_in_fields_or_both(emma: Emma) -> None:
    run(
        emma,
        {"email": "flat@example.com", "first_name": "Flat", "orders": "3", "interests": ["Travel"]},
        {"email": "nested@example.com", "fields": {"first_name": "Nested", "loyal": True}},
        {"email": "both@example.com", "first_name": "Flat", "last_name": "Both", "fields": {"first_name": "Nested"}},
        {"email": "odd@example.com", "fields": "none", "first_name": "Odd"},
    )

    assert {"first_name": "Flat", "orders": 3, "interests": ["Travel"]} == member(emma, "flat@example.com")["fields"]
    assert {"first_name": "Nested", "loyal": True} == member(emma, "nested@example.com")["fields"]
    assert {"first_name": "Nested", "last_name": "Both"} == member(emma, "both@example.com")["fields"]
    assert {"first_name": "Odd"} == member(emma, "odd@example.com")["fields"]


@pytest.mark.rule("emma.import_members.unknown_fields")
@pytest.mark.parametrize("name", ["shoe_size", "", "member_id", "status", "first_name ", "ключ", "'; DROP TABLE"])
def test_values_of_fields_that_do_not_exist_are_ignored(emma: Emma, name: str) -> None:
    row = run(
        emma, {"email": "a@example.com", name: "43", "first_name": "A"}, {"email": "b@example.com", "fields": {name: 1}}
    )

    assert {"members": 2, "added": 2} == counts(row)
    assert {"first_name": "A"} == member(emma, "a@example.com")["fields"]
    assert {} == member(emma, "b@example.com")["fields"]


@pytest.mark.rule("emma.import_members.unknown_fields")
@pytest.mark.reading("emma", unknown_fields="refuse")
def test_values_of_fields_that_do_not_exist_make_a_bad_member_when_the_switch_says_so(emma: Emma) -> None:
    row = run(
        emma,
        {"email": "a@example.com", "shoe_size": "43"},
        {
            "email": "b@example.com",
            "fields": {"first_name": "B"},
            "sms": {"phone_number": "1234567890"},
            "phone_number": None,
        },
    )

    assert {"members": 1, "added": 1, "errors": 1} == counts(row)
    assert {"b@example.com": "a"} == changes(emma, row)


@pytest.mark.rule("emma.imports.updated")
def test_the_fields_that_were_given_values_are_shown_whole(emma: Emma) -> None:
    row = run(
        emma,
        {"email": "a@example.com", "last_name": "A"},
        {"email": "b@example.com", "fields": {"orders": 3, "last_name": None, "shoe_size": 43}},
        {"email": "bad", "favorite_food": "toast"},
        {"email": "a@example.com", "loyal": True},
    )
    fields = {field["shortcut_name"]: field for field in emma.ask("GET", "/fields")}

    assert [fields["last_name"], fields["orders"]] == row["fields_updated"]


# Text messages


@pytest.mark.rule("emma.import_members.sms")
@pytest.mark.parametrize(
    "sent", [{"sms": {"phone_number": "1234567891"}}, {"phone_number": "1234567891"}, {"phone_number": 1234567891}]
)
def test_a_phone_number_stands_in_either_of_two_places(emma: Emma, sent: dict[str, Any]) -> None:
    run(emma, {"email": "a@example.com", **sent})
    sms = member(emma, "a@example.com")["sms"]

    assert ("+11234567891", "US") == (sms["phone_number"], sms["region_code"])


@pytest.mark.rule("emma.import_members.sms")
def test_a_field_named_like_a_phone_number_gets_the_value(emma: Emma) -> None:
    emma.ask("POST", "/fields", {"shortcut_name": "phone_number", "display_name": "Phone", "field_type": "text"})
    run(emma, {"email": "a@example.com", "phone_number": "at work"})

    assert ({"phone_number": "at work"}, None) == (
        member(emma, "a@example.com")["fields"],
        member(emma, "a@example.com")["sms"],
    )


@pytest.mark.rule("emma.import_members.sms_criteria")
def test_criteria_are_the_statuses_of_everybody_with_a_phone_number(emma: Emma) -> None:
    run(
        emma,
        {"email": "a@example.com", "sms": {"phone_number": "1234567890"}},
        {"email": "b@example.com", "sms": {"phone_number": "1234567890", "promotional_status": "o"}},
        {"email": "emma@myemma.com"},
        {"email": "c@example.com"},
        criteria={"sms": {"transactional_status": "o", "promotional_status": "a"}},
    )
    found = [member(emma, email)["sms"] for email in ("a@example.com", "b@example.com", "emma@myemma.com")]

    assert [("o", "a"), ("o", "o"), ("o", "a")] == [
        (sms["transactional_status"], sms["promotional_status"]) for sms in found
    ]
    assert member(emma, "c@example.com")["sms"] is None


@pytest.mark.rule("emma.import_members.sms_criteria")
def test_one_of_the_two_statuses_may_be_left_out(emma: Emma) -> None:
    run(
        emma,
        {"email": "a@example.com", "sms": {"phone_number": "1234567890"}},
        criteria={"sms": {"transactional_status": "o", "promotional_status": None}},
    )
    sms = member(emma, "a@example.com")["sms"]

    assert ("o", "o") == (sms["transactional_status"], sms["promotional_status"])


@pytest.mark.rule("emma.import_members.sms_criteria")
@pytest.mark.parametrize("empty", [None, {}, [], {"sms": None}, {"sms": {}}, {"sms": []}])
def test_empty_criteria_say_nothing(emma: Emma, empty: Any) -> None:
    run(emma, {"email": "a@example.com", "sms": {"phone_number": "1234567890"}}, criteria=empty)
    sms = member(emma, "a@example.com")["sms"]

    assert ("a", "o") == (sms["transactional_status"], sms["promotional_status"])


@pytest.mark.rule("emma.import_members.sms_criteria")
@pytest.mark.parametrize("kind", ["transactional_status", "promotional_status"])
@pytest.mark.parametrize("letter", ["e", "x", "", "active", 1, True, ["a"]])
def test_another_letter_in_the_criteria_is_refused(emma: Emma, kind: str, letter: Any) -> None:
    response = emma.post("/members", {"members": [{"email": "a@example.com"}], "criteria": {"sms": {kind: letter}}})

    assert 400 == response.status_code
    assert error(response).startswith(f"criteria.sms.{kind}: ")


# Groups


@pytest.mark.rule("emma.import_members.groups", "emma.imports.updated", "emma.list_import_members.flags")
def test_all_imported_members_join_the_groups(emma: Emma) -> None:
    group = emma.group("Imported")
    row = run(emma, {"email": "new@example.com"}, {"email": "emma@myemma.com"}, {"email": "bad"}, group_ids=[group, "150"])
    groups = [emma.ask("GET", f"/groups/{each}") for each in (150, group)]

    assert [
        {"member_group_id": 150, "num_added": 1},
        {"member_group_id": group, "num_added": 2},
    ] == row["num_added_by_group"]
    assert groups == row["groups_updated"]
    assert {"new@example.com": "a", "emma@myemma.com": "u"} == changes(emma, row, added_to_groups="1")
    assert {"emma@myemma.com", "new@example.com"} == {each["email"] for each in emma.ask("GET", f"/groups/{group}/members")}


@pytest.mark.rule("emma.import_members.groups", "emma.imports.updated")
def test_a_group_whose_members_were_all_there_got_nobody(emma: Emma) -> None:
    row = run(emma, {"email": "emma@myemma.com"}, group_ids=[150])

    assert [{"member_group_id": 150, "num_added": 0}] == row["num_added_by_group"]
    assert [] == row["groups_updated"]
    assert {} == changes(emma, row, added_to_groups="true")


@pytest.mark.rule("emma.import_members.unknown_groups")
@pytest.mark.parametrize("group", [1, 0, -1, HUGE, 2**63])
def test_groups_that_do_not_exist_are_left_out(emma: Emma, group: int) -> None:
    row = run(emma, {"email": "new@example.com"}, group_ids=[group, 150])

    assert [{"member_group_id": 150, "num_added": 1}] == row["num_added_by_group"]


@pytest.mark.rule("emma.import_members.unknown_groups")
@pytest.mark.reading("emma", unknown_groups="refuse")
def test_a_group_that_does_not_exist_is_refused_when_the_switch_says_so(emma: Emma) -> None:
    response = emma.post("/members", {"members": [{"email": "new@example.com"}], "group_ids": [150, 1]})

    assert 400 == response.status_code
    assert "group_ids: there is no group 1" == error(response)
    assert 404 == emma.get("/members/email/new@example.com").status_code


@pytest.mark.rule("emma.imports.updated")
def test_groups_and_fields_that_were_deleted_since_are_shown_as_deleted(emma: Emma) -> None:
    group = emma.group("Gone")
    row = run(emma, {"email": "new@example.com", "orders": 1}, group_ids=[group])
    emma.ask("DELETE", f"/groups/{group}")
    emma.ask("DELETE", "/fields/204")
    after = shown(emma, row["import_id"])

    assert [True] == [each["deleted_at"] is not None for each in after["groups_updated"]]
    assert [("orders", True)] == [
        (each["shortcut_name"], each["deleted_at"] is not None) for each in after["fields_updated"]
    ]


# Looking


@pytest.mark.rule("emma.list_imports", "emma.list_imports.order")
def test_imports_are_listed_the_oldest_first_in_pages(emma: Emma) -> None:
    rows = [run(emma, {"email": f"{number}@example.com"}, group_ids=[150]) for number in range(3)]

    assert [200, *(row["import_id"] for row in rows)] == [row["import_id"] for row in emma.ask("GET", "/members/imports")]
    assert emma.ask("GET", "/members/imports", start="1", end="3") == [shown(emma, row["import_id"]) for row in rows[:2]]
    assert 4 == emma.ask("GET", "/members/imports", count="true")


@pytest.mark.rule("emma.get_import.unknown")
@pytest.mark.parametrize("import_id", ["1", "0", "-1", "abc", "1e3", "delete", str(HUGE), "%25"])
def test_an_id_of_no_import_is_not_found(emma: Emma, import_id: str) -> None:
    response = emma.get(f"/members/imports/{import_id}")

    assert 404 == response.status_code
    assert error(response).startswith("there is no import ")


@pytest.mark.rule("emma.list_import_members")
def test_affected_members_are_listed_with_what_happened_to_them(emma: Emma) -> None:
    row = run(emma, {"email": "new@example.com"}, {"email": "gladys@myemma.com"})
    path = f"/members/imports/{row['import_id']}/members"
    rows = emma.ask("GET", path)

    assert [
        {"member_id": 201, "change_type": "u", "member_status_id": "o", "email": "gladys@myemma.com"},
        {"member_id": 1024, "change_type": "a", "member_status_id": "a", "email": "new@example.com"},
    ] == rows
    assert 2 == emma.ask("GET", path, count="1")
    assert rows[1:] == emma.ask("GET", path, start="1")


@pytest.mark.rule("emma.list_import_members.flags")
@pytest.mark.parametrize(
    ("flags", "listed"),
    [
        ({}, "new emma tony"),
        ({"all": "false", "added_only": "0", "added_to_groups": "False"}, "new emma tony"),
        ({"added_only": "true"}, "new"),
        ({"added_to_groups": "1"}, "new tony"),
        ({"added_only": "True", "added_to_groups": "true"}, "new"),
        ({"all": "true", "added_only": "true", "added_to_groups": "true"}, "new emma tony"),
    ],
)
def test_flags_leave_some_of_the_affected_members(emma: Emma, flags: dict[str, str], listed: str) -> None:
    emails = ("new@example.com", "emma@myemma.com", "tony@myemma.com")
    row = run(emma, *({"email": email} for email in emails), group_ids=[150])
    path = f"/members/imports/{row['import_id']}/members"

    assert set(listed.split()) == {email.split("@")[0] for email in changes(emma, row, **flags)}
    assert len(listed.split()) == emma.ask("GET", path, count="true", **flags)


@pytest.mark.rule("emma.list_import_members.unknown")
@pytest.mark.parametrize("import_id", ["1", "abc", str(HUGE)])
def test_an_import_that_does_not_exist_affected_nobody(emma: Emma, import_id: str) -> None:
    assert [] == emma.ask("GET", f"/members/imports/{import_id}/members")
    assert 0 == emma.ask("GET", f"/members/imports/{import_id}/members", count="true")


@pytest.mark.rule("emma.list_import_members.unknown")
@pytest.mark.reading("emma", unknown_ids="strict")
def test_strictly_an_import_that_does_not_exist_is_not_found(emma: Emma) -> None:
    response = emma.get("/members/imports/1/members")

    assert 404 == response.status_code
    assert "there is no import 1" == error(response)


# Deleting


@pytest.mark.rule("emma.delete_imports", "emma.delete_imports.deleted")
@pytest.mark.parametrize("query", ["import_ids=1024,1025", "import_ids=1024&import_ids=1025", "import_ids= 1024 , 1025 ,"])
def test_deleted_imports_are_gone_and_what_they_did_stays(emma: Emma, query: str) -> None:
    rows = [run(emma, {"email": f"{number}@example.com"}) for number in range(3)]
    response = emma.delete(f"/members/imports/delete?{query}")

    assert (200, True) == (response.status_code, response.json())
    assert [200, 1026] == [row["import_id"] for row in emma.ask("GET", "/members/imports")]
    assert 2 == emma.ask("GET", "/members/imports", count="true")
    assert 404 == emma.get(f"/members/imports/{rows[0]['import_id']}").status_code
    assert [] == emma.ask("GET", f"/members/imports/{rows[0]['import_id']}/members")
    assert "0@example.com" == member(emma, "0@example.com")["email"]


@pytest.mark.rule("emma.delete_imports.no_ids")
@pytest.mark.parametrize("query", ["", "?import_ids=", "?import_ids=,", "?ids=200"])
def test_deleting_without_ids_is_refused(emma: Emma, query: str) -> None:
    response = emma.delete(f"/members/imports/delete{query}")

    assert 400 == response.status_code
    assert error(response).startswith("import_ids: is required")


@pytest.mark.rule("emma.delete_imports.unknown")
@pytest.mark.parametrize("ids", ["1", "abc", str(HUGE), "200;1", "1,200"])
def test_ids_of_no_import_are_passed_over(emma: Emma, ids: str) -> None:
    assert emma.ask("DELETE", "/members/imports/delete", import_ids=ids) is True
    assert (0 if ids == "1,200" else 1) == emma.ask("GET", "/members/imports", count="true")


@pytest.mark.rule("emma.delete_imports.unknown")
@pytest.mark.reading("emma", unknown_ids="strict")
def test_strictly_ids_of_no_import_are_not_found_and_delete_nothing(emma: Emma) -> None:
    response = emma.delete("/members/imports/delete", params={"import_ids": "200,1"})

    assert 404 == response.status_code
    assert "import_ids: there is no import 1" == error(response)
    assert 1 == emma.ask("GET", "/members/imports", count="true")
