from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.providers.emfluence.access import context_of
from mockserver.providers.emfluence.actions import custom_fields
from mockserver.providers.emfluence.schemas.custom_fields import CustomFieldSearch, custom_field_row
from mockserver.providers.emfluence.wire import answer, page_of, paged

router = APIRouter(tags=["customFields"])


@router.api_route("/v1/customFields/search", methods=["GET", "POST"])
async def search_custom_fields(request: Request, payload: CustomFieldSearch) -> Response:
    """List the custom fields of contacts, and their labels."""
    context, call = context_of(request), call_in(request.scope)
    page = page_of(payload, most=250, settings=context.settings)
    fields = custom_fields.every(context)
    rows = [custom_field_row(each) for each in fields[page.offset : page.offset + page.size]]
    return answer(call, paged(call, page, len(fields), rows))
