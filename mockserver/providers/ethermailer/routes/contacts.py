from typing import Annotated

from fastapi import APIRouter, Query, Response

from mockserver.providers.ethermailer.access import ContactIdDep, ContextDep, PageDep
from mockserver.providers.ethermailer.actions import contacts
from mockserver.providers.ethermailer.schemas.contacts import Contact, ContactPage, ContactPayload, contact, contact_page
from mockserver.providers.ethermailer.schemas.written import Written, written

router = APIRouter(tags=["contacts"])

ContactIds = Annotated[list[str], Query(alias="contactIds", description="1 to 1000 contact ids.")]


@router.get("/user/contact/limit/{findLimit}/offset/{offset}")
async def list_contacts(context: ContextDep, page: PageDep) -> ContactPage:
    """List a page of contacts."""
    return contact_page(*contacts.page(context, page), context.settings)


@router.delete("/user/contact/multiple", response_class=Response)
async def delete_contacts(context: ContextDep, contact_ids: ContactIds = [""]) -> Response:  # noqa: B006 - never changed
    """Delete up to 1000 contacts."""
    contacts.delete_many(context, contact_ids)
    return Response()


@router.put("/user/contact/multiple/restore", response_class=Response)
async def restore_contacts(context: ContextDep, contact_ids: ContactIds = [""]) -> Response:  # noqa: B006 - never changed
    """Restore up to 1000 contacts from deletion."""
    contacts.restore_many(context, contact_ids)
    return Response()


@router.get("/user/contact/{contactId}")
async def get_contact(context: ContextDep, contact_id: ContactIdDep) -> Contact:
    """Get a single contact with its groups and extra fields."""
    return contact(*contacts.get(context, contact_id), context.settings)


@router.post("/user/contact")
async def add_contact(context: ContextDep, payload: ContactPayload) -> Written:
    """Add a single contact."""
    return written(contacts.add(context, payload))


@router.post("/user/contact/{contactId}")
async def update_contact(context: ContextDep, contact_id: ContactIdDep, payload: ContactPayload) -> Written:
    """Update a single contact."""
    return written(contacts.update_one(context, contact_id, payload))
