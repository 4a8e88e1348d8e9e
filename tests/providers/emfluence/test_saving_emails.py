"""Writing drafts and changing them: from a template, or of one's own HTML."""

from typing import Any

import pytest

from tests.providers.emfluence.client import Emfluence
from tests.providers.emfluence.mailbox import (
    BOARD,
    EDITOR,
    EVENING,
    INVITATION,
    JANE,
    JOHN,
    JULY,
    JUNE,
    MONTHLY,
    NEWSLETTER,
    NOTE,
    OWN_HTML,
    PETER,
    PRESS,
    REPORT,
    SARA,
    TICKET,
    VOLUNTEER,
    WANTED,
    WELCOME,
    draft,
    email,
    save,
)

HUGE = 2**63 - 1

# A template


@pytest.mark.rule("emf.save_email", "emf.save_email.defaults")
def test_a_draft_has_the_defaults_of_its_template(emfluence: Emfluence) -> None:
    made = save(emfluence, templateID=MONTHLY, body_slot1="<p>Whales</p>")

    assert ("Draft", "Manual", MONTHLY, 0) == tuple(
        made[name] for name in ("status", "deliveryType", "templateID", "htmlVersionEditable")
    )
    assert ("Monthly Letter", "News from the Harbor Museum", "Harbor Museum", "news@museum.example") == tuple(
        made[name] for name in ("title", "subject", "fromName", "fromAddress")
    )
    assert {"viewTrackingEnabled": 1, "clickTrackingEnabled": 1} == made["tracking"]
    assert made == email(emfluence, made["emailID"])


def test_what_is_said_wins_over_the_defaults(emfluence: Emfluence) -> None:
    made = save(
        emfluence,
        templateID=MONTHLY,
        title="August",
        subject="Heat",
        fromName="",
        replyToName="Ada",
        replyToAddress="ada@museum.example",
        bccAddress="archive@museum.example",
        preheader="In short",
        clickTrackingEnabled=0,
        throttling={"enabled": True, "emailsPerHour": "500"},
    )

    assert ("August", "Heat", "", "Ada", "ada@museum.example", "archive@museum.example", "In short") == tuple(
        made[name] for name in ("title", "subject", "fromName", "replyToName", "replyToAddress", "bccAddress", "preheader")
    )
    assert {"viewTrackingEnabled": 1, "clickTrackingEnabled": 0} == made["tracking"]
    assert {"enabled": 1, "emailsPerHour": 500} == made["throttling"]


@pytest.mark.rule("emf.emails.content", "emf.save_email.template_html")
def test_the_html_of_a_template_is_shown_with_its_slots_filled_and_cannot_be_replaced(emfluence: Emfluence) -> None:
    made = save(emfluence, templateID=INVITATION, content={"body_slot1": "<p>Come!</p>", "htmlVersion": "<p>Mine</p>"})

    assert made["content"]["htmlVersion"].startswith("<html><body><p>Come!</p>")
    assert "Mine" not in made["content"]["htmlVersion"]


@pytest.mark.rule("emf.save_email.template_required")
@pytest.mark.parametrize("given", [{}, {"templateID": ""}, {"templateID": None}, {"htmlVersionEditable": 0, "subject": "x"}])
def test_without_a_template_or_html_of_its_own_an_email_is_refused(emfluence: Emfluence, given: dict[str, Any]) -> None:
    code, said = emfluence.refused("emails/save", **given)

    assert (502, "templateID is required, unless htmlVersionEditable is 1") == (code, said)


@pytest.mark.rule("emf.save_email.unknown_template")
@pytest.mark.parametrize("template_id", [300, 0, -1, HUGE])
def test_an_unknown_template_is_refused(emfluence: Emfluence, template_id: int) -> None:
    assert (300, f"templateID: there is no template {template_id}") == emfluence.refused(
        "emails/save", templateID=template_id
    )


