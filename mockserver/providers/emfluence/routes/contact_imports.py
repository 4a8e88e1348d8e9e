from fastapi import APIRouter, Request, Response

from mockserver.core.call import call_in
from mockserver.core.slices import run_in_slices
from mockserver.providers.emfluence.access import context_of, requires
from mockserver.providers.emfluence.actions import contact_imports
from mockserver.providers.emfluence.schemas.contact_imports import ContactImport
from mockserver.providers.emfluence.wire import answer

router = APIRouter(tags=["contacts"])


@router.post("/v1/contacts/import", openapi_extra=requires(contact_imports.PERMISSION))
async def import_contacts(request: Request, payload: ContactImport) -> Response:
    """Add or update up to 1000 contacts."""
    call, context = call_in(request.scope), context_of(request)
    found = await run_in_slices(context.workspace, contact_imports.run(context, payload))
    return answer(call, found.summary, warnings=found.warnings)
