from fastapi import APIRouter, Request, Response

from mockserver.providers.emma.access import context_of
from mockserver.providers.emma.actions import audiences
from mockserver.providers.emma.arguments import Count, End, MailingId, Start
from mockserver.providers.emma.routes.listings import listed, listed_groups
from mockserver.providers.emma.schemas.groups import GroupRow
from mockserver.providers.emma.schemas.mailings import HeadsUpEmail
from mockserver.providers.emma.schemas.members import MemberRow
from mockserver.providers.emma.schemas.searches import SearchRow

router = APIRouter(prefix="/{account_id}/mailings/{mailing_id}", tags=["mailings"])


@router.get("/members", response_model=list[MemberRow] | int)
async def list_mailing_members(
    request: Request, mailing_id: MailingId, start: Start = None, end: End = None, count: Count = None
) -> Response:
    """List the members whom a mailing names itself."""
    context = context_of(request)
    return listed(context, audiences.recipient_members(context, mailing_id), start, end, count)


@router.get("/groups", response_model=list[GroupRow] | int)
async def list_mailing_groups(
    request: Request, mailing_id: MailingId, start: Start = None, end: End = None, count: Count = None
) -> Response:
    """List the groups that a mailing is for."""
    context = context_of(request)
    return await listed_groups(context, audiences.recipient_groups(context, mailing_id), start, end, count)


@router.get("/searches", response_model=list[SearchRow] | int)
async def list_mailing_searches(
    request: Request, mailing_id: MailingId, start: Start = None, end: End = None, count: Count = None
) -> Response:
    """List the searches that a mailing is for."""
    context = context_of(request)
    return listed(context, audiences.recipient_searches(context, mailing_id), start, end, count)


@router.get("/suppressed_searches", response_model=list[SearchRow] | int)
async def list_suppressed_searches(
    request: Request, mailing_id: MailingId, start: Start = None, end: End = None, count: Count = None
) -> Response:
    """List the searches whose members do not get a mailing."""
    context = context_of(request)
    return listed(context, audiences.suppressed_searches(context, mailing_id), start, end, count)


@router.get("/suppressed_members", response_model=list[MemberRow] | int)
async def list_suppressed_members(
    request: Request, mailing_id: MailingId, start: Start = None, end: End = None, count: Count = None
) -> Response:
    """List the members who do not get a mailing."""
    context = context_of(request)
    return listed(context, audiences.suppressed_members(context, mailing_id), start, end, count)


@router.get("/headsup", response_model=list[HeadsUpEmail] | int)
async def list_heads_up_emails(
    request: Request, mailing_id: MailingId, start: Start = None, end: End = None, count: Count = None
) -> Response:
    """List the addresses that are told when a mailing goes out."""
    context = context_of(request)
    return listed(context, audiences.heads_up_emails(context, mailing_id), start, end, count)
