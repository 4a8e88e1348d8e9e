from fastapi import APIRouter, Request, Response

from mockserver.core.answers import as_json
from mockserver.core.slices import run_in_slices
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import resends
from mockserver.providers.emma.arguments import MailingId
from mockserver.providers.emma.schemas.resends import MailingMade, MailingResend

router = APIRouter(prefix="/{account_id}", tags=["mailings"])


@router.post("/mailings/{mailing_id}", response_model=MailingMade)
async def resend_mailing(request: Request, mailing_id: MailingId, payload: MailingResend) -> Response:
    """Send a prior mailing to additional recipients."""
    context = context_of(request)
    made = await run_in_slices(context.workspace, resends.resend(context, mailing_id, payload))
    return as_json({"mailing_id": made})
