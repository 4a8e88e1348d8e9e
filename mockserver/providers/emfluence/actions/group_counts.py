"""How many contacts are in a group, and how many of them mail reaches: counted some thousand at a time."""

from collections.abc import Callable, Generator, Iterable
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, bindparam, func, select

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import contact_search, groups, memberships
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact, Membership

T = TypeVar("T")

_MOST = 10_000
"""Contacts that are counted in one go: some ten milliseconds of work."""
_ID = Contact.c.id
_SOME = (
    select(memberships.CONTACT.label("id"), memberships.SUPPRESSED.label("suppressed"))
    .where(memberships.GROUP == bindparam("group"), memberships.CONTACT > bindparam("after"))
    .order_by(memberships.CONTACT)
    .limit(bindparam("most", type_=Integer))
    .subquery()
)
_STATIC = Statement(
    select(
        func.count().label("total"),
        func.max(_SOME.c.id).label("last"),
        func.count().filter(contact_search.ACTIVE, ~_SOME.c.suppressed).label("active"),
    ).select_from(_SOME.join(Contact, _ID == _SOME.c.id))
)
_TALLY = select(func.count().label("size"), func.count().filter(contact_search.ACTIVE).label("active")).select_from(Contact)

_SIZE = Statement(select(func.count()).select_from(Membership).where(memberships.GROUP == bindparam("group")))
_EVERYBODY = Statement(select(func.count()).select_from(Contact))

Counts = tuple[int, int]
"""All members, and the active ones."""


def shown(
    context: EmfluenceContext, rows: Iterable[Any], shape: Callable[[Any, int, int], T]
) -> Generator[None, None, list[T]]:
    """The groups in some shape that has their counts; in slices."""
    shapes, counted = [], 0
    for group in rows:
        total, active = yield from count(context, group)
        shapes.append(shape(group, total, active))
        counted += total
        if counted >= _MOST:
            counted = 0
            yield
    context.cite("emf.groups.counts")
    return shapes


def count(context: EmfluenceContext, group: Any) -> Generator[None, None, Counts]:
    """How many are in a group; in slices."""
    if not groups.is_static(group):
        return (yield from count_fitting(context, memberships.condition(context, group)))
    total, active, size, after = 0, 0, _MOST, 0
    while size == _MOST:
        if after:
            yield
        size, last, reached = context.tuples(_STATIC, group=group.id, after=after, most=_MOST)[0]
        total, active, after = total + size, active + reached, last
    return total, active


def size(context: EmfluenceContext, group: Any) -> Generator[None, None, int]:
    """How many are in a group, without a look at who they are where that is possible; else in slices."""
    if groups.is_static(group):
        return int(context.value(_SIZE, group=group.id))
    if group.built_in:
        return int(context.value(_EVERYBODY))
    return (yield from count_fitting(context, memberships.condition(context, group)))[0]


def count_fitting(context: EmfluenceContext, condition: ColumnElement[bool]) -> Generator[None, None, Counts]:
    """How many contacts fit a condition; in slices, range after range of their ids."""
    total, active, after = 0, 0, 0
    while True:
        some = select(_ID).where(_ID > after).order_by(_ID).limit(_MOST).subquery()
        last = context.execute(select(func.max(some.c.id))).scalar_one()
        if last is None:
            return total, active
        if after:
            yield
        found = context.execute(_TALLY.where(_ID.between(after + 1, last), condition)).one()
        total, active, after = total + found.size, active + found.active, last
