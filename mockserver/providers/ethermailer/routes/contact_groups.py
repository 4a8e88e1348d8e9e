from fastapi import APIRouter, Response

from mockserver.providers.ethermailer.access import ContextDep, GroupIdDep, PageDep
from mockserver.providers.ethermailer.actions import contact_groups
from mockserver.providers.ethermailer.schemas.contact_groups import (
    ContactGroupName,
    ContactGroupPage,
    contact_group_page,
)
from mockserver.providers.ethermailer.schemas.written import Written, written

router = APIRouter(tags=["contact groups"])


@router.get("/user/contact-groups/limit/{findLimit}/offset/{offset}")
async def list_contact_groups(context: ContextDep, page: PageDep) -> ContactGroupPage:
    """List a page of contact groups."""
    return contact_group_page(*contact_groups.page(context, page))


@router.post("/user/contact-groups")
async def create_contact_group(context: ContextDep, payload: ContactGroupName) -> Written:
    """Create a contact group."""
    return written(contact_groups.create(context, payload.name))


@router.put("/user/contact-groups/{groupId}/name")
async def rename_contact_group(context: ContextDep, group: GroupIdDep, payload: ContactGroupName) -> Written:
    """Rename a contact group."""
    return written(contact_groups.rename(context, group, payload.name))


@router.delete("/user/contact-groups/{groupId}", response_class=Response)
async def delete_contact_group(context: ContextDep, group: GroupIdDep) -> Response:
    """Delete a contact group; its contacts stay."""
    contact_groups.remove(context, group)
    return Response()
