from typing import Any

from pydantic import Field
from typing_extensions import TypedDict

from mockserver.providers.emfluence.schemas.contacts import ContactKey
from mockserver.providers.emfluence.wire import Flag, Id, Ids, Paged, Payload, bit, datetime_text


class Subscription(Payload):
    group_id: Id = Field(alias="groupID")
    suppressed: Flag = Field(None, description="Whether the contact has opted out of this group; 0, if unset.")


class SubscriptionsSave(ContactKey):
    groups: list[Subscription]


class SubscriptionsDelete(ContactKey):
    group_ids: Ids = Field(alias="groupIDs")


class SubscriptionsOfContact(ContactKey, Paged):
    """Which contact's, and which page of them."""


class SubscriptionsOfGroup(Paged):
    group_id: Id = Field(alias="groupID")


class ContactSubscription(TypedDict):
    groupID: int
    groupName: str
    suppressed: int


class GroupSubscription(TypedDict):
    contactID: int
    email: str
    suppressed: int
    dateAdded: str


def contact_subscription(group: Any, suppressed: bool) -> ContactSubscription:
    return {"groupID": group.id, "groupName": group.name, "suppressed": bit(suppressed)}


def group_subscription(row: Any) -> GroupSubscription:
    return {
        "contactID": row.id,
        "email": row.email,
        "suppressed": bit(row.opted_out),
        "dateAdded": datetime_text(row.joined),
    }
