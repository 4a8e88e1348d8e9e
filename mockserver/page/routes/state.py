"""What there is: every table of each provider row by row, and what its backstage can do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import Table
from starlette.responses import Response

from mockserver.core.backstage import Declined
from mockserver.core.browsing import Wanted, find, is_secret, look
from mockserver.core.difference import tables_of
from mockserver.core.slices import read_in_turns
from mockserver.core.wording import unknown_name
from mockserver.core.workspace import Workspace
from mockserver.page.asked import Asked, ShownDep
from mockserver.page.backstage_forms import Verb, verbs_of
from mockserver.page.control import call
from mockserver.page.offers import Offer, offered, offers
from mockserver.page.owners import owned_table, owners, title
from mockserver.page.paging import by_id
from mockserver.page.related import related
from mockserver.page.rendering import render
from mockserver.page.tables import plain_name, shown, whole

router = APIRouter()

_PAGE = 50
_WAITING = 20
"""Rows of a list of what waits."""

RowNumber = Annotated[int, Path(ge=-(2**63), lt=2**63)]


class Sought(BaseModel):
    """Which rows of a table."""

    q: str = Field("", max_length=200)
    column: str = ""
    value: str = Field("", max_length=1000)
    before: int | None = Field(None, ge=-(2**63), lt=2**63)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits backstage, and for each what can be done about it."""

    verb: Verb
    total: int
    columns: list[str]
    rows: list[tuple[dict[str, Any], list[Offer]]]


@router.get("/{workspace}/state")
async def show_state(request: Request, workspace: ShownDep) -> Response:
    """Every table of everybody, with the number of its rows."""
    found = await read_in_turns(workspace, owners(workspace, tables_of(workspace.runtime, None)))
    return render(request, "state.html", workspace, section="state", title="State", owners=found)


@router.get("/{workspace}/state/{provider}")
async def show_backstage(request: Request, workspace: ShownDep, provider: str, verb: Asked[str] = None) -> Response:
    """The tables of one provider, what waits in its backstage, and what can be done there."""
    verbs = _verbs(workspace, provider)
    doing = {each.name: each for each in verbs if not each.is_list}
    if verb is not None and verb not in doing:
        raise Declined(404, unknown_name("verb", verb[:80], doing))
    (owner,) = await read_in_turns(workspace, owners(workspace, [provider]))
    return render(
        request,
        "backstage.html",
        workspace,
        section="state",
        title=owner.title,
        owner=owner,
        waiting=[await _waiting(request, workspace, provider, each, verbs) for each in verbs if each.is_list],
        offers=[Offer(each, dict(request.query_params)) for each in doing.values()],
        chosen=verb,
    )


@router.get("/{workspace}/state/{provider}/{table}")
async def show_table(
    request: Request, workspace: ShownDep, provider: str, table: str, sought: Annotated[Sought, Query()]
) -> Response:
    """The rows of a table, the newest first."""
    about = owned_table(workspace, provider, table)
    found = await read_in_turns(workspace, look(workspace.database, about, _wanted(about, sought), _PAGE))
    return render(
        request,
        "table.html",
        workspace,
        section="state",
        title=plain_name(about),
        **_place(workspace, provider, about),
        listed=shown(workspace.database, about, found.rows),
        columns=_open_columns(about),
        sought=sought,
        pager=by_id(request, sought.before, found.rows[-1].number if found.more else None),
    )


@router.get("/{workspace}/state/{provider}/{table}/{number}")
async def show_row(request: Request, workspace: ShownDep, provider: str, table: str, number: RowNumber) -> Response:
    """All of one row, what is related to it, and what can be done about it."""
    about = owned_table(workspace, provider, table)
    found = find(workspace.database, about, number)
    if found is None:
        raise Declined(404, f"{table} has no row {number} (any more)")
    row = whole(workspace.database, about, found)
    referring = await read_in_turns(workspace, related(workspace.database, about, found))
    return render(
        request,
        "row.html",
        workspace,
        section="state",
        title=f"{plain_name(about)} {row.name[:80]}",
        **_place(workspace, provider, about),
        row=row,
        related=[each for each in referring if each.rows],
        unrelated=[each for each in referring if not each.rows],
        offers=offers(_verbs(workspace, provider), about, found),
    )


def _place(workspace: Workspace, provider: str, table: Table) -> dict[str, Any]:
    """How templates name a table and the way to it."""
    return {"provider": provider, "owner": title(workspace, provider), "table": table.name, "plain": plain_name(table)}


def _verbs(workspace: Workspace, provider: str) -> tuple[Verb, ...]:
    known = workspace.runtime.providers.get(provider)
    return () if known is None else verbs_of(known.backstage)


def _wanted(table: Table, sought: Sought) -> Wanted:
    """What is asked of a table. A column that is secret or not there would find nothing, or too much."""
    if not sought.value:
        return Wanted(sought.q, before=sought.before)
    column = table.columns.get(sought.column)
    if column is None or is_secret(column):
        raise Declined(404, f"column: {unknown_name('column', sought.column[:80], _open_columns(table))}")
    return Wanted(sought.q, column, sought.value, sought.before)


def _open_columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if not is_secret(column)]


async def _waiting(request: Request, workspace: Workspace, provider: str, verb: Verb, verbs: tuple[Verb, ...]) -> Waiting:
    """What a list of the backstage tells, the beginning of it."""
    answer = await call(request, workspace.name, "GET", f"{provider}/{verb.name}")
    rows: list[dict[str, Any]] = answer.raise_for_status().json()
    return Waiting(verb, len(rows), list(rows[0]) if rows else [], list(_with_offers(rows[:_WAITING], verbs)))


def _with_offers(rows: list[dict[str, Any]], verbs: tuple[Verb, ...]) -> Iterator[tuple[dict[str, Any], list[Offer]]]:
    return ((row, list(offered(verbs, row))) for row in rows)
