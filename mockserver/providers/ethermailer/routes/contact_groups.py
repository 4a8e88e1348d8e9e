from fastapi import APIRouter, Request, Response

from mockserver.providers.ethermailer.access import context_of
from mockserver.providers.ethermailer.actions import contact_groups
from mockserver.providers.ethermailer.arguments import GroupId, Limit, Offset
from mockserver.providers.ethermailer.schemas.contact_groups import (
    ContactGroupName,
    ContactGroupPage,
    contact_group_page,
)
from mockserver.providers.ethermailer.schemas.written import Written, written
from mockserver.providers.ethermailer.wire import page, record_id

router = APIRouter(tags=["contact groups"])


@router.get("/user/contact-groups/limit/{findLimit}/offset/{offset}")
async def list_contact_groups(request: Request, limit: Limit, offset: Offset) -> ContactGroupPage:
    """List a page of contact groups."""
    context = context_of(request)
    return contact_group_page(*contact_groups.page(context, page(limit, offset, context.settings)))


@router.post("/user/contact-groups")
async def create_contact_group(request: Request, payload: ContactGroupName) -> Written:
    """Create a contact group."""
    context = context_of(request)
    return written(contact_groups.create(context, payload.name))


@router.put("/user/contact-groups/{groupId}/name")
async def rename_contact_group(request: Request, group_id: GroupId, payload: ContactGroupName) -> Written:
    """Rename a contact group."""
    context = context_of(request)
    return written(contact_groups.rename(context, record_id(group_id), payload.name))


@router.delete("/user/contact-groups/{groupId}", response_class=Response)
async def delete_contact_group(request: Request, group_id: GroupId) -> Response:
    """Delete a contact group; its contacts stay."""
    context = context_of(request)
    contact_groups.remove(context, record_id(group_id))
    return Response()
