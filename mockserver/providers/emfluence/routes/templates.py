from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.providers.emfluence.access import context_of
from mockserver.providers.emfluence.actions import templates
from mockserver.providers.emfluence.schemas.templates import TemplateLookup, TemplateSearch, template_found, template_row
from mockserver.providers.emfluence.wire import answer, page_of, paged

router = APIRouter(tags=["templates"])


@router.api_route("/v1/templates/lookup", methods=["GET", "POST"])
async def lookup_templates(request: Request, payload: TemplateLookup) -> Response:
    """Look up one template, or several."""
    found = templates.lookup(context_of(request), payload)
    data = [template_row(each) for each in found] if isinstance(found, list) else template_row(found)
    return answer(call_in(request.scope), data)


@router.api_route("/v1/templates/search", methods=["GET", "POST"])
async def search_templates(request: Request, payload: TemplateSearch) -> Response:
    """Search templates."""
    context, call = context_of(request), call_in(request.scope)
    page = page_of(payload, most=250, settings=context.settings)
    total, found = templates.search(context, payload, page)
    return answer(call, paged(call, page, total, map(template_found, found)))
