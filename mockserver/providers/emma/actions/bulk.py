"""Many members in one call: archived, given another status, or copied into a group."""

from collections.abc import Generator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, false, func, insert, literal, select, true, update

from mockserver.core import id_ranges
from mockserver.providers.emma.actions import groups, memberships, statuses
from mockserver.providers.emma.actions.members import LIVE, MEMBER
from mockserver.providers.emma.errors import BadRequest, NotFound, shown
from mockserver.providers.emma.schemas.bulk import MembersArchive, MembersCopy, MembersShift, MembersStatusChange
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Member, Membership
from mockserver.providers.emma.wire import record_id, stamp

STATUS = Member.c.status

Work = Generator[None, None, bool]


def archive(context: EmmaContext, payload: MembersArchive) -> Work:
    return _named(context, payload.member_ids, partial(_archive, context))


def change_statuses(context: EmmaContext, payload: MembersStatusChange) -> Work:
    """Archived members are meant as well: a single one can be updated, too."""
    to = _status("status_to", payload.status_to, "aeo")
    return _named(context, payload.member_ids, lambda who: statuses.change(context, who, to))


def archive_all(context: EmmaContext, letters: Sequence[str] | None) -> Work:
    """Archive every member, or those of some statuses."""
    who = LIVE & of_statuses("member_status_id", letters)
    yield from id_ranges.change(context, select(MEMBER).where(who), lambda range_: _archive(context, who & range_))
    return True


def copy_to_group(context: EmmaContext, group_id: str, payload: MembersCopy) -> Work:
    group = groups.find(context, group_id)
    if not payload.member_status_id:
        raise BadRequest(
            "member_status_id: is required; expected an array of a, e or o", "emma.copy_members_to_group.no_status"
        )
    who = LIVE & of_statuses("member_status_id", payload.member_status_id)
    yield from id_ranges.change(
        context, select(MEMBER).where(who), lambda range_: _join(context, who & range_, int(group.id))
    )
    return True


def shift_statuses(context: EmmaContext, status_from: str, status_to: str, payload: MembersShift) -> Work:
    """Give live members who have one status another, in one group or everywhere."""
    who = LIVE & (STATUS == _status("status_from", status_from, "aefo"))
    to = _status("status_to", status_to, "aefo")
    if payload.group_id is not None:
        who &= in_group(context, payload.group_id, "emma.shift_member_statuses.unknown_group")
    yield from id_ranges.change(
        context, select(MEMBER).where(who), lambda range_: statuses.change(context, who & range_, to)
    )
    return True


# What purging shares with the operations above.


def of_statuses(where: str, letters: Sequence[str] | None) -> ColumnElement[bool]:
    """The members of the statuses that a call names; of every status if it names none.

    A blank names nothing, and is no way to say "all": an empty variable would archive or erase everybody.
    """
    if letters is None:
        return true()
    return STATUS.in_([_status(where, letter, "aeo") for letter in letters or [""]])


def in_group(context: EmmaContext, group_id: str, rule: str) -> ColumnElement[bool]:
    """The members of a group: none if it does not exist, which is a 404 with `unknown_ids` on strict."""
    known = groups.known(context, [record_id(group_id) or 0])
    if not known:
        context.cite(rule)
        if context.settings.unknown_ids == "strict":
            raise NotFound(f"there is no group {group_id}", rule)
        return false()
    return MEMBER.in_(memberships.select_members(*known))


def _status(where: str, letter: Any, allowed: str) -> str:
    if not isinstance(letter, str) or letter not in set(allowed):
        expected = f"{', '.join(allowed[:-1])} or {allowed[-1]}"
        found = "is required" if letter is None else f"found {shown(letter)}"
        raise BadRequest(f"{where}: expected {expected}, {found}", "emma.bulk.bad_status")
    return letter


def _named(context: EmmaContext, ids: Sequence[int], do: id_ranges.Change) -> Work:
    """Do it to the members that a call names; False, with `unknown_ids` on strict, when one does not exist."""

    def do_and_count(who: ColumnElement[bool]) -> int:
        do(who)
        return int(context.execute(select(func.count()).select_from(Member).where(who)).scalar_one())

    found = yield from id_ranges.change_named(MEMBER, ids, do_and_count)
    if found == len(set(ids)):
        return True
    context.cite("emma.bulk.unknown_members")
    return context.settings.unknown_ids != "strict"


def _archive(context: EmmaContext, who: ColumnElement[bool]) -> int:
    now = stamp(context.now, context.settings)
    return context.execute(update(Member).where(who, LIVE).values(deleted_at=now)).rowcount


def _join(context: EmmaContext, who: ColumnElement[bool], group_id: int) -> int:
    pairs = select(MEMBER, literal(group_id)).where(who)
    joining = insert(Membership).prefix_with("OR IGNORE").from_select(["member_id", "group_id"], pairs)
    return context.execute(joining).rowcount
