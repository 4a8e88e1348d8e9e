"""Contact groups: four operations."""

import pytest

from tests.providers.ethermailer.client import EtherMailer, violations


@pytest.mark.rule("ether.create_contact_group", "ether.list_contact_groups")
def test_a_created_group_is_listed_under_the_id_in_the_answer(ether: EtherMailer) -> None:
    response = ether.post("/user/contact-groups", {"name": "Bakers"})

    assert 200 == response.status_code
    assert {"groupId": response.json()["text"], "name": "Bakers", "canDelete": True, "contactsCount": 0} == ether.groups()[-1]


@pytest.mark.rule("ether.contact_groups.duplicate")
def test_a_name_that_another_group_has_is_refused(ether: EtherMailer) -> None:
    response = ether.post("/user/contact-groups", {"name": "Newsletter"})

    assert 400 == response.status_code
    assert [("name", "AlreadyExists")] == violations(response)


@pytest.mark.rule("ether.contact_groups.duplicate")
@pytest.mark.reading("ethermailer", duplicate_group_name="allow")
def test_a_name_that_another_group_has_is_taken_when_the_switch_allows_it(ether: EtherMailer) -> None:
    response = ether.post("/user/contact-groups", {"name": "Newsletter"})

    assert 200 == response.status_code
    assert 2 == [group["name"] for group in ether.groups()].count("Newsletter")
