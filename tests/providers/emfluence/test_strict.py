"""A strict workspace refuses what nothing reads, in emfluence's envelope."""

import pytest

from tests.providers.emfluence.client import Emfluence, envelope


@pytest.mark.rule("emf.strict")
@pytest.mark.reading("emfluence", strict=True)
def test_what_nothing_reads_is_refused_by_its_name(emfluence: Emfluence) -> None:
    refused = emfluence.refused("contacts/save", email="ada@example.com", firstname="Ada", lastNam="Lovelace")
    header = envelope(emfluence.request("GET", "helper/ping", headers={"X-Shop": "1"}))

    assert (501, "nothing reads lastNam (did you mean lastName?); this server is strict (setting `strict`)") == refused
    assert ["nothing reads header: x-shop; this server is strict (setting `strict`)"] == header["errors"]


@pytest.mark.reading("emfluence", strict=True)
def test_a_documented_call_is_answered(emfluence: Emfluence) -> None:
    assert 1 == emfluence.call("contacts/save", EMAIL="ada@example.com", custom1="x")["success"]


@pytest.mark.rule("emf.strict")
def test_by_itself_it_is_ignored(emfluence: Emfluence) -> None:
    assert 1 == emfluence.call("contacts/save", email="ada@example.com", lastNam="Lovelace")["success"]
