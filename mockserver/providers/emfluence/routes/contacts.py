from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.providers.emfluence.access import context_of, requires
from mockserver.providers.emfluence.actions import contacts
from mockserver.providers.emfluence.schemas.contacts import ContactDelete, ContactLookup, ContactSave
from mockserver.providers.emfluence.wire import answer

router = APIRouter(tags=["contacts"])


@router.post("/v1/contacts/save")
async def save_contact(request: Request, payload: ContactSave) -> Response:
    """Add a contact, or update one."""
    call, context = call_in(request.scope), context_of(request)
    return answer(call, contacts.shape(context, contacts.save_permitted(context, payload)))


@router.api_route("/v1/contacts/lookup", methods=["GET", "POST"])
async def lookup_contacts(request: Request, payload: ContactLookup) -> Response:
    """Look up a contact, or up to 100 of them."""
    call, context = call_in(request.scope), context_of(request)
    return answer(call, contacts.lookup(context, payload))


@router.post("/v1/contacts/delete", openapi_extra=requires(contacts.DELETE))
async def delete_contact(request: Request, payload: ContactDelete) -> Response:
    """Delete a contact."""
    call, context = call_in(request.scope), context_of(request)
    contacts.remove(context, payload.contact_id)
    return answer(call)
