from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.providers.emfluence.wire import Flag, Id, Ids, Payload, Text, bit, blank, datetime_text, one_of

Status = Annotated[str | None, one_of("Active", "Archived")]
GroupType = Annotated[str | None, one_of("Static", "Dynamic")]


class GroupSave(Payload):
    group_id: Id = Field(None, alias="groupID", description="Unset: a new group.")
    name: Text = Field("", alias="groupName", description="Required of a new group, and unique.")
    friendly_name: Text = Field("", alias="friendlyName", description="Of a new group: the name, if unset.")
    description: Text = ""
    notes: Text = ""
    external_id: Text = Field("", alias="externalID")
    status: Status = None
    type: GroupType = Field(None, description="Only static groups can be created, and none changes its type.")
    protected: Flag = None
    private: Flag = None
    user_ids: Ids | None = Field(None, alias="userIDs")


class GroupLookup(Payload):
    group_id: Id = Field(None, alias="groupID")
    group_ids: Ids | None = Field(None, alias="groupIDs", description="The answer is an array.")


class GroupRow(TypedDict):
    """A group as lookup and save answer it."""

    groupID: int
    groupName: str
    friendlyName: str
    description: str
    notes: str
    externalID: str
    status: str
    type: str
    protected: int
    private: int
    sendTests: int
    userID: int | str
    userIDs: list[int]
    autoResponseEmailID: int | str
    dateAdded: str
    dateModified: str
    dateLastEmailSent: str
    totalMembers: int
    activeMembers: int


def group_row(group: Any, members: int, active: int) -> GroupRow:
    return {
        "groupID": group.id,
        "groupName": group.name,
        "friendlyName": group.friendly_name,
        "description": group.description,
        "notes": group.notes,
        "externalID": group.external_id,
        "status": group.status,
        "type": group.type,
        "protected": bit(group.protected),
        "private": bit(group.private),
        "sendTests": bit(group.send_tests),
        "userID": blank(group.user_id),
        "userIDs": group.user_ids,
        "autoResponseEmailID": blank(group.auto_response_email_id),
        "dateAdded": datetime_text(group.date_added),
        "dateModified": datetime_text(group.date_modified),
        "dateLastEmailSent": datetime_text(group.date_last_email_sent),
        "totalMembers": members,
        "activeMembers": active,
    }
