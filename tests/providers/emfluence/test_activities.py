"""What contacts did, and what happened to them."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence
from tests.providers.emfluence.mailbox import FATIMA, JANE, JOHN, JUNE, PETER, TICKET, WEI, sent

YEAR = {"startDate": "2030-01-01 00:00:00", "endDate": "2030-12-31 00:00:00"}


@pytest.fixture
def new_year(emfluence: Emfluence) -> Emfluence:
    """The same client, at the noon of a day on which nothing has happened yet; the fixture's emails are gone out."""
    emfluence.workspace.freeze("2030-01-01T12:00:00Z")
    return emfluence


def found(emfluence: Emfluence, kinds: Any = "EMAIL:*", **parameters: Any) -> list[tuple[str, int]]:
    rows = emfluence.records("contacts/activities", **{**YEAR, "activities": kinds, **parameters})
    return [(row["activity"].partition(":")[2], row["contactID"]) for row in rows]


@pytest.mark.rule("emf.list_activities", "emf.list_activities.shape")
def test_activities_are_listed(new_year: Emfluence) -> None:
    email_id = sent(new_year, contactIDs=[JOHN])
    new_year.workspace.advance(minutes=1)
    new_year.backstage("click", {"email_id": email_id, "contact": JOHN, "link": "https://museum.example"})
    rows = new_year.records("contacts/activities", **YEAR, activities=["EMAIL:SENT", "EMAIL:CLICKED"])

    assert [
        {
            "contactID": JOHN,
            "email": "john.doe@example.com",
            "activity": "EMAIL:SENT",
            "date": "2030-01-01 12:00:00",
            "details": "",
            "emailID": email_id,
            "subject": "News",
        },
        {
            "contactID": JOHN,
            "email": "john.doe@example.com",
            "activity": "EMAIL:CLICKED",
            "date": "2030-01-01 12:01:00",
            "details": "https://museum.example",
            "emailID": email_id,
            "subject": "News",
        },
    ] == rows


@pytest.mark.rule("emf.list_activities.kinds")
def test_every_kind_of_activity_is_noted(new_year: Emfluence) -> None:
    email_id = sent(new_year, contactIDs=[JOHN])
    for verb in ("view", "click", "web-view", "forward", "share", "unsubscribe", "complain", "bounce"):
        new_year.backstage(verb, {"email_id": email_id, "contact": JOHN})

    assert [
        "SENT",
        "VIEWED",
        "CLICKED",
        "VIEWEDASWEBPAGE",
        "FORWARDED",
        "SHARED",
        "UNSUBSCRIBED",
        "COMPLAINED",
        "BOUNCED",
    ] == [kind for kind, _ in found(new_year)]
    assert ["BOUNCED"] == [kind for kind, _ in found(new_year, ["email:bounced", " SMS:*"])]
    assert [] == found(new_year, "WEBTRACKING:*,LANDINGPAGE:VIEW,SURVEY:STARTED,SMS:SENT")


@pytest.mark.rule("emf.list_activities.kinds")
@pytest.mark.parametrize("kind", ["EMAIL", "EMAIL:OPENED", "*", ":*", "EMAIL:", "FAX:*", "EMAIL:*:*", "EMAIL:%", "🎉"])
def test_unknown_kinds_are_refused(emfluence: Emfluence, kind: str) -> None:
    code, said = emfluence.refused("contacts/activities", **YEAR, activities=["EMAIL:SENT", kind])

    assert (501, True) == (code, said.startswith("activities: expected EMAIL:SENT, ") and kind in said)


@pytest.mark.rule("emf.list_activities.required")
@pytest.mark.parametrize("name", ["startDate", "endDate", "activities"])
def test_dates_and_kinds_are_required(emfluence: Emfluence, name: str) -> None:
    given = {**YEAR, "activities": "EMAIL:*"}
    without = {key: value for key, value in given.items() if key != name}

    assert (502, f"{name} is required") == emfluence.refused("contacts/activities", **without)
    assert 502 == emfluence.code("contacts/activities", **{**given, name: ""})


