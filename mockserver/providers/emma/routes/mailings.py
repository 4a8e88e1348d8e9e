from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from mockserver.core.answers import as_json
from mockserver.core.slices import run_in_slices
from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import mailing_updates, mailings, messages
from mockserver.providers.emma.arguments import Count, End, MailingId, Start
from mockserver.providers.emma.routes.listings import listed
from mockserver.providers.emma.schemas.mailings import ListedMailing, MailingDetail, MailingStatusPayload, UpdatedMailing
from mockserver.providers.emma.schemas.messages import ContentPayload
from mockserver.providers.emma.wire import flag, split

router = APIRouter(prefix="/{account_id}", tags=["mailings"])

Archived = Annotated[str | None, Query(description="True or 1: archived ones as well.")]
Types = Annotated[list[str] | None, Query(description="Some of m, t, r, s, c; without them m and t.")]
Statuses = Annotated[list[str] | None, Query(description="Some of p, a, i, s, x, c, w, u, f; without them all.")]
Scheduled = Annotated[str | None, Query(description="True or 1: only those with a moment to be sent at.")]
WithHtml = Annotated[str | None, Query(description="True or 1: with `html_body`.")]
WithPlaintext = Annotated[str | None, Query(description="True or 1: with `plaintext`.")]
SegmentNames = Annotated[str | None, Query(description="True or 1: segments with their names.")]


@router.get("/mailings", response_model=list[ListedMailing] | int)
async def list_mailings(
    request: Request,
    include_archived: Archived = None,
    mailing_types: Types = None,
    mailing_statuses: Statuses = None,
    is_scheduled: Scheduled = None,
    with_html_body: WithHtml = None,
    with_plaintext: WithPlaintext = None,
    start: Start = None,
    end: End = None,
    count: Count = None,
) -> Response:
    """List the mailings of the account, the newest first."""
    context = context_of(request)
    listing = mailings.listing(
        context,
        types=split(mailing_types),
        statuses=split(mailing_statuses),
        archived_too=flag(include_archived),
        scheduled_only=flag(is_scheduled),
        with_html=flag(with_html_body),
        with_plaintext=flag(with_plaintext),
    )
    return listed(context, listing, start, end, count)


@router.post("/mailings/validate", response_model=bool)
async def validate_mailing(request: Request, payload: ContentPayload) -> Response:
    """Validate the personalisation tags of some content."""
    context = context_of(request)
    await run_in_slices(context.workspace, messages.validating(context, payload))
    return as_json(True)


@router.get("/mailings/{mailing_id}", response_model=MailingDetail)
async def get_mailing(request: Request, mailing_id: MailingId, include_segment_names: SegmentNames = None) -> Response:
    """Get a single mailing with its content, recipients and links."""
    context = context_of(request)
    return as_json(mailings.get(context, mailing_id, with_segment_names=flag(include_segment_names)))


@router.put("/mailings/{mailing_id}", response_model=UpdatedMailing | str)
async def update_mailing(request: Request, mailing_id: MailingId, payload: MailingStatusPayload) -> Response:
    """Cancel, pause or resume a mailing."""
    context = context_of(request)
    return as_json(mailing_updates.change_status(context, mailing_id, payload.status))


@router.delete("/mailings/{mailing_id}", response_model=bool)
async def archive_mailing(request: Request, mailing_id: MailingId) -> Response:
    """Archive a mailing, so that the list leaves it out."""
    context = context_of(request)
    mailing_updates.archive(context, mailing_id)
    return as_json(True)


@router.delete("/mailings/cancel/{mailing_id}", response_model=bool)
async def cancel_mailing(request: Request, mailing_id: MailingId) -> Response:
    """Cancel a mailing that is pending or paused."""
    context = context_of(request)
    mailing_updates.cancel(context, mailing_id)
    return as_json(True)
