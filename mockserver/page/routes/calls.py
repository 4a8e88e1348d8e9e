from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Query, Request
from pydantic import model_validator
from starlette.responses import Response

from mockserver.control.routes.journal import get_call, list_calls
from mockserver.control.routes.rulebook import list_rules
from mockserver.control.schemas.journal import CallView, Listed
from mockserver.control.schemas.rulebook import RuleView
from mockserver.core import manners
from mockserver.core.manners import NEIGHBOURS
from mockserver.core.manners.findings import Finding
from mockserver.core.matching import Outcome
from mockserver.core.provider import Provider
from mockserver.core.slices import take_turns
from mockserver.core.workspace import Workspace
from mockserver.page.addresses import base_url
from mockserver.page.asked import ShownDep
from mockserver.page.paging import by_id
from mockserver.page.rendering import render
from mockserver.page.replays import Replay, expectation, replay
from mockserver.page.timeline import timeline

router = APIRouter()

_PAGE = 100
_MARKS = {"throttled": "throttled", "faulted": "had a fault", "unread": "something unread"}
"""What a call can be marked by, and how a person says it."""


class AskedCalls(Listed):
    """Which calls, as a form asks for them: what is left empty is not asked."""

    mark: Literal["throttled", "faulted", "unread"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_empty_fields(cls, given: Any) -> Any:
        return {name: value for name, value in given.items() if value != ""} if isinstance(given, Mapping) else given


@router.get("/{workspace}/calls")
async def show_calls(request: Request, workspace: ShownDep, asked: Annotated[AskedCalls, Query()]) -> Response:
    """The calls, the newest first, and the last minute of them as a picture."""
    asked = asked.model_copy(update=_understood(workspace, asked))
    found = await list_calls(workspace, asked)
    providers = workspace.runtime.providers
    return render(
        request,
        "calls.html",
        workspace,
        section="calls",
        title="Calls",
        asked=asked,
        known_marks=_MARKS,
        outcomes=get_args(Outcome),
        calls=found[:_PAGE],
        pager=by_id(request, asked.before, found[_PAGE - 1].id if len(found) > _PAGE else None),
        total=len(workspace.journal),
        most=workspace.limits.journal_calls,
        providers=providers,
        operations={each.title: _operations(each) for each in providers.values() if asked.provider in {None, each.name}},
        timeline=await take_turns(timeline(workspace, asked.provider)),
        frozen=workspace.clock.frozen,
    )


@router.get("/{workspace}/calls/{call_id}")
async def show_call(request: Request, workspace: ShownDep, call_id: int) -> Response:
    """One call whole: what was asked and answered, what decided it, and what can be done with it."""
    call = await get_call(workspace, call_id)
    journal = workspace.journal
    return render(
        request,
        "call.html",
        workspace,
        section="calls",
        title=f"#{call.id} {call.method} {call.path}",
        call=call,
        rules=await _rules(request, call),
        findings=await _findings(workspace, call),
        neighbours=NEIGHBOURS,
        are_all_judged=len(journal) <= NEIGHBOURS,
        replay=_replay(request, workspace, call),
        expectation=expectation(call),
        earlier=journal.find(call_id - 1),
        later=journal.find(call_id + 1),
    )


def _understood(workspace: Workspace, asked: AskedCalls) -> dict[str, Any]:
    """One call more than is shown tells whether there are others. An operation that was chosen before the provider goes."""
    changed: dict[str, Any] = {"limit": _PAGE + 1}
    if asked.mark is not None:
        changed[asked.mark] = True
    provider = workspace.runtime.providers.get(asked.provider or "")
    if provider is not None and asked.operation not in provider.operations.by_name and _is_known(workspace, asked.operation):
        changed["operation"] = None
    return changed


def _is_known(workspace: Workspace, operation: str | None) -> bool:
    return any(operation in each.operations.by_name for each in workspace.runtime.providers.values())


def _operations(provider: Provider) -> list[str]:
    return sorted(operation.name for operation in provider.operations.served)


async def _rules(request: Request, call: CallView) -> list[RuleView]:
    """The rows that made the answer, in the order of the rulebook."""
    return [rule for rule in await list_rules(request, call.provider) if rule.id in call.rules]


async def _findings(workspace: Workspace, call: CallView) -> list[Finding]:
    """What was wrong with how it was called."""
    verdict = await take_turns(manners.judge(workspace, provider=call.provider, near=call.id))
    return [each for each in verdict.findings if call.id in each.ids]


def _replay(request: Request, workspace: Workspace, call: CallView) -> Replay | None:
    provider = workspace.runtime.providers[call.provider]
    kept = workspace.journal.find(call.id)
    shown = kept.credential if kept is not None else ""
    credential = next((each for each in workspace.known_credentials()[call.provider] if each.secret == shown), None)
    return replay(call, provider, base_url(request, call.provider), credential)
