from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from mockserver.control.schemas import Deleted
from mockserver.control.schemas.webhooks import (
    AttemptView,
    AwaitedDelivery,
    DeliverySummary,
    DeliveryView,
    ListedDeliveries,
    WantedDeliveries,
)
from mockserver.core import webhooks
from mockserver.core.backstage import Declined, ProviderDep, WorkspaceDep
from mockserver.core.news import until
from mockserver.core.redaction import redacted_headers, redacted_url
from mockserver.core.webhooks import Wanted
from mockserver.core.wording import unknown_name
from mockserver.core.workspace import Workspace

router = APIRouter(tags=["webhooks"])

DeliveryId = Annotated[int, Path(ge=1, lt=2**63)]
_ASKED = Wanted.__slots__


@router.get("/webhooks")
async def list_deliveries(
    workspace: WorkspaceDep, _provider: ProviderDep, wanted: Annotated[ListedDeliveries, Query()]
) -> list[DeliverySummary]:
    """List what webhooks were told or are to be told, the newest first."""
    found = webhooks.search(workspace, _fitting(workspace, wanted), limit=wanted.limit, offset=wanted.offset)
    return [DeliverySummary(**_summary(row)) for row in found]


@router.get("/webhooks/wait")
async def wait_for_delivery(
    workspace: WorkspaceDep, _provider: ProviderDep, wanted: Annotated[AwaitedDelivery, Query()]
) -> DeliveryView:
    """Wait until a delivery fits, and get the newest such one whole; 408 when the time is over."""
    fitting = _fitting(workspace, wanted)

    async def look() -> Any | None:
        while workspace.busy is not None:
            await workspace.busy.wait()
        return None if workspace.gone else next(iter(webhooks.search(workspace, fitting, limit=1)), None)

    row = await until(workspace, look, wanted.timeout)
    if row is None:
        raise Declined(408, f"no such delivery within {wanted.timeout:g} seconds")
    return _view(workspace, row)


@router.get("/webhooks/{delivery_id}")
async def get_delivery(workspace: WorkspaceDep, delivery_id: DeliveryId) -> DeliveryView:
    """Get one delivery with its request, and with every attempt at it."""
    row = webhooks.find(workspace, delivery_id)
    if row is None:
        raise _unknown(delivery_id)
    return _view(workspace, row)


@router.post("/webhooks/{delivery_id}/redeliver")
async def redeliver(workspace: WorkspaceDep, delivery_id: DeliveryId) -> AttemptView:
    """Make another attempt now, in any state, and tell how it went; one that fails takes nothing back."""
    attempt = await workspace.runtime.courier.attempt(workspace, delivery_id)
    if attempt is None:
        raise _unknown(delivery_id)
    return _attempt(attempt)


@router.delete("/webhooks")
async def clear_deliveries(workspace: WorkspaceDep) -> Deleted:
    """Forget all deliveries; those that wait are not made any more."""
    with workspace.changes():
        return Deleted(deleted=webhooks.clear(workspace))


def _fitting(workspace: Workspace, wanted: WantedDeliveries) -> Wanted:
    """What is asked; an event that nobody knows is refused, since nothing would ever fit it."""
    providers = workspace.runtime.providers.values()
    known = [event for each in providers if wanted.provider in {None, each.name} for event in each.events()]
    if wanted.event is not None and wanted.event not in known:
        raise Declined(400, f"event: {unknown_name('event', wanted.event[:80], known)}")
    return Wanted(**{name: getattr(wanted, name) for name in _ASKED})


def _unknown(delivery_id: int) -> Declined:
    return Declined(404, f"there is no delivery {delivery_id} (any more)")


def _summary(row: Any) -> dict[str, Any]:
    return {**row._asdict(), "url": redacted_url(row.url)}


def _view(workspace: Workspace, row: Any) -> DeliveryView:
    headers = redacted_headers([(name.encode(), value.encode()) for name, value in row.headers.items()])
    tries = [_attempt(each) for each in webhooks.attempts(workspace, row.id)]
    return DeliveryView(**{**_summary(row), "headers": headers, "tries": tries})


def _attempt(row: Any) -> AttemptView:
    return AttemptView(**row._asdict(), duration_ms=round(row.seconds * 1000, 3))