@pytest.mark.rule("emf.save_email.unknown_slot")
def test_content_for_a_slot_that_the_template_does_not_have_is_warned_of(emfluence: Emfluence) -> None:
    body = emfluence.call("emails/save", templateID=INVITATION, content={"body_slot1": "a", "body_slot4": "lost"})

    assert [f"content.body_slot4: the template {INVITATION} has no such slot"] == body["warnings"]
    assert "lost" == body["data"]["content"]["body_slot4"]


@pytest.mark.rule("emf.save_email.head")
def test_the_head_can_be_edited_where_the_template_lets_it(emfluence: Emfluence) -> None:
    made = save(emfluence, templateID=INVITATION, htmlHead="<style>p{}</style>")

    assert "<style>p{}</style>" == made["content"]["htmlHead"]
    assert (501, f"content.htmlHead: the template {MONTHLY} does not let it be edited") == emfluence.refused(
        "emails/save", templateID=MONTHLY, htmlHead="<style>p{}</style>"
    )


@pytest.mark.rule("emf.save_email.text")
def test_a_text_is_made_of_the_html(emfluence: Emfluence) -> None:
    made = save(emfluence, templateID=INVITATION, body_slot1="<h1>Come &amp; see</h1><p>On <b>Friday</b>.</p>")

    assert "Come & see\n\nOn Friday.\n\nUnsubscribe ($$url[unsubscribe])" == made["content"]["textVersion"]


def test_a_text_template_has_a_text_and_no_html(emfluence: Emfluence) -> None:
    content = save(emfluence, templateID=NOTE, subject="x")["content"]

    assert ("", "$$account[name] writes to $$email. Unsubscribe: $$url[unsubscribe]") == (
        content["htmlVersion"],
        content["textVersion"],
    )


# HTML of one's own


@pytest.mark.rule("emf.save_email.own_html")
def test_an_email_can_be_html_of_ones_own(emfluence: Emfluence) -> None:
    made = save(emfluence, htmlVersionEditable=True, content={"htmlVersion": OWN_HTML}, subject="News")

    assert (1, "", OWN_HTML) == (made["htmlVersionEditable"], made["templateID"], made["content"]["htmlVersion"])
    assert "Hello $$firstName, goodbye ($$url[unsubscribe])" == made["content"]["textVersion"]


@pytest.mark.rule("emf.save_email.own_html")
@pytest.mark.parametrize("given", [{}, {"htmlVersion": None}, {"content": {"body_slot1": "x"}}, {"content": ""}])
def test_html_of_ones_own_is_required_where_it_is_chosen(emfluence: Emfluence, given: dict[str, Any]) -> None:
    code, said = emfluence.refused("emails/save", htmlVersionEditable=1, **given)

    assert code in {501, 502}
    assert "htmlVersion" in said


@pytest.mark.rule("emf.save_email.own_html", "emf.emails.permission")
def test_only_a_coder_writes_html(emfluence: Emfluence) -> None:
    editor, volunteer = emfluence.as_user("editor"), emfluence.as_user("volunteer")
    email_id = draft(emfluence)

    assert (204, "Access to this endpoint requires the permission 'Email Coder'") == editor.refused(
        "emails/save", htmlVersionEditable=1, htmlVersion=OWN_HTML
    )
    assert 204 == editor.code("emails/save", emailID=email_id, subject="x")
    assert 0 == volunteer.code("emails/save", templateID=MONTHLY)
    assert 303 == volunteer.code("emails/save", emailID=email_id, subject="x")


@pytest.mark.rule("emf.save_email.unsubscribe")
@pytest.mark.parametrize("html", ["<p>Hi</p>", "$$url[unsubscribe", "$$url", "$$account[unsubscribe]", " "])
def test_html_of_ones_own_lets_its_reader_unsubscribe(emfluence: Emfluence, html: str) -> None:
    code, said = emfluence.refused("emails/save", htmlVersionEditable=1, htmlVersion=html)

    assert (501, "content.htmlVersion: expected $$url[unsubscribe] in it") == (code, said)


