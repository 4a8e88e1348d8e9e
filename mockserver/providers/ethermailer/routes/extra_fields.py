from fastapi import APIRouter

from mockserver.providers.ethermailer.access import ContextDep, PageDep
from mockserver.providers.ethermailer.actions import extra_fields
from mockserver.providers.ethermailer.schemas.extra_fields import ExtraFieldPage, extra_field_page

router = APIRouter(tags=["extra fields"])


@router.get("/user/extra-fields/limit/{findLimit}/offset/{offset}")
async def list_extra_fields(context: ContextDep, page: PageDep) -> ExtraFieldPage:
    """List a page of extra contact fields."""
    return extra_field_page(*extra_fields.page(context, page))
