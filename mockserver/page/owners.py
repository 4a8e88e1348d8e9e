"""Whose the tables are: each provider's, and those of the server itself."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass

from sqlalchemy import Table

from mockserver.core.backstage import Declined
from mockserver.core.browsing import Wanted, tally
from mockserver.core.difference import CORE, tables_of
from mockserver.core.tables import Message
from mockserver.core.wording import unknown_name
from mockserver.core.workspace import Workspace
from mockserver.page.tables import plain_name


@dataclass(frozen=True, slots=True)
class Counted:
    """A table, how many rows it has, and where they are shown."""

    plain: str
    rows: int
    path: str
    """Below the workspace's address."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose some tables are."""

    name: str
    title: str
    tables: list[Counted]


def owners(workspace: Workspace, names: Iterable[str]) -> Generator[None, None, list[Owner]]:
    """Count all rows of some owners; yields between slices."""
    found = []
    for name in names:
        tables = []
        for table in owned(workspace, name).values():
            rows = yield from tally(workspace.database, table, Wanted())
            path = "mail" if table.name == Message.name else f"state/{name}/{table.name}"
            tables.append(Counted(plain_name(table), rows, path))
        found.append(Owner(name, title(workspace, name), tables))
    return found


def owned(workspace: Workspace, owner: str) -> dict[str, Table]:
    """The tables of one in the order in which they are defined, which is the one that their author found right."""
    if owner not in {*workspace.runtime.providers, CORE}:
        raise Declined(404, unknown_name("provider", owner[:80], [*workspace.runtime.providers, CORE]))
    tables = {table.name: table for table in tables_of(workspace.runtime, None)[owner]}
    defined = next(iter(tables.values())).metadata.tables
    return {name: tables[name] for name in defined if name in tables}


def owned_table(workspace: Workspace, owner: str, name: str) -> Table:
    """One table of an owner. Raises Declined for what it does not have."""
    tables = owned(workspace, owner)
    if name not in tables:
        raise Declined(404, unknown_name("table", name[:80], tables))
    return tables[name]


def title(workspace: Workspace, owner: str) -> str:
    """What a person calls it."""
    return "The server itself" if owner == CORE else workspace.runtime.providers[owner].title