@pytest.mark.rule("emf.save_email.unsubscribe")
@pytest.mark.parametrize("html", ["$$URL[Unsubscribe]", "x [UNSUBSCRIBE] y"])
def test_there_are_two_ways_to_say_unsubscribe(emfluence: Emfluence, html: str) -> None:
    assert html == save(emfluence, htmlVersionEditable="1", htmlVersion=html)["content"]["htmlVersion"]


@pytest.mark.rule("emf.save_email.mode")
@pytest.mark.parametrize("editable", [0, 1])
def test_the_mode_cannot_be_changed(emfluence: Emfluence, editable: int) -> None:
    email_id = draft(emfluence) if editable else WANTED

    assert 302 == emfluence.code("emails/save", emailID=email_id, htmlVersionEditable=1 - editable, htmlVersion=OWN_HTML)
    assert 0 == emfluence.code("emails/save", emailID=email_id, htmlVersionEditable=editable)


# Changing


@pytest.mark.rule("emf.save_email", "emf.save_email.partial")
def test_only_what_is_sent_changes(emfluence: Emfluence) -> None:
    before = email(emfluence, JULY)
    after = save(emfluence, emailID=JULY, subject="Late July", body_slot2="<p>Closed.</p>", excludeGroupIDs="")

    assert "Late July" == after["subject"]
    assert {**before["content"], "body_slot2": "<p>Closed.</p>"} | _made(after) == after["content"]
    assert {**before["recipients"], "excludeGroupIDs": []} == after["recipients"]
    assert after["dateModified"]
    assert {name: before[name] for name in _kept(before)} == {name: after[name] for name in _kept(after)}


def _made(shown: dict[str, Any]) -> dict[str, Any]:
    return {part: shown["content"][part] for part in ("htmlVersion", "textVersion")}


def _kept(shown: dict[str, Any]) -> set[str]:
    return set(shown) - {"subject", "content", "recipients", "dateModified"}


@pytest.mark.rule("emf.save_email.flat", "emf.save_email.text")
@pytest.mark.parametrize("email_id", [JULY, WANTED])
def test_a_whole_answer_can_be_saved_again_and_changes_nothing(emfluence: Emfluence, email_id: int) -> None:
    before = email(emfluence, email_id)
    after = save(emfluence, **before)

    assert {**before, "dateModified": after["dateModified"]} == after
    assert "Other" in save(emfluence, emailID=email_id, body_slot1="<p>Other</p>")["content"]["textVersion"]


@pytest.mark.rule("emf.save_email.text")
def test_a_text_of_its_own_stays(emfluence: Emfluence) -> None:
    save(emfluence, emailID=WANTED, content={"textVersion": "By hand. $$url[unsubscribe]"})
    after = save(emfluence, emailID=WANTED, body_slot1="<p>Other</p>")

    assert "By hand. $$url[unsubscribe]" == after["content"]["textVersion"]
    assert "Other" in save(emfluence, emailID=WANTED, textVersion="")["content"]["textVersion"]


@pytest.mark.rule("emf.save_email.flat")
def test_objects_win_over_what_stands_beside_them(emfluence: Emfluence) -> None:
    made = save(
        emfluence,
        templateID=MONTHLY,
        body_slot1="flat",
        body_slot2="flat",
        groupIDs=str(NEWSLETTER),
        contactIDs=[str(JOHN), f"{JANE},{JANE}"],
        content={"body_slot2": "nested"},
        recipients={"groupIDs": [BOARD]},
        tracking={"viewTrackingEnabled": 0},
        viewTrackingEnabled=1,
    )

    assert ("flat", "nested") == (made["content"]["body_slot1"], made["content"]["body_slot2"])
    assert {"contactIDs": [JOHN, JANE], "groupIDs": [BOARD], "excludeGroupIDs": []} == made["recipients"]
    assert 0 == made["tracking"]["viewTrackingEnabled"]


