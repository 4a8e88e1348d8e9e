from typing import Any

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.providers.emfluence.wire import Id, Ids, Payload, Text, datetime_text

_TEXTS = (
    "address1",
    "address2",
    "businessHours",
    "businessUnit",
    "city",
    "company",
    "email",
    "fax",
    "firstName",
    "lastName",
    "phone",
    "phone2",
    "region",
    "state",
    "team",
    "title",
    "url",
    "zip",
)


class UserLookup(Payload):
    user_id: Id = Field(None, alias="userID")
    user_ids: Ids = Field(default_factory=list, alias="userIDs", description="25 at most; the answer is an array.")
    username: Text = ""


class UserRow(TypedDict):
    """A user as lookup answers it, but for the texts."""

    userID: int
    username: str
    dateAdded: str
    dateModified: str
    permissions: list[str]
    groupIDs: list[int]
    templateIDs: list[int]


def user_row(user: Any, groups: list[int], templates: list[int]) -> dict[str, Any]:
    texts = {name: user.profile.get(name, "") for name in _TEXTS}
    row: UserRow = {
        "userID": user.id,
        "username": user.username,
        "dateAdded": datetime_text(user.date_added),
        "dateModified": datetime_text(user.date_modified),
        "permissions": user.permissions,
        "groupIDs": groups,
        "templateIDs": templates,
    }
    return {**row, **texts}