@pytest.mark.rule("emf.list_activities.span")
@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2028-01-01 00:00:00", "2029-01-01 00:00:00", 0),
        ("2028-01-01 00:00:00", "2029-01-01 00:00:01", 501),
        ("2028-01-02 00:00:00", "2028-01-01 00:00:00", 501),
        ("2028-01-01", "2028-01-01", 0),
        ("2028-13-01", "2028-01-01", 500),
        ("0002-01-01", "9998-12-31", 501),
    ],
)
def test_a_year_is_looked_at_at_most(emfluence: Emfluence, start: str, end: str, code: int) -> None:
    assert code == emfluence.code("contacts/activities", startDate=start, endDate=end, activities="EMAIL:*")


def test_both_ends_are_in_the_span(new_year: Emfluence) -> None:
    sent(new_year, contactIDs=[JOHN])
    noon = "2030-01-01 12:00:00"

    assert [("SENT", JOHN)] == found(new_year, startDate=noon, endDate=noon)
    assert [] == found(new_year, startDate="2030-01-01 12:00:01")
    assert [] == found(new_year, endDate="2030-01-01 11:59:59")


@pytest.mark.rule("emf.list_activities.shape")
def test_fields_of_the_contact_can_be_chosen(new_year: Emfluence) -> None:
    sent(new_year, contactIDs=[JOHN])
    (row,) = new_year.records("contacts/activities", **YEAR, activities="EMAIL:*", contactFields="lastname, custom1,zipCode")

    assert (JOHN, "Doe", "Gold", "04401", "EMAIL:SENT") == tuple(
        row[name] for name in ("contactID", "lastName", "custom1", "zipCode", "activity")
    )
    assert "email" not in row
    assert 501 == new_year.code("contacts/activities", **YEAR, activities="EMAIL:*", contactFields="shoeSize")


def test_activities_of_one_contact(new_year: Emfluence) -> None:
    sent(new_year, contactIDs=[JOHN, JANE])

    assert [("SENT", JANE)] == found(new_year, contactID=JANE)
    assert [] == found(new_year, contactID=WEI)
    assert 300 == new_year.code("contacts/activities", **YEAR, activities="EMAIL:*", contactID=7)


@pytest.mark.rule("emf.list_activities.own")
def test_a_restricted_user_sees_those_of_own_contacts(new_year: Emfluence) -> None:
    sent(new_year, contactIDs=[JOHN, PETER])
    volunteer = new_year.as_user("volunteer")

    assert [("SENT", PETER)] == found(volunteer)
    assert 303 == volunteer.code("contacts/activities", **YEAR, activities="EMAIL:*", contactID=JOHN)


@pytest.mark.rule("emf.search_emails.most")
def test_activities_have_pages(new_year: Emfluence) -> None:
    sent(new_year, contactIDs=[JOHN, JANE, PETER, FATIMA, WEI])
    pages = [found(new_year, rpp=2, page=page) for page in (1, 2, 3, 4)]

    assert [2, 2, 1, 0] == list(map(len, pages))
    assert found(new_year) == [row for page in pages for row in page]
    assert 501 == new_year.code("contacts/activities", **YEAR, activities="EMAIL:*", rpp=251)


def test_those_of_the_fixture_happened_when_its_emails_were_sent(emfluence: Emfluence) -> None:
    emfluence.workspace.control("PUT", "clock", json={"frozen": True})
    ticket = next(row for row in emfluence.records("contacts/getEmailHistory", contactID=JOHN) if row["emailID"] == TICKET)
    span = {"startDate": ticket["dateSent"], "endDate": ticket["dateSent"]}

    assert [("SENT", JOHN), ("VIEWED", JOHN)] == found(emfluence, **span)
    assert JUNE != ticket["emailID"]