def test_parameters_have_names_in_any_letter_case(emfluence: Emfluence) -> None:
    made = save(emfluence, TEMPLATEid=MONTHLY, SUBJECT="Loud", Content={"BODY_SLOT1": "x"}, RECIPIENTS={"groupids": [PRESS]})

    assert ("Loud", "x", [PRESS]) == (made["subject"], made["content"]["body_slot1"], made["recipients"]["groupIDs"])


@pytest.mark.rule("emf.save_email.sent", "emf.emails.manual", "emf.save_email.scheduled")
@pytest.mark.parametrize("email_id", [JUNE, EVENING, WELCOME, TICKET])
def test_only_drafts_can_be_edited(emfluence: Emfluence, email_id: int) -> None:
    before = email(emfluence, email_id)

    assert 302 == emfluence.code("emails/save", emailID=email_id, subject="x")
    assert before == email(emfluence, email_id)


def test_an_email_is_edited_after_its_schedule_was_canceled(emfluence: Emfluence) -> None:
    emfluence.ok("emails/cancelSchedule", emailID=EVENING)

    assert "x" == save(emfluence, emailID=EVENING, subject="x")["subject"]


@pytest.mark.rule("emf.save_email.approvals")
def test_editing_takes_back_approvals(emfluence: Emfluence) -> None:
    emfluence.backstage("approve", {"email_id": REPORT})
    before = email(emfluence, REPORT)["approval"]
    after = save(emfluence, emailID=REPORT, subject="Our better year")["approval"]

    assert {"approvalsRequired": 2, "approvalsCurrent": 1, "approved": 0} == before
    assert {"approvalsRequired": 2, "approvalsCurrent": 0, "approved": 0} == after


def test_a_refusal_changes_nothing(emfluence: Emfluence) -> None:
    before = email(emfluence, JULY)

    assert 300 == emfluence.code("emails/save", emailID=JULY, subject="x", groupIDs=[NEWSLETTER, 999])
    assert before == email(emfluence, JULY)


# Recipients and owners


@pytest.mark.rule("emf.save_email.too_many_contacts")
def test_a_thousand_contacts_can_be_named(emfluence: Emfluence) -> None:
    rows = [{"email": f"guest{number}@example.com"} for number in range(990)]
    emfluence.ok("contacts/import", contacts=rows)
    every = [row["contactID"] for page in range(1, 6) for row in emfluence.records("contacts/search", rpp=250, page=page)]
    made = save(emfluence, templateID=MONTHLY, contactIDs=every[:1000])

    assert 1000 == len(made["recipients"]["contactIDs"])
    assert (501, "recipients.contactIDs: expected at most 1000 ids, found 1001") == emfluence.refused(
        "emails/save", templateID=MONTHLY, contactIDs=every[:1001]
    )


@pytest.mark.rule("emf.save_email.unknown_recipient")
@pytest.mark.parametrize("unknown", [999, 0, -1, HUGE])
@pytest.mark.parametrize("name", ["contactIDs", "groupIDs", "excludeGroupIDs"])
def test_unknown_recipients_are_refused(emfluence: Emfluence, name: str, unknown: int) -> None:
    code, said = emfluence.refused("emails/save", templateID=MONTHLY, recipients={name: [unknown]})

    assert (300, True) == (code, said.startswith(f"recipients.{name}:") and str(unknown) in said)


@pytest.mark.rule("emf.save_email.unknown_recipient")
@pytest.mark.reading("emfluence", unknown_group="ignore")
def test_unknown_groups_are_passed_over_in_the_other_reading(emfluence: Emfluence) -> None:
    made = save(emfluence, templateID=MONTHLY, groupIDs=[999, NEWSLETTER], excludeGroupIDs=[999])

    assert ([NEWSLETTER], []) == (made["recipients"]["groupIDs"], made["recipients"]["excludeGroupIDs"])
    assert 300 == emfluence.code("emails/save", templateID=MONTHLY, contactIDs=[999])


