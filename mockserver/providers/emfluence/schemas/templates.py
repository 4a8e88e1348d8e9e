import re
from typing import Any

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.providers.emfluence.wire import Id, Ids, Paged, Payload, Text, bit, datetime_text

_SLOT = re.compile(r"""<emflcontent\b[^>]*\bbody_slot\s*=\s*["']?(\d+)""", re.IGNORECASE)


class TemplateLookup(Payload):
    template_id: Id = Field(None, alias="templateID")
    template_ids: Ids | None = Field(None, alias="templateIDs", description="The answer is an array.")


class TemplateSearch(Paged):
    name: Text = Field("", alias="templateName", description="A part of the name, in any letter case.")


class TemplateDefaults(TypedDict):
    """What emails made with the template begin with."""

    bccAddress: str
    clickTrackingEnabled: int
    fromAddress: str
    fromName: str
    replyToAddress: str
    replyToName: str
    subject: str
    title: str
    viewTrackingEnabled: int


class TemplateRow(TypedDict):
    """A template as lookup answers it."""

    templateID: int
    templateName: str
    type: str
    htmlVersion: str
    previewHTML: str
    textVersion: str
    editableSlots: str
    htmlHeadEditable: int
    overrideApprovalProcess: int
    thumbnail: str
    defaults: TemplateDefaults
    userIDs: list[int]
    dateAdded: str
    dateModified: str


class TemplateFound(TypedDict):
    """A template as search answers it: without what is large."""

    templateID: int
    templateName: str
    type: str
    thumbnail: str
    userIDs: list[int]
    dateAdded: str
    dateModified: str


def template_row(template: Any) -> TemplateRow:
    return {
        **template_found(template),
        "htmlVersion": template.html_version,
        "previewHTML": template.html_version,
        "textVersion": template.text_version,
        "editableSlots": str(len(set(_SLOT.findall(template.html_version)))),
        "htmlHeadEditable": bit(template.html_head_editable),
        "overrideApprovalProcess": bit(template.override_approval_process),
        "defaults": _defaults(template.defaults),
    }


def template_found(template: Any) -> TemplateFound:
    return {
        "templateID": template.id,
        "templateName": template.name,
        "type": template.type,
        "thumbnail": template.thumbnail,
        "userIDs": template.user_ids,
        "dateAdded": datetime_text(template.date_added),
        "dateModified": datetime_text(template.date_modified),
    }


def _defaults(stored: dict[str, Any]) -> TemplateDefaults:
    return {
        "bccAddress": stored.get("bcc_address", ""),
        "clickTrackingEnabled": bit(stored.get("click_tracking_enabled", True)),
        "fromAddress": stored.get("from_address", ""),
        "fromName": stored.get("from_name", ""),
        "replyToAddress": stored.get("reply_to_address", ""),
        "replyToName": stored.get("reply_to_name", ""),
        "subject": stored.get("subject", ""),
        "title": stored.get("title", ""),
        "viewTrackingEnabled": bit(stored.get("view_tracking_enabled", True)),
    }
