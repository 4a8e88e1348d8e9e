"""What people name in the web application: groups and searches by name, members by address, anything by id."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, select

from mockserver.core.backstage import Declined
from mockserver.core.wording import unknown_name
from mockserver.providers.emma.actions import mailings
from mockserver.providers.emma.errors import NotFound
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Group, Member, Search
from mockserver.providers.emma.wire import email_key

_TABLES: dict[str, tuple[Table, str]] = {
    "group": (Group, "name"),
    "search": (Search, "name"),
    "member": (Member, "email_key"),
}


def found(context: EmmaContext, kind: str, named: Iterable[int | str]) -> list[int]:
    """The ids of groups, searches or members that are not archived; whatever does not exist is declined by its name."""
    return [find(context, kind, each) for each in named]


def find(context: EmmaContext, kind: str, named: int | str) -> int:
    table, name = _TABLES[kind]
    column = table.c.id if isinstance(named, int) else table.c[name]
    wanted = email_key(named) if kind == "member" and isinstance(named, str) else named
    live = select(table.c.id).where(table.c.deleted_at.is_(None)).order_by(table.c.id)
    match = context.execute(live.where(column == wanted).limit(1)).scalar()
    if match is None:
        raise Declined(404, _unknown(context, kind, named))
    return int(match)


def mailing(context: EmmaContext, mailing_id: int) -> Any:
    """The mailing of an id."""
    try:
        return mailings.find(context, str(mailing_id))
    except NotFound as unknown:
        raise Declined(404, unknown.said) from None


def _unknown(context: EmmaContext, kind: str, named: int | str) -> str:
    if isinstance(named, int) or kind == "member":
        return f"there is no {kind} {named}"
    table, name = _TABLES[kind]
    known = context.execute(select(table.c[name]).where(table.c.deleted_at.is_(None))).scalars()
    return unknown_name(kind, named, known)
