"""The calendar: mailings by the day on which they went out, or will."""

from typing import Any

import pytest

from tests.providers.emma import planted
from tests.providers.emma.client import Emma, error

NO_DAYS = [
    "",
    " ",
    "tomorrow",
    "2018-9-16",
    "2018-02-30",
    "2018-13-01",
    "16.09.2018",
    "20180916",
    "2018-W37-7",
    "2018-09-16T10:00:00",
]
NO_DAYS += ["@D:2018-09-16T00:00:00", "٢٠١٨-٠٩-١٦", "0000-00-00", "2018-09-16~2018-09-17", "-018-09-16", "%"]


def ids(emma: Emma, first: str, last: str, **parameters: Any) -> list[int]:
    rows = emma.ask("GET", "/calendar", start_date=first, end_date=last, **parameters)
    return [row["mailing_id"] for row in rows]


@pytest.mark.rule("emma.list_calendar", "emma.mailings.parts_of_moment")
def test_the_calendar_shows_mailings_with_the_parts_of_their_moment(emma: Emma) -> None:
    sent, scheduled = emma.ask("GET", "/calendar", start_date="2018-09-16", end_date="2018-09-22")
    listed = emma.ask("GET", "/mailings")

    assert (2018, 9, 16, 10) == tuple(sent[part] for part in ("year", "month", "day", "hour"))
    assert (None, None, None, None) == tuple(scheduled[part] for part in ("year", "month", "day", "hour"))
    assert {*listed[0], "hour", "day", "deleted_at"} == set(sent)


@pytest.mark.rule("emma.list_calendar")
def test_content_is_there_when_it_is_asked_for(emma: Emma) -> None:
    days = {"start_date": "2018-09-16", "end_date": "2018-09-16"}

    (plain,) = emma.ask("GET", "/calendar", **days)
    (whole,) = emma.ask("GET", "/calendar", with_html_body="1", with_plaintext="true", **days)

    assert {"html_body", "plaintext"} == set(whole) - set(plain)
    assert "Hello [% member:first_name %]!" == whole["plaintext"]


@pytest.mark.rule("emma.list_calendar.range")
@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2018-09-16", "2018-09-16", [210]),
        ("2018-09-15", "2018-09-17", [210]),
        ("2018-09-17", "2018-09-21", []),
        ("2018-09-22", "2018-09-22", [211]),
        ("2018-09-16", "2018-09-22", [210, 211]),
        ("0001-01-01", "9999-12-31", [210, 211]),
        ("2018-09-17", "2018-09-22", [211]),
    ],
)
def test_both_ends_of_the_range_are_included(emma: Emma, first: str, last: str, found: list[int]) -> None:
    assert found == ids(emma, first, last)


@pytest.mark.rule("emma.list_calendar.range")
def test_the_start_of_a_mailing_counts_and_not_when_it_should_have_started(emma: Emma) -> None:
    late = {"send_at": "@D:2031-05-01T23:59:59", "send_started": "@D:2031-05-02T00:00:00"}
    mailing = planted.mailing(emma, status="c", started_or_finished="@D:2031-05-02T00:00:00", **late)

    assert [] == ids(emma, "2031-05-01", "2031-05-01")
    assert [mailing] == ids(emma, "2031-05-02", "2031-05-02")


@pytest.mark.rule("emma.list_calendar.order")
def test_mailings_come_in_the_order_of_their_moments(emma: Emma) -> None:
    noon, night = (planted.mailing(emma, send_at=f"@D:2031-05-01T{hour}:00:00") for hour in (12, 23))
    morning = planted.mailing(emma, status="c", started_or_finished="@D:2031-05-01T06:00:00")

    assert [morning, noon, night] == ids(emma, "2031-05-01", "2031-05-01")


@pytest.mark.rule("emma.list_calendar.left_out")
def test_every_type_and_status_is_there_but_for_archived_and_canceled_ones(emma: Emma) -> None:
    moment = "@D:2031-05-01T12:00:00"
    types = [planted.mailing(emma, type=type_, send_at=moment) for type_ in "mtrsc"]
    statuses = [planted.mailing(emma, status=status, send_at=moment) for status in "aiscwuf"]
    planted.mailing(emma, status="x", send_at=moment)
    planted.mailing(emma, send_at=moment, archived_ts=moment)

    assert types + statuses == ids(emma, "2031-05-01", "2031-05-01")


def test_the_calendar_is_cut_into_pages_and_counted(emma: Emma) -> None:
    assert [211] == ids(emma, "2018-09-16", "2018-09-22", start="1")
    assert 2 == emma.ask("GET", "/calendar", start_date="2018-09-16", end_date="2018-09-22", count="true")


@pytest.mark.rule("emma.list_calendar.dates")
@pytest.mark.parametrize("name", ["start_date", "end_date"])
@pytest.mark.parametrize("bad", [*NO_DAYS, None])
def test_a_date_that_is_none_is_refused_by_its_name(emma: Emma, name: str, bad: str | None) -> None:
    given = {"start_date": "2018-09-16", "end_date": "2018-09-16"} | {name: bad}

    response = emma.get("/calendar", params={key: value for key, value in given.items() if value is not None})

    assert 400 == response.status_code
    assert error(response).startswith(f"{name}: expected YYYY-MM-DD, {'it is missing' if bad is None else 'found'}")


@pytest.mark.rule("emma.list_calendar.backwards")
def test_a_range_that_ends_before_it_begins_is_refused(emma: Emma) -> None:
    response = emma.get("/calendar?start_date=2018-09-17&end_date=2018-09-16")

    assert 400 == response.status_code
    assert "end_date: expected 2018-09-17 or a later day, found 2018-09-16" == error(response)
