"""What all lookups have in common."""

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
