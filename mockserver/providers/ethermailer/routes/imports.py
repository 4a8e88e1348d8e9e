from typing import Annotated

from fastapi import APIRouter, Body, Request, Response
from pydantic import SkipValidation

from mockserver.core.answers import as_json
from mockserver.core.slices import run_in_slices
from mockserver.providers.ethermailer.access import context_of
from mockserver.providers.ethermailer.actions import imports
from mockserver.providers.ethermailer.schemas.contacts import ContactPayload
from mockserver.providers.ethermailer.schemas.imports import ImportSummary

router = APIRouter(tags=["contacts"])

# Rows are checked one by one, so that a bad one is an error of its own and not of the call.
Rows = Annotated[list[SkipValidation[ContactPayload]], Body()]


@router.post("/user/contact/import", response_model=ImportSummary)
async def import_contacts(request: Request, rows: Rows) -> Response:
    """Import a batch of contacts."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, imports.run(context, rows)))
