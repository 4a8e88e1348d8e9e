from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from mockserver.core.answers import as_json
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import split_tests
from mockserver.providers.emma.arguments import MailingId

router = APIRouter(prefix="/{account_id}", tags=["mailings"])

WinnerId = Annotated[str, Path(description="Id of the mailing whose content wins.")]


@router.post("/mailings/{mailing_id}/winner/{winner_id}", response_model=bool)
async def declare_winner(request: Request, mailing_id: MailingId, winner_id: WinnerId) -> Response:
    """Declare the winner of a split test manually."""
    split_tests.declare_winner(context_of(request), mailing_id, winner_id)
    return as_json(True)
