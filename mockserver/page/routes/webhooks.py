from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from fastapi import APIRouter, Request
from starlette.responses import Response

from mockserver.control.routes.webhooks import DeliveryId, get_delivery, list_deliveries
from mockserver.control.schemas.webhooks import ListedDeliveries
from mockserver.core.runtime import Runtime
from mockserver.core.webhooks import State
from mockserver.page.asked import Asked, AskedProviderDep, OffsetNumber, ShownDep
from mockserver.page.paging import by_offset
from mockserver.page.rendering import render

router = APIRouter()

_PAGE = 50


@dataclass(frozen=True, slots=True)
class Teller:
    """A provider that tells webhooks of something, and where its clients register one."""

    title: str
    events: list[str]
    registered: list[str]


@router.get("/{workspace}/webhooks")
async def show_deliveries(
    request: Request,
    workspace: ShownDep,
    provider: AskedProviderDep,
    event: Asked[str] = None,
    hook: Asked[str] = None,
    state: Asked[State] = None,
    offset: OffsetNumber = 0,
) -> Response:
    """What webhooks were told or are to be told, the newest first."""
    wanted = ListedDeliveries(provider=provider, event=event, hook=hook, state=state, limit=_PAGE + 1, offset=offset)
    found = await list_deliveries(workspace, provider, wanted)
    return render(
        request,
        "webhooks.html",
        workspace,
        section="webhooks",
        title="Webhooks",
        deliveries=found[:_PAGE],
        pager=by_offset(request, offset, _PAGE, more=len(found) > _PAGE),
        providers=workspace.runtime.providers,
        provider=provider,
        event=event,
        hook=hook,
        state=state,
        events=[name for each in _tellers(workspace.runtime, provider) for name in each.events],
        states=get_args(State),
        tellers=list(_tellers(workspace.runtime, None)),
    )


@router.get("/{workspace}/webhooks/{delivery_id}")
async def show_delivery(request: Request, workspace: ShownDep, delivery_id: DeliveryId) -> Response:
    """One delivery: what is told, and every attempt to tell it."""
    delivery = await get_delivery(workspace, delivery_id)
    title = f"Delivery {delivery_id}"
    return render(request, "delivery.html", workspace, section="webhooks", title=title, delivery=delivery)


def _tellers(runtime: Runtime, chosen: str | None) -> Iterator[Teller]:
    for provider in runtime.providers.values():
        events = list(provider.events()) if chosen in {None, provider.name} else []
        if events:
            making = [each for each in provider.operations.served if each.method == "POST" and "webhook" in each.name]
            yield Teller(provider.title, events, [f"{each.method} {each.template}" for each in making])
