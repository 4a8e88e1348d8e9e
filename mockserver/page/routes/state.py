"""What there is: every table of each provider row by row, and what its backstage can do about it."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import Table
from starlette.responses import Response

from mockserver.core.backstage import Declined
from mockserver.core.browsing import Found, Wanted, find, is_secret, look, tally
from mockserver.core.difference import CORE, tables_of
from mockserver.core.relations import referrers
from mockserver.core.slices import run_in_slices
from mockserver.core.tables import Message
from mockserver.core.wording import unknown_name
from mockserver.core.workspace import Workspace
from mockserver.page.backstage_forms import Verb, verbs_of
from mockserver.page.control import call
from mockserver.page.offers import Offer, offered, offers
from mockserver.page.rendering import render
from mockserver.page.tables import Shown, plain_name, shown, whole
from mockserver.page.workspaces import ShownDep

router = APIRouter()

_PAGE = 50
_FIRST = 5
"""Rows of a related table that are shown at once."""
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
class Counted:
    """A table, and how many rows it has."""

    name: str
    plain: str
    rows: int


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose some tables are."""

    name: str
    title: str
    tables: list[Counted]


@dataclass(frozen=True, slots=True)
class Related:
    """The rows of a table whose column holds a key."""

    table: str
    plain: str
    column: str
    rows: int
    first: Shown


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
    owners = await run_in_slices(workspace, _owners(workspace, list(tables_of(workspace.runtime, None))))
    return render(request, "state.html", workspace, section="state", title="State", owners=owners, outbox=Message.name)


@router.get("/{workspace}/state/{provider}")
async def show_provider(request: Request, workspace: ShownDep, provider: str, verb: str | None = None) -> Response:
    """The tables of one provider, what waits in its backstage, and what can be done there."""
    verbs = _verbs(workspace, provider)
    if verb is not None and verb not in {each.name for each in verbs if not each.is_list}:
        raise Declined(404, unknown_name("verb", verb[:80], [each.name for each in verbs if not each.is_list]))
    (owner,) = await run_in_slices(workspace, _owners(workspace, [provider]))
    values: dict[str, Any] = {
        "owner": owner,
        "outbox": Message.name,
        "waiting": [await _waiting(request, workspace, provider, each, verbs) for each in verbs if each.is_list],
        "offers": [Offer(each, dict(request.query_params)) for each in verbs if not each.is_list],
        "chosen": verb,
    }
    return render(request, "backstage.html", workspace, section="state", title=owner.title, **values)


@router.get("/{workspace}/state/{provider}/{table}")
async def show_table(
    request: Request, workspace: ShownDep, provider: str, table: str, sought: Annotated[Sought, Query()]
) -> Response:
    """The rows of a table, the newest first."""
    about = _table(workspace, provider, table)
    wanted = _wanted(about, sought)
    found = await run_in_slices(workspace, look(workspace.database, about, wanted, _PAGE))
    values = {
        **_place(workspace, provider, about),
        "listed": shown(workspace.database, about, found.rows),
        "filters": [column.name for column in about.columns if not is_secret(column)],
        "sought": sought,
        "older": found.rows[-1].number if found.more else None,
    }
    return render(request, "table.html", workspace, section="state", title=values["plain"], **values)


@router.get("/{workspace}/state/{provider}/{table}/{number}")
async def show_row(request: Request, workspace: ShownDep, provider: str, table: str, number: RowNumber) -> Response:
    """All of one row, what is related to it, and what can be done about it."""
    about = _table(workspace, provider, table)
    found = find(workspace.database, about, number)
    if found is None:
        raise Declined(404, f"{table} has no row {number} (any more)")
    row = whole(workspace.database, about, found)
    values = {
        **_place(workspace, provider, about),
        "row": row,
        "related": await run_in_slices(workspace, _related(workspace, about, found)),
        "offers": offers(_verbs(workspace, provider), about, found),
    }
    return render(request, "row.html", workspace, section="state", title=f"{values['plain']} {row.name[:80]}", **values)


# What an address names


def _place(workspace: Workspace, provider: str, table: Table) -> dict[str, Any]:
    return {"provider": provider, "owner": _title(workspace, provider), "table": table.name, "plain": plain_name(table)}


def _title(workspace: Workspace, provider: str) -> str:
    return "The server itself" if provider == CORE else workspace.runtime.providers[provider].title


def _tables(workspace: Workspace, provider: str) -> dict[str, Table]:
    """In the order in which they are defined, which is the one that their author found right."""
    if provider not in {*workspace.runtime.providers, CORE}:
        raise Declined(404, unknown_name("provider", provider[:80], [*workspace.runtime.providers, CORE]))
    owned = {table.name: table for table in tables_of(workspace.runtime, None)[provider]}
    defined = next(iter(owned.values())).metadata.tables
    return {name: owned[name] for name in defined if name in owned}


def _table(workspace: Workspace, provider: str, name: str) -> Table:
    tables = _tables(workspace, provider)
    if name not in tables:
        raise Declined(404, unknown_name("table", name[:80], tables))
    return tables[name]


def _verbs(workspace: Workspace, provider: str) -> tuple[Verb, ...]:
    known = workspace.runtime.providers.get(provider)
    return () if known is None else verbs_of(known.backstage)


def _wanted(table: Table, sought: Sought) -> Wanted:
    """What is asked of a table. A column that is secret or not there would find nothing, or too much."""
    if not sought.value:
        return Wanted(sought.q, before=sought.before)
    column = table.columns.get(sought.column)
    if column is None or is_secret(column):
        known = [each.name for each in table.columns if not is_secret(each)]
        raise Declined(404, f"column: {unknown_name('column', sought.column[:80], known)}")
    return Wanted(sought.q, column, sought.value, sought.before)


# What there is


def _owners(workspace: Workspace, names: list[str]) -> Generator[None, None, list[Owner]]:
    found = []
    for name in names:
        tables = []
        for table in _tables(workspace, name).values():
            rows = yield from tally(workspace.database, table, Wanted())
            tables.append(Counted(table.name, plain_name(table), rows))
        found.append(Owner(name, _title(workspace, name), tables))
    return found


def _related(workspace: Workspace, table: Table, row: Found) -> Generator[None, None, list[Related]]:
    """What refers to a row, also where that is nothing."""
    found: list[Related] = []
    if len(table.primary_key) != 1:
        return found
    key = str(row.values[next(iter(table.primary_key)).name])
    for other, column in referrers(table):
        wanted, database = Wanted(column=column, value=key), workspace.database
        rows = yield from tally(database, other, wanted)
        page = (yield from look(database, other, wanted, _FIRST)).rows if rows else []
        found.append(
            Related(other.name, plain_name(other), column.name, rows, shown(database, other, page, without=column.name))
        )
    return found


async def _waiting(request: Request, workspace: Workspace, provider: str, verb: Verb, verbs: tuple[Verb, ...]) -> Waiting:
    """What a list of the backstage tells, the beginning of it."""
    answer = await call(request, workspace.name, "GET", f"{provider}/{verb.name}")
    rows: list[dict[str, Any]] = answer.raise_for_status().json()
    return Waiting(verb, len(rows), list(rows[0]) if rows else [], list(_with_offers(rows[:_WAITING], verbs)))


def _with_offers(rows: list[dict[str, Any]], verbs: tuple[Verb, ...]) -> Iterator[tuple[dict[str, Any], list[Offer]]]:
    return ((row, list(offered(verbs, row))) for row in rows)
