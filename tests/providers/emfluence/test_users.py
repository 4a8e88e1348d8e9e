"""users/lookup."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence

EDITOR = {
    "userID": 102,
    "username": "editor",
    "email": "editor@museum.example",
    "firstName": "Jonas",
    "lastName": "Lind",
    "dateModified": "",
    "groupIDs": [201],
    "templateIDs": [301],
    "permissions": [
        "Send Mail",
        "Compose Mail",
        "Pre-Flight",
        "Create Groups",
        "Contacts (Add)",
        "Contacts (Edit)",
        "Contacts (Import)",
        "Contacts (Delete)",
    ],
    **dict.fromkeys(["address1", "address2", "businessHours", "businessUnit", "city", "company", "fax", "phone"], ""),
    **dict.fromkeys(["phone2", "region", "state", "team", "title", "url", "zip"], ""),
}


@pytest.mark.rule("emf.lookup_users", "emf.lookup_users.permissions", "emf.lookup_users.shared")
def test_a_user_is_looked_up_by_id_with_permissions_and_all_documented_fields(emfluence: Emfluence) -> None:
    emfluence.workspace.freeze()
    found = emfluence.ok("users/lookup", userID=102)

    assert EDITOR == {name: value for name, value in found.items() if name != "dateAdded"}
    assert 19 == len(found["dateAdded"])


@pytest.mark.rule("emf.lookup_users.username")
@pytest.mark.parametrize("username", ["editor", "EDITOR", " Editor "])
def test_a_user_is_looked_up_by_name_in_any_letter_case(emfluence: Emfluence, username: str) -> None:
    assert 102 == emfluence.ok("users/lookup", username=username)["userID"]
    assert 102 == emfluence.get("users/lookup", username=username)["data"]["userID"]


@pytest.mark.rule("emf.lookup_users.several")
@pytest.mark.parametrize(
    ("ids", "found"),
    [
        ([103, 101], [103, 101]),
        ("103,101", [103, 101]),
        (["103,101"], [103, 101]),
        (["101"], [101]),
        ([101, 999, 101, 104], [101, 104]),
        ([999], []),
        ([-1, 0, 2**62], []),
    ],
)
def test_several_users_are_an_array_of_those_that_exist(emfluence: Emfluence, ids: Any, found: list[int]) -> None:
    users = emfluence.ok("users/lookup", userIDs=ids, userID=102, username="editor")

    assert found == [user["userID"] for user in users]


@pytest.mark.rule("emf.lookup_users.several")
def test_an_id_wins_over_a_name(emfluence: Emfluence) -> None:
    assert 101 == emfluence.ok("users/lookup", userID=101, username="editor")["userID"]


@pytest.mark.rule("emf.lookup_users.most")
def test_more_than_25_ids_are_refused(emfluence: Emfluence) -> None:
    assert 0 == emfluence.code("users/lookup", userIDs=list(range(25)))
    assert (501, "userIDs: expected 25 ids at most, found 26") == emfluence.refused("users/lookup", userIDs=list(range(26)))


@pytest.mark.rule("emf.lookup_users.unknown")
@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"userID": 9}, "userID: there is no user 9"),
        ({"userID": 0}, "userID: there is no user 0"),
        ({"userID": "-1"}, "userID: there is no user -1"),
        ({"username": "nobody"}, "username: there is no user nobody"),
        ({"username": "%"}, "username: there is no user %"),
    ],
)
def test_nobody_is_code_300(emfluence: Emfluence, parameters: dict[str, Any], said: str) -> None:
    assert (300, said) == emfluence.refused("users/lookup", **parameters)


@pytest.mark.rule("emf.lookup_users.none")
@pytest.mark.parametrize(
    "parameters", [{}, {"userIDs": []}, {"userIDs": ""}, {"username": " "}, {"userID": ""}, {"userID": None}]
)
def test_neither_id_nor_name_is_code_502(emfluence: Emfluence, parameters: dict[str, Any]) -> None:
    assert (502, "userID, userIDs or username is required") == emfluence.refused("users/lookup", **parameters)


@pytest.mark.rule("emf.lookup_users.permission")
@pytest.mark.parametrize("user", [101, 102, 103, 104])
def test_a_restricted_user_sees_everybody(emfluence: Emfluence, user: int) -> None:
    assert user == emfluence.as_user("volunteer").ok("users/lookup", userID=user)["userID"]


@pytest.mark.rule("emf.lookup_users.shared")
def test_groups_and_templates_are_those_that_are_shared_with_the_user(emfluence: Emfluence) -> None:
    emfluence.ok("groups/save", groupID=203, userIDs=[103])
    users = emfluence.ok("users/lookup", userIDs=[101, 102, 103])

    assert [[], [201], [201, 203]] == [user["groupIDs"] for user in users]
    assert [[], [301], [301]] == [user["templateIDs"] for user in users]
