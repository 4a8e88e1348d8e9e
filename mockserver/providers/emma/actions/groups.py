"""Groups, and how many members of which status are in them."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import chain
from operator import add
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, insert, select, update

from mockserver.core import id_ranges
from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts
from mockserver.providers.emma.actions.listings import Listing
from mockserver.providers.emma.errors import BadRequest, NotFound, shown
from mockserver.providers.emma.schemas.groups import GroupDraft, GroupRow, GroupsCreate, group_row
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Group, Member, Membership
from mockserver.providers.emma.wire import Window, new_id, record_id, stamp

GROUP = Group.c.id
LIVE = Group.c.deleted_at.is_(None)
LONGEST_NAME = 255

_ROW = select(GROUP, Group.c.name, Group.c.type, Group.c.deleted_at, Group.c.purged_at)
_ONE = Statement(_ROW.where(GROUP == bindparam("group"), LIVE))
_LIVE_IDS = select(GROUP).where(LIVE)
_EVERY = Statement(_LIVE_IDS)
_EXISTS = Statement(_LIVE_IDS.where(GROUP == bindparam("group")))
_FEW = 8
"""Ids that are looked up sooner one by one than with a statement that SQLAlchemy runs."""
_KNOWN = _LIVE_IDS.where(GROUP.in_(bindparam("groups", expanding=True)))
_NAMED = Statement(_LIVE_IDS.where(Group.c.name == bindparam("name"), GROUP != bindparam("group")).limit(1))
_ADD = Statement(insert(Group))
_ONE_GROUP = GROUP == bindparam("group")
_RENAME = Statement(update(Group).where(_ONE_GROUP).values(name=bindparam("new_name")))
_DELETE = Statement(update(Group).where(_ONE_GROUP).values(deleted_at=bindparam("now")))

_TALLIED = 10_000
"""Memberships that are counted in one go: some ten milliseconds of work."""
_SOME = (
    select(Membership.c.member_id.label("member_id"))
    .where(Membership.c.group_id == bindparam("group"), Membership.c.member_id > bindparam("after"))
    .order_by(Membership.c.member_id)
    .limit(bindparam("most", type_=Integer))
    .subquery()
)
_LIVE_MEMBER = Member.c.deleted_at.is_(None)
_TALLY = Statement(
    select(
        func.count().label("size"),
        func.max(_SOME.c.member_id).label("last"),
        *(func.count().filter(_LIVE_MEMBER, Member.c.status == status).label(status) for status in "aoe"),
    ).select_from(_SOME.join(Member, Member.c.id == _SOME.c.member_id))
)

GroupRows = Generator[None, None, list[GroupRow]]
"""Groups on their way: counting their members may take long, and is done in slices."""


def known(context: EmmaContext, ids: Iterable[int]) -> set[int]:
    """Those of the given ids that are groups, and not deleted."""
    batches = list(id_ranges.batches(ids))
    if len(batches) == 1 and len(batches[0]) <= _FEW:
        return {id_ for id_ in batches[0] if context.tuples(_EXISTS, group=id_)}
    if len(batches) > 1:
        return {id_ for (id_,) in context.tuples(_EVERY)}.intersection(chain.from_iterable(batches))
    return {id_ for batch in batches for id_ in context.execute(_KNOWN, {"groups": batch}).scalars()}


def find(context: EmmaContext, group_id: str | None) -> Any:
    """The group of an id from a path; deleted ones are not found."""
    found = context.first(_ONE, group=record_id(group_id))
    if found is None:
        raise NotFound(f"there is no group {group_id}", "emma.groups.unknown")
    return found


def listing(context: EmmaContext, types: Sequence[str]) -> Listing[int]:
    """The ids of the groups of some types, by age; of ordinary ones if no type is named."""
    wanted = _LIVE_IDS.where(Group.c.type.in_(_types(types)))

    def rows(window: Window) -> list[int]:
        return list(context.execute(wanted.order_by(GROUP).limit(window.limit).offset(window.start)).scalars())

    return Listing(
        count=lambda: int(context.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()), rows=rows
    )


def shown_rows(context: EmmaContext, ids: Iterable[int] | Select[int]) -> GroupRows:
    """The groups of these ids by age, deleted ones as well, with their counts; in slices."""
    account_id = accounts.get(context).id
    context.cite("emma.groups.counts")
    found = context.execute(_ROW.where(GROUP.in_(ids if isinstance(ids, Select) else list(ids))).order_by(GROUP)).all()
    counts, tallied = {group.id: [0, 0, 0] for group in found}, 0
    for group in found:
        for size, *each in _tallies(context, group.id):
            counts[group.id] = list(map(add, counts[group.id], each))
            tallied += size
            if tallied >= _TALLIED:
                tallied = 0
                yield
    return [group_row(group, counts[group.id], account_id) for group in found]


def rows_of(context: EmmaContext, ids: Iterable[int] | Select[int]) -> list[GroupRow]:
    """The same at one go, for groups that are few or small."""
    work = shown_rows(context, ids)
    while True:
        try:
            next(work)
        except StopIteration as end:
            rows: list[GroupRow] = end.value
            return rows


def create(context: EmmaContext, payload: GroupsCreate) -> list[tuple[int, str]]:
    """Make the groups of a payload; returns id and name of each, in their order."""
    if payload.groups is not None:
        return [_create(context, draft, f"groups[{place}].") for place, draft in enumerate(payload.groups)]
    if payload.group_name is None:
        raise BadRequest("groups: expected an array of objects with a group_name", "emma.create_groups.none")
    context.cite("emma.create_groups.lone")
    return [_create(context, payload, "")]


def rename(context: EmmaContext, group_id: str, name: str | None) -> None:
    """Give a group another name; its own is no duplicate."""
    group = find(context, group_id)
    context.run(_RENAME, group=group.id, new_name=_checked_name(context, name, "group_name", group=group.id))


def delete(context: EmmaContext, group_id: str) -> None:
    """Delete a group. Its members stay."""
    group = find(context, group_id)
    context.cite("emma.delete_group.members_stay")
    context.run(_DELETE, group=group.id, now=stamp(context.now, context.settings))


def _types(types: Sequence[str]) -> list[str]:
    for each in types:
        if each not in {"g", "t", "h", "all"}:
            raise BadRequest(f"group_types: expected g, t, h or all, found {shown(each)}", "emma.list_groups.bad_type")
    return ["g", "t", "h"] if "all" in types else list(types) or ["g"]


def _tallies(context: EmmaContext, group: int) -> Iterator[tuple[int, int, int, int]]:
    """Of some memberships of a group after the other: how many they are, and how many of live members who are active,
    opted out and faulty."""
    size, after = _TALLIED, 0
    while size == _TALLIED:
        size, last, *counts = context.tuples(_TALLY, group=group, after=after, most=_TALLIED)[0]
        yield size, *counts
        after = last


def _create(context: EmmaContext, draft: GroupDraft, where: str) -> tuple[int, str]:
    name = _checked_name(context, draft.group_name, f"{where}group_name", group=0)
    if draft.group_type not in {None, "g", "t", "h"}:
        said = f"{where}group_type: expected g, t or h, found {shown(draft.group_type)}"
        raise BadRequest(said, "emma.create_groups.type")
    group = new_id(context.ids, "group")
    context.run(_ADD, id=group, name=name, type=draft.group_type or "g", deleted_at=None, purged_at=None)
    return group, name


def _checked_name(context: EmmaContext, name: str | None, where: str, *, group: int) -> str:
    if name is None or not name.strip():
        raise BadRequest(f"{where}: is required and may not be blank", "emma.groups.name")
    if len(name) > LONGEST_NAME:
        said = f"{where}: expected {LONGEST_NAME} characters at most, found {len(name)}"
        raise BadRequest(said, "emma.groups.long_name")
    if context.first(_NAMED, name=name, group=group) is not None:
        context.cite("emma.groups.duplicate")
        if context.settings.duplicate_group_name == "refuse":
            raise BadRequest(f"{where}: there is another group called {shown(name)}", "emma.groups.duplicate")
    return name
