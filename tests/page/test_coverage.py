"""Which rows of the rulebook the calls have met, as a picture."""

import pytest

from mockserver.providers import PROVIDERS
from mockserver.providers.ethermailer import ETHERMAILER
from tests.page.reader import STRANGE, Page, Reader
from tests.providers.ethermailer.client import EtherMailer

UNKNOWN = "ether.get_contact.unknown"


def line(page: Page, operation: str) -> list[str]:
    """What the line of an operation says."""
    (found,) = [each for each in page.tree.select(".picture li") if operation == each.select_one(".name").get_text().strip()]
    return [" ".join(each.get_text(" ").split()) for each in found.select(".name, .number")]


def squares(page: Page, selector: str = ".square") -> list[str]:
    """The rows whose squares fit."""
    return [str(each["title"]).partition(":")[0] for each in page.tree.select(f".squares {selector}")]


def test_before_any_call_every_square_is_hollow(reader: Reader) -> None:
    page = reader.get("coverage")
    cited = {row.id for provider in PROVIDERS for row in provider.rulebook.values() if row.cited}

    assert cited == set(squares(page))
    assert [] == squares(page, ".touched")
    assert [provider.title for provider in PROVIDERS] == page.texts("main h2")


def test_a_call_fills_the_squares_of_the_rows_that_it_met(ether: EtherMailer, reader: Reader) -> None:
    ether.get("/user/contact/7")
    ether.get("/user/contact/7")
    page = reader.get("coverage")
    square = page.one(".squares .touched")

    assert [UNKNOWN] == squares(page, ".touched")
    assert ["square", "evidence-inferred", "touched"] == square["class"]
    assert f"{UNKNOWN}: {ETHERMAILER.rulebook[UNKNOWN].text} (2 calls)" == square["title"]
    assert f"{reader.at}/rulebook?rule={UNKNOWN}" == square["href"]


def test_a_line_tells_calls_and_rows_and_leads_to_both(ether: EtherMailer, reader: Reader) -> None:
    ether.get("/user/contact/7")
    page = reader.get("coverage", provider="ethermailer")
    (found,) = [each for each in page.tree.select(".picture li:not(.never)") if "get_contact" in each.get_text()]

    assert ["get_contact", "1", "1/3"] == line(page, "get_contact")
    assert [
        f"{reader.at}/calls?provider=ethermailer&operation=get_contact",
        f"{reader.at}/rulebook?provider=ethermailer&operation=get_contact",
    ] == [str(each["href"]) for each in found.select(".name a, a.number")]


def test_operations_that_were_never_called_are_dimmed(ether: EtherMailer, reader: Reader) -> None:
    ether.get("/user/contact/7")
    page = reader.get("coverage", provider="ethermailer")

    assert ["every operation", "get_contact"] == page.texts(".picture li:not(.never) .name")


def test_rows_of_every_operation_come_first(reader: Reader) -> None:
    assert "every operation" == reader.get("coverage", provider="emma").texts(".picture .name")[0]


def test_totals_are_told_by_evidence(ether: EtherMailer, reader: Reader) -> None:
    ether.get("/user/contact/7")
    cited = [row for row in ETHERMAILER.rulebook.values() if row.cited]
    totals = reader.get("coverage", provider="ethermailer").texts("#totals-ethermailer span")

    assert f"1 of {len(cited)} rows" == totals[0]
    assert f"1 of {sum(row.evidence == 'inferred' for row in cited)} inferred" in totals
    assert not any("of 0" in total for total in totals)


def test_squares_are_no_stops_of_the_tab_key(reader: Reader) -> None:
    page = reader.get("coverage", provider="ethermailer")

    assert {"-1"} == {str(each["tabindex"]) for each in page.tree.select(".squares a")}
    assert 2 * len(page.tree.select(".picture li")) - 1 == len(page.tree.select(".picture a:not([tabindex])"))


def test_the_rows_never_touched_are_listed_with_what_they_say(ether: EtherMailer, reader: Reader) -> None:
    ether.get("/user/contact/7")
    page = reader.get("coverage", provider="ethermailer", show="untouched")

    assert UNKNOWN not in page.texts("li a code")
    assert "A deleted contact cannot be read by its id: 404." in page.text
    assert "get_contact 2 of 3 never touched" in page.texts("h3")


def test_what_was_called_comes_before_what_never_was(ether: EtherMailer, reader: Reader) -> None:
    ether.get("/user/contact/7")
    titles = reader.get("coverage", provider="ethermailer", show="untouched").texts("h3")

    assert titles[:2] == [titles[0], "get_contact 2 of 3 never touched"]
    assert all(title.endswith("never called") for title in titles[2:])


def test_refusals_come_first_and_are_armed_from_there(ether: EtherMailer, reader: Reader) -> None:
    page = reader.get("coverage", provider="ethermailer", show="untouched")
    first = page.one("#gaps-ethermailer .gap li")
    (link,) = first.select("a.nowrap")
    armed = reader.press(reader.get(str(link["href"])), "Refuse")
    ether.get("/user")
    after = reader.get("coverage", provider="ethermailer", show="untouched")

    assert armed.said.startswith("Armed as fault 1")
    assert str(first.select_one("code").get_text()) not in after.texts("#gaps-ethermailer .gap:first-child code")


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"provider": "ema"}, 404, 'did you mean "emma"?'),
        ({"provider": STRANGE}, 404, "no provider is called"),
        ({"show": "all"}, 400, "show"),
    ],
    ids=["provider", "markup", "show"],
)
def test_what_cannot_be_meant_is_answered_with_a_sentence(
    reader: Reader, query: dict[str, str], status: int, said: str
) -> None:
    page = reader.get("coverage", status=status, **query)

    assert said in page.text
    assert STRANGE not in page.source
