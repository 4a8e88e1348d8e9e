"""Extra contact fields: the API only lists them."""

from typing import Any

import pytest

from tests.providers.ethermailer.client import EtherMailer


def field_page(ether: EtherMailer, limit: int, offset: int) -> dict[str, Any]:
    response = ether.get(f"/user/extra-fields/limit/{limit}/offset/{offset}")

    assert 200 == response.status_code
    page: dict[str, Any] = response.json()
    return page


@pytest.mark.rule("ether.list_extra_fields")
def test_a_page_of_fields_is_told_with_the_number_of_all(ether: EtherMailer) -> None:
    page = field_page(ether, limit=2, offset=3)

    assert {"items", "totalItems"} == set(page)
    assert 5 == page["totalItems"]
    assert ["Loyalty card", "Favourite oil"] == [field["name"] for field in page["items"]]


@pytest.mark.rule("ether.list_extra_fields")
def test_a_field_has_the_documented_shape(ether: EtherMailer) -> None:
    country = ether.extra_fields()["Country"]

    assert {"fieldId": country["fieldId"], "name": "Country", "required": False, "type": "TEXT", "options": []} == country
    assert [str, bool] == [type(country[name]) for name in ("fieldId", "required")]


@pytest.mark.rule("ether.list_extra_fields")
def test_an_options_field_lists_its_options_with_ids_and_texts(ether: EtherMailer) -> None:
    options = ether.extra_fields()["Favourite oil"]["options"]

    assert ["Mild", "Fruity", "Peppery"] == [option["text"] for option in options]
    assert all({"optionId", "text"} == set(option) and isinstance(option["optionId"], str) for option in options)
    assert 3 == len({option["optionId"] for option in options})


@pytest.mark.rule("ether.extra_fields.types")
def test_the_five_documented_types_are_there(ether: EtherMailer) -> None:
    types = {name: field["type"] for name, field in ether.extra_fields().items()}

    assert {
        "Country": "TEXT",
        "Date of birth": "DATE",
        "Orders": "INTEGER",
        "Loyalty card": "BOOLEAN",
        "Favourite oil": "OPTIONS",
    } == types


@pytest.mark.rule("ether.extra_fields.options")
def test_fields_of_other_types_have_an_empty_list_of_options(ether: EtherMailer) -> None:
    others = [field for field in ether.extra_fields().values() if field["type"] != "OPTIONS"]

    assert [[], [], [], []] == [field["options"] for field in others]
