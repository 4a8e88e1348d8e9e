"""Saving contacts: who is meant, what changes, who may, and the groups that come with it."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence
from tests.workspace import Workspace

JOHN, JANE, OLGA, AMINA, PETER = 1001, 1002, 1004, 1006, 1007
DIRECTOR, EDITOR, VOLUNTEER = 101, 102, 103
ALL, NEWSLETTER, MEMBERS, PRESS, SIGNUPS, MAINE = 1, 201, 202, 203, 204, 207
NOBODY = [0, -1, 999_999, 2**63 - 1]


def save(emfluence: Emfluence, **parameters: Any) -> dict[str, Any]:
    saved: dict[str, Any] = emfluence.ok("contacts/save", **parameters)
    return saved


# Adding


@pytest.mark.rule("emf.save_contact", "emf.save_contact.added", "emf.contacts.answer", "emf.contacts.labels")
def test_a_new_contact_needs_an_email_only_and_is_answered_whole(emfluence: Emfluence, workspace: Workspace) -> None:
    workspace.freeze("2030-01-01T12:00:00Z")

    saved = save(emfluence, email="new@example.com")

    blanks = [
        *("firstName", "lastName", "company", "title", "customerID", "mobileNumber", "phone", "fax", "address1", "address2"),
        *("city", "state", "zipCode", "country", "purl", "dateOfBirth", "ipAddress", "notes", "memo"),
        *("dateModified", "dateSuppressed", "dateHeld", "lastActivityDate", "lastClickDate"),
    ]
    assert {
        "contactID": saved["contactID"],
        "email": "new@example.com",
        "userID": DIRECTOR,
        "suppressed": 0,
        "held": 0,
        "originalSource": "Unknown",
        "customFields": {
            "custom1": {"label": "Membership", "value": ""},
            "custom2": {"label": "Favorite Exhibition", "value": ""},
            "custom3": {"label": "Renewal Month", "value": ""},
        },
        "contentVariables": {f"content{n}": {"label": f"Content {n}", "value": ""} for n in range(1, 11)},
        "groupIDs": [ALL],
        "dateAdded": "2030-01-01 12:00:00",
        "contactScore": {"dateModified": "", "value": 0, "percentile": ""},
        **dict.fromkeys(blanks, ""),
    } == saved
    assert saved == emfluence.contact("new@example.com")


@pytest.mark.rule("emf.save_contact.added")
def test_ids_of_contacts_are_not_given_again(emfluence: Emfluence) -> None:
    first = save(emfluence, email="first@example.com")["contactID"]
    emfluence.ok("contacts/delete", contactID=first)

    assert first + 1 == save(emfluence, email="second@example.com")["contactID"]


@pytest.mark.rule("emf.contacts.no_key")
@pytest.mark.parametrize(
    "key", [{}, {"email": ""}, {"email": "  "}, {"email": None}, {"contactID": ""}, {"contactID": None}]
)
def test_a_contact_without_a_key_is_refused(emfluence: Emfluence, key: dict[str, Any]) -> None:
    assert (502, "contactID or email is required") == emfluence.refused("contacts/save", firstName="Ann", **key)


@pytest.mark.rule("emf.contacts.bad_email")
@pytest.mark.parametrize(
    "email", ["nobody", "@example.com", "a@", "a@b@example.com", "a b@example.com", "a\0@example.com", "a@localhost", "😀"]
)
def test_an_email_that_is_no_address_is_refused(emfluence: Emfluence, email: str) -> None:
    code, said = emfluence.refused("contacts/save", email=email)

    assert 501 == code
    assert said.startswith("email: expected an e-mail address, found ")


@pytest.mark.rule("emf.contacts.bad_email")
def test_an_email_of_the_wrong_type_is_refused(emfluence: Emfluence) -> None:
    assert 500 == emfluence.code("contacts/save", email=["a@example.com"])


# Changing


@pytest.mark.rule("emf.save_contact", "emf.save_contact.changed", "emf.contacts.modified")
@pytest.mark.parametrize("key", [{"contactID": JOHN}, {"contactID": "1001"}, {"email": "john.doe@example.com"}])
def test_a_contact_is_updated_by_its_id_or_its_email_in_what_is_given(
    emfluence: Emfluence, workspace: Workspace, key: dict[str, Any]
) -> None:
    workspace.freeze("2030-01-01T12:00:00Z")
    before = emfluence.contact("john.doe@example.com")

    saved = save(emfluence, **key, lastName="Deer", customFields={"custom1": {"value": "Platinum"}})

    assert (
        before
        | {
            "lastName": "Deer",
            "customFields": before["customFields"] | {"custom1": {"label": "Membership", "value": "Platinum"}},
            "dateModified": "2030-01-01 12:00:00",
        }
        == saved
    )


@pytest.mark.rule("emf.contacts.modified")
def test_saving_nothing_is_a_modification_as_well(emfluence: Emfluence, workspace: Workspace) -> None:
    workspace.freeze("2030-01-01T12:00:00Z")

    assert "2030-01-01 12:00:00" == save(emfluence, contactID=JANE)["dateModified"]
    workspace.advance(seconds=61)
    assert "2030-01-01 12:01:01" == save(emfluence, contactID=JANE)["dateModified"]


@pytest.mark.rule("emf.contacts.email_case")
def test_an_email_means_the_same_contact_in_any_case_and_keeps_its_last_spelling(emfluence: Emfluence) -> None:
    saved = save(emfluence, email=" John.DOE@Example.com ", firstName="Johnny")

    assert (JOHN, "John.DOE@Example.com", "Johnny") == (saved["contactID"], saved["email"], saved["firstName"])
    assert saved == emfluence.contact("JOHN.DOE@EXAMPLE.COM")


@pytest.mark.rule("emf.save_contact.changed")
def test_an_email_changes_where_the_id_says_whose(emfluence: Emfluence) -> None:
    save(emfluence, contactID=JOHN, email="john@new.example")

    assert JOHN == emfluence.contact("john@new.example")["contactID"]
    assert 300 == emfluence.code("contacts/lookup", email="john.doe@example.com")


@pytest.mark.rule("emf.save_contact.duplicate")
@pytest.mark.parametrize("email", ["jane.roe@example.com", "JANE.ROE@example.com"])
def test_the_email_of_another_contact_is_refused_and_nothing_is_saved(emfluence: Emfluence, email: str) -> None:
    before = emfluence.contact("john.doe@example.com")

    refusal = emfluence.call("contacts/save", contactID=JOHN, email=email, firstName="Jack", groupIDs=[PRESS])

    assert 301 == refusal["code"]
    assert [f'Email "{email}" belongs to another record.'] == refusal["errors"]
    assert {"contactID": JANE} == refusal["data"]
    assert before == emfluence.contact("john.doe@example.com")


@pytest.mark.rule("emf.contacts.unknown")
@pytest.mark.parametrize("contact", NOBODY)
def test_an_id_of_nobody_is_refused_and_adds_nobody(emfluence: Emfluence, contact: int) -> None:
    code, said = emfluence.refused("contacts/save", contactID=contact, email="new@example.com")

    assert (300, f"There is no contact {contact}") == (code, said)
    assert 300 == emfluence.code("contacts/lookup", email="new@example.com")


@pytest.mark.parametrize(("contact", "code"), [("x", 500), ([1], 500), (1.5, 500), (2**63, 501), (-(10**30), 501)])
def test_an_id_that_is_none_is_refused(emfluence: Emfluence, contact: Any, code: int) -> None:
    found, said = emfluence.refused("contacts/save", contactID=contact)

    assert code == found
    assert said.startswith("contactID: ")


@pytest.mark.rule("emf.contacts.email_cleared")
def test_a_contact_cannot_lose_its_email(emfluence: Emfluence) -> None:
    code, said = emfluence.refused("contacts/save", contactID=JOHN, email="")

    assert 501 == code
    assert said.startswith("email: ")


@pytest.mark.rule("emf.save_contact")
def test_what_was_looked_up_can_be_saved_as_it_is(emfluence: Emfluence, workspace: Workspace) -> None:
    workspace.freeze()
    found = emfluence.contact("john.doe@example.com")

    saved = save(emfluence, **found)

    assert MAINE in found["groupIDs"]
    assert found | {"dateModified": "2030-01-01 12:00:00"} == saved


# Suppressed and held


@pytest.mark.rule("emf.contacts.suppressed", "emf.contacts.held")
@pytest.mark.parametrize(("flag", "date"), [("suppressed", "dateSuppressed"), ("held", "dateHeld")])
def test_a_flag_has_the_date_at_which_it_was_set(emfluence: Emfluence, workspace: Workspace, flag: str, date: str) -> None:
    workspace.freeze("2030-01-01T12:00:00Z")

    found = []
    for value in (1, True, "true", "", 0, "0", "1"):
        saved = save(emfluence, contactID=JOHN, **{flag: value})
        found.append((saved[flag], saved[date]))
        workspace.advance(seconds=1)

    once, again = (1, "2030-01-01 12:00:00"), (1, "2030-01-01 12:00:06")
    assert [once, once, once, once, (0, ""), (0, ""), again] == found


@pytest.mark.rule("emf.contacts.suppressed")
def test_a_new_contact_can_be_suppressed_at_once(emfluence: Emfluence, workspace: Workspace) -> None:
    workspace.freeze("2030-01-01T12:00:00Z")

    saved = save(emfluence, email="new@example.com", suppressed=1, held=0)

    assert (1, "2030-01-01 12:00:00", 0, "") == tuple(saved[name] for name in _FLAGS)


_FLAGS = ("suppressed", "dateSuppressed", "held", "dateHeld")


@pytest.mark.parametrize("value", ["maybe", 2, [1]])
def test_a_flag_that_is_neither_is_refused(emfluence: Emfluence, value: Any) -> None:
    assert 500 == emfluence.code("contacts/save", contactID=JOHN, suppressed=value)


# Groups


@pytest.mark.rule("emf.save_contact.groups")
@pytest.mark.parametrize("groups", [[MEMBERS, PRESS], ["202", "203"], "202,203", ["202,203"], "202, 203,"])
def test_group_ids_add_and_never_replace(emfluence: Emfluence, groups: Any) -> None:
    assert [ALL, NEWSLETTER, MEMBERS, PRESS, MAINE] == save(emfluence, contactID=JANE, groupIDs=groups)["groupIDs"]


@pytest.mark.rule("emf.save_contact.groups")
def test_remove_group_ids_remove(emfluence: Emfluence) -> None:
    saved = save(emfluence, contactID=JOHN, groupIDs=[PRESS], removeGroupIDs=[NEWSLETTER, PRESS])

    assert [ALL, MEMBERS, MAINE] == saved["groupIDs"]


@pytest.mark.rule("emf.save_contact.groups")
def test_whoever_opted_out_of_a_group_is_in_it_again(emfluence: Emfluence) -> None:
    def opted_out() -> list[int]:
        groups = emfluence.records("contacts/getGroups", contactID=AMINA)
        return [group["groupID"] for group in groups if group["suppressed"]]

    assert [NEWSLETTER] == opted_out()
    save(emfluence, contactID=AMINA, groupIDs=[NEWSLETTER])
    assert [] == opted_out()


@pytest.mark.rule("emf.save_contact.groups")
def test_whoever_comes_into_the_source_group_of_an_automated_email_gets_it(
    emfluence: Emfluence, workspace: Workspace
) -> None:
    for _ in range(2):
        save(emfluence, email="new@example.com", groupIDs=[SIGNUPS])

    assert ["new@example.com"] == [message["recipient"] for message in workspace.messages()]


@pytest.mark.rule("emf.save_contact.groups")
@pytest.mark.parametrize("parameter", ["groupIDs", "removeGroupIDs"])
@pytest.mark.parametrize(
    ("groups", "code"), [([999], 300), ([MEMBERS, 0], 300), ("x", 500), ([2**70], 501), ({}, 500), (None, 0)]
)
def test_bad_groups_refuse_the_whole_save(emfluence: Emfluence, parameter: str, groups: Any, code: int) -> None:
    assert code == emfluence.code("contacts/save", email="new@example.com", **{parameter: groups})
    assert (300 if code else 0) == emfluence.code("contacts/lookup", email="new@example.com")


@pytest.mark.rule("emf.save_contact.groups")
def test_nobody_is_added_to_a_dynamic_group_that_it_does_not_fit(emfluence: Emfluence) -> None:
    code, said = emfluence.refused("contacts/save", email="new@example.com", groupIDs=[MAINE])

    assert 302 == code
    assert "People from Maine" in said


@pytest.mark.reading("emfluence", unknown_group="ignore")
def test_unknown_groups_can_be_passed_over(emfluence: Emfluence) -> None:
    saved = save(emfluence, email="new@example.com", groupIDs=[999, PRESS], removeGroupIDs=[998])

    assert [ALL, PRESS] == saved["groupIDs"]


@pytest.mark.reading("emfluence", all_group="hidden")
def test_the_group_of_all_can_be_hidden_in_a_contact(emfluence: Emfluence) -> None:
    assert [] == save(emfluence, email="new@example.com")["groupIDs"]
    assert [NEWSLETTER, MEMBERS, MAINE] == emfluence.contact("john.doe@example.com")["groupIDs"]


# Who may


@pytest.mark.rule("emf.save_contact.permissions")
@pytest.mark.parametrize(
    ("parameters", "lacking"), [({"email": "new@example.com"}, "Contacts (Add)"), ({"contactID": JOHN}, "Contacts (Edit)")]
)
def test_adding_and_updating_have_permissions_of_their_own(
    emfluence: Emfluence, parameters: dict[str, Any], lacking: str
) -> None:
    reader = emfluence.as_user("reader")

    assert (204, f"Access to this endpoint requires the permission '{lacking}'") == reader.refused(
        "contacts/save", **parameters
    )
    assert 0 == emfluence.code("contacts/save", **parameters)


@pytest.mark.rule("emf.contacts.owner_only")
@pytest.mark.parametrize("key", [{"contactID": JOHN}, {"email": "john.doe@example.com"}])
def test_a_restricted_user_saves_no_contact_of_somebody_else(emfluence: Emfluence, key: dict[str, Any]) -> None:
    before = emfluence.contact("john.doe@example.com")

    assert 303 == emfluence.as_user("volunteer").code("contacts/save", firstName="Jack", **key)
    assert before == emfluence.contact("john.doe@example.com")


@pytest.mark.rule("emf.save_contact.added")
def test_a_restricted_user_owns_what_it_adds(emfluence: Emfluence) -> None:
    volunteer = emfluence.as_user("volunteer")

    assert VOLUNTEER == save(volunteer, email="new@example.com")["userID"]
    assert "Petr" == save(volunteer, contactID=PETER, firstName="Petr")["firstName"]


@pytest.mark.rule("emf.contacts.owner_restricted")
def test_a_restricted_user_gives_no_contact_away(emfluence: Emfluence) -> None:
    volunteer = emfluence.as_user("volunteer")

    assert 303 == volunteer.code("contacts/save", email="new@example.com", userID=EDITOR)
    assert 303 == volunteer.code("contacts/save", contactID=PETER, userID=EDITOR)
    assert 0 == volunteer.code("contacts/save", contactID=PETER, userID=VOLUNTEER)


@pytest.mark.rule("emf.contacts.owner")
def test_an_owner_is_a_user_of_the_account(emfluence: Emfluence) -> None:
    assert EDITOR == save(emfluence, contactID=JOHN, userID="102")["userID"]
    assert EDITOR == save(emfluence, contactID=JOHN, userID="")["userID"]
    assert (501, "userID: expected a user of the account, found 999") == emfluence.refused(
        "contacts/save", contactID=JOHN, userID=999
    )


def test_saving_is_for_post_only(emfluence: Emfluence) -> None:
    assert 2 == emfluence.get("contacts/save", email="new@example.com")["code"]
