"""Emails as they are looked up, copied and deleted, and what is logged of them."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence
from tests.providers.emfluence.mailbox import (
    DIRECTOR,
    EDITOR,
    EVENING,
    JULY,
    JUNE,
    MONTHLY,
    NEWSLETTER,
    PRESS,
    REPORT,
    SIGNUPS,
    TICKET,
    WANTED,
    WELCOME,
    draft,
    email,
)

HUGE = 2**63 - 1
NOTHING = [1, 0, -401, HUGE]
METRICS = {
    "recipients": 5,
    "views": 4,
    "uniqueViews": 3,
    "clicks": 1,
    "uniqueClicks": 1,
    "clickToViewRate": 33.33,
    "bounces": 1,
    "complaints": 0,
    "unsubscribes": 0,
    "forwards": 0,
    "uniqueForwards": 0,
    "shares": 0,
    "uniqueShares": 0,
    "webViews": 0,
    "uniqueWebViews": 0,
    "sendingIssues": 0,
}


@pytest.mark.rule("emf.lookup_emails", "emf.emails.shape", "emf.emails.metrics")
def test_an_email_is_answered_whole(emfluence: Emfluence) -> None:
    found = email(emfluence, JUNE)

    assert {
        "emailID": JUNE,
        "templateID": MONTHLY,
        "userID": EDITOR,
        "parentEmailID": "",
        "abSplitID": "",
        "abSplit": {},
        "campaignIDs": [],
        "deliveryType": "Manual",
        "status": "Sent",
        "title": "June letter",
        "subject": "Whales in June",
        "preheader": "",
        "fromName": "Harbor Museum",
        "fromAddress": "news@museum.example",
        "replyToName": "",
        "replyToAddress": "",
        "bccAddress": "",
        "approval": {"approvalsRequired": 0, "approvalsCurrent": 0, "approved": 1},
        "automation": {"sourceGroupID": "", "active": 0},
        "content": found["content"],
        "htmlVersionEditable": 0,
        "recipients": {"contactIDs": [], "groupIDs": [NEWSLETTER], "excludeGroupIDs": [PRESS]},
        "throttling": {"enabled": 0, "emailsPerHour": ""},
        "tracking": {"viewTrackingEnabled": 1, "clickTrackingEnabled": 1},
        "transactionalCategory": "",
        "schedule": {"dateScheduled": "", "confirmed": 0},
        "metrics": METRICS,
        "dateAdded": found["dateAdded"],
        "dateModified": "",
        "dateSent": found["dateSent"],
    } == found
    assert found["dateAdded"] < found["dateSent"]
    assert {*(f"body_slot{number}" for number in range(1, 11)), "htmlHead", "htmlVersion", "textVersion"} == set(
        found["content"]
    )


def test_an_automated_email_says_whose_it_is(emfluence: Emfluence) -> None:
    found = email(emfluence, WELCOME)

    assert ("Automated", "Active", {"sourceGroupID": SIGNUPS, "active": 1}) == (
        found["deliveryType"],
        found["status"],
        found["automation"],
    )


def test_a_scheduled_email_says_when(emfluence: Emfluence) -> None:
    schedule = email(emfluence, EVENING)["schedule"]

    assert 1 == schedule["confirmed"]
    assert schedule["dateScheduled"]


@pytest.mark.rule("emf.lookup_emails.several")
def test_several_emails_are_answered_as_a_list(emfluence: Emfluence) -> None:
    found = emfluence.ok("emails/lookup", emailIDs=[JULY, 999, JUNE, JULY], emailID=EVENING)

    assert [JULY, JUNE] == [each["emailID"] for each in found]
    assert [TICKET] == [each["emailID"] for each in emfluence.get("emails/lookup", emailIDs=f"{TICKET},1")["data"]]


@pytest.mark.rule("emf.lookup_emails.too_many")
def test_at_most_25_are_looked_up_at_a_time(emfluence: Emfluence) -> None:
    assert 2 == len(emfluence.ok("emails/lookup", emailIDs=list(range(JUNE, JUNE + 2)) + list(range(1, 24))))
    assert (501, "emailIDs: expected at most 25 ids, found 26") == emfluence.refused(
        "emails/lookup", emailIDs=list(range(1, 27))
    )


@pytest.mark.rule("emf.emails.unknown", "emf.emails.id_required")
@pytest.mark.parametrize(
    "path",
    [
        "emails/lookup",
        "emails/copy",
        "emails/delete",
        "emails/cancelSchedule",
        "emails/send",
        "emails/sendTest",
        "emails/schedule",
        "emails/getActivityLog",
    ],
)
def test_an_email_must_be_named_and_exist(emfluence: Emfluence, path: str) -> None:
    assert [300] * len(NOTHING) == [emfluence.code(path, emailID=email_id) for email_id in NOTHING]
    assert [502, 502, 502] == [emfluence.code(path), emfluence.code(path, emailID=""), emfluence.code(path, emailID=None)]
    assert [500, 500] == [emfluence.code(path, emailID="one"), emfluence.code(path, emailID=[1, 2])]


@pytest.mark.rule("emf.emails.own")
def test_a_restricted_user_sees_own_emails_only(emfluence: Emfluence) -> None:
    volunteer = emfluence.as_user("volunteer")

    assert WANTED == email(volunteer, WANTED)["emailID"]
    for path in ("emails/lookup", "emails/copy", "emails/delete", "emails/getActivityLog"):
        assert 303 == volunteer.code(path, emailID=JULY)
    assert [WANTED] == [each["emailID"] for each in volunteer.ok("emails/lookup", emailIDs=[JULY, WANTED])]


# Copies


@pytest.mark.rule("emf.copy_email", "emf.copy_email.draft")
@pytest.mark.parametrize("email_id", [JUNE, JULY, EVENING, WELCOME, TICKET, REPORT])
def test_a_copy_is_a_draft(emfluence: Emfluence, email_id: int) -> None:
    source, made = email(emfluence, email_id), emfluence.ok("emails/copy", emailID=email_id)

    assert ("Draft", "Manual", f"Copy of {source['title']}", DIRECTOR, "") == tuple(
        made[name] for name in ("status", "deliveryType", "title", "userID", "dateSent")
    )
    for name in ("subject", "content", "recipients", "templateID", "fromAddress", "htmlVersionEditable"):
        assert source[name] == made[name]
    assert made["emailID"] > REPORT
    assert source == email(emfluence, email_id)


def test_a_copy_goes_its_own_way(emfluence: Emfluence) -> None:
    copy = emfluence.ok("emails/copy", emailID=JUNE)["emailID"]
    emfluence.ok("emails/save", emailID=copy, subject="Whales again")
    emfluence.ok("emails/send", emailID=copy)

    assert ("Whales again", "Whales in June") == (email(emfluence, copy)["subject"], email(emfluence, JUNE)["subject"])


# Deletions


@pytest.mark.rule("emf.delete_email")
@pytest.mark.parametrize("email_id", [JULY, EVENING])
def test_what_was_not_sent_can_be_deleted(emfluence: Emfluence, email_id: int) -> None:
    assert {} == emfluence.ok("emails/delete", emailID=email_id)
    assert 300 == emfluence.code("emails/lookup", emailID=email_id)
    assert 300 == emfluence.code("emails/delete", emailID=email_id)


def test_a_deleted_email_does_not_go_out_at_its_moment(emfluence: Emfluence) -> None:
    emfluence.ok("emails/delete", emailID=EVENING)
    emfluence.workspace.advance(days=4)

    assert [] == emfluence.workspace.messages()


@pytest.mark.rule("emf.delete_email.sent", "emf.emails.manual")
@pytest.mark.parametrize("email_id", [JUNE, WELCOME, TICKET])
def test_what_was_sent_or_is_not_ones_own_to_manage_stays(emfluence: Emfluence, email_id: int) -> None:
    assert 302 == emfluence.code("emails/delete", emailID=email_id)
    assert email_id == email(emfluence, email_id)["emailID"]


# Permissions


@pytest.mark.rule("emf.emails.permission")
@pytest.mark.parametrize("path", ["emails/save", "emails/copy", "emails/delete"])
def test_composing_is_a_permission(emfluence: Emfluence, path: str) -> None:
    newcomer = _user_without_permissions(emfluence)

    assert (204, "Access to this endpoint requires the permission 'Compose Mail'") == newcomer.refused(path, emailID=JULY)


def _user_without_permissions(emfluence: Emfluence) -> Emfluence:
    return emfluence.as_user("reader")


# The log


@pytest.mark.rule("emf.get_activity_log", "emf.get_activity_log.shape")
def test_it_is_logged_who_did_what(emfluence: Emfluence) -> None:
    emfluence.workspace.freeze("2030-01-01T12:00:00Z")
    email_id = draft(emfluence, groupIDs=[NEWSLETTER])
    editor = emfluence.as_user("editor")
    emfluence.ok("emails/save", emailID=email_id, subject="x")
    editor.ok("emails/sendTest", emailID=email_id, recipientEmail="me@example.com")
    editor.ok("emails/schedule", emailID=email_id, scheduleSendTime="2030-02-01 00:00:00")
    editor.ok("emails/cancelSchedule", emailID=email_id)
    editor.ok("emails/send", emailID=email_id)
    log = emfluence.records("emails/getActivityLog", emailID=email_id)

    assert [
        ("editor", "Sent"),
        ("editor", "Schedule canceled"),
        ("editor", "Scheduled"),
        ("editor", "Test sent to me@example.com"),
        ("director", "Edited"),
        ("director", "Created"),
    ] == [(entry["username"], entry["action"]) for entry in log]
    assert {
        "logID": log[0]["logID"],
        "emailID": email_id,
        "action": "Sent",
        "userID": EDITOR,
        "username": "editor",
        "date": "2030-01-01 12:00:00",
    } == log[0]


def test_the_log_has_pages(emfluence: Emfluence) -> None:
    for number in range(5):
        emfluence.ok("emails/save", emailID=JULY, subject=f"Number {number}")
    pages: list[Any] = [emfluence.ok("emails/getActivityLog", emailID=JULY, rpp=2, page=page) for page in (1, 2, 3)]

    assert [2, 2, 1] == [len(page["records"]) for page in pages]
    assert (3, 5) == (pages[0]["paging"]["totalPages"], pages[0]["paging"]["totalRecords"])
    assert 501 == emfluence.code("emails/getActivityLog", emailID=JULY, rpp=251)
    assert [] == emfluence.records("emails/getActivityLog", emailID=JUNE)


def test_a_copy_says_of_what(emfluence: Emfluence) -> None:
    copy = emfluence.ok("emails/copy", emailID=JUNE)["emailID"]

    assert [f"Copied from {JUNE}"] == [entry["action"] for entry in emfluence.records("emails/getActivityLog", emailID=copy)]
