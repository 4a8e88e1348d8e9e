from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator
from typing_extensions import TypedDict

from mockserver.providers.ethermailer.wire import as_text


class ContactGroupRow(TypedDict):
    groupId: str
    name: str
    canDelete: bool
    contactsCount: int


class ContactGroupPage(TypedDict):
    items: list[ContactGroupRow]
    totalItems: int


class ContactGroupName(BaseModel):
    """The payload of creating and renaming a group."""

    name: Annotated[str | None, BeforeValidator(as_text)] = None


def contact_group_page(rows: Iterable[Any], total: int) -> ContactGroupPage:
    return {
        "items": [
            {"groupId": str(id_), "name": name, "canDelete": can_delete, "contactsCount": contacts}
            for id_, name, can_delete, contacts in rows
        ],
        "totalItems": total,
    }
