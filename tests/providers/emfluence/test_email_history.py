"""What was sent to a contact, and what became of it."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence
from tests.providers.emfluence.mailbox import JOHN, JUNE, PETER, TICKET, history, sent

GEORGE = "george.hill@example.com"


def ids(emfluence: Emfluence, **parameters: Any) -> list[int]:
    found = emfluence.records("contacts/getEmailHistory", **{"contactID": JOHN, **parameters})
    return [row["emailID"] for row in found]


@pytest.mark.rule("emf.list_email_history")
def test_the_history_of_a_contact_is_listed(emfluence: Emfluence) -> None:
    ticket, june = emfluence.records("contacts/getEmailHistory", email="JOHN.DOE@example.com")

    assert {
        "emailID": TICKET,
        "subject": "Your ticket",
        "dateSent": ticket["dateSent"],
        "viewed": 1,
        "clicked": 0,
        "suppressed": 0,
        "complained": 0,
        "bounced": 0,
        "bounceType": "",
        "bounceDescription": "",
    } == ticket
    assert (JUNE, 1, 1) == (june["emailID"], june["viewed"], june["clicked"])
    assert ticket["dateSent"] > june["dateSent"]


def test_a_bounce_is_part_of_it(emfluence: Emfluence) -> None:
    (row,) = emfluence.get("contacts/getEmailHistory", email=GEORGE)["data"]["records"]

    assert (1, "SB", "mailbox full", 0) == tuple(
        row[name] for name in ("bounced", "bounceType", "bounceDescription", "viewed")
    )


@pytest.mark.rule("emf.list_email_history.filters")
def test_the_history_can_be_narrowed(emfluence: Emfluence) -> None:
    sent(emfluence, contactIDs=[JOHN])
    third = ids(emfluence)[0]
    emfluence.backstage("unsubscribe", {"email_id": JUNE, "contact": JOHN})
    emfluence.backstage("complain", {"email_id": TICKET, "contact": JOHN})

    assert [TICKET, JUNE] == ids(emfluence, viewed=1)
    assert [third] == ids(emfluence, viewed="false")
    assert [JUNE] == ids(emfluence, clicked=True)
    assert [third, TICKET] == ids(emfluence, clicked=0)
    assert [JUNE] == ids(emfluence, suppressed=1)
    assert [third, TICKET] == ids(emfluence, suppressed=0)
    assert [TICKET] == ids(emfluence, complained=1)
    assert [third, JUNE] == ids(emfluence, complained=0)
    assert [] == ids(emfluence, complained=1, suppressed=1)
    assert (1, 1) == (history(emfluence, JOHN, JUNE)["suppressed"], history(emfluence, JOHN, TICKET)["complained"])


@pytest.mark.rule("emf.list_email_history.filters")
def test_both_ends_of_a_span_are_in_it(emfluence: Emfluence) -> None:
    moment = history(emfluence, JOHN, TICKET)["dateSent"]

    assert [TICKET] == ids(emfluence, dateSentStart=moment, dateSentEnd=moment)
    assert [JUNE] == ids(emfluence, dateSentEnd=history(emfluence, JOHN, JUNE)["dateSent"])
    assert [TICKET, JUNE] == ids(emfluence, dateSentStart="2002-01-01", dateSentEnd="9998-12-31 23:59:59")
    assert [] == ids(emfluence, dateSentStart="2099-01-01")


@pytest.mark.rule("emf.list_email_history.sort")
def test_the_history_is_sorted_by_date(emfluence: Emfluence) -> None:
    assert [TICKET, JUNE] == ids(emfluence, sortField="DATESENT", sortDirection="DESC")
    assert [JUNE, TICKET] == ids(emfluence, sortDirection="asc")
    assert 501 == emfluence.code("contacts/getEmailHistory", contactID=JOHN, sortField="subject")
    assert 501 == emfluence.code("contacts/getEmailHistory", contactID=JOHN, sortDirection="up")


@pytest.mark.rule("emf.search_emails.most")
def test_the_history_has_pages(emfluence: Emfluence) -> None:
    found = emfluence.ok("contacts/getEmailHistory", contactID=JOHN, rpp=1, page=2)

    assert ([JUNE], 2, 2) == (
        [row["emailID"] for row in found["records"]],
        found["paging"]["totalPages"],
        found["paging"]["totalRecords"],
    )
    assert 501 == emfluence.code("contacts/getEmailHistory", contactID=JOHN, rpp=251)


def test_a_contact_must_be_named_and_exist_and_be_ones_own(emfluence: Emfluence) -> None:
    volunteer = emfluence.as_user("volunteer")

    assert 502 == emfluence.code("contacts/getEmailHistory")
    assert 300 == emfluence.code("contacts/getEmailHistory", contactID=7)
    assert 300 == emfluence.code("contacts/getEmailHistory", email="nobody@example.com")
    assert 303 == volunteer.code("contacts/getEmailHistory", contactID=JOHN)
    assert [JUNE] == ids(volunteer, contactID=PETER)
    assert 500 == emfluence.code("contacts/getEmailHistory", contactID=JOHN, viewed="often")
    assert 500 == emfluence.code("contacts/getEmailHistory", contactID=JOHN, dateSentStart="hello")
