from typing import get_args

from fastapi import APIRouter, Request

from mockserver.control.schemas.rulebook import Coverage, EvidenceCoverage, OperationCoverage, RowUse, RuleView
from mockserver.core.backstage import ProviderDep, WorkspaceDep, runtime_of
from mockserver.core.provider import Provider
from mockserver.core.rulebook import ANY, Evidence, Rule
from mockserver.core.workspace import Workspace

router = APIRouter(tags=["rulebook"])


@router.get("/rulebook")
async def list_rules(request: Request, provider: ProviderDep) -> list[RuleView]:
    """List everything the providers do, with evidence and source."""
    return [
        RuleView(provider=name, **row.model_dump(exclude={"cited"}))
        for name, found in runtime_of(request).providers.items()
        if provider in {None, name}
        for row in found.rulebook.values()
    ]


@router.get("/coverage")
async def get_coverage(workspace: WorkspaceDep, provider: ProviderDep) -> list[Coverage]:
    """Tell which rows the calls of this workspace have met since its start, and so which they never met."""
    return [_coverage(workspace, found) for name, found in workspace.runtime.providers.items() if provider in {None, name}]


def _coverage(workspace: Workspace, provider: Provider) -> Coverage:
    rows = [row for row in provider.rulebook.values() if row.cited]
    served = [operation.name for operation in provider.operations.served]
    touched = [row for row in rows if workspace.touched[row.id]]
    return Coverage(
        provider=provider.name,
        rows=len(rows),
        touched=len(touched),
        untouched=len(rows) - len(touched),
        evidence={kind: _of_evidence(kind, rows, touched) for kind in get_args(Evidence)},
        never_called=[name for name in served if not workspace.called[provider.name, name]],
        operations=[_of_operation(workspace, provider, name, rows) for name in (ANY, *served)],
    )


def _of_evidence(evidence: Evidence, rows: list[Rule], touched: list[Rule]) -> EvidenceCoverage:
    met, total = (sum(row.evidence == evidence for row in some) for some in (touched, rows))
    return EvidenceCoverage(touched=met, total=total)


def _of_operation(workspace: Workspace, provider: Provider, name: str, rows: list[Rule]) -> OperationCoverage:
    uses = [
        RowUse(id=row.id, text=row.text, evidence=row.evidence, calls=workspace.touched[row.id])
        for row in rows
        if name in row.operation
    ]
    untouched = [use.id for use in uses if not use.calls]
    calls = workspace.called[provider.name, name]
    return OperationCoverage(
        operation=name,
        calls=calls if name != ANY else sum(count for (each, _), count in workspace.called.items() if each == provider.name),
        touched=len(uses) - len(untouched),
        total=len(uses),
        rows=uses,
        untouched=untouched,
    )
