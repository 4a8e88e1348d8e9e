"""Adding, updating and archiving members."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma, error

EMMA, GLADYS, TONY, ARCHIVED, FAULTY = 200, 201, 202, 203, 206
NEW = "new@example.com"
NOW = "@D:2030-01-01T06:00:00"
NEWSLETTER, BUYERS = 150, 151

unchecked = pytest.mark.reading("emma", invalid_email="keep_as_error")


def add(emma: Emma, email: str = NEW, **more: Any) -> dict[str, Any]:
    """Add a member, which must succeed; what is answered."""
    answer: dict[str, Any] = emma.ask("POST", "/members/add", {"email": email, **more})
    return answer


def update(emma: Emma, member: int, **changes: Any) -> dict[str, Any]:
    """Update a member, which must be answered with true; how it is then."""
    assert emma.ask("PUT", f"/members/{member}", changes) is True
    return emma.member(member)


def refused(emma: Emma, **payload: Any) -> str:
    """What is said about a member that cannot be added, of whom nothing may stay."""
    before = emma.ask("GET", "/members", deleted=1)
    response = emma.post("/members/add", payload)

    assert 400 == response.status_code
    assert before == emma.ask("GET", "/members", deleted=1)
    return error(response)


def refused_update(emma: Emma, **changes: Any) -> str:
    """What is said about an update that is not possible, and changes nothing."""
    before = emma.member(EMMA)
    response = emma.put(f"/members/{EMMA}", changes)

    assert 400 == response.status_code
    assert before == emma.member(EMMA)
    return error(response)


def groups(emma: Emma, member: int) -> list[int]:
    return [group["member_group_id"] for group in emma.ask("GET", f"/members/{member}/groups")]


# Adding


@pytest.mark.rule("emma.add_member")
def test_a_new_member_is_told_by_its_id(emma: Emma) -> None:
    assert {"status": "a", "added": True, "member_id": 1024} == add(emma)
    assert {"status": "a", "added": True, "member_id": 1025} == add(emma, "another@example.com")


@pytest.mark.rule("emma.members.new_status")
def test_a_new_member_is_active_and_was_never_modified(emma: Emma) -> None:
    emma.workspace.freeze()
    member = emma.member(emma.add(f" {NEW} ", fields={"first_name": "Nina"}, group_ids=[NEWSLETTER]))

    assert {
        "status": "active",
        "confirmed_opt_in": None,
        "account_id": 100,
        "fields": {"first_name": "Nina"},
        "member_id": 1024,
        "sms": None,
        "last_modified_at": None,
        "member_status_id": "a",
        "plaintext_preferred": False,
        "email_error": None,
        "member_since": NOW,
        "bounce_count": 0,
        "deleted_at": None,
        "email": NEW,
    } == member


@pytest.mark.rule("emma.add_member")
def test_who_is_added_again_is_updated(emma: Emma) -> None:
    member = emma.add(NEW)

    assert {"status": "a", "added": False, "member_id": member} == add(emma, fields={"first_name": "Nina"})
    assert {"first_name": "Nina"} == emma.member(member)["fields"]
    assert 8 == emma.ask("GET", "/members", count=1)


@pytest.mark.rule("emma.members.same_address")
@pytest.mark.parametrize("email", ["emma@myemma.com", "EMMA@MyEmma.com", " Emma@myemma.com\t"])
def test_addresses_are_the_same_in_any_case_and_keep_their_first_spelling(emma: Emma, email: str) -> None:
    assert {"status": "a", "added": False, "member_id": EMMA} == add(emma, email)
    assert "emma@myemma.com" == emma.member(EMMA)["email"]


@pytest.mark.rule("emma.members.status_kept")
@pytest.mark.parametrize(
    ("email", "status"),
    [("gladys@myemma.com", "o"), ("moved.away@example.com", "e"), ("friend@example.org", "f"), ("tony@myemma.com", "a")],
)
def test_adding_changes_nobodys_status(emma: Emma, email: str, status: str) -> None:
    assert status == add(emma, email, fields={"favorite_food": "soup"})["status"]
    assert status == emma.ask("GET", f"/members/email/{email}")["member_status_id"]


@pytest.mark.rule("emma.members.merge")
def test_fields_are_laid_over_those_there_are_and_null_takes_one_away(emma: Emma) -> None:
    add(emma, "emma@myemma.com", fields={"first_name": "Ella", "favorite_food": None, "orders": None})

    assert {"first_name": "Ella", "last_name": "Smith"} == emma.member(EMMA)["fields"]


@pytest.mark.rule("emma.members.merge")
def test_null_is_no_value_of_a_new_member(emma: Emma) -> None:
    member = emma.add(NEW, fields={"first_name": "Nina", "last_name": None})

    assert {"first_name": "Nina"} == emma.member(member)["fields"]


@pytest.mark.rule("emma.members.merge")
@pytest.mark.parametrize("nothing", [None, [], {}])
def test_no_fields_may_be_an_empty_array_as_php_writes_it(emma: Emma, nothing: Any) -> None:
    before = emma.member(EMMA)
    add(emma, "emma@myemma.com", fields=nothing, sms=nothing)

    assert before == emma.member(EMMA)


@pytest.mark.rule("emma.members.no_email")
@pytest.mark.parametrize("payload", [{}, {"email": None}, {"email": ""}, {"email": " \t"}, {"fields": {}}])
def test_a_member_needs_an_address(emma: Emma, payload: dict[str, Any]) -> None:
    assert "email: is required" == refused(emma, **payload)


@pytest.mark.rule("emma.members.bad_email")
@pytest.mark.parametrize("email", ["nobody", "@", "a@b", "a b@example.com", "a@b@example.com", "a@example.", "@example.com"])
def test_an_address_that_is_none_is_refused(emma: Emma, email: str) -> None:
    assert f"email: expected an e-mail address, found {email!r}" == refused(emma, email=email)


@unchecked
@pytest.mark.rule("emma.members.bad_email")
def test_an_address_that_is_none_can_be_kept_as_an_error(emma: Emma) -> None:
    first = add(emma, "no body")
    again = add(emma, "No Body", fields={"first_name": "Nobody"})
    member = emma.member(first["member_id"])

    assert {"status": "e", "added": True, "member_id": 1024} == first
    assert {**first, "added": False} == again
    assert (None, "error", "e") == (member["email"], member["status"], member["member_status_id"])
    assert "expected an e-mail address, found 'no body'" == member["email_error"]
    assert {"first_name": "Nobody"} == member["fields"]


@unchecked
@pytest.mark.rule("emma.members.bad_email", "emma.update_member.email_error")
def test_a_better_address_takes_the_error_away(emma: Emma) -> None:
    member = emma.add("no body")
    updated = update(emma, member, email=NEW, status_to="a")

    assert (NEW, None, "a") == (updated["email"], updated["email_error"], updated["member_status_id"])


@unchecked
@pytest.mark.rule("emma.members.bad_email")
def test_a_worse_address_makes_an_error_of_a_member(emma: Emma) -> None:
    updated = update(emma, EMMA, email="nobody")

    assert (None, "e") == (updated["email"], updated["member_status_id"])
    assert "found 'nobody'" in updated["email_error"]


@unchecked
@pytest.mark.rule("emma.members.no_email")
def test_even_then_a_member_needs_some_address(emma: Emma) -> None:
    assert "email: is required" == refused(emma, email=" ")


@pytest.mark.rule("emma.members.archived_email")
def test_the_address_of_an_archived_member_brings_it_back(emma: Emma) -> None:
    emma.ask("DELETE", f"/members/{GLADYS}")
    emma.workspace.freeze()
    answer = add(emma, "Gladys@myemma.com", fields={"last_name": None})
    gladys = emma.member(GLADYS)

    assert {"status": "o", "added": False, "member_id": GLADYS} == answer
    assert (None, NOW) == (gladys["deleted_at"], gladys["last_modified_at"])
    assert {"first_name": "Gladys", "favorite_food": "toast"} == gladys["fields"]
    assert [NEWSLETTER] == groups(emma, GLADYS)


@pytest.mark.rule("emma.members.archived_email")
@pytest.mark.reading("emma", archived_email="leave")
def test_the_address_of_an_archived_member_can_update_it_where_it_is(emma: Emma) -> None:
    answer = add(emma, "greg@myemma.com", fields={"first_name": "Greg"})
    greg = emma.member(ARCHIVED)

    assert {"status": "a", "added": False, "member_id": ARCHIVED} == answer
    assert ("@D:2011-01-02T10:27:43", {"first_name": "Greg"}) == (greg["deleted_at"], greg["fields"])


# Groups


@pytest.mark.rule("emma.add_member")
@pytest.mark.parametrize("given", [[NEWSLETTER, BUYERS], ["150", "151"], "150,151", [BUYERS, 150, 150, "151"]])
def test_a_member_joins_groups_in_whatever_form_they_are_given(emma: Emma, given: Any) -> None:
    assert [NEWSLETTER, BUYERS] == groups(emma, emma.add(NEW, group_ids=given))


@pytest.mark.rule("emma.add_member")
def test_joining_leaves_no_other_group(emma: Emma) -> None:
    add(emma, "gladys@myemma.com", group_ids=[BUYERS])

    assert [NEWSLETTER, BUYERS] == groups(emma, GLADYS)


@pytest.mark.rule("emma.members.unknown_groups")
@pytest.mark.parametrize("unknown", [999, 0, -1, 2**63, 10**40])
def test_a_group_that_does_not_exist_is_ignored(emma: Emma, unknown: int) -> None:
    assert [BUYERS] == groups(emma, emma.add(NEW, group_ids=[unknown, BUYERS]))


@pytest.mark.rule("emma.members.unknown_groups")
@pytest.mark.reading("emma", unknown_groups="refuse")
def test_a_group_that_does_not_exist_can_be_refused(emma: Emma) -> None:
    assert "group_ids: there is no group 999" == refused(emma, email=NEW, group_ids=[BUYERS, 999])


# Hostile payloads


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"email": 5}, "email: expected a text, found 5"),
        ({"email": ["a@example.com"]}, "email: expected a text, found ['a@example.com']"),
        ({"fields": ["first_name"]}, "fields: expected an object, found ['first_name']"),
        ({"fields": "Nina"}, "fields: expected an object, found 'Nina'"),
        ({"group_ids": {"id": 150}}, "group_ids: expected an array, found {'id': 150}"),
        ({"group_ids": [150, "Newsletter", None]}, "group_ids[1]: expected an integer, found 'Newsletter'"),
        ({"group_ids": [True]}, "group_ids[0]: expected an integer, found True"),
        ({"group_ids": [150.0]}, "group_ids[0]: expected an integer, found 150.0"),
        ({"sms": "4155552671"}, "sms: expected an object, found '4155552671'"),
        ({"phone_number": {}}, "phone_number: expected a text, found {}"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_by_its_name(emma: Emma, payload: dict[str, Any], said: str) -> None:
    assert said == refused(emma, **{"email": NEW, **payload})


@pytest.mark.parametrize(
    "text", ["Zoë 李 🎉", "'; DROP TABLE emma_member; --", "%_*?[", "\u0000\u001f", "\\u0041", "<b>", "x" * 100_000]
)
def test_any_text_comes_back_as_it_was(emma: Emma, text: str) -> None:
    assert text == emma.member(emma.add(NEW, fields={"first_name": text}))["fields"]["first_name"]


@pytest.mark.parametrize("email", ["%@example.com", "_@example.com", "'@example.com", "\u0000@example.com", "ß@example.com"])
def test_an_address_is_itself_and_no_pattern(emma: Emma, email: str) -> None:
    assert [True, True, False] == [add(emma, address)["added"] for address in ("s@example.com", email, email)]


@pytest.mark.rule("emma.members.consent", "emma.members.triggers")
def test_consent_and_triggers_are_taken_and_shown_nowhere(emma: Emma) -> None:
    quiet = emma.member(emma.add("quiet@example.com"))
    taken = {"field_triggers": True, "signup_form_id": 999, "subscriber_consent_tracking": True, "unknown": {}}
    told = emma.member(emma.add("told@example.com", **taken))

    assert quiet.keys() == told.keys()
    assert [] == emma.workspace.messages()


@pytest.mark.rule("emma.members.consent")
def test_consent_is_something_that_can_change(emma: Emma) -> None:
    first, again = (update(emma, EMMA, subscriber_consent_tracking=False)["last_modified_at"] for _ in range(2))
    left_out = update(emma, EMMA, subscriber_consent_tracking=None)["last_modified_at"]

    assert first is not None
    assert (first, first) == (again, left_out)


# Modified


@pytest.mark.rule("emma.members.modified")
def test_what_changes_nothing_is_no_modification(emma: Emma) -> None:
    add(emma, "emma@myemma.com", fields={"first_name": "Emma"}, group_ids=[NEWSLETTER, 154], phone_number="1234567890")
    update(emma, EMMA, email="emma@myemma.com", fields={"orders": None}, status_to="a")

    assert emma.member(EMMA)["last_modified_at"] is None


@pytest.mark.rule("emma.members.modified")
@pytest.mark.parametrize(
    "change",
    [
        {"fields": {"first_name": "Ella"}},
        {"fields": {"first_name": None}},
        {"email": "Emma@myemma.com"},
        {"status_to": "e"},
        {"phone_number": "+14155552671"},
        {"sms": {"promotional_status": "a"}},
        {"subscriber_consent_tracking": True},
    ],
)
def test_every_change_has_its_moment(emma: Emma, change: dict[str, Any]) -> None:
    emma.workspace.freeze()

    assert NOW == update(emma, EMMA, **change)["last_modified_at"]


# Updating


@pytest.mark.rule("emma.update_member", "emma.members.merge")
def test_an_update_changes_what_it_names(emma: Emma) -> None:
    emma.workspace.freeze()
    before = emma.member(EMMA)
    after = update(emma, EMMA, email="ella@myemma.com", fields={"first_name": "Ella", "favorite_food": None}, status_to="e")

    assert {
        **before,
        "email": "ella@myemma.com",
        "fields": {"first_name": "Ella", "last_name": "Smith"},
        "member_status_id": "e",
        "status": "error",
        "last_modified_at": NOW,
    } == after


@pytest.mark.rule("emma.update_member")
def test_an_archived_member_can_be_updated_and_stays_archived(emma: Emma) -> None:
    greg = update(emma, ARCHIVED, email="gregory@myemma.com", fields={"first_name": "Greg"}, status_to="o")

    assert "@D:2011-01-02T10:27:43" == greg["deleted_at"]
    assert ("gregory@myemma.com", {"first_name": "Greg"}, "o") == (greg["email"], greg["fields"], greg["member_status_id"])


@pytest.mark.rule("emma.update_member")
@pytest.mark.parametrize("body", [None, {}, [], {"email": "ella@myemma.com"}])
@pytest.mark.parametrize("member", ["999", "emma", "9" * 25])
def test_an_update_of_nobody_is_not_found_whatever_it_says(emma: Emma, member: str, body: Any) -> None:
    response = emma.put(f"/members/{member}", body)

    assert 404 == response.status_code
    assert f"there is no member {member}" == error(response)


@pytest.mark.rule("emma.update_member")
def test_a_new_address_is_the_one_that_counts(emma: Emma) -> None:
    update(emma, EMMA, email="ella@myemma.com")

    assert 404 == emma.get("/members/email/emma@myemma.com").status_code
    assert EMMA == emma.ask("GET", "/members/email/ella@myemma.com")["member_id"]
    assert add(emma, "emma@myemma.com")["added"]
    assert not add(emma, "ella@myemma.com")["added"]


@pytest.mark.rule("emma.update_member.email_taken")
@pytest.mark.parametrize(("email", "owner"), [("Tony@myemma.com", TONY), ("greg@myemma.com", ARCHIVED)])
def test_the_address_of_another_member_is_refused(emma: Emma, email: str, owner: int) -> None:
    said = refused_update(emma, email=email, fields={"first_name": "Ella"})

    assert f"email: the address {email} is that of another member, {owner}" == said


@pytest.mark.rule("emma.members.bad_email", "emma.members.no_email")
@pytest.mark.parametrize(("email", "said"), [("nobody", "found 'nobody'"), ("", "is required")])
def test_a_new_address_must_be_one(emma: Emma, email: str, said: str) -> None:
    assert said in refused_update(emma, email=email, fields={"first_name": "Ella"})


@pytest.mark.rule("emma.update_member.bad_status")
@pytest.mark.parametrize("status", ["f", "A", "active", "", "opt-out", "aeo"])
def test_a_status_that_cannot_be_given_is_refused(emma: Emma, status: str) -> None:
    said = refused_update(emma, status_to=status, fields={"first_name": "Ella"})

    assert f"status_to: expected a, e or o, found {status!r}" == said


@pytest.mark.rule("emma.update_member")
@pytest.mark.parametrize(("status", "word"), [("a", "active"), ("e", "error"), ("o", "opt-out")])
def test_an_update_can_give_a_status(emma: Emma, status: str, word: str) -> None:
    assert [word, word] == [update(emma, member, status_to=status)["status"] for member in (EMMA, GLADYS)]


@pytest.mark.rule("emma.update_member", "emma.get_member_optout")
def test_who_is_opted_out_by_an_update_has_that_in_the_history(emma: Emma) -> None:
    emma.workspace.freeze()
    update(emma, EMMA, status_to="o")

    assert [{"timestamp": NOW, "mailing_id": None}] == emma.ask("GET", f"/members/{EMMA}/optout")


@pytest.mark.rule("emma.update_member.email_error")
def test_the_error_of_an_address_goes_with_it_and_the_status_stays(emma: Emma) -> None:
    errors = [update(emma, FAULTY, email=email)["email_error"] for email in ("Moved.Away@example.com", NEW)]

    assert ["mailbox unavailable", None] == errors
    assert "e" == emma.member(FAULTY)["member_status_id"]


@pytest.mark.rule("emma.update_member.email_error")
def test_a_member_with_an_error_can_be_activated(emma: Emma) -> None:
    updated = update(emma, FAULTY, status_to="a")

    assert ("a", "mailbox unavailable", 3) == tuple(updated[n] for n in ("member_status_id", "email_error", "bounce_count"))


# Archiving


@pytest.mark.rule("emma.archive_member", "emma.archive_member.kept")
def test_an_archived_member_is_hidden_and_loses_nothing(emma: Emma) -> None:
    emma.workspace.freeze()
    before, joined = emma.member(EMMA), groups(emma, EMMA)

    assert emma.ask("DELETE", f"/members/{EMMA}") is True
    assert 404 == emma.get(f"/members/{EMMA}").status_code
    assert 6 == emma.ask("GET", "/members", count=1)
    assert {**before, "deleted_at": NOW} == emma.member(EMMA)
    assert joined == groups(emma, EMMA)


@pytest.mark.rule("emma.archive_member.again")
def test_archiving_again_is_true_and_keeps_the_date(emma: Emma) -> None:
    assert emma.ask("DELETE", f"/members/{ARCHIVED}") is True
    assert "@D:2011-01-02T10:27:43" == emma.member(ARCHIVED)["deleted_at"]


@pytest.mark.rule("emma.archive_member", "emma.members.unknown")
@pytest.mark.parametrize("member", ["999", "emma", "9" * 25])
def test_nobody_cannot_be_archived(emma: Emma, member: str) -> None:
    response = emma.delete(f"/members/{member}")

    assert 404 == response.status_code
    assert f"there is no member {member}" == error(response)
