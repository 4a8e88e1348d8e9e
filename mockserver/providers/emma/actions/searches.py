"""Saved searches, and the members that they find."""

import json
from collections import Counter
from collections.abc import Generator, Iterable
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, bindparam, false, func, insert, select, update

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts, criteria
from mockserver.providers.emma.actions.listings import Listing, selected
from mockserver.providers.emma.actions.members import LIVE, MEMBER
from mockserver.providers.emma.actions.members import ROW as MEMBER_ROW
from mockserver.providers.emma.errors import BadRequest, NotFound
from mockserver.providers.emma.schemas.members import MemberRow, member_rows
from mockserver.providers.emma.schemas.searches import SearchPayload, SearchRow, cached_rows, search_rows
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Member, Search
from mockserver.providers.emma.wire import Window, new_id, record_id, stamp

T = TypeVar("T")

SEARCH, DELETED = Search.c.id, Search.c.deleted_at
ROW = (
    SEARCH,
    Search.c.name,
    Search.c.criteria,
    Search.c.active_count,
    Search.c.optout_count,
    Search.c.error_count,
    Search.c.last_run_at,
    Search.c.cached_at,
    DELETED,
    Search.c.purged_at,
)
"""What an answer shows of a search; `schemas.searches` unpacks it."""

_COUNTS = {"active_count": "a", "optout_count": "o", "error_count": "e"}
_LIMIT, _START = (bindparam(name, type_=Integer) for name in ("limit", "start"))
_THE_SEARCH = SEARCH == bindparam("search")
_THESE = func.json_each(bindparam("these")).table_valued("value")
_PAGE = select(*ROW).order_by(SEARCH).limit(_LIMIT).offset(_START)
_NUMBER = select(func.count()).select_from(Search)
_ALL, _COUNT_ALL = Statement(_PAGE), Statement(_NUMBER)
_LIVE, _COUNT_LIVE = Statement(_PAGE.where(DELETED.is_(None))), Statement(_NUMBER.where(DELETED.is_(None)))
_ONE = Statement(select(*ROW).where(_THE_SEARCH))
_THESE_SEARCHES = Statement(select(*ROW).where(SEARCH.in_(select(_THESE.c.value))).order_by(SEARCH))
_CREATE = Statement(insert(Search))
_NEW = {**dict.fromkeys(_COUNTS, 0), **dict.fromkeys(("last_run_at", "cached_at", "deleted_at", "purged_at"))}
_UPDATE = {
    name: Statement(update(Search).where(_THE_SEARCH).values({name: bindparam(name)}))
    for name in ("name", "criteria", "deleted_at")
}
_RAN = Statement(update(Search).where(_THE_SEARCH).values({name: bindparam(name) for name in (*_COUNTS, "last_run_at")}))
_FOUND = Statement(select(*MEMBER_ROW).where(MEMBER.in_(select(_THESE.c.value))).order_by(MEMBER))

_RANGE = 2000
"""Members that a search looks at between two turns for other workspaces."""
_AFTER = MEMBER > bindparam("after")
_NEXT = select(MEMBER).where(LIVE, _AFTER).order_by(MEMBER).limit(_RANGE).subquery()
_LAST_OF_RANGE = Statement(select(func.max(_NEXT.c.id)))

Work = Generator[None, None, T]
"""Done in slices: a search looks at every member."""


def listing(context: EmmaContext, *, deleted_too: bool) -> Listing[SearchRow]:
    """The searches by age."""
    rows, count = (_ALL, _COUNT_ALL) if deleted_too else (_LIVE, _COUNT_LIVE)
    return selected(context, rows, count, partial(search_rows, account_id=accounts.get(context).id))


def get(context: EmmaContext, search_id: str, *, deleted_too: bool) -> SearchRow:
    """A search with the counts of its last run, which reading it does not repeat."""
    return search_rows([_find(context, search_id, deleted_too=deleted_too)], accounts.get(context).id)[0]


