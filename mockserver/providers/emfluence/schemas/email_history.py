from typing import Any

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.providers.emfluence.dates import MomentInput
from mockserver.providers.emfluence.wire import Flag, Id, Paged, Text, bit, datetime_text


class EmailHistory(Paged):
    """Whose history, and which part of it."""

    contact_id: Id = Field(None, alias="contactID")
    email: Text = ""
    sent_from: MomentInput = Field(None, alias="dateSentStart")
    sent_to: MomentInput = Field(None, alias="dateSentEnd")
    viewed: Flag = None
    clicked: Flag = None
    suppressed: Flag = None
    complained: Flag = None
    sort_field: Text = Field("", alias="sortField")
    sort_direction: Text = Field("", alias="sortDirection")


class HistoryRow(TypedDict):
    """An email to a contact, and what became of it."""

    emailID: int
    subject: str
    dateSent: str
    viewed: int
    clicked: int
    suppressed: int
    complained: int
    bounced: int
    bounceType: str
    bounceDescription: str


def history_row(row: Any) -> HistoryRow:
    return {
        "emailID": row.email_id,
        "subject": row.subject,
        "dateSent": datetime_text(row.date_sent),
        "viewed": bit(row.views),
        "clicked": bit(row.clicks),
        "suppressed": bit(row.unsubscribed),
        "complained": bit(row.complained),
        "bounced": bit(row.bounce_type != ""),
        "bounceType": row.bounce_type,
        "bounceDescription": row.bounce_description,
    }
