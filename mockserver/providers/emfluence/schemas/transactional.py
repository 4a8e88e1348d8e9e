from typing import Annotated, Any

from pydantic import Field

from mockserver.core.unread import ReadAs
from mockserver.providers.emfluence.schemas.contacts import ContactSave
from mockserver.providers.emfluence.schemas.emails import EmailSave
from mockserver.providers.emfluence.wire import Flag, Ids, Payload, Text


class TransactionalSend(Payload):
    """An email, as emails/save takes it, and whom it is for."""

    email: EmailSave | None = None
    contacts: Annotated[list[dict[str, Any]] | None, ReadAs(list[ContactSave])] = Field(
        None, description="Each as contacts/save takes it."
    )
    contact_ids: Ids | None = Field(None, alias="contactIDs")
    category: Text = Field("", alias="transactionalCategory")
    ignore_suppression: Flag = Field(None, alias="ignoreContactSuppression")


def reached(contact: dict[str, Any]) -> dict[str, Any]:
    """A contact that gets the email, as it was sent, with its id."""
    return {"success": 1, "contact": contact}


def passed_over(contact: dict[str, Any], reason: str) -> dict[str, Any]:
    """One that does not."""
    return {"success": 0, "reason": reason, "contact": contact}