def create(context: EmmaContext, payload: SearchPayload) -> Work[int]:
    """Save a search and run it once; returns its id."""
    name = _name(payload.name)
    if payload.criteria is None:
        raise BadRequest("criteria: is required", "emma.create_search.incomplete")
    condition = criteria.condition(context, payload.criteria)
    search = new_id(context.ids, "search")
    context.run(_CREATE, id=search, name=name, criteria=payload.criteria, **_NEW)
    yield from _run(context, search, condition)
    return search


def change(context: EmmaContext, search_id: str, payload: SearchPayload) -> Work[bool]:
    """Give a search another name, other criteria, or both; with other criteria it is run."""
    search = _find(context, search_id).id
    if payload.name is None and payload.criteria is None:
        raise BadRequest("name, criteria: at least one of them is required", "emma.update_search.empty")
    condition = None if payload.criteria is None else criteria.condition(context, payload.criteria)
    if payload.name is not None:
        context.run(_UPDATE["name"], search=search, name=_name(payload.name))
    if condition is not None:
        context.run(_UPDATE["criteria"], search=search, criteria=payload.criteria)
        yield from _run(context, search, condition)
    return True


def delete(context: EmmaContext, search_id: str) -> None:
    """Delete a search. The members that it finds stay."""
    search = _find(context, search_id).id
    context.run(_UPDATE["deleted_at"], search=search, deleted_at=stamp(context.now, context.settings))


def members(context: EmmaContext, search_id: str) -> Work[Listing[MemberRow]]:
    """Run a search; returns the members that it finds, by age."""
    search = _find(context, search_id)
    found = yield from _run(context, search.id, criteria.kept_condition(context, search.criteria))
    account_id = accounts.get(context).id

    def rows(window: Window) -> list[MemberRow]:
        these = found[window.start : window.start + window.limit]
        return member_rows(context.tuples(_FOUND, these=json.dumps(these)), account_id)

    return Listing(count=lambda: len(found), rows=rows)


def rows_of(context: EmmaContext, search_ids: Iterable[int], *, cached: bool) -> list[SearchRow]:
    """The searches of these ids by age, deleted ones as well; with `cached_at` for answers about mailings."""
    found = context.tuples(_THESE_SEARCHES, these=json.dumps(list(search_ids)))
    return (cached_rows if cached else search_rows)(found, accounts.get(context).id)


def condition_of(context: EmmaContext, search_id: int) -> ColumnElement[bool]:
    """Whom a search finds, a deleted one too; archived members are among them. An id of no search finds nobody."""
    search = context.first(_ONE, search=search_id)
    return false() if search is None else criteria.kept_condition(context, search.criteria)


def _find(context: EmmaContext, search_id: str, *, deleted_too: bool = False) -> Any:
    found = context.first(_ONE, search=record_id(search_id))
    if found is None:
        raise NotFound(f"there is no search {search_id}", "emma.searches.unknown")
    if found.deleted_at is not None and not deleted_too:
        said = f"there is no search {search_id}; it was deleted, and is shown with deleted=true"
        raise NotFound(said, "emma.searches.deleted")
    return found


def _name(given: str | None) -> str:
    if given is None or not given.strip():
        raise BadRequest("name: is required, and not blank", "emma.create_search.incomplete")
    return given


def _run(context: EmmaContext, search: int, condition: ColumnElement[bool]) -> Work[list[int]]:
    """Look for the live members that fit; returns their ids, and keeps how many have which status."""
    context.cite("emma.searches.run")
    in_range = (LIVE, _AFTER, MEMBER <= bindparam("last"))
    statement = Statement(select(MEMBER, Member.c.status).where(*in_range, condition).order_by(MEMBER))
    found: list[tuple[Any, ...]] = []
    after = 0
    while (last := context.value(_LAST_OF_RANGE, after=after)) is not None:
        if after:
            yield
        found += context.tuples(statement, after=after, last=last)
        after = last
    counts = Counter(status for _, status in found)
    now = stamp(context.now, context.settings)
    context.run(_RAN, search=search, last_run_at=now, **{name: counts[status] for name, status in _COUNTS.items()})
    return [member for member, _ in found]
