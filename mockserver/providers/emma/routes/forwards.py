from fastapi import APIRouter, Request, Response

from mockserver.core.answers import as_json
from mockserver.core.slices import run_in_slices
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import forwards
from mockserver.providers.emma.arguments import MailingId, MemberId
from mockserver.providers.emma.schemas.forwards import MessageForward
from mockserver.providers.emma.schemas.resends import MailingMade

router = APIRouter(prefix="/{account_id}", tags=["mailings"])


@router.post("/forwards/{mailing_id}/{member_id}", response_model=MailingMade)
async def forward_message(request: Request, mailing_id: MailingId, member_id: MemberId, payload: MessageForward) -> Response:
    """Forward a previous message to additional recipients."""
    context = context_of(request)
    made = await run_in_slices(context.workspace, forwards.forward(context, mailing_id, member_id, payload))
    return as_json({"mailing_id": made})
