from fastapi import APIRouter, Request

from mockserver.providers.ethermailer.access import context_of
from mockserver.providers.ethermailer.actions import extra_fields
from mockserver.providers.ethermailer.arguments import Limit, Offset
from mockserver.providers.ethermailer.schemas.extra_fields import ExtraFieldPage
from mockserver.providers.ethermailer.wire import page

router = APIRouter(tags=["extra fields"])


@router.get("/user/extra-fields/limit/{findLimit}/offset/{offset}")
async def list_extra_fields(request: Request, limit: Limit, offset: Offset) -> ExtraFieldPage:
    """List a page of extra contact fields."""
    context = context_of(request)
    rows, total = extra_fields.page(context, page(limit, offset, context.settings))
    return {"items": rows, "totalItems": total}
