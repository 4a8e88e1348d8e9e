from fastapi import APIRouter, Request, Response

from mockserver.core.answers import as_json
from mockserver.core.slices import run_in_slices
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import fields
from mockserver.providers.emma.arguments import Count, Deleted, End, FieldId, Start
from mockserver.providers.emma.routes.listings import listed
from mockserver.providers.emma.schemas.fields import FieldRow, FieldSave
from mockserver.providers.emma.wire import flag

router = APIRouter(prefix="/{account_id}", tags=["fields"])


@router.get("/fields", response_model=list[FieldRow] | int)
async def list_fields(
    request: Request, deleted: Deleted = None, start: Start = None, end: End = None, count: Count = None
) -> Response:
    """List the fields of members."""
    context = context_of(request)
    return listed(context, fields.listing(context, deleted_too=flag(deleted)), start, end, count)


@router.get("/fields/{field_id}", response_model=FieldRow)
async def get_field(request: Request, field_id: FieldId, deleted: Deleted = None) -> Response:
    """Get a single field."""
    context = context_of(request)
    return as_json(fields.get(context, field_id, deleted_too=flag(deleted)))


@router.post("/fields", response_model=int)
async def create_field(request: Request, payload: FieldSave) -> Response:
    """Create a field."""
    context = context_of(request)
    return as_json(fields.create(context, payload))


@router.delete("/fields/{field_id}", response_model=bool)
async def delete_field(request: Request, field_id: FieldId) -> Response:
    """Delete a field with its values."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, fields.delete(context, field_id)))


@router.post("/fields/{field_id}/clear", response_model=bool)
async def clear_field(request: Request, field_id: FieldId) -> Response:
    """Take the values of a field from all members."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, fields.clear(context, field_id)))


@router.put("/fields/{field_id}", response_model=int)
async def update_field(request: Request, field_id: FieldId, payload: FieldSave) -> Response:
    """Change a field."""
    context = context_of(request)
    return as_json(await run_in_slices(context.workspace, fields.change(context, field_id, payload)))
