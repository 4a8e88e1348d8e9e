from typing import Any, Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from mockserver.control.routes.manners import get_manners
from mockserver.core.backstage import chosen_provider
from mockserver.core.etiquette import Severity
from mockserver.core.manners import SEVERITIES
from mockserver.page.rendering import render
from mockserver.page.workspaces import ShownDep

router = APIRouter()


@router.get("/{workspace}/manners")
async def show_manners(
    request: Request, workspace: ShownDep, provider: str = "", severity: Severity | Literal[""] = ""
) -> Response:
    """What the client did to the providers that a good client does not, the gravest first."""
    chosen = await chosen_provider(request, provider or None)
    verdict = await get_manners(workspace, chosen, None)
    providers = workspace.runtime.providers
    values: dict[str, Any] = {
        "findings": [
            (finding, providers[finding.provider].rulebook.get(finding.row))
            for finding in verdict.findings
            if severity in {"", finding.severity}
        ],
        "of_severity": {each: sum(finding.severity == each for finding in verdict.findings) for each in SEVERITIES},
        "verdict": verdict,
        "providers": providers,
        "provider": provider,
        "severity": severity,
    }
    return render(request, "manners.html", workspace, section="manners", title="Manners", **values)
