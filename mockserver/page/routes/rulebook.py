import json
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from mockserver.control.aims import check_names
from mockserver.control.routes.rulebook import list_rules
from mockserver.control.schemas.rulebook import RuleView
from mockserver.core.provider import ProviderSettings
from mockserver.core.rulebook import ANY, Evidence
from mockserver.core.workspace import Workspace
from mockserver.page.asked import Asked, AskedProviderDep, OffsetNumber, ShownDep
from mockserver.page.paging import by_offset
from mockserver.page.rendering import render

router = APIRouter()

_PAGE = 100
_FEW: dict[str, list[Any]] = {"boolean": [False, True], "null": [None]}
"""Types of which all values can be listed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The switch of a row, as it stands in the workspace."""

    text: str
    possible: dict[str, str]
    """All that it can be, where that can be listed: as a person reads it, by the JSON that says so."""


@router.get("/{workspace}/rulebook")
async def show_rulebook(
    request: Request,
    workspace: ShownDep,
    provider: AskedProviderDep,
    q: Annotated[str, Query(max_length=500)] = "",
    evidence: Asked[Evidence] = None,
    operation: Asked[str] = None,
    rule: Asked[str] = None,
    offset: OffsetNumber = 0,
) -> Response:
    """Everything the providers do, searched by words of id, text and source; or one row of it."""
    check_names(workspace.runtime.providers, provider, operation if operation != ANY else None, rule, "")
    found = [
        row
        for row in await list_rules(request, provider)
        if rule in {None, row.id}
        and evidence in {None, row.evidence}
        and (operation is None or operation in row.operation)
        and _has_words(row, q)
    ]
    shown = found[offset : offset + _PAGE]
    return render(
        request,
        "rulebook.html",
        workspace,
        section="rulebook",
        title="Rulebook",
        rows=[(row, workspace.touched[row.id], _reading(workspace, row)) for row in shown],
        total=len(found),
        first=offset,
        pager=by_offset(request, offset, _PAGE, more=len(found) > offset + _PAGE),
        providers=workspace.runtime.providers,
        kinds=get_args(Evidence),
        any=ANY,
        q=q,
        provider=provider,
        evidence=evidence,
        operation=operation,
        rule=rule,
    )


def _has_words(row: RuleView, words: str) -> bool:
    text = f"{row.id} {row.text} {row.source}".lower()
    return all(word in text for word in words.lower().split())


def _reading(workspace: Workspace, row: RuleView) -> Reading | None:
    if row.switch is None:
        return None
    settings = workspace.settings[row.provider]
    values = _values(_schema(type(settings))[row.switch]) or []
    return Reading(_text(getattr(settings, row.switch)), {json.dumps(value): _text(value) for value in values})


@cache
def _schema(settings: type[ProviderSettings]) -> dict[str, dict[str, Any]]:
    properties: dict[str, dict[str, Any]] = settings.model_json_schema()["properties"]
    return properties


def _values(schema: dict[str, Any]) -> list[Any] | None:
    """All values that fit; None when they cannot be listed."""
    if "anyOf" in schema:
        parts = [_values(part) for part in schema["anyOf"]]
        return None if None in parts else [value for part in parts for value in part or ()]
    if "enum" in schema:
        return list(schema["enum"])
    return _FEW.get(schema.get("type", ""))


def _text(value: Any) -> str:
    if value is None:
        return "unset"
    return value if isinstance(value, str) else json.dumps(value)
