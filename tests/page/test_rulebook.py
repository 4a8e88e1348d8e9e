"""The rulebook, as a person searches it."""

import pytest

from mockserver.providers import PROVIDERS
from mockserver.providers.emma import EMMA
from mockserver.providers.ethermailer import ETHERMAILER
from tests.page.reader import STRANGE, Page, Reader
from tests.providers.ethermailer.client import EtherMailer

ROW = "ether.bulk.unknown"
ALL = sum(len(provider.rulebook) for provider in PROVIDERS)


def rows(page: Page) -> list[str]:
    return page.ids(".book li")


def row(page: Page, rule: str) -> str:
    (found,) = [each for each in page.tree.select(".book li") if each["id"] == rule]
    return " ".join(found.get_text(" ").split())


def test_all_rows_are_read_page_by_page(reader: Reader) -> None:
    page = reader.get("rulebook")
    seen = rows(page)
    while "Rows after" in page.links:
        page = reader.follow(page, "Rows after")
        seen += rows(page)

    assert [rule for provider in PROVIDERS for rule in provider.rulebook] == seen
    assert f"{ALL} rows, 1 to 100 of them here" in reader.get("rulebook").text


def test_a_row_tells_evidence_source_switch_and_operations(reader: Reader) -> None:
    page = reader.get("rulebook", rule=ROW)

    assert [ROW] == rows(page)
    assert (
        f"{ROW} chosen Ids of no contact are skipped. open question 71 · switch unknown_ids : skip of skip, not_found "
        "· delete_contacts , restore_contacts"
    ) == row(page, ROW)


def test_words_in_backticks_are_shown_as_code(reader: Reader) -> None:
    page = reader.get("rulebook", rule="ether.throttle")

    assert "TooManyRequests" in page.texts(".book p code")
    assert "`" not in page.text


@pytest.mark.parametrize(
    ("searched", "found"),
    [
        ("BULK.unknown", "ether.bulk.unknown"),
        ("no contact are SKIPPED", "ether.bulk.unknown"),
        ("open question 71", "ether.bulk.unknown"),
        ("skipped 71 bulk", "ether.bulk.unknown"),
    ],
    ids=["id", "text", "source", "words"],
)
def test_rows_are_searched_by_id_text_and_source(reader: Reader, searched: str, found: str) -> None:
    page = reader.press(reader.get("rulebook"), "Show", q=searched)

    assert found in rows(page)
    assert len(rows(page)) < 10
    assert page.one("[name=q]")["value"] == searched


def test_filters_narrow_it_down_together(reader: Reader) -> None:
    page = reader.press(
        reader.get("rulebook"), "Show", provider="ethermailer", evidence="chosen", operation="delete_contacts"
    )
    expected = [
        each.id
        for each in ETHERMAILER.rulebook.values()
        if each.evidence == "chosen" and "delete_contacts" in each.operation
    ]

    assert expected == rows(page)
    assert expected
    assert f"{len(expected)} rows" in page.text


def test_rows_of_every_operation_are_a_choice(reader: Reader) -> None:
    page = reader.get("rulebook", provider="ethermailer", operation="*")

    assert [each.id for each in ETHERMAILER.rulebook.values() if "*" in each.operation] == rows(page)


def test_a_search_goes_on_on_the_next_page(reader: Reader) -> None:
    page = reader.follow(reader.get("rulebook", provider="emma", evidence="documented"), "Rows after")
    documented = [each.id for each in EMMA.rulebook.values() if each.evidence == "documented"]

    assert documented[100:200] == rows(page)
    assert documented[:100] == rows(reader.follow(page, "Rows before"))


@pytest.mark.parametrize("searched", [STRANGE, "nothing-has-this", "\x00", '"><b>'])
def test_nothing_found_says_what_to_try(reader: Reader, searched: str) -> None:
    page = reader.get("rulebook", q=searched)

    assert "No row fits." in page.text
    assert STRANGE not in page.source
    assert searched == page.one("[name=q]")["value"]


def test_it_is_told_how_many_calls_met_a_row_and_where_they_are(reader: Reader) -> None:
    ether = EtherMailer(reader.workspace)
    for _ in range(2):
        ether.get("/user/contact/7")
    page = reader.get("rulebook", rule="ether.get_contact.unknown")

    assert ["2 calls"] == page.texts(".met")
    assert f"{reader.at}/calls?rule=ether.get_contact.unknown" == page.one(".met")["href"]


def test_a_switch_is_shown_as_it_stands_in_the_workspace(reader: Reader) -> None:
    reader.workspace.configure("ethermailer", unknown_ids="not_found")

    assert "switch unknown_ids : not_found of skip, not_found" in row(reader.get("rulebook", rule=ROW), ROW)


def test_another_reading_is_taken_at_the_press_of_a_button(reader: Reader) -> None:
    field = {"providers.ethermailer.unknown_ids{}": '"not_found"'}
    page = reader.press(reader.get("rulebook", rule=ROW), "Take this reading", **field)

    assert "unknown_ids is changed in this workspace, from the next call on." == page.said
    assert f"{reader.at}/rulebook?rule={ROW}" == page.url
    assert "not_found" == reader.workspace.control("GET", "config")["providers"]["ethermailer"]["unknown_ids"]


@pytest.mark.parametrize(
    ("provider", "rule"),
    [(provider.name, rule) for provider in PROVIDERS for rule, each in provider.rulebook.items() if each.switch],
    ids=str,
)
def test_the_reading_that_is_in_force_can_be_taken_again(reader: Reader, provider: str, rule: str) -> None:
    page = reader.get("rulebook", rule=rule)
    before = reader.workspace.control("GET", "config")
    field = page.one("form[action*=config] [name^='providers.']")

    assert str(field["name"]).startswith(f"providers.{provider}.")
    assert field.name == "input" or field.select_one("[selected]") is not None
    if field.get("value") != "":
        reader.press(page, "Take this reading")
    assert before == reader.workspace.control("GET", "config")


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"provider": "ema"}, 404, 'did you mean "emma"?'),
        ({"rule": "ether.bulk.unknwn"}, 400, 'did you mean "ether.bulk.unknown"?'),
        ({"operation": "add_kontact"}, 400, 'did you mean "add_contact"?'),
        ({"operation": STRANGE}, 400, "no operation is called"),
        ({"evidence": "guessed"}, 400, "evidence"),
        ({"offset": "9" * 40}, 400, "offset"),
        ({"offset": "1000000"}, 200, "No row fits."),
        ({"q": "x" * 501}, 400, "q"),
    ],
    ids=["provider", "rule", "operation", "markup", "evidence", "huge", "beyond", "long"],
)
def test_what_cannot_be_meant_is_answered_with_a_sentence(
    reader: Reader, query: dict[str, str], status: int, said: str
) -> None:
    page = reader.get("rulebook", status=status, **query)

    assert said in page.text
    assert STRANGE not in page.source
