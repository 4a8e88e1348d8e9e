from fastapi import APIRouter, Request, Response

from mockserver.core.answers import as_json
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import webhooks
from mockserver.providers.emma.arguments import Count, End, Start, WebhookId
from mockserver.providers.emma.routes.listings import listed
from mockserver.providers.emma.schemas.webhooks import EventRow, WebhookRow, WebhookSave

router = APIRouter(prefix="/{account_id}", tags=["webhooks"])


@router.get("/webhooks", response_model=list[WebhookRow] | int)
async def list_webhooks(request: Request, start: Start = None, end: End = None, count: Count = None) -> Response:
    """List the webhooks of the account."""
    context = context_of(request)
    return listed(context, webhooks.listing(context), start, end, count)


@router.get("/webhooks/events", response_model=list[EventRow] | int)
async def list_webhook_events(request: Request, start: Start = None, end: End = None, count: Count = None) -> Response:
    """List the events that webhooks can be told of."""
    context = context_of(request)
    return listed(context, webhooks.event_types(), start, end, count)


@router.get("/webhooks/{webhook_id}", response_model=WebhookRow)
async def get_webhook(request: Request, webhook_id: WebhookId) -> Response:
    """Get a single webhook."""
    context = context_of(request)
    return as_json(webhooks.get(context, webhook_id))


@router.post("/webhooks", response_model=int)
async def create_webhook(request: Request, payload: WebhookSave) -> Response:
    """Create a webhook."""
    context = context_of(request)
    return as_json(webhooks.create(context, payload))


@router.put("/webhooks/{webhook_id}", response_model=int)
async def update_webhook(request: Request, webhook_id: WebhookId, payload: WebhookSave) -> Response:
    """Change a webhook."""
    context = context_of(request)
    return as_json(webhooks.change(context, webhook_id, payload))


@router.delete("/webhooks/{webhook_id}", response_model=bool)
async def delete_webhook(request: Request, webhook_id: WebhookId) -> Response:
    """Delete a webhook."""
    webhooks.remove(context_of(request), webhook_id)
    return as_json(True)


@router.delete("/webhooks", response_model=bool)
async def delete_webhooks(request: Request) -> Response:
    """Delete all webhooks of the account."""
    webhooks.remove_all(context_of(request))
    return as_json(True)
