import json
from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from mockserver.control.aims import check_names
from mockserver.control.routes.faults import list_faults, list_refusals
from mockserver.control.schemas.faults import RefusalView
from mockserver.core.backstage import Declined
from mockserver.core.provider import Provider
from mockserver.core.wording import unknown_name
from mockserver.core.workspace import Workspace
from mockserver.page.armed import armed
from mockserver.page.asked import Asked, AskedProviderDep, ShownDep
from mockserver.page.rendering import render

router = APIRouter()

_TIMES = {
    '{"first": 1}': "the next call",
    '{"first": 2}': "the next 2 calls",
    '{"first": 3}': "the next 3 calls",
    '{"first": 5}': "the next 5 calls",
    '{"first": 10}': "the next 10 calls",
    "{}": "every call",
    '{"nth": 2}': "only the 2nd call",
    '{"nth": 3}': "only the 3rd call",
    '{"probability": 0.1}': "1 in 10, by chance",
    '{"probability": 0.5}': "1 in 2, by chance",
}
"""How many of the calls, as the JSON that says so."""

_ACTS = {
    '{"kind": "refusal"}': ("Refuse it", "with the refusal chosen below; the call does not run"),
    '{"kind": "answer"}': ("Answer it", "with the status and body below; the call does not run"),
    '{"kind": "drop", "at": "before"}': ("Reset before", "the connection is reset, and the call does not run"),
    '{"kind": "drop", "at": "middle"}': ("Reset in the middle", "the call runs; the reset comes after half of its answer"),
    '{"kind": "truncate"}': ("Cut the answer", "the call runs; its answer ends before its promised length"),
    '{"kind": "garbage"}': ("Garbage", "the call runs; its answer's body is neither text nor JSON"),
    '{"kind": "lose_answer"}': ("Lose the answer", "the call runs and what it changed stays; no answer comes"),
    '{"kind": "lose_request"}': ("Lose the request", "nothing is changed, as if it had never arrived; no answer comes"),
}
"""What can happen beside a delay, as the JSON that says so."""


@dataclass(frozen=True, slots=True)
class Target:
    """Calls that a fault can be for, as the JSON that says so."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Side:
    """What can be armed against the calls of one provider."""

    name: str
    title: str
    targets: list[Target]
    refusals: list[RefusalView]
    suggested: str
    """The refusal that is asked for, or else one that goes away when a client waits."""


@router.get("/{workspace}/faults")
async def show_faults(
    request: Request,
    workspace: ShownDep,
    provider: AskedProviderDep,
    operation: Asked[str] = None,
    refusal: Asked[str] = None,
    method: str = "",
    path: str = "",
) -> Response:
    """What is armed, and forms to arm more, aimed at what the query says."""
    check_names(workspace.runtime.providers, provider, operation, None, "")
    return render(
        request,
        "faults.html",
        workspace,
        section="faults",
        title="Faults",
        armed=[armed(fault) for fault in await list_faults(workspace)],
        sides=await _sides(workspace, provider, operation, refusal),
        times=_TIMES,
        acts=_ACTS,
        providers=workspace.runtime.providers,
        provider=provider,
        method=method,
        path=path,
    )


async def _sides(workspace: Workspace, provider: str | None, operation: str | None, refusal: str | None) -> list[Side]:
    refusals = await list_refusals(workspace, provider)
    if refusal is not None and not any(_is_called(each, refusal) for each in refusals):
        raise Declined(400, f"refusal: {unknown_name('refusal', refusal[:80], [each.name for each in refusals])}")
    shown = [each for each in workspace.runtime.providers.values() if provider in {None, each.name}]
    return [_side(each, operation, refusal, [view for view in refusals if view.provider == each.name]) for each in shown]


def _side(provider: Provider, operation: str | None, refusal: str | None, refusals: list[RefusalView]) -> Side:
    operations = provider.operations.by_name
    targets = [
        Target(json.dumps({"provider": provider.name}), "any call", False),
        *(
            Target(json.dumps({"provider": provider.name, "operation": name}), name, name == operation)
            for name in operations
        ),
    ]
    return Side(provider.name, provider.title, targets, refusals, _suggested(provider, refusals, refusal))


def _suggested(provider: Provider, refusals: Iterable[RefusalView], refusal: str | None) -> str:
    waits = provider.etiquette().waits
    asked = [each.name for each in refusals if _is_called(each, refusal)]
    passing = [each.name for each in refusals if not waits.keys().isdisjoint(each.rules)]
    return next(iter([*asked, *passing]), "")


def _is_called(refusal: RefusalView, name: str | None) -> bool:
    return name in {refusal.name, *refusal.also}
