from collections.abc import Mapping
from typing import Any

from pydantic import Field

from mockserver.providers.emfluence.dates import MomentInput
from mockserver.providers.emfluence.wire import Id, Paged, Texts, blank, datetime_text


class ActivitySearch(Paged):
    """Which activities, of when, of whom."""

    start_date: MomentInput = Field(None, alias="startDate")
    end_date: MomentInput = Field(None, alias="endDate")
    activities: Texts = Field(default_factory=list)
    contact_id: Id = Field(None, alias="contactID")
    contact_fields: Texts = Field(default_factory=list, alias="contactFields")


def activity_row(row: Any, contact: Mapping[str, Any]) -> dict[str, Any]:
    """Something that a contact did, and the fields of the contact that were asked for."""
    return {
        **contact,
        "activity": row.kind,
        "date": datetime_text(row.date),
        "details": row.detail,
        "emailID": blank(row.email_id),
        "subject": blank(row.subject),
    }
