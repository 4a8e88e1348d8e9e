from collections.abc import AsyncIterator, Sequence
from itertools import takewhile
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from mockserver.control.aims import check_names, check_path
from mockserver.control.schemas import Deleted
from mockserver.control.schemas.journal import (
    Awaited,
    AwaitedCall,
    Body,
    CallSummary,
    CallView,
    Listed,
    MatchGiven,
    VerdictView,
    Verification,
    Wanted,
)
from mockserver.core.backstage import Declined, WorkspaceDep
from mockserver.core.call import Call, RawHeaders
from mockserver.core.har import Archive, archive
from mockserver.core.matching import Criteria, outcome, select
from mockserver.core.news import until
from mockserver.core.redaction import redacted, redacted_headers
from mockserver.core.slices import take_turns
from mockserver.core.unread import is_whole, unread
from mockserver.core.verification import Count, verify_count, verify_order
from mockserver.core.workspace import Workspace

router = APIRouter(tags=["journal"])

_ASKED = set(Criteria.__slots__)


@router.get("/journal")
async def list_calls(workspace: WorkspaceDep, wanted: Annotated[Listed, Query()]) -> list[CallSummary]:
    """List the calls of a workspace, the newest first."""
    return [_summary(call) for call in await _listed(workspace, wanted)]


@router.get("/journal/har", response_model=Archive)
async def export_calls(workspace: WorkspaceDep, wanted: Annotated[Listed, Query()]) -> Response:
    """Get the same calls as an HTTP archive (HAR 1.2), the oldest first; secrets are blacked out."""
    return StreamingResponse(_pieces(await _listed(workspace, wanted)), media_type="application/json")


@router.get("/journal/wait")
async def wait_for_call(workspace: WorkspaceDep, wanted: Annotated[Awaited, Query()]) -> CallView:
    """Wait until a call is answered that fits, and get the newest one; 408 when the time is over."""
    return await _wait(workspace, _criteria(workspace, wanted, ""), wanted.timeout)


@router.post("/journal/wait")
async def wait_for_matching_call(workspace: WorkspaceDep, wanted: AwaitedCall) -> CallView:
    """The same, with everything that can be asked of a call."""
    return await _wait(workspace, _criteria(workspace, wanted.match, "match."), wanted.timeout)


@router.post("/journal/verify")
async def verify_calls(workspace: WorkspaceDep, expected: Verification) -> VerdictView:
    """Judge whether the calls in the journal are the expected ones, and tell readably why not."""
    calls = list(reversed(list(workspace.journal)))
    if expected.in_order is not None:
        steps = [_criteria(workspace, step, f"in_order[{place}].") for place, step in enumerate(expected.in_order)]
        verdict = await take_turns(verify_order(calls, steps))
    else:
        criteria = _criteria(workspace, expected.match or MatchGiven(), "match.")
        verdict = await take_turns(verify_count(calls, criteria, _count(expected)))
    found = [call.id for call in verdict.calls]
    return VerdictView(holds=verdict.holds, matched=len(found), calls=found, difference=verdict.difference)


@router.get("/journal/{call_id}")
async def get_call(workspace: WorkspaceDep, call_id: int) -> CallView:
    """Get one call with both bodies; secrets are blacked out."""
    call = workspace.journal.find(call_id)
    if call is None:
        raise Declined(404, f"the journal has no call {call_id} (any more)")
    return _view(call)


@router.delete("/journal")
async def clear_journal(workspace: WorkspaceDep) -> Deleted:
    """Forget the calls; their rulebook rows stay touched."""
    deleted = len(workspace.journal)
    workspace.journal.clear()
    return Deleted(deleted=deleted)


async def _listed(workspace: Workspace, wanted: Listed) -> list[Call]:
    criteria = _criteria(workspace, wanted, "")
    calls = [call for call in workspace.journal if wanted.before is None or call.id < wanted.before]

    def fits(call: Call) -> bool:
        return criteria.fits(call) and _is_marked(call, wanted)

    return await take_turns(select(calls, fits, most=wanted.limit))


def _is_marked(call: Call, wanted: Listed) -> bool:
    return (
        wanted.throttled in {None, call.throttled is not None}
        and wanted.faulted in {None, call.fault_id is not None}
        and wanted.fault in {None, call.fault_id}
        and (wanted.unread is None or _has_unread(call) is wanted.unread)
    )


def _has_unread(call: Call) -> bool | None:
    """None where nobody can tell."""
    return bool(unread(call)) if is_whole(call) else None


async def _pieces(calls: Sequence[Call]) -> AsyncIterator[bytes]:
    """Here and not in a thread, where Starlette would take an ordinary iterator; a slow reader lets others go on."""
    for piece in archive(reversed(calls)):
        yield piece


async def _wait(workspace: Workspace, criteria: Criteria, seconds: float) -> CallView:
    looked_at = 0

    async def look() -> Call | None:
        nonlocal looked_at
        before, looked_at = looked_at, workspace.journal.newest
        newer = list(takewhile(lambda call: call.id > before, workspace.journal))
        return next(iter(await take_turns(select(newer, criteria.fits, most=1))), None)

    call = await until(workspace, look, seconds)
    if call is None:
        raise Declined(408, f"no such call came within {seconds:g} seconds")
    return _view(call)


def _criteria(workspace: Workspace, wanted: Wanted | MatchGiven, place: str) -> Criteria:
    """What is asked; a name that means nothing is refused, since nothing would ever fit it."""
    check_names(workspace.runtime.providers, wanted.provider, wanted.operation, wanted.rule, place)
    if wanted.path is not None:
        check_path(workspace.runtime.providers, wanted.path, place)
    given = {name: value for name, value in wanted if name in _ASKED and value is not None}
    if wanted.method is not None:
        given["method"] = wanted.method.upper()
    return Criteria(**given)


def _count(expected: Verification) -> Count:
    if expected.exactly is not None:
        return Count(expected.exactly, expected.exactly)
    if expected.at_most is not None:
        return Count(expected.at_least or 0, expected.at_most)
    return Count(1 if expected.at_least is None else expected.at_least)


def _view(call: Call) -> CallView:
    return CallView(
        **_summary(call).model_dump(),
        client=call.client,
        unread=unread(call) if is_whole(call) else None,
        request=_body(call, call.headers, call.body, call.body_size),
        answer=_body(call, call.answer_headers, call.answer_body, call.answer_size),
    )


def _summary(call: Call) -> CallSummary:
    return CallSummary(
        id=call.id,
        at=call.at,
        provider=call.provider.name,
        operation=call.operation.name if call.operation else None,
        method=call.method,
        path=call.path,
        query=redacted(call, call.query),
        status=call.status,
        outcome=outcome(call),
        duration_ms=round(call.duration * 1000, 3),
        throttled=call.throttled,
        rules=sorted(call.rules),
        fault=call.fault_id,
    )


def _body(call: Call, headers: RawHeaders, body: bytes, size: int) -> Body:
    return Body(headers=redacted_headers(headers), body=redacted(call, body), size=size, cut=size > len(body))
