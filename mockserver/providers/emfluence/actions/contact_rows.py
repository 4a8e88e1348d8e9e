"""How contacts are written: only the columns that are given, as binding thirty blanks takes longer than the rest."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import JSON, Boolean, bindparam, insert, literal_column, null, update

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact

_NEW = {column.key: f"new_{column.key}" for column in Contact.c}
"""Parameters of insertions and updates by column."""


def added(context: EmfluenceContext, owner: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a new contact, whose owner it is unless they say otherwise."""
    return {"user_id": owner, **values, "id": context.ids.number("emfluence.contact"), "date_added": context.now}


def changed(context: EmfluenceContext, contact_id: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that become different, and whose they are."""
    return {**values, "id": contact_id, "date_modified": context.now}


def insert_all(context: EmfluenceContext, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add contacts by their columns; what is not among them is blank."""
    for names, alike in _by_columns(rows).items():
        context.run_many(_adding(names), alike)


def update_all(context: EmfluenceContext, rows: Iterable[Mapping[str, Any]]) -> None:
    """Change columns of the contacts whose ids are among them."""
    for names, alike in _by_columns(rows).items():
        context.run_many(_changing(names), alike)


def _by_columns(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], list[dict[str, Any]]]:
    """Rows with the same columns together, as parameters of a statement."""
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(tuple(row), []).append({_NEW[name]: value for name, value in row.items()})
    return found


@lru_cache(maxsize=200)
def _adding(names: tuple[str, ...]) -> Statement:
    """The insertion of these columns; the other ones are literals."""
    return Statement(insert(Contact).values({**_blanks(), **{name: bindparam(_NEW[name]) for name in names}}))


@lru_cache(maxsize=200)
def _changing(names: tuple[str, ...]) -> Statement:
    new: dict[str, Any] = {name: bindparam(_NEW[name]) for name in names if name != "id"}
    return Statement(update(Contact).where(Contact.c.id == bindparam("new_id")).values(new))


@cache
def _blanks() -> dict[str, Any]:
    """A new contact of which nothing is said, column by column."""
    found = {column.key: null() if column.nullable else _blank(column.type) for column in Contact.c}
    return {**found, "original_source": literal_column("'Unknown'")}


def _blank(kind: Any) -> Any:
    match kind:
        case JSON():
            return literal_column("'{}'")
        case Boolean():
            return literal_column("0")
        case _:
            return literal_column("''")
