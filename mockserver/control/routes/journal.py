from fnmatch import fnmatchcase
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from mockserver.control.schemas import Deleted
from mockserver.control.schemas.journal import Body, CallSummary, CallView
from mockserver.core.backstage import Declined, ProviderDep, WorkspaceDep
from mockserver.core.call import Call, RawHeaders
from mockserver.core.redaction import redacted, redacted_headers

router = APIRouter(tags=["journal"])


class Wanted(BaseModel):
    """Which calls: those that fit everything given."""

    model_config = ConfigDict(extra="forbid")

    workspace: str = "default"
    provider: str | None = Field(None, description="Only this provider.")
    operation: str | None = None
    method: str | None = None
    path: str | None = Field(None, description="The path, with * for any characters.")
    status: int | None = None
    since: AwareDatetime | None = Field(None, description="Not before this moment of the workspace's clock.")
    after: int | None = Field(None, description="Only calls with a higher id.")
    limit: int = Field(100, ge=1, le=10_000)

    def fits(self, call: Call) -> bool:
        operation = call.operation.name if call.operation else None
        return (
            self.provider in {None, call.provider.name}
            and self.operation in {None, operation}
            and self.method in {None, call.method}
            and self.status in {None, call.status}
            and (self.path is None or fnmatchcase(call.path, self.path))
            and (self.since is None or call.at >= self.since)
            and (self.after is None or call.id > self.after)
        )


@router.get("/journal")
async def list_calls(
    workspace: WorkspaceDep, _provider: ProviderDep, wanted: Annotated[Wanted, Query()]
) -> list[CallSummary]:
    """List the calls of a workspace, the newest first."""
    found = (call for call in workspace.journal if wanted.fits(call))
    return [_summary(call) for call, _ in zip(found, range(wanted.limit), strict=False)]


@router.get("/journal/{call_id}")
async def get_call(workspace: WorkspaceDep, call_id: int) -> CallView:
    """Get one call with both bodies; secrets are blacked out."""
    call = workspace.journal.find(call_id)
    if call is None:
        raise Declined(404, f"the journal has no call {call_id} (any more)")
    return CallView(
        **_summary(call).model_dump(),
        client=call.client,
        request=_body(call, call.headers, call.body, call.body_size),
        answer=_body(call, call.answer_headers, call.answer_body, call.answer_size),
    )


@router.delete("/journal")
async def clear_journal(workspace: WorkspaceDep) -> Deleted:
    """Forget the calls; their rulebook rows stay touched."""
    deleted = len(workspace.journal)
    workspace.journal.clear()
    return Deleted(deleted=deleted)


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
        duration_ms=round(call.duration * 1000, 3),
        throttled=call.throttled,
        rules=sorted(call.rules),
    )


def _body(call: Call, headers: RawHeaders, body: bytes, size: int) -> Body:
    return Body(headers=redacted_headers(headers), body=redacted(call, body), size=size, cut=size > len(body))
