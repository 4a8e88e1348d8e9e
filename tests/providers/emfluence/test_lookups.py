"""What all calls have in common that name records in several ways."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence


@pytest.mark.rule("emf.lookup.precedence")
@pytest.mark.parametrize(
    ("path", "one", "several", "name"),
    [
        ("contacts/lookup", ("contactID", 1001), ("contactIDs", 1002), {"email": "li.wei@example.org"}),
        ("groups/lookup", ("groupID", 201), ("groupIDs", 202), {}),
        ("emails/lookup", ("emailID", 401), ("emailIDs", 402), {}),
        ("templates/lookup", ("templateID", 301), ("templateIDs", 302), {}),
        ("users/lookup", ("userID", 101), ("userIDs", 102), {"username": "volunteer"}),
    ],
)
def test_a_list_of_ids_wins_over_one_id_and_that_over_a_name(
    emfluence: Emfluence, path: str, one: tuple[str, int], several: tuple[str, int], name: dict[str, Any]
) -> None:
    (key, single), (keys, listed) = one, several
    of_all = emfluence.ok(path, **{keys: [listed], key: single, **name})
    of_two = emfluence.ok(path, **{key: single, **name})
    of_blanks = emfluence.ok(path, **{keys: [], key: single, **name})

    assert [listed] == [record[key] for record in of_all]
    assert [single, single] == [of_two[key], of_blanks[key]]


ONE, OTHER = {"contactID": 1001}, {"email": "li.wei@example.org"}


@pytest.mark.rule("emf.lookup.precedence")
@pytest.mark.parametrize("path", ["contacts/getGroups", "contacts/getEmailHistory"])
def test_one_id_wins_over_an_address_in_lists(emfluence: Emfluence, path: str) -> None:
    by_id, by_address = emfluence.records(path, **ONE), emfluence.records(path, **OTHER)

    assert by_id != by_address
    assert by_id == emfluence.records(path, **ONE, **OTHER)


@pytest.mark.rule("emf.lookup.precedence")
def test_one_id_wins_over_an_address_in_changes(emfluence: Emfluence) -> None:
    group = emfluence.ok("groups/save", groupName="Rowers")["groupID"]
    emfluence.ok("contacts/saveGroups", **ONE, **OTHER, groups=[{"groupID": group}])
    joined = _in_group(emfluence, group)
    emfluence.ok("contacts/saveGroups", **OTHER, groups=[{"groupID": group}])
    emfluence.ok("contacts/deleteGroups", **ONE, **OTHER, groupIDs=[group])

    assert (True, False) == joined
    assert (False, True) == _in_group(emfluence, group)


def _in_group(emfluence: Emfluence, group: int) -> tuple[bool, bool]:
    one, other = (group in emfluence.ok("contacts/lookup", **key)["groupIDs"] for key in (ONE, OTHER))
    return one, other
