from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import calendar
from mockserver.providers.emma.arguments import Count, End, Start
from mockserver.providers.emma.routes.listings import listed
from mockserver.providers.emma.schemas.calendar import CalendarMailing
from mockserver.providers.emma.wire import flag

router = APIRouter(prefix="/{account_id}", tags=["mailings"])

FirstDay = Annotated[str | None, Query(description="First day: `2018-09-16`.")]
LastDay = Annotated[str | None, Query(description="Last day, which is included.")]
WithHtml = Annotated[str | None, Query(description="True or 1: with `html_body`.")]
WithPlaintext = Annotated[str | None, Query(description="True or 1: with `plaintext`.")]


@router.get("/calendar", response_model=list[CalendarMailing] | int)
async def list_calendar(
    request: Request,
    start_date: FirstDay = None,
    end_date: LastDay = None,
    with_html_body: WithHtml = None,
    with_plaintext: WithPlaintext = None,
    start: Start = None,
    end: End = None,
    count: Count = None,
) -> Response:
    """List the mailings that went out, or will, on some days."""
    context = context_of(request)
    listing = calendar.listing(
        context, start_date, end_date, with_html=flag(with_html_body), with_plaintext=flag(with_plaintext)
    )
    return listed(context, listing, start, end, count)
