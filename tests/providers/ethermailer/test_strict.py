"""A strict workspace refuses what nothing reads, in Ether Mailer's envelope."""

import pytest

from tests.providers.ethermailer.client import EtherMailer


@pytest.mark.rule("ether.strict")
@pytest.mark.reading("ethermailer", strict=True)
def test_what_nothing_reads_is_refused_by_its_name(ether: EtherMailer) -> None:
    contact = {"email": "ada@example.com", "groups": [{"groupId": "1", "nmae": "x"}], "phone": "1"}
    response = ether.request("POST", "/user/contact?dry=1", json=contact)
    names = [error["objectName"] for error in response.json()["errors"]]

    assert 400 == response.status_code
    assert ["?dry", "groups[].nmae", "phone"] == names
    assert {"Unknown"} == {error["constraintName"] for error in response.json()["errors"]}


@pytest.mark.reading("ethermailer", strict=True)
def test_a_documented_call_is_answered(ether: EtherMailer) -> None:
    assert 200 == ether.request("POST", "/user/contact", json={"email": "ada@example.com", "name": "Ada"}).status_code


@pytest.mark.rule("ether.strict")
def test_by_itself_it_is_ignored(ether: EtherMailer) -> None:
    assert 200 == ether.request("GET", "/user?dry=1").status_code
