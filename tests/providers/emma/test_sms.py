"""Text message settings: numbers in their international form, and statuses with their moments."""

from typing import Any

import pytest

from tests.providers.emma.client import Emma, error

EMMA = 200
NEW = "new@example.com"
THEN, NOW = "2023-02-14T21:27:20.723208+00:00", "2030-01-01T12:00:00.000000+00:00"
NUMBER = "1234567890"
EXPECTED = "expected a phone number such as +14155552671"


def added(emma: Emma, **payload: Any) -> Any:
    """The text message settings of a new member."""
    return emma.member(emma.add(NEW, **payload))["sms"]


def updated(emma: Emma, **payload: Any) -> Any:
    """Those of member 200 after an update."""
    emma.ask("PUT", f"/members/{EMMA}", payload)
    return emma.member(EMMA)["sms"]


def refused(emma: Emma, **payload: Any) -> str:
    response = emma.post("/members/add", {"email": NEW, **payload})

    assert 400 == response.status_code
    assert 404 == emma.get(f"/members/email/{NEW}").status_code
    return error(response)


# Numbers


@pytest.mark.rule("emma.members.sms")
@pytest.mark.parametrize(
    ("given", "number", "region"),
    [
        ("1234567890", "+11234567890", "US"),
        (1234567890, "+11234567890", "US"),
        ("(415) 555-2671", "+14155552671", "US"),
        ("+1 415 555 2671", "+14155552671", "US"),
        ("415.555.2671 ", "+14155552671", "US"),
        ("+44 20 7946 0018", "+442079460018", "GB"),
        ("+493012345678", "+493012345678", "DE"),
        ("１２３４５６７８９０", "+11234567890", "US"),
    ],
    ids=repr,
)
def test_a_number_is_shown_in_its_international_form_with_its_region(
    emma: Emma, given: Any, number: str, region: str
) -> None:
    for sms in (added(emma, phone_number=given), updated(emma, sms={"phone_number": given})):
        assert (number, region) == (sms["phone_number"], sms["region_code"])


@pytest.mark.rule("emma.members.sms")
def test_the_number_in_sms_wins_over_the_one_beside_it(emma: Emma) -> None:
    sms = added(emma, phone_number="4155552671", sms={"phone_number": NUMBER})

    assert "+11234567890" == sms["phone_number"]


@pytest.mark.rule("emma.members.bad_sms")
@pytest.mark.parametrize(
    "number", ["12", "555-2671", "nobody", "+999123456789", "12345678901234567", "1" * 300, "+", "true", "0x1234567890"]
)
def test_a_number_that_no_country_can_have_is_refused_by_its_name(emma: Emma, number: str) -> None:
    shown = repr(number) if len(number) < 78 else f"{number!r:.80}..."

    assert f"phone_number: {EXPECTED}, found {shown}" == refused(emma, phone_number=number)
    assert f"sms.phone_number: {EXPECTED}, found {shown}" == refused(emma, sms={"phone_number": number})


@pytest.mark.rule("emma.members.bad_sms")
def test_each_place_answers_for_its_own_number(emma: Emma) -> None:
    good, bad = {"phone_number": NUMBER}, {"phone_number": "12"}

    assert refused(emma, **bad, sms=good).startswith("phone_number: ")
    assert refused(emma, **good, sms=bad).startswith("sms.phone_number: ")


# Statuses


@pytest.mark.rule("emma.members.sms_statuses")
def test_who_was_asked_nothing_agrees_to_transactional_messages_only(emma: Emma) -> None:
    emma.workspace.freeze()

    assert {
        "phone_number": "+11234567890",
        "region_code": "US",
        "transactional_status": "a",
        "transactional_status_updated_at": NOW,
        "promotional_status": "o",
        "promotional_status_updated_at": NOW,
    } == added(emma, phone_number=NUMBER)


@pytest.mark.rule("emma.members.sms_statuses")
@pytest.mark.parametrize("promotional", ["a", "o"])
@pytest.mark.parametrize("transactional", ["a", "o"])
def test_both_statuses_can_be_given(emma: Emma, promotional: str, transactional: str) -> None:
    given = {"phone_number": NUMBER, "promotional_status": promotional, "transactional_status": transactional}

    assert added(emma, sms=given).items() >= {**given, "phone_number": "+11234567890"}.items()


@pytest.mark.rule("emma.members.sms_statuses")
def test_a_moment_changes_with_its_status_and_not_before(emma: Emma) -> None:
    emma.workspace.freeze()
    given = {"promotional_status": "a", "transactional_status": "a"}

    assert {
        "phone_number": "+11234567890",
        "region_code": "US",
        "transactional_status": "a",
        "transactional_status_updated_at": THEN,
        "promotional_status": "a",
        "promotional_status_updated_at": NOW,
    } == updated(emma, sms=given)


@pytest.mark.rule("emma.members.sms_statuses")
def test_another_number_keeps_the_statuses_and_their_moments(emma: Emma) -> None:
    before = emma.member(EMMA)["sms"]

    assert {**before, "phone_number": "+442079460018", "region_code": "GB"} == updated(emma, phone_number="+442079460018")


@pytest.mark.rule("emma.members.sms_statuses")
def test_moments_have_microseconds_and_a_zone(emma: Emma) -> None:
    emma.workspace.freeze("2030-01-01T12:00:00.5Z")

    assert "2030-01-01T12:00:00.500000+00:00" == added(emma, phone_number=NUMBER)["promotional_status_updated_at"]


@pytest.mark.rule("emma.members.bad_sms")
@pytest.mark.parametrize("name", ["promotional_status", "transactional_status"])
@pytest.mark.parametrize("status", ["e", "A", "active", "f"])
def test_a_status_other_than_a_and_o_is_refused(emma: Emma, name: str, status: str) -> None:
    said = refused(emma, sms={"phone_number": NUMBER, name: status})

    assert f"sms.{name}: expected a or o, found {status!r}" == said


@pytest.mark.rule("emma.members.sms_without_number")
@pytest.mark.parametrize("given", [{}, {"phone_number": ""}, {"phone_number": None}, {"phone_number": " "}])
def test_without_a_number_there_are_no_settings(emma: Emma, given: dict[str, Any]) -> None:
    assert added(emma, **given, sms={**given, "promotional_status": "a"}) is None


@pytest.mark.rule("emma.members.sms_without_number")
@pytest.mark.parametrize("given", [{}, {"phone_number": ""}, {"sms": None}, {"sms": {}}, {"sms": {"phone_number": None}}])
def test_what_is_not_given_takes_nothing_away(emma: Emma, given: dict[str, Any]) -> None:
    before = emma.member(EMMA)["sms"]

    assert before == updated(emma, **given)
