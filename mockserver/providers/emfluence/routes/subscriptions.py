from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.core.slices import run_in_slices
from mockserver.providers.emfluence.access import context_of, requires
from mockserver.providers.emfluence.actions import contacts, subscriptions
from mockserver.providers.emfluence.schemas.subscriptions import (
    SubscriptionsDelete,
    SubscriptionsOfContact,
    SubscriptionsOfGroup,
    SubscriptionsSave,
    contact_subscription,
)
from mockserver.providers.emfluence.wire import answer, page_of, paged

router = APIRouter()


@router.api_route("/v1/groups/getContacts", methods=["GET", "POST"], tags=["groups"])
async def list_group_contacts(request: Request, payload: SubscriptionsOfGroup) -> Response:
    """List the contacts in a group."""
    context, call = context_of(request), call_in(request.scope)
    page = page_of(payload, most=250, settings=context.settings)
    total, rows = await run_in_slices(context.workspace, subscriptions.of_group(context, payload.group_id, page))
    return answer(call, paged(call, page, total, rows))


@router.api_route("/v1/contacts/getGroups", methods=["GET", "POST"], tags=["contacts"])
async def list_contact_groups(request: Request, payload: SubscriptionsOfContact) -> Response:
    """List the groups that a contact is in."""
    context, call = context_of(request), call_in(request.scope)
    page = page_of(payload, most=250, settings=context.settings)
    found = subscriptions.of_contact(context, payload)
    rows = [contact_subscription(*each) for each in found[page.offset : page.offset + page.size]]
    return answer(call, paged(call, page, len(found), rows))


@router.post("/v1/contacts/saveGroups", tags=["contacts"], openapi_extra=requires(contacts.EDIT))
async def save_contact_groups(request: Request, payload: SubscriptionsSave) -> Response:
    """Add a contact to groups, or set whether it has opted out of them."""
    context = context_of(request)
    subscriptions.save(context, payload)
    return answer(call_in(request.scope))


@router.post("/v1/contacts/deleteGroups", tags=["contacts"], openapi_extra=requires(contacts.EDIT))
async def delete_contact_groups(request: Request, payload: SubscriptionsDelete) -> Response:
    """Remove a contact from groups."""
    context = context_of(request)
    subscriptions.delete(context, payload)
    return answer(call_in(request.scope))
