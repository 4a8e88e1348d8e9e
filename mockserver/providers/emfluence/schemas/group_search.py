from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.providers.emfluence.schemas.groups import group_row
from mockserver.providers.emfluence.wire import Direction, Flag, Id, Ids, Paged, Text, one_of

COUNTS = ("totalMembers", "activeMembers")
_SHORT = (
    "groupID",
    "groupName",
    "status",
    "friendlyName",
    "description",
    "private",
    "userID",
    "autoResponseEmailID",
    "dateAdded",
    "dateModified",
    "dateLastEmailSent",
    "totalMembers",
    "activeMembers",
    "type",
)

SortField = Annotated[
    str | None,
    one_of("groupID", "groupName", "dateAdded", "dateModified", "dateLastEmailSent", "totalMembers", "activeMembers"),
]


class GroupSearch(Paged):
    name: Text = Field("", alias="groupName", description="A part of the name, in any letter case.")
    status: Annotated[str | None, one_of("Active", "Archived", "All")] = Field(None, description="Active, if unset.")
    group_ids: Ids = Field([], alias="groupIDs")
    user_id: Id = Field(None, alias="userID", description="Groups that this user can work with.")
    private: Flag = None
    type: Annotated[str | None, one_of("All", "Static", "Dynamic")] = Field(None, description="All, if unset.")
    sort_field: SortField = Field(None, alias="sortField", description="groupName, if unset.")
    sort_direction: Direction = Field(None, alias="sortDirection", description="asc, if unset.")


class GroupFound(TypedDict):
    """A group as search answers it."""

    groupID: int
    groupName: str
    status: str
    friendlyName: str
    description: str
    private: int
    userID: int | str
    autoResponseEmailID: int | str
    dateAdded: str
    dateModified: str
    dateLastEmailSent: str
    totalMembers: int
    activeMembers: int
    type: str


def group_found(group: Any, members: int, active: int) -> dict[str, Any]:
    row: dict[str, Any] = {**group_row(group, members, active)}
    return {name: row[name] for name in _SHORT}
