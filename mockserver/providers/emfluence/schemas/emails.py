"""Emails as they travel: what emails/save takes, flat or as emails/lookup answers, and what it answers."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from mockserver.providers.emfluence.wire import Flag, Id, Ids, Payload, Text, bit, blank, datetime_text

SLOTS = tuple(f"body_slot{number}" for number in range(1, 11))
PARTS = (*SLOTS, "htmlHead", "htmlVersion", "textVersion")
"""The parts of an email's content."""
RECIPIENTS = ("contactIDs", "groupIDs", "excludeGroupIDs")


def _object(value: Any) -> Any:
    return None if value == "" else value


class RecipientsGiven(Payload):
    contact_ids: Ids | None = Field(None, alias="contactIDs")
    group_ids: Ids | None = Field(None, alias="groupIDs")
    exclude_group_ids: Ids | None = Field(None, alias="excludeGroupIDs")

    def recipients_given(self) -> dict[str, list[int]]:
        """The lists that were sent, each id once."""
        return {name: list(dict.fromkeys(ids)) for name, ids in _given(RecipientsGiven, self).items() if ids is not None}


class ContentGiven(Payload):
    body_slot1: Text = ""
    body_slot2: Text = ""
    body_slot3: Text = ""
    body_slot4: Text = ""
    body_slot5: Text = ""
    body_slot6: Text = ""
    body_slot7: Text = ""
    body_slot8: Text = ""
    body_slot9: Text = ""
    body_slot10: Text = ""
    html_head: Text = Field("", alias="htmlHead")
    html_version: Text = Field("", alias="htmlVersion")
    text_version: Text = Field("", alias="textVersion")

    def content_given(self) -> dict[str, str]:
        """The parts that were sent."""
        return _given(ContentGiven, self)


class TrackingGiven(Payload):
    view_tracking: Flag = Field(None, alias="viewTrackingEnabled")
    click_tracking: Flag = Field(None, alias="clickTrackingEnabled")

    def tracking_given(self) -> dict[str, bool]:
        return {name: value for name, value in _given(TrackingGiven, self).items() if value is not None}


class ThrottlingGiven(Payload):
    enabled: Flag = None
    emails_per_hour: Id = Field(None, alias="emailsPerHour", ge=1)


class EmailSave(RecipientsGiven, ContentGiven, TrackingGiven):
    """An email to save. What stands in `recipients`, `content` and `tracking` may stand beside them as well."""

    email_id: Id = Field(None, alias="emailID")
    template_id: Id = Field(None, alias="templateID")
    user_id: Id = Field(None, alias="userID")
    title: Text = ""
    subject: Text = ""
    preheader: Text = ""
    from_name: Text = Field("", alias="fromName")
    from_address: Text = Field("", alias="fromAddress")
    reply_to_name: Text = Field("", alias="replyToName")
    reply_to_address: Text = Field("", alias="replyToAddress")
    bcc_address: Text = Field("", alias="bccAddress")
    html_version_editable: Flag = Field(None, alias="htmlVersionEditable")
    recipients: Annotated[RecipientsGiven | None, BeforeValidator(_object)] = None
    content: Annotated[ContentGiven | None, BeforeValidator(_object)] = None
    tracking: Annotated[TrackingGiven | None, BeforeValidator(_object)] = None
    throttling: Annotated[ThrottlingGiven | None, BeforeValidator(_object)] = None

    def recipients_given(self) -> dict[str, list[int]]:
        return super().recipients_given() | (self.recipients.recipients_given() if self.recipients else {})

    def content_given(self) -> dict[str, str]:
        return super().content_given() | (self.content.content_given() if self.content else {})

    def tracking_given(self) -> dict[str, bool]:
        return super().tracking_given() | (self.tracking.tracking_given() if self.tracking else {})


class WhichEmail(Payload):
    email_id: Id = Field(None, alias="emailID")


class EmailLookup(WhichEmail):
    email_ids: Ids | None = Field(None, alias="emailIDs")


def email_row(email: Any, content: Mapping[str, str], metrics: Mapping[str, float]) -> dict[str, Any]:
    """An email as a search shows it, and everything else that there is to it."""
    return {
        **short_email_row(email, metrics),
        "abSplit": {},
        "approval": {
            "approvalsRequired": email.approvals_required,
            "approvalsCurrent": email.approvals_current,
            "approved": bit(email.approvals_current >= email.approvals_required),
        },
        "automation": {
            "sourceGroupID": blank(email.source_group_id),
            "active": bit(email.delivery_type == "Automated" and email.status == "Active"),
        },
        "bccAddress": email.bcc_address,
        "content": {part: content.get(part, "") for part in PARTS},
        "htmlVersionEditable": bit(email.html_version_editable),
        "preheader": email.preheader,
        "recipients": {name: email.recipients.get(name, []) for name in RECIPIENTS},
        "throttling": {
            "enabled": bit(email.throttling.get("enabled")),
            "emailsPerHour": blank(email.throttling.get("emailsPerHour")),
        },
        "tracking": {name: bit(email.tracking.get(name, True)) for name in ("viewTrackingEnabled", "clickTrackingEnabled")},
        "transactionalCategory": email.transactional_category,
    }


def short_email_row(email: Any, metrics: Mapping[str, float]) -> dict[str, Any]:
    """An email as a search shows it."""
    return {
        "emailID": email.id,
        "templateID": blank(email.template_id),
        "userID": email.user_id,
        "parentEmailID": blank(email.parent_email_id),
        "abSplitID": "",
        "campaignIDs": email.campaign_ids,
        "deliveryType": email.delivery_type,
        "status": email.status,
        "title": email.title,
        "subject": email.subject,
        "fromName": email.from_name,
        "fromAddress": email.from_address,
        "replyToName": email.reply_to_name,
        "replyToAddress": email.reply_to_address,
        "dateAdded": datetime_text(email.date_added),
        "dateModified": datetime_text(email.date_modified),
        "dateSent": datetime_text(email.date_sent),
        "schedule": {
            "dateScheduled": datetime_text(email.date_scheduled),
            "confirmed": bit(email.date_scheduled is not None),
        },
        "metrics": dict(metrics),
    }


def _given(part: type[Payload], payload: Payload) -> dict[str, Any]:
    """What was sent of some of a payload's fields, by their names on the wire."""
    return {
        field.alias or name: getattr(payload, name)
        for name, field in part.model_fields.items()
        if name in payload.model_fields_set
    }
