"""Which members are in which groups, from the groups' side; `memberships` looks from the other."""

from collections.abc import Generator, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, delete, insert, literal, select, update

from mockserver.core import id_ranges
from mockserver.core.scheduler import schedule
from mockserver.providers.emma.actions import group_pages, groups, memberships
from mockserver.providers.emma.actions.bulk import of_statuses
from mockserver.providers.emma.actions.listings import Listing
from mockserver.providers.emma.actions.members import LIVE, MEMBER
from mockserver.providers.emma.errors import NotFound
from mockserver.providers.emma.schemas.members import MemberRow
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Member, Membership
from mockserver.providers.emma.wire import stamp

DELETE_MEMBERS = "delete_members_of_group"
"""The task that `schedule_deletion` leaves behind."""

_IN_GROUP = Membership.c.group_id == bindparam("group")
_JOINED = Membership.c.member_id
_MEMBERS = bindparam("members", type_=Integer, expanding=True)
_IN_THE_GROUP = select(_JOINED).where(_IN_GROUP, _JOINED.in_(_MEMBERS))
_NOT_IN_IT = select(MEMBER).where(MEMBER.in_(_MEMBERS), LIVE, MEMBER.not_in(_IN_THE_GROUP))
_LEAVE = delete(Membership).where(_IN_GROUP, _JOINED.in_(_MEMBERS))

Changed = Generator[None, None, list[int]]


def listing(context: EmmaContext, group_id: str, *, archived_too: bool) -> Listing[MemberRow]:
    return group_pages.listing(context, groups.find(context, group_id).id, archived_too=archived_too)


def add(context: EmmaContext, group_id: str, member_ids: Iterable[int]) -> Changed:
    """Let live members be in a group; returns those that were not, in the order sent."""
    group = groups.find(context, group_id).id
    added: list[int] = []
    for place, batch in enumerate(id_ranges.batches(member_ids)):
        if place:
            yield
        new = set(context.execute(_NOT_IN_IT, {"group": group, "members": batch}).scalars())
        added += (joining := [member for member in batch if member in new])
        memberships.join(context, ((member, group) for member in joining))
    return added


def remove(context: EmmaContext, group_id: str, member_ids: Iterable[int]) -> Changed:
    """Take members, archived or not, out of a group; returns those that were in it, in the order sent."""
    group = groups.find(context, group_id).id
    removed: list[int] = []
    for place, batch in enumerate(id_ranges.batches(member_ids)):
        if place:
            yield
        present = set(context.execute(_IN_THE_GROUP, {"group": group, "members": batch}).scalars())
        context.execute(_LEAVE, {"group": group, "members": batch})
        removed += [member for member in batch if member in present]
    return removed


def remove_all(context: EmmaContext, group_id: str, letters: Sequence[str] | None) -> Generator[None, None, int]:
    """Take everybody, archived or not, or those of some statuses out of a group; returns how many it were."""
    group = groups.find(context, group_id).id
    who = _in_group(group)
    if letters is not None:
        who &= _JOINED.in_(select(MEMBER).where(of_statuses("member_status_id", letters), MEMBER == _JOINED))

    def leave(range_: ColumnElement[bool]) -> int:
        return context.execute(delete(Membership).where(who, range_)).rowcount

    return (yield from id_ranges.change(context, memberships.select_members(group), leave))


def copy(context: EmmaContext, from_group: str, to_group: str, letters: Sequence[str] | None) -> Generator[None, None, bool]:
    """Let the live members of one group, or those of some statuses, be in another as well."""
    who = LIVE & of_statuses("member_status_id", letters)
    source, target = (_found(context, group, "emma.copy_group_members.unknown") for group in (from_group, to_group))
    if source is None or target is None:
        return True
    pairs = select(_JOINED, literal(target)).join(Member, MEMBER == _JOINED).where(_in_group(source), who)

    def join(range_: ColumnElement[bool]) -> int:
        joining = insert(Membership).prefix_with("OR IGNORE").from_select(["member_id", "group_id"], pairs.where(range_))
        return context.execute(joining).rowcount

    yield from id_ranges.change(context, memberships.select_members(source), join)
    return True


def schedule_deletion(context: EmmaContext, group_id: str, letters: Sequence[str] | None, *, archive: bool) -> None:
    """Let the members of a group, or those of some statuses, leave all groups, and be archived, right after this call."""
    of_statuses("member_status_id", letters)
    group = _found(context, group_id, "emma.delete_members_of_group.unknown")
    if group is None:
        return
    if not archive:
        context.cite("emma.delete_members_of_group.flag")
    payload = {"group": group, "statuses": letters, "archive": archive}
    schedule(context, kind=DELETE_MEMBERS, due=context.now, payload=payload)


def delete_members(context: EmmaContext, payload: dict[str, Any]) -> Generator[None, None, None]:
    """The work that `schedule_deletion` has left."""
    ids = memberships.select_members(payload["group"]).join(Member, MEMBER == _JOINED)
    who = ids.where(LIVE & of_statuses("member_status_id", payload["statuses"]))
    now = stamp(context.now, context.settings)

    def delete_some(range_: ColumnElement[bool]) -> int:
        leaving = list(context.execute(who.where(range_)).scalars())
        if payload["archive"]:
            context.execute(update(Member).where(MEMBER.in_(leaving)).values(deleted_at=now))
        return context.execute(delete(Membership).where(_JOINED.in_(leaving))).rowcount

    yield from id_ranges.change(context, who, delete_some, most=id_ranges.BATCH)


def _in_group(group: int) -> ColumnElement[bool]:
    return Membership.c.group_id == group


def _found(context: EmmaContext, group_id: str, rule: str) -> int | None:
    """The group of an id from a path, or None if there is none; then a setting may refuse the call."""
    try:
        return int(groups.find(context, group_id).id)
    except NotFound as unknown:
        context.cite(rule)
        if context.settings.unknown_ids == "strict":
            raise NotFound(unknown.said, rule) from unknown
        return None
