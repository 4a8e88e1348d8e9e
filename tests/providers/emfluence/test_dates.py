"""Dates and datetimes, in and out."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.providers.emfluence.client import Emfluence
from tests.workspace import Workspace


def born(emfluence: Emfluence, value: Any) -> Any:
    """How a date of birth is answered, or the code of the refusal."""
    body = emfluence.call("contacts/save", email="date@example.com", dateOfBirth=value)
    return body["data"]["dateOfBirth"] if body["success"] else body["code"]


def added_since(emfluence: Emfluence, value: Any) -> Any:
    """Whether the new contact was added since then, or the code of the refusal."""
    body = emfluence.call("contacts/search", dateAddedStart=value, email="new@example.com")
    return body["data"]["paging"]["totalRecords"] == 1 if body["success"] else body["code"]


@pytest.fixture
def early(emfluence: Emfluence) -> Emfluence:
    """A contact is added at half past three in Greenwich, when it is still the day before in Chicago."""
    emfluence.workspace.freeze("2030-01-02T03:30:00.75Z")
    emfluence.ok("contacts/save", email="new@example.com")
    return emfluence


@pytest.mark.rule("emf.dates.date")
@pytest.mark.parametrize(
    "value",
    ["1990-02-28", "1990-02-28 23:59:59", "1990-02-28T23:59:59", "1990-02-28 whenever", " 1990-02-28 "],
)
def test_the_time_of_a_date_parameter_is_ignored(emfluence: Emfluence, value: str) -> None:
    assert "1990-02-28" == born(emfluence, value)


@pytest.mark.rule("emf.dates.forms", "emf.code.500")
@pytest.mark.parametrize(
    "value",
    [
        "hello",
        "1990-02-29",
        "1990-2-8",
        "02/28/1990",
        "19900228",
        "1990-W09-3",
        "1990-02-281",
        "90-02-28",
        1990,
        [],
        {},
        True,
        "１９９０-02-28",
        "0000-01-01",
        "1990-02-28Z",
    ],
)
def test_another_form_of_a_date_is_code_500(emfluence: Emfluence, value: Any) -> None:
    assert 500 == born(emfluence, value)


@pytest.mark.rule("emf.dates.datetime")
def test_datetimes_are_gmt_both_ways(early: Emfluence) -> None:
    assert "2030-01-02 03:30:00" == early.contact("new@example.com")["dateAdded"]
    assert [True, True, False] == [
        added_since(early, value) for value in ("2030-01-02 03:30:00", "2030-01-01 12:00:00", "2030-01-02 03:30:01")
    ]


@pytest.mark.rule("emf.dates.bare")
def test_a_datetime_without_a_time_is_midnight_of_the_account(early: Emfluence) -> None:
    assert [True, False] == [added_since(early, value) for value in ("2030-01-01", "2030-01-02")]


@pytest.mark.rule("emf.dates.bare")
@pytest.mark.reading("emfluence", bare_datetime="gmt")
def test_or_midnight_in_greenwich_when_the_switch_says_so(early: Emfluence) -> None:
    assert [True, False] == [added_since(early, value) for value in ("2030-01-02", "2030-01-03")]


@pytest.mark.rule("emf.dates.forms", "emf.code.500")
@pytest.mark.parametrize(
    "value",
    [
        "hello",
        "2030-01-02 03:30",
        "2030-01-02T03:30:00",
        "2030-01-02 03:30:00Z",
        "2030-01-02 03:30:00.5",
        "2030-01-02 3:30:00",
        "2030-01-02  03:30:00",
        "2030-01-02 25:00:00",
        "2030-02-30",
        "2030-02-30 00:00:00",
        "01/02/2030",
        1893555000,
        [],
        {},
    ],
)
def test_another_form_of_a_datetime_is_code_500(early: Emfluence, value: Any) -> None:
    assert 500 == added_since(early, value)


@pytest.mark.rule("emf.dates.bare")
@pytest.mark.parametrize("zone", ["America/Chicago", "Asia/Tokyo"])
def test_the_ends_of_the_calendar_are_dates_as_any(tmp_path: Path, zone: str) -> None:
    (tmp_path / "emfluence.toml").write_text(f'[account]\ntime_zone = "{zone}"\n', "utf-8")
    app = create_app(Settings(throttle="off", fixtures=[str(tmp_path)]))
    with TestClient(app, base_url="http://127.0.0.1:8765") as client:
        emfluence = Emfluence(Workspace(client, "calendar"))
        emfluence.ok("contacts/save", email="new@example.com")
        found = [added_since(emfluence, value) for value in ("0001-01-01", "9999-12-31", "0001-01-01 00:00:00")]

    assert [True, False, True] == found


@pytest.mark.rule("emf.dates.datetime")
@pytest.mark.parametrize("now", ["1970-01-01T00:00:00Z", "2030-06-01T23:59:59.999999Z", "8999-12-31T23:59:59Z"])
def test_fractions_of_a_second_are_cut_off(emfluence: Emfluence, now: str) -> None:
    emfluence.workspace.freeze(now)

    assert now[:19].replace("T", " ") == emfluence.ok("contacts/save", email="new@example.com")["dateAdded"]


@pytest.mark.rule("emf.dates.datetime")
@pytest.mark.parametrize("value", ["9999-12-31 23:59:59", "9999-12-31", "0001-01-01 00:00:00", "0001-01-01"])
@pytest.mark.parametrize(
    ("path", "parameters", "name"),
    [
        ("contacts/search", {}, "dateAddedEnd"),
        ("contacts/search", {"lastClickType": "inactive"}, "lastClickDateEnd"),
        ("contacts/getEmailHistory", {"contactID": 1001}, "dateSentEnd"),
        ("emails/search", {}, "dateSentEnd"),
    ],
)
def test_a_range_may_reach_to_either_end_of_the_calendar(
    emfluence: Emfluence, path: str, parameters: dict[str, Any], name: str, value: str
) -> None:
    assert 0 == emfluence.code(path, **parameters, **{name: value})


@pytest.mark.rule("emf.dates.datetime")
def test_a_year_of_activities_may_end_with_the_calendar(emfluence: Emfluence) -> None:
    span = {"startDate": "9999-01-01 00:00:00", "endDate": "9999-12-31 23:59:59"}

    assert [] == emfluence.records("contacts/activities", activities="EMAIL:*", **span)
