from fastapi import APIRouter, Request

from mockserver.control.schemas.relay import RelayView
from mockserver.core.backstage import runtime_of

router = APIRouter(tags=["outbox"])


@router.get("/outbox/relay")
async def get_relay(request: Request) -> RelayView:
    """Tell how the handing on of messages goes, for all workspaces of the server together."""
    relay = runtime_of(request).relay
    if relay is None:
        return RelayView(target=None, relayed=0, waiting=0, failed=0, left_out=0, last_error=None)
    return RelayView(
        target=str(relay.address),
        relayed=relay.relayed,
        waiting=relay.waiting,
        failed=relay.failed,
        left_out=relay.left_out,
        last_error=relay.last_error,
    )
