from fastapi import APIRouter, Request

from mockserver.control.schemas.rulebook import Coverage, OperationCoverage, RowUse, RuleView
from mockserver.core.backstage import ProviderDep, WorkspaceDep, runtime_of
from mockserver.core.provider import Provider
from mockserver.core.rulebook import ANY
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
    operations = []
    for operation in (ANY, *(each.name for each in provider.operations.served)):
        uses = [
            RowUse(id=row.id, text=row.text, calls=workspace.touched[row.id]) for row in rows if operation in row.operation
        ]
        touched = sum(use.calls > 0 for use in uses)
        operations.append(OperationCoverage(operation=operation, touched=touched, rows=uses))
    touched = sum(workspace.touched[row.id] > 0 for row in rows)
    return Coverage(provider=provider.name, rows=len(rows), touched=touched, operations=operations)
