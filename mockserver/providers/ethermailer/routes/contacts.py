from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from mockserver.core.answers import as_json
from mockserver.providers.ethermailer.access import context_of
from mockserver.providers.ethermailer.actions import contacts
from mockserver.providers.ethermailer.arguments import ContactId, Limit, Offset
from mockserver.providers.ethermailer.schemas.contacts import Contact, ContactPage, ContactPayload, contact, contact_page
from mockserver.providers.ethermailer.schemas.written import Written, written
from mockserver.providers.ethermailer.wire import page, record_id

router = APIRouter(tags=["contacts"])

ContactIds = Annotated[list[str], Query(alias="contactIds", description="1 to 1000 contact ids.")]


@router.get("/user/contact/limit/{findLimit}/offset/{offset}", response_model=ContactPage)
async def list_contacts(request: Request, limit: Limit, offset: Offset) -> Response:
    """List a page of contacts."""
    context = context_of(request)
    return as_json(contact_page(*contacts.page(context, page(limit, offset, context.settings)), context.settings))


@router.delete("/user/contact/multiple", response_class=Response)
async def delete_contacts(request: Request, contact_ids: ContactIds = [""]) -> Response:  # noqa: B006 - never changed
    """Delete up to 1000 contacts."""
    context = context_of(request)
    contacts.delete_many(context, contact_ids)
    return Response()


@router.put("/user/contact/multiple/restore", response_class=Response)
async def restore_contacts(request: Request, contact_ids: ContactIds = [""]) -> Response:  # noqa: B006 - never changed
    """Restore up to 1000 contacts from deletion."""
    context = context_of(request)
    contacts.restore_many(context, contact_ids)
    return Response()


@router.get("/user/contact/{contactId}", response_model=Contact)
async def get_contact(request: Request, contact_id: ContactId) -> Response:
    """Get a single contact with its groups and extra fields."""
    context = context_of(request)
    return as_json(contact(*contacts.get(context, record_id(contact_id)), context.settings))


@router.post("/user/contact")
async def add_contact(request: Request, payload: ContactPayload) -> Written:
    """Add a single contact."""
    context = context_of(request)
    return written(contacts.add(context, payload))


@router.post("/user/contact/{contactId}")
async def update_contact(request: Request, contact_id: ContactId, payload: ContactPayload) -> Written:
    """Update a single contact."""
    context = context_of(request)
    return written(contacts.update_one(context, record_id(contact_id), payload))
