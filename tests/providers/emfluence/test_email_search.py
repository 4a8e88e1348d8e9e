"""Searching emails."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence
from tests.providers.emfluence.mailbox import (
    DIRECTOR,
    EDITOR,
    EVENING,
    JOHN,
    JULY,
    JUNE,
    MONTHLY,
    REPORT,
    SIGNUPS,
    TICKET,
    WANTED,
    WELCOME,
    draft,
    email,
    save,
    sent,
)

ALL_MANUAL = ["draft", "scheduled", "sent"]


def ids(emfluence: Emfluence, **parameters: Any) -> list[int]:
    return [row["emailID"] for row in emfluence.records("emails/search", **parameters)]


def some(emfluence: Emfluence, **parameters: Any) -> set[int]:
    return set(ids(emfluence, **parameters))


@pytest.mark.rule("emf.search_emails")
def test_emails_are_found_in_short(emfluence: Emfluence) -> None:
    (found,) = emfluence.records("emails/search")
    whole = email(emfluence, JUNE)

    assert {
        "emailID",
        "templateID",
        "userID",
        "parentEmailID",
        "abSplitID",
        "campaignIDs",
        "deliveryType",
        "status",
        "title",
        "subject",
        "fromName",
        "fromAddress",
        "replyToName",
        "replyToAddress",
        "dateAdded",
        "dateModified",
        "dateSent",
        "schedule",
        "metrics",
    } == set(found)
    assert {name: whole[name] for name in found} == found


@pytest.mark.rule("emf.search_emails.kinds")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {JUNE}),
        ({"status": "draft"}, {JULY, WANTED, REPORT}),
        ({"status": ["Draft", "SCHEDULED"]}, {JULY, WANTED, REPORT, EVENING}),
        ({"status": "scheduled,sent", "deliveryType": "Manual"}, {EVENING, JUNE}),
        ({"status": "sending"}, set()),
        ({"status": [], "deliveryType": ""}, {JUNE}),
        ({"deliveryType": "transactional"}, {TICKET}),
        ({"deliveryType": "transactional", "status": "draft"}, {TICKET}),
        ({"deliveryType": "automated"}, {WELCOME}),
        ({"deliveryType": "automated", "automatedResults": "detail"}, set()),
    ],
)
def test_kinds_and_statuses(emfluence: Emfluence, given: dict[str, Any], expected: set[int]) -> None:
    assert expected == some(emfluence, **given)


@pytest.mark.rule("emf.search_emails.automated")
def test_the_sends_of_an_automated_email_are_found_in_detail(emfluence: Emfluence) -> None:
    emfluence.ok("contacts/save", contactID=JOHN, groupIDs=[SIGNUPS])
    detail = emfluence.records("emails/search", deliveryType="automated", automatedResults="DETAIL")

    assert [WELCOME] == [row["parentEmailID"] for row in detail]
    assert [WELCOME] == ids(emfluence, deliveryType="automated", automatedResults="summary")
    assert [detail[0]["emailID"]] == ids(emfluence, deliveryType="automated", parentEmailID=WELCOME)
    assert [] == ids(emfluence, deliveryType="automated", parentEmailID=JUNE)


@pytest.mark.rule("emf.search_emails.patterns")
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*letter", {JUNE, JULY}),
        ("JUNE LETTER", {JUNE}),
        ("letter", set()),
        ("*E*", {JUNE, JULY, EVENING, WANTED, REPORT}),
        ("", {JUNE, JULY, EVENING, WANTED, REPORT}),
        ("%letter", set()),
        ("?une letter", set()),
        ("[a-z]*", set()),
        ("'; DROP TABLE--", set()),
    ],
)
def test_titles_are_patterns(emfluence: Emfluence, pattern: str, expected: set[int]) -> None:
    assert expected == some(emfluence, title=pattern, status=ALL_MANUAL)


@pytest.mark.rule("emf.search_emails.patterns")
def test_subjects_are_patterns_in_any_letter_case_of_any_script(emfluence: Emfluence) -> None:
    email_id = draft(emfluence, subject="Ausstellung ÜBER Wale [neu]")

    assert [email_id] == ids(emfluence, subject="*über*", status="draft")
    assert [email_id] == ids(emfluence, subject="*[NEU]", status="draft")


def test_by_owner_and_by_ids(emfluence: Emfluence) -> None:
    assert {JUNE, JULY, REPORT} == some(emfluence, userID=EDITOR, status=ALL_MANUAL)
    assert {EVENING} == some(emfluence, userID=DIRECTOR, status=ALL_MANUAL)
    assert {JULY, JUNE} == some(emfluence, emailIDs=[JULY, JUNE, WELCOME, 999], status=ALL_MANUAL)
    assert {JUNE} == some(emfluence, emailIDs=f"{JUNE},{JULY}")
    assert set() == some(emfluence, emailIDs=[])
    assert set() == some(emfluence, campaignID=7, status=ALL_MANUAL)


@pytest.mark.rule("emf.search_emails.category")
def test_by_category(emfluence: Emfluence) -> None:
    assert [TICKET] == ids(emfluence, deliveryType="transactional", transactionalCategory="tickets")
    assert [] == ids(emfluence, deliveryType="transactional", transactionalCategory="ticket")
    assert [JUNE] == ids(emfluence, transactionalCategory="nothing")


@pytest.mark.rule("emf.search_emails.half_a_year")
def test_what_was_sent_more_than_half_a_year_ago_is_found_if_it_is_asked_for(emfluence: Emfluence) -> None:
    emfluence.workspace.advance(days=160)
    late = some(emfluence, status=ALL_MANUAL)
    asked = some(emfluence, status=ALL_MANUAL, dateSentStart="2020-01-01")

    assert {JULY, WANTED, REPORT, EVENING} == late
    assert {JULY, WANTED, REPORT, EVENING, JUNE} == asked


def test_by_date(emfluence: Emfluence) -> None:
    moment = email(emfluence, JUNE)["dateSent"]

    assert [JUNE] == ids(emfluence, dateSentStart=moment, dateSentEnd=moment)
    assert [] == ids(emfluence, dateSentStart="2099-01-01")
    assert [] == ids(emfluence, dateSentEnd="2002-01-01", dateSentStart="2001-01-01 00:00:00")
    assert [JUNE] == ids(emfluence, dateSentStart="0002-01-01", dateSentEnd="9998-12-31")
    assert 500 == emfluence.code("emails/search", dateSentStart="yesterday")


@pytest.mark.rule("emf.search_emails.order")
def test_the_newest_come_first(emfluence: Emfluence) -> None:
    emfluence.workspace.freeze("2030-01-01T12:00:00Z")
    first = sent(emfluence, contactIDs=[JOHN])
    emfluence.workspace.advance(hours=1)
    drafts = [draft(emfluence), draft(emfluence)]
    second = sent(emfluence, contactIDs=[JOHN])

    assert [second, first] == ids(emfluence)[:2]
    assert drafts[::-1] == ids(emfluence, status="draft")[:2]
    assert [second, *drafts[::-1], first] == ids(emfluence, status=ALL_MANUAL)[:4]
    assert [first, second] == ids(emfluence, sortDirection="asc")[-2:]


@pytest.mark.rule("emf.search_emails.order")
@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("emailID", [JUNE, JULY, EVENING, WANTED, REPORT]),
        ("USERID", [EVENING, JUNE, JULY, REPORT, WANTED]),
        ("title", [REPORT, JULY, JUNE, EVENING, WANTED]),
        ("subject", [EVENING, WANTED, JULY, REPORT, JUNE]),
        ("dateSent", [JUNE, REPORT, WANTED, EVENING, JULY]),
        ("dateModified", [REPORT, WANTED, EVENING, JULY, JUNE]),
    ],
)
def test_emails_are_sorted(emfluence: Emfluence, field: str, expected: list[int]) -> None:
    assert expected == ids(emfluence, status=ALL_MANUAL, sortField=field)


def test_sorting_can_be_turned_round(emfluence: Emfluence) -> None:
    assert [REPORT, WANTED, EVENING, JULY, JUNE] == ids(
        emfluence, status=ALL_MANUAL, sortField="emailid", sortDirection="DESC"
    )


@pytest.mark.rule("emf.search_emails.words")
@pytest.mark.parametrize(
    "given",
    [
        {"deliveryType": "push"},
        {"status": ["draft", "lost"]},
        {"deliveryType": "automated", "automatedResults": "all"},
        {"sortField": "metrics"},
        {"sortDirection": "up"},
    ],
)
def test_other_words_are_refused(emfluence: Emfluence, given: dict[str, Any]) -> None:
    code, said = emfluence.refused("emails/search", **given)

    assert (501, True) == (code, said.startswith(list(given)[-1]))


@pytest.mark.rule("emf.search_emails.most")
def test_a_search_has_pages(emfluence: Emfluence) -> None:
    for number in range(5):
        save(emfluence, templateID=MONTHLY, title=f"Page {number}")
    pages = [emfluence.ok("emails/search", status="draft", title="page*", rpp=2, page=page) for page in (1, 2, 3, 4)]

    assert [2, 2, 1, 0] == [len(page["records"]) for page in pages]
    assert (3, 5) == (pages[0]["paging"]["totalPages"], pages[0]["paging"]["totalRecords"])
    assert 0 == emfluence.code("emails/search", rpp=250)
    assert 501 == emfluence.code("emails/search", rpp=251)
    assert [JUNE] == [row["emailID"] for row in emfluence.get("emails/search", STATUS="sent", rpp="1")["data"]["records"]]


@pytest.mark.rule("emf.search_emails.own")
def test_a_restricted_user_finds_own_emails(emfluence: Emfluence) -> None:
    volunteer = emfluence.as_user("volunteer")

    assert [WANTED] == ids(volunteer, status=ALL_MANUAL)
    assert [] == ids(volunteer, status=ALL_MANUAL, userID=EDITOR)


@pytest.mark.parametrize("given", [{"userID": "me"}, {"emailIDs": [{}]}, {"title": []}, {"status": 7}, {"campaignID": 1.5}])
def test_values_of_a_wrong_type_are_refused(emfluence: Emfluence, given: dict[str, Any]) -> None:
    assert 500 == emfluence.code("emails/search", **given)


@pytest.mark.parametrize("name", ["title", "subject"])
def test_a_pattern_may_be_long_but_not_without_end(emfluence: Emfluence, name: str) -> None:
    assert 0 == emfluence.code("emails/search", **{name: "é" * 1000})
    for length in (1001, 70_000):
        code, said = emfluence.refused("emails/search", **{name: "é" * length})

        assert (501, True) == (code, said.startswith(f"{name}: string should have at most 1000 characters, found 'é"))
