"""Sender profiles: they are only read, all at once."""

import pytest

from tests.providers.ethermailer.client import EtherMailer


@pytest.mark.rule("ether.list_sender_profiles")
def test_all_profiles_are_listed_as_the_document_shows_them(ether: EtherMailer) -> None:
    profiles = ether.sender_profiles()

    assert [
        ("Olive Grove", "news@olivegrove.example", True, True, True),
        ("Olive Grove Orders", "orders@olivegrove.example", True, True, False),
        ("Summer Market", "market@olivegrove.example", False, False, False),
    ] == [(each["name"], each["email"], each["verified"], each["spf"], each["dkim"]) for each in profiles]
    assert all({"id", "name", "email", "verified", "spf", "dkim"} == set(each) for each in profiles)


@pytest.mark.rule("ether.list_sender_profiles")
def test_the_list_has_no_total(ether: EtherMailer) -> None:
    response = ether.get("/user/email-settings/sender-profiles")

    assert 200 == response.status_code
    assert {"items"} == set(response.json())


@pytest.mark.rule("ether.list_sender_profiles")
def test_the_list_has_no_pages(ether: EtherMailer) -> None:
    response = ether.get("/user/email-settings/sender-profiles/limit/1/offset/0")

    assert 404 == response.status_code


@pytest.mark.rule("ether.list_sender_profiles")
def test_ids_are_texts_and_flags_are_booleans(ether: EtherMailer) -> None:
    for profile in ether.sender_profiles():
        assert [str, bool, bool, bool] == [type(profile[name]) for name in ("id", "verified", "spf", "dkim")]
