"""Sending, scheduling and testing emails: who gets them, and what must be there before."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence
from tests.providers.emfluence.mailbox import (
    ALL,
    AMINA,
    BOARD,
    EVENING,
    FATIMA,
    JOHN,
    JULY,
    JUNE,
    KENJI,
    MAINE,
    MEMBERS,
    MONTHLY,
    NEWSLETTER,
    NOTE,
    OLGA,
    OWN_HTML,
    PETER,
    PRESS,
    RAFAEL,
    REPORT,
    SARA,
    TICKET,
    WANTED,
    WEI,
    WELCOME,
    draft,
    email,
    metrics,
    outbox,
    readers,
    save,
    sent,
)

NOW = "2030-01-01T12:00:00Z"


@pytest.fixture
def frozen(emfluence: Emfluence) -> Emfluence:
    """The same client; the time stands still at noon, and nothing is scheduled."""
    emfluence.ok("emails/cancelSchedule", emailID=EVENING)
    emfluence.workspace.freeze(NOW)
    return emfluence


# Sending


@pytest.mark.rule("emf.send_email", "emf.sending.marks", "emf.sending.duration")
def test_an_email_is_sent(frozen: Emfluence) -> None:
    assert {} == frozen.ok("emails/send", emailID=JULY)
    shown = email(frozen, JULY)
    groups = {group: frozen.ok("groups/lookup", groupID=group)["dateLastEmailSent"] for group in (NEWSLETTER, PRESS)}

    assert ("Sent", "2030-01-01 12:00:00", 9) == (shown["status"], shown["dateSent"], shown["metrics"]["recipients"])
    assert {NEWSLETTER: "2030-01-01 12:00:00", PRESS: ""} == groups
    assert 9 == len(outbox(frozen))


@pytest.mark.rule("emf.sending.recipients", "emf.sending.passed_over")
def test_it_goes_to_groups_without_those_of_others_and_to_named_contacts(emfluence: Emfluence) -> None:
    # Of the newsletter, Wei is in the press as well, Olga has opted out, Rafael's address is bad, Amina left this group.
    sent(emfluence, groupIDs=[NEWSLETTER], excludeGroupIDs=[PRESS], contactIDs=[SARA, JOHN])
    got = readers(emfluence)

    assert {"john.doe", "jane.roe", "peter.novak", "fatima.zahra", "sara.lopez"} <= got
    assert set() == got & {"li.wei", "olga.ivanova", "nobody.there", "amina.diallo"}
    assert len(got) == len(emfluence.workspace.messages())


@pytest.mark.rule("emf.sending.recipients")
def test_named_contacts_get_it_in_spite_of_excluded_groups(emfluence: Emfluence) -> None:
    sent(emfluence, contactIDs=[WEI], groupIDs=[PRESS], excludeGroupIDs=[PRESS])

    assert {"li.wei"} == readers(emfluence)


@pytest.mark.rule("emf.sending.passed_over")
def test_whoever_left_one_group_gets_it_through_another_one(emfluence: Emfluence) -> None:
    sent(emfluence, groupIDs=[NEWSLETTER, MEMBERS])

    assert {"amina.diallo", "kenji.sato", "john.doe"} <= readers(emfluence)


@pytest.mark.rule("emf.sending.passed_over")
@pytest.mark.parametrize("contact", [OLGA, RAFAEL])
def test_suppressed_and_held_contacts_get_nothing_even_if_named(emfluence: Emfluence, contact: int) -> None:
    email_id = sent(emfluence, contactIDs=[contact])

    assert ("Sent", {}, []) == (
        email(emfluence, email_id)["status"],
        metrics(emfluence, email_id),
        emfluence.workspace.messages(),
    )


def test_it_goes_to_everybody_and_to_whoever_fits(emfluence: Emfluence) -> None:
    sent(emfluence, groupIDs=[ALL], excludeGroupIDs=[NEWSLETTER, MAINE])
    first = readers(emfluence)
    emfluence.workspace.control("DELETE", "outbox")
    sent(emfluence, groupIDs=[MAINE], excludeGroupIDs=[ALL], contactIDs=[KENJI])
    second = readers(emfluence)
    emfluence.workspace.control("DELETE", "outbox")
    sent(emfluence, groupIDs=[MAINE])

    assert {"nora.berg", "emily.stone", "kenji.sato", "sara.lopez", "david.cohen"} == first
    assert {"kenji.sato"} == second
    assert {"john.doe", "jane.roe", "amina.diallo", "tom.keane", "victor.hale"} == readers(emfluence)


@pytest.mark.rule("emf.emails.already_sent", "emf.emails.manual")
@pytest.mark.parametrize("email_id", [JUNE, WELCOME, TICKET])
def test_a_second_send_is_refused(emfluence: Emfluence, email_id: int) -> None:
    assert 302 == emfluence.code("emails/send", emailID=email_id)
    assert 302 == emfluence.code("emails/schedule", emailID=email_id, scheduleSendTime="2099-01-01 00:00:00")
    assert [] == emfluence.workspace.messages()


def test_a_scheduled_email_can_be_sent_at_once_and_goes_out_once(frozen: Emfluence) -> None:
    frozen.ok("emails/schedule", emailID=EVENING, scheduleSendTime="2030-01-02 12:00:00")
    frozen.ok("emails/send", emailID=EVENING)
    before = len(frozen.workspace.messages())
    frozen.workspace.advance(days=4)

    assert "Sent" == email(frozen, EVENING)["status"]
    assert before == len(frozen.workspace.messages()) > 0


@pytest.mark.rule("emf.sending.throttling")
def test_throttling_slows_nothing_down(emfluence: Emfluence) -> None:
    sent(emfluence, contactIDs=[JOHN, WEI], throttling={"enabled": 1, "emailsPerHour": 1})

    assert {"john.doe", "li.wei"} == readers(emfluence)


# Taking time


@pytest.mark.rule("emf.sending.duration")
@pytest.mark.reading("emfluence", sends_take=60)
def test_sending_can_take_its_time(frozen: Emfluence) -> None:
    frozen.ok("emails/send", emailID=JULY)
    during = email(frozen, JULY)
    refused = [
        frozen.code("emails/send", emailID=JULY),
        frozen.code("emails/save", emailID=JULY, subject="x"),
        frozen.code("emails/delete", emailID=JULY),
        frozen.code("emails/cancelSchedule", emailID=JULY),
        frozen.code("emails/schedule", emailID=JULY, scheduleSendTime="2031-01-01 00:00:00"),
    ]
    found = frozen.records("emails/search", status="sending")
    early = frozen.workspace.messages()
    frozen.workspace.advance(seconds=61)
    after = email(frozen, JULY)

    assert ("Sending", "", 0) == (during["status"], during["dateSent"], during["metrics"]["recipients"])
    assert [302] * 5 == refused
    assert [JULY] == [each["emailID"] for each in found]
    assert [] == early
    assert ("Sent", "2030-01-01 12:01:00", 9) == (after["status"], after["dateSent"], after["metrics"]["recipients"])
    assert 9 == len(frozen.workspace.messages())


@pytest.mark.reading("emfluence", sends_take=60)
def test_whoever_opts_out_meanwhile_gets_nothing(frozen: Emfluence) -> None:
    sent(frozen, contactIDs=[JOHN, WEI])
    frozen.ok("contacts/save", contactID=JOHN, suppressed=1)
    frozen.workspace.advance(minutes=2)

    assert {"li.wei"} == readers(frozen)


@pytest.mark.reading("emfluence", sends_take=60)
def test_a_send_can_be_finished_backstage_once(frozen: Emfluence) -> None:
    email_id = sent(frozen, contactIDs=[JOHN])
    state = frozen.backstage("finish-send", {"email_id": email_id})
    frozen.workspace.advance(minutes=2)

    assert {"email_id": email_id, "status": "Sent", "approvals_required": 0, "approvals_current": 0} == state
    assert 1 == len(frozen.workspace.messages())


# What must be there


@pytest.mark.rule("emf.emails.not_ready")
@pytest.mark.parametrize("path", ["emails/send", "emails/schedule"])
@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"subject": ""}, "it has no subject"),
        ({"fromAddress": " "}, "it has no fromAddress"),
        ({"groupIDs": []}, "it has no recipients"),
        (
            {"subject": "", "fromAddress": "", "groupIDs": ""},
            "it has no subject, it has no fromAddress, it has no recipients",
        ),
    ],
)
def test_an_email_must_be_ready(emfluence: Emfluence, path: str, changed: dict[str, Any], missing: str) -> None:
    email_id = draft(emfluence, groupIDs=[NEWSLETTER])
    emfluence.ok("emails/save", emailID=email_id, **changed)
    code, said = emfluence.refused(path, emailID=email_id, scheduleSendTime="2099-01-01 00:00:00")

    assert (302, True) == (code, said.endswith(f"it is not ready: {missing}"))
    assert [] == emfluence.workspace.messages()
    assert "Draft" == email(emfluence, email_id)["status"]


@pytest.mark.rule("emf.emails.not_ready")
def test_an_email_must_have_content_with_a_link_to_unsubscribe(emfluence: Emfluence) -> None:
    copy = emfluence.ok("emails/copy", emailID=TICKET)["emailID"]
    note = save(emfluence, templateID=NOTE, subject="x", contactIDs=[JOHN])["emailID"]

    assert "its content has no $$url[unsubscribe]" in emfluence.refused("emails/send", emailID=copy)[1]
    assert 0 == emfluence.code("emails/send", emailID=note)
    assert ("", "Harbor Museum writes to john.doe@example.com.") == (
        outbox(emfluence)["john.doe@example.com"]["html"],
        outbox(emfluence)["john.doe@example.com"]["text"].partition(" Unsub")[0],
    )


@pytest.mark.rule("emf.emails.approvals")
def test_an_email_waits_for_its_approvals(emfluence: Emfluence) -> None:
    first = emfluence.refused("emails/send", emailID=REPORT)
    states = [emfluence.backstage("approve", {"email_id": REPORT}) for _ in range(2)]

    assert (302, True) == (first[0], "2 of 2 approvals are missing" in first[1])
    assert [1, 2] == [state["approvals_current"] for state in states]
    assert {"approvalsRequired": 2, "approvalsCurrent": 2, "approved": 1} == email(emfluence, REPORT)["approval"]
    assert 0 == emfluence.code("emails/send", emailID=REPORT)
    assert ["Sent", "Approved", "Approved"] == [
        entry["action"] for entry in emfluence.records("emails/getActivityLog", emailID=REPORT)
    ]


@pytest.mark.rule("emf.emails.approvals")
def test_an_email_is_not_scheduled_before_it_is_approved(emfluence: Emfluence) -> None:
    emfluence.backstage("approve", {"email_id": REPORT})
    code, said = emfluence.refused("emails/schedule", emailID=REPORT, scheduleSendTime="2099-01-01 00:00:00")

    assert (302, True) == (code, "1 of 2 approvals are missing" in said)


# Schedules


@pytest.mark.rule("emf.schedule_email")
def test_a_scheduled_email_goes_out_at_its_moment(frozen: Emfluence) -> None:
    assert {} == frozen.ok("emails/schedule", emailID=JULY, scheduleSendTime="2030-01-02 08:30:00")
    waiting = email(frozen, JULY)
    frozen.workspace.advance(hours=20)
    early = frozen.workspace.messages()
    frozen.workspace.advance(minutes=31)
    after = email(frozen, JULY)

    assert ("Scheduled", {"dateScheduled": "2030-01-02 08:30:00", "confirmed": 1}) == (
        waiting["status"],
        waiting["schedule"],
    )
    assert [] == early
    assert ("Sent", "2030-01-02 08:30:00") == (after["status"], after["dateSent"])
    assert 9 == len(outbox(frozen))


def test_the_email_of_a_fixture_goes_out_at_its_moment(emfluence: Emfluence) -> None:
    emfluence.workspace.advance(days=9000, minutes=1)

    assert "Sent" == email(emfluence, EVENING)["status"]
    assert {"john.doe", "amina.diallo", "kenji.sato"} <= readers(emfluence)


@pytest.mark.rule("emf.schedule_email.past")
@pytest.mark.parametrize("moment", ["2030-01-01 12:00:00", "2029-12-31 23:59:59", "2002-02-02 00:00:00"])
def test_a_moment_of_the_past_is_refused(frozen: Emfluence, moment: str) -> None:
    code, said = frozen.refused("emails/schedule", emailID=JULY, scheduleSendTime=moment)

    assert (501, f"scheduleSendTime: expected a moment after 2030-01-01 12:00:00, found {moment}") == (code, said)


@pytest.mark.rule("emf.schedule_email.past")
@pytest.mark.parametrize(
    ("given", "code"), [({}, 502), ({"scheduleSendTime": ""}, 502), ({"scheduleSendTime": "soon"}, 500)]
)
def test_a_schedule_needs_a_moment(emfluence: Emfluence, given: dict[str, Any], code: int) -> None:
    assert code == emfluence.code("emails/schedule", emailID=JULY, **given)


def test_a_bare_date_is_midnight_where_the_account_is(frozen: Emfluence) -> None:
    frozen.ok("emails/schedule", emailID=JULY, scheduleSendTime="2030-01-05")

    assert "2030-01-05 06:00:00" == email(frozen, JULY)["schedule"]["dateScheduled"]


@pytest.mark.reading("emfluence", bare_datetime="gmt")
def test_a_bare_date_is_midnight_gmt_in_the_other_reading(frozen: Emfluence) -> None:
    frozen.ok("emails/schedule", emailID=JULY, scheduleSendTime="2030-01-05")

    assert "2030-01-05 00:00:00" == email(frozen, JULY)["schedule"]["dateScheduled"]


@pytest.mark.rule("emf.schedule_email.again")
@pytest.mark.parametrize("hour", ["08", "16"])
def test_a_new_schedule_takes_the_place_of_the_old_one(frozen: Emfluence, hour: str) -> None:
    frozen.ok("emails/schedule", emailID=JULY, scheduleSendTime="2030-01-02 12:00:00")
    frozen.ok("emails/schedule", emailID=JULY, scheduleSendTime=f"2030-01-02 {hour}:00:00")
    frozen.workspace.advance(days=2)

    assert f"2030-01-02 {hour}:00:00" == email(frozen, JULY)["dateSent"]
    assert 9 == len(frozen.workspace.messages())


@pytest.mark.rule("emf.cancel_schedule")
def test_a_canceled_email_is_a_draft_and_stays_where_it_is(frozen: Emfluence) -> None:
    frozen.ok("emails/schedule", emailID=JULY, scheduleSendTime="2030-01-02 08:30:00")
    assert {} == frozen.ok("emails/cancelSchedule", emailID=JULY)
    frozen.workspace.advance(days=2)
    shown = email(frozen, JULY)

    assert ("Draft", {"dateScheduled": "", "confirmed": 0}, "") == (shown["status"], shown["schedule"], shown["dateSent"])
    assert [] == frozen.workspace.messages()


@pytest.mark.rule("emf.cancel_schedule.not_scheduled")
@pytest.mark.parametrize("email_id", [JUNE, JULY, WELCOME, TICKET])
def test_only_what_is_scheduled_can_be_canceled(emfluence: Emfluence, email_id: int) -> None:
    assert 302 == emfluence.code("emails/cancelSchedule", emailID=email_id)


# Tests


@pytest.mark.rule("emf.send_test", "emf.send_test.any")
def test_a_test_shows_the_email_as_it_is(emfluence: Emfluence) -> None:
    assert {} == emfluence.ok("emails/sendTest", emailID=JULY, recipientEmail=" me@example.com ")
    emfluence.ok("emails/sendTest", emailID=WANTED, recipientEmail="JANE.ROE@example.com")
    emfluence.ok("emails/sendTest", emailID=JUNE, recipientEmail="me@example.com")
    last, other, first = emfluence.workspace.messages()

    assert ("test", "me@example.com", "July at the harbor") == (first["kind"], first["recipient"], first["subject"])
    assert "Hello , July begins." in first["text"]
    assert {"email_id": JULY, "contact_id": None} == {name: first["details"][name] for name in ("email_id", "contact_id")}
    assert ("JANE.ROE@example.com", 1002) == (other["recipient"], other["details"]["contact_id"])
    assert "Whales in June" == last["subject"]
    assert ("Draft", {}) == (email(emfluence, JULY)["status"], metrics(emfluence, JULY))


def test_a_test_has_the_values_of_the_contact_of_that_address(emfluence: Emfluence) -> None:
    emfluence.ok("emails/sendTest", emailID=JULY, recipientEmail="jane.roe@example.com")

    assert "Hello Jane, July begins." in emfluence.workspace.messages()[0]["text"]


@pytest.mark.rule("emf.send_test.address")
def test_a_test_needs_an_address(emfluence: Emfluence) -> None:
    assert (502, "recipientEmail is required") == emfluence.refused("emails/sendTest", emailID=JULY)
    assert 502 == emfluence.code("emails/sendTest", emailID=JULY, recipientEmail=" ")
    assert (501, "recipientEmail: expected an e-mail address, found 'me'") == emfluence.refused(
        "emails/sendTest", emailID=JULY, recipientEmail="me"
    )
    assert 500 == emfluence.code("emails/sendTest", emailID=JULY, recipientEmail=["me@example.com"])


# Permissions


@pytest.mark.rule("emf.sending.permission")
@pytest.mark.parametrize("path", ["emails/send", "emails/schedule", "emails/cancelSchedule"])
def test_sending_is_a_permission(emfluence: Emfluence, path: str) -> None:
    code, said = emfluence.as_user("volunteer").refused(path, emailID=WANTED)

    assert (204, "Access to this endpoint requires the permission 'Send Mail'") == (code, said)


@pytest.mark.rule("emf.send_test.permission")
def test_testing_is_another_permission(emfluence: Emfluence) -> None:
    code, said = emfluence.as_user("volunteer").refused("emails/sendTest", emailID=WANTED, recipientEmail="me@example.com")

    assert (204, "Access to this endpoint requires the permission 'Pre-Flight'") == (code, said)
    assert 0 == emfluence.as_user("editor").code("emails/sendTest", emailID=WANTED, recipientEmail="me@example.com")


@pytest.mark.parametrize("path", ["save", "copy", "delete", "send", "schedule", "cancelSchedule", "sendTest"])
def test_whatever_changes_something_is_a_post(emfluence: Emfluence, path: str) -> None:
    assert 2 == emfluence.get(f"emails/{path}", emailID=JULY)["code"]


# Many


def test_a_large_email_lets_others_have_their_turns(emfluence: Emfluence) -> None:
    group = emfluence.ok("groups/save", groupName="Crowd")["groupID"]
    for start in range(0, 3000, 1000):
        rows = [{"email": f"guest{start + number}@example.com", "groupIDs": [group]} for number in range(1000)]
        emfluence.ok("contacts/import", contacts=rows)
    email_id = sent(emfluence, groupIDs=[group, BOARD], contactIDs=[PETER, FATIMA, AMINA], htmlVersion=OWN_HTML)
    found = emfluence.workspace.control("GET", "outbox")

    assert 3004 == metrics(emfluence, email_id)["recipients"]
    assert found
    assert 302 == emfluence.code("emails/send", emailID=email_id)


def test_many_small_groups_are_fine(emfluence: Emfluence) -> None:
    groups = [emfluence.ok("groups/save", groupName=f"Group {number}")["groupID"] for number in range(60)]
    emfluence.ok("contacts/save", contactID=JOHN, groupIDs=groups)
    email_id = sent(emfluence, groupIDs=groups, excludeGroupIDs=[PRESS])
    nobody = sent(emfluence, groupIDs=groups, excludeGroupIDs=groups)

    assert ({"recipients": 1}, {}) == (metrics(emfluence, email_id), metrics(emfluence, nobody))


def test_an_email_of_a_template_is_sent(emfluence: Emfluence) -> None:
    made = save(emfluence, templateID=MONTHLY, body_slot1="<p>For $$email</p>", contactIDs=[WEI])
    emfluence.ok("emails/send", emailID=made["emailID"])

    assert "<p>For li.wei@example.org</p>" in outbox(emfluence)["li.wei@example.org"]["html"]