@pytest.mark.rule("emf.save_email.unknown_user")
def test_an_email_has_an_owner(emfluence: Emfluence) -> None:
    made = save(emfluence.as_user("editor"), templateID=MONTHLY)
    given = save(emfluence, emailID=made["emailID"], userID=VOLUNTEER)

    assert (EDITOR, VOLUNTEER) == (made["userID"], given["userID"])
    assert (300, "userID: there is no user 7") == emfluence.refused("emails/save", templateID=MONTHLY, userID=7)


@pytest.mark.rule("emf.emails.own")
def test_a_restricted_user_writes_own_emails_to_own_contacts(emfluence: Emfluence) -> None:
    volunteer = emfluence.as_user("volunteer")
    made = save(volunteer, templateID=MONTHLY, contactIDs=[PETER, SARA], userID=VOLUNTEER)

    assert VOLUNTEER == made["userID"]
    assert 303 == volunteer.code("emails/save", emailID=JULY, subject="x")
    assert 303 == volunteer.code("emails/save", templateID=MONTHLY, userID=EDITOR)
    assert 303 == volunteer.code("emails/save", templateID=MONTHLY, contactIDs=[JOHN])
    assert "x" == save(volunteer, emailID=WANTED, subject="x")["subject"]


# Odd input


@pytest.mark.rule("emf.save_email.addresses")
@pytest.mark.parametrize("name", ["fromAddress", "replyToAddress", "bccAddress"])
def test_addresses_are_addresses(emfluence: Emfluence, name: str) -> None:
    code, said = emfluence.refused("emails/save", templateID=MONTHLY, **{name: "not an address"})

    assert (501, f"{name}: expected an e-mail address, found 'not an address'") == (code, said)
    assert "" == save(emfluence, templateID=MONTHLY, **{name: ""})[name]


@pytest.mark.rule("emf.save_email.too_long")
def test_content_has_a_greatest_length(emfluence: Emfluence) -> None:
    code, said = emfluence.refused("emails/save", templateID=MONTHLY, body_slot1="x" * 500_001)

    assert (501, "content.body_slot1: expected at most 500000 characters, found 500001") == (code, said)


@pytest.mark.rule("emf.emails.unknown")
@pytest.mark.parametrize("email_id", [1, 0, -401, 408, HUGE])
def test_an_unknown_email_is_refused(emfluence: Emfluence, email_id: int) -> None:
    assert 300 == emfluence.code("emails/save", emailID=email_id, subject="x")


@pytest.mark.parametrize(
    "given",
    [
        {"templateID": "one"},
        {"templateID": 1.5},
        {"templateID": [MONTHLY]},
        {"emailID": {}},
        {"subject": ["x"]},
        {"subject": {"a": 1}},
        {"content": "html"},
        {"content": [1]},
        {"content": {"body_slot1": []}},
        {"recipients": 7},
        {"recipients": {"groupIDs": ["two hundred"]}},
        {"recipients": {"groupIDs": [{}]}},
        {"htmlVersionEditable": "perhaps"},
        {"tracking": {"viewTrackingEnabled": "maybe"}},
        {"throttling": {"emailsPerHour": "many"}},
    ],
)
def test_values_of_a_wrong_type_are_refused(emfluence: Emfluence, given: dict[str, Any]) -> None:
    code, said = emfluence.refused("emails/save", **{"templateID": MONTHLY, **given})

    assert 500 == code
    assert next(iter(given)) in said


@pytest.mark.parametrize("text", ["O'Brien", "100%_sure; DROP TABLE--", "Ünïcødé 🎉", '<script>"', "  \u0000x"])
def test_any_text_may_be_a_subject(emfluence: Emfluence, text: str) -> None:
    assert text.strip() == save(emfluence, templateID=MONTHLY, subject=text)["subject"]
