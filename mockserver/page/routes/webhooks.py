from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from mockserver.control.routes.webhooks import DeliveryId, get_delivery, list_deliveries
from mockserver.control.schemas.webhooks import ListedDeliveries
from mockserver.core.backstage import chosen_provider
from mockserver.core.runtime import Runtime
from mockserver.core.webhooks import State
from mockserver.page.rendering import render
from mockserver.page.workspaces import ShownDep

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
    provider: str = "",
    event: str = "",
    hook: str = "",
    state: State | Literal[""] = "",
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """What webhooks were told or are to be told, the newest first."""
    chosen = await chosen_provider(request, provider or None)
    wanted = {"provider": chosen, "event": event or None, "hook": hook or None, "state": state or None}
    asked = ListedDeliveries.model_validate({**wanted, "limit": _PAGE + 1, "offset": offset})
    found = await list_deliveries(workspace, chosen, asked)
    values: dict[str, Any] = {
        "deliveries": found[:_PAGE],
        "providers": workspace.runtime.providers,
        "wanted": wanted,
        "events": [name for each in _shown(workspace.runtime, chosen) for name in each.events],
        "states": get_args(State),
        "tellers": _shown(workspace.runtime, None),
        "narrowed": any(wanted.values()) or offset > 0,
        "newer": max(offset - _PAGE, 0) if offset else None,
        "older": offset + _PAGE if len(found) > _PAGE else None,
    }
    return render(request, "webhooks.html", workspace, section="webhooks", title="Webhooks", **values)


@router.get("/{workspace}/webhooks/{delivery_id}")
async def show_delivery(request: Request, workspace: ShownDep, delivery_id: DeliveryId) -> Response:
    """One delivery: what is told, and every attempt to tell it."""
    delivery = await get_delivery(workspace, delivery_id)
    title = f"Delivery {delivery_id}"
    return render(request, "delivery.html", workspace, section="webhooks", title=title, delivery=delivery)


def _shown(runtime: Runtime, chosen: str | None) -> list[Teller]:
    return [teller for teller in _tellers(runtime, chosen) if teller.events]


def _tellers(runtime: Runtime, chosen: str | None) -> Iterator[Teller]:
    for provider in runtime.providers.values():
        if chosen in {None, provider.name}:
            making = [each for each in provider.operations.served if each.method == "POST" and "webhook" in each.name]
            yield Teller(provider.title, list(provider.events()), [f"{each.method} {each.template}" for each in making])
