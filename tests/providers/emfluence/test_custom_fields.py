"""Custom fields: what contacts call them, and what people do."""

import pytest

from tests.providers.emfluence.client import Emfluence


@pytest.mark.rule("emf.search_custom_fields")
def test_custom_fields_come_by_number_with_their_labels(emfluence: Emfluence) -> None:
    assert [
        {"customFieldID": 1, "name": "custom1", "label": "Membership"},
        {"customFieldID": 2, "name": "custom2", "label": "Favorite Exhibition"},
        {"customFieldID": 3, "name": "custom3", "label": "Renewal Month"},
    ] == emfluence.records("customFields/search")


@pytest.mark.rule("emf.search_custom_fields")
def test_custom_fields_are_those_of_contacts(emfluence: Emfluence) -> None:
    labels = {each["name"]: each["label"] for each in emfluence.records("customFields/search")}
    of_contact = emfluence.contact("john.doe@example.com")["customFields"]

    assert labels == {name: field["label"] for name, field in of_contact.items()}


@pytest.mark.rule("emf.search_custom_fields")
def test_custom_fields_are_paged(emfluence: Emfluence) -> None:
    page = emfluence.get("customFields/search", rpp=2, page=2)["data"]

    assert ["custom3"] == [each["name"] for each in page["records"]]
    assert (3, 2, "") == (page["paging"]["totalRecords"], page["paging"]["totalPages"], page["paging"]["next"])
    assert 501 == emfluence.code("customFields/search", rpp=251)
    assert 500 == emfluence.code("customFields/search", page="x")


@pytest.mark.rule("emf.search_custom_fields.permission")
def test_everybody_sees_custom_fields(emfluence: Emfluence) -> None:
    assert 3 == len(emfluence.as_user("volunteer").records("customFields/search"))
