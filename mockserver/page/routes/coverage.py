from dataclasses import dataclass
from typing import Literal, get_args

from fastapi import APIRouter, Request
from starlette.responses import Response

from mockserver.control.routes.faults import list_refusals
from mockserver.control.routes.rulebook import get_coverage
from mockserver.control.schemas.rulebook import Coverage, OperationCoverage, RowUse
from mockserver.core.provider import Provider
from mockserver.core.rulebook import ANY, Evidence
from mockserver.core.workspace import Workspace
from mockserver.page.asked import Asked, AskedProviderDep, ShownDep
from mockserver.page.rendering import render

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Gap:
    """The rows of an operation that no call has met, those first that a refusal can be armed for."""

    operation: OperationCoverage
    rows: list[tuple[RowUse, str | None]]
    """Each with the name of that refusal."""


@router.get("/{workspace}/coverage")
async def show_coverage(
    request: Request, workspace: ShownDep, provider: AskedProviderDep, show: Asked[Literal["untouched"]] = None
) -> Response:
    """Which documented rows the calls have met so far: as a picture, or the rows that they have not."""
    coverage = await get_coverage(workspace, provider)
    return render(
        request,
        "coverage.html",
        workspace,
        section="coverage",
        title="Coverage",
        coverage=coverage,
        gaps=await _gaps(workspace, coverage) if show is not None else {},
        providers=workspace.runtime.providers,
        provider=provider,
        show=show,
        kinds=get_args(Evidence),
        any=ANY,
    )


async def _gaps(workspace: Workspace, coverage: list[Coverage]) -> dict[str, list[Gap]]:
    """By provider, those of operations that were called before those that never were."""
    gaps = {}
    for each in coverage:
        provider = workspace.runtime.providers[each.provider]
        refusals = await list_refusals(workspace, each.provider)
        named = {rule: refusal.name for refusal in reversed(refusals) for rule in refusal.rules}
        found = [_gap(provider, operation, named) for operation in each.operations if operation.untouched]
        gaps[each.provider] = sorted(found, key=lambda gap: not gap.operation.calls)
    return gaps


def _gap(provider: Provider, operation: OperationCoverage, named: dict[str, str]) -> Gap:
    served = provider.operations.by_name.get(operation.operation)
    ordinary = served.rule if served is not None else None
    rows = [row for row in operation.rows if not row.calls]
    rows.sort(key=lambda row: (row.id not in named, row.id == ordinary))
    return Gap(operation, [(row, named.get(row.id)) for row in rows])
