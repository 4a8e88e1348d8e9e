"""The manners of the client, as a person reads of them."""

import pytest

from tests.page.reader import STRANGE, Reader
from tests.providers.emma.client import Emma
from tests.providers.ethermailer.client import EtherMailer


def rude(ether: EtherMailer) -> None:
    """The same wrong call over and over, and a field that nothing reads."""
    for _ in range(5):
        ether.get("/user/contact/7")
    ether.post("/user/contact", {"email": "ada@example.com", STRANGE: 1})


def test_before_any_call_it_says_what_to_do(reader: Reader) -> None:
    page = reader.get("manners")

    assert "No calls yet. Make some" in page.text
    assert "0 calls judged" in page.text


def test_a_good_client_reads_that_there_is_nothing_to_complain_of(ether: EtherMailer, reader: Reader) -> None:
    ether.get("/user")

    assert "Nothing to complain of in 1 call." in reader.get("manners").text


def test_findings_come_the_gravest_first_with_advice_and_the_row_they_rest_on(ether: EtherMailer, reader: Reader) -> None:
    rude(ether)
    page = reader.get("manners")

    assert ["error", "error", "warning", "warning"] == page.texts(".findings h2 .tag")
    assert "error retry in vain ethermailer · get_contact" in page.texts(".findings h2")
    assert "sent again unchanged 4 times: change it first, or report the error." in page.text
    assert "ether.get_contact.unknown inferred An id of no contact" in page.text
    assert STRANGE in page.text
    assert STRANGE not in page.source


def test_a_finding_leads_to_its_calls_and_to_its_row(ether: EtherMailer, reader: Reader) -> None:
    rude(ether)
    links = [str(each["href"]) for each in reader.get("manners").one(".findings li").select("a")]

    assert [f"{reader.at}/calls/{number}" for number in (2, 3, 4, 5)] == links[:4]
    assert [f"{reader.at}/rulebook?rule=ether.get_contact.unknown"] == links[4:]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"severity": "error"}, {"error"}),
        ({"severity": "warning"}, {"warning"}),
        ({"severity": "advice"}, set()),
        ({"severity": "warning", "provider": "ethermailer"}, {"warning"}),
        ({"provider": "emfluence"}, set()),
    ],
    ids=["errors", "warnings", "advice", "both", "provider"],
)
def test_findings_are_chosen_by_severity_and_provider(
    ether: EtherMailer, reader: Reader, query: dict[str, str], shown: set[str]
) -> None:
    rude(ether)
    page = reader.get("manners", **query)

    assert shown == set(page.texts(".findings h2 .tag"))


def test_a_choice_without_findings_says_that_there_are_others(ether: EtherMailer, reader: Reader) -> None:
    rude(ether)

    assert "No finding of this severity." in reader.get("manners", severity="advice").text


def test_every_severity_is_counted_whatever_is_chosen(ether: EtherMailer, reader: Reader) -> None:
    rude(ether)

    assert ["4 findings", "2 error", "2 warning", "0 advice"] == reader.get("manners", severity="advice").texts(
        "#manners .chips a"
    )


def test_the_most_calls_at_a_time_are_told_by_provider(ether: EtherMailer, reader: Reader) -> None:
    ether.get("/user")
    Emma(reader.workspace).get("/members")
    page = reader.get("manners")

    assert "2 calls judged" in page.text
    assert "at most 1 at a time to Emma at most 0 at a time to emfluence at most 1 at a time to Ether Mailer" in page.text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"provider": "ema"}, 404, 'did you mean "emma"?'),
        ({"provider": STRANGE}, 404, "no provider is called"),
        ({"severity": "grave"}, 400, "severity"),
        ({"severity": STRANGE}, 400, "severity"),
    ],
    ids=["provider", "markup", "severity", "strange"],
)
def test_what_cannot_be_meant_is_answered_with_a_sentence(
    reader: Reader, query: dict[str, str], status: int, said: str
) -> None:
    page = reader.get("manners", status=status, **query)

    assert said in page.text
    assert STRANGE not in page.source
