from fastapi import APIRouter, Request
from starlette.responses import Response

from mockserver.control.routes.manners import get_manners
from mockserver.core.etiquette import Severity
from mockserver.core.manners import SEVERITIES
from mockserver.page.asked import Asked, AskedProviderDep, ShownDep
from mockserver.page.rendering import render

router = APIRouter()


@router.get("/{workspace}/manners")
async def show_manners(
    request: Request, workspace: ShownDep, provider: AskedProviderDep, severity: Asked[Severity] = None
) -> Response:
    """What the client did to the providers that a good client does not, the gravest first."""
    verdict = await get_manners(workspace, provider, None)
    shown = [finding for finding in verdict.findings if severity in {None, finding.severity}]
    providers = workspace.runtime.providers
    return render(
        request,
        "manners.html",
        workspace,
        section="manners",
        title="Manners",
        findings=[(finding, providers[finding.provider].rulebook.get(finding.row)) for finding in shown],
        of_severity={each: sum(finding.severity == each for finding in verdict.findings) for each in SEVERITIES},
        verdict=verdict,
        providers=providers,
        provider=provider,
        severity=severity,
    )
