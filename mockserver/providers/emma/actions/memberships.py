"""Which members are in which groups, from the members' side; `group_members` looks from the other."""

from collections.abc import Collection, Generator, Iterable

from sqlalchemy import Integer, Select, bindparam, delete, insert, select

from mockserver.core import id_ranges
from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import groups, members
from mockserver.providers.emma.actions.listings import Listing, held
from mockserver.providers.emma.errors import BadRequest, NotFound
from mockserver.providers.emma.schemas.memberships import MemberGroups, MembersRemove
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Group, Membership

MEMBER, GROUP = Membership.c.member_id, Membership.c.group_id

_JOIN = Statement(insert(Membership).prefix_with("OR IGNORE"))
_LEAVE = Statement(delete(Membership).where(MEMBER == bindparam("member"), GROUP == bindparam("group")))
_LEAVE_ALL = Statement(delete(Membership).where(MEMBER == bindparam("member")))
_OF_MEMBER = Statement(
    select(GROUP).join(Group, Group.c.id == GROUP).where(MEMBER == bindparam("member"), groups.LIVE).order_by(GROUP)
)
_MEMBERS, _GROUPS = (bindparam(name, type_=Integer, expanding=True) for name in ("members", "groups"))
_KNOWN_MEMBERS = select(members.MEMBER).where(members.MEMBER.in_(_MEMBERS))
_LEAVE_MANY = delete(Membership).where(MEMBER.in_(_MEMBERS), GROUP.in_(_GROUPS))


def join(context: EmmaContext, pairs: Iterable[tuple[int, int]]) -> None:
    """Let members be in groups, each pair naming one of each; whoever is there already stays."""
    context.run_many(_JOIN, ({"member_id": member, "group_id": group} for member, group in pairs))


def select_members(group_id: int) -> Select[int]:
    """The ids of the members of a group, archived ones as well."""
    return select(MEMBER).where(GROUP == group_id)


def listing(context: EmmaContext, member_id: str) -> Listing[int]:
    """The ids of the groups of a member, archived or not, by age."""
    return held(_groups_of(context, _find(context, member_id)))


def add(context: EmmaContext, member_id: str, payload: MemberGroups) -> list[int]:
    """Let a member be in groups; returns those that exist, also where it was already, in the order asked for."""
    member = _find(context, member_id)
    wanted = list(dict.fromkeys(payload.group_ids))
    known = groups.known(context, wanted)
    unknown = [group for group in wanted if group not in known]
    if unknown:
        context.cite("emma.add_member_to_groups.unknown_groups")
        if context.settings.unknown_groups == "refuse":
            said = f"group_ids: there is no group {unknown[0]}"
            raise BadRequest(said, "emma.add_member_to_groups.unknown_groups")
    affected = [group for group in wanted if group in known]
    join(context, ((member, group) for group in affected))
    return affected


def remove(context: EmmaContext, member_id: str, payload: MemberGroups) -> list[int]:
    """Take a member out of groups; returns those it was in, in the order asked for."""
    member = _find(context, member_id)
    wanted = list(dict.fromkeys(payload.group_ids))
    present = set(_groups_of(context, member))
    affected = [group for group in wanted if group in present]
    for group in affected:
        context.run(_LEAVE, member=member, group=group)
    return affected


def remove_all(context: EmmaContext, member_id: str) -> None:
    """Take a member out of every group."""
    context.run(_LEAVE_ALL, member=_find(context, member_id))


def remove_many(context: EmmaContext, payload: MembersRemove) -> Generator[None, None, bool]:
    """Take members out of groups, as many as there are: True, whether they were in them or not."""
    if payload.member_ids is None or payload.group_ids is None:
        return _no_arrays(context, "member_ids" if payload.member_ids is None else "group_ids")
    known_groups, known_members = groups.known(context, payload.group_ids), set[int]()
    _refuse_unknown(context, "group", payload.group_ids, known_groups)
    for place, batch in enumerate(id_ranges.batches(payload.member_ids)):
        if place:
            yield
        known_members.update(context.execute(_KNOWN_MEMBERS, {"members": batch}).scalars())
        for some_groups in id_ranges.batches(known_groups):
            context.execute(_LEAVE_MANY, {"members": batch, "groups": some_groups})
    _refuse_unknown(context, "member", payload.member_ids, known_members)
    return True


def _find(context: EmmaContext, member_id: str) -> int:
    found = members.find(context, member_id)
    if found is None:
        raise NotFound(f"there is no member {member_id}", "emma.members.unknown")
    if found.deleted_at is not None:
        context.cite("emma.memberships.archived")
    return int(found.id)


def _groups_of(context: EmmaContext, member: int) -> list[int]:
    return [group for (group,) in context.tuples(_OF_MEMBER, member=member)]


def _no_arrays(context: EmmaContext, where: str) -> bool:
    """What a scalar instead of an array is answered with."""
    context.cite("emma.remove_members_from_groups.scalars")
    if context.settings.unknown_ids == "strict":
        raise BadRequest(f"{where}: expected an array of ids", "emma.remove_members_from_groups.scalars")
    return False


def _refuse_unknown(context: EmmaContext, kind: str, ids: Iterable[int], known: Collection[int]) -> None:
    unknown = next((each for each in ids if each not in known), None)
    if unknown is None:
        return
    context.cite("emma.remove_members_from_groups.unknown")
    if context.settings.unknown_ids != "lenient":
        raise NotFound(f"{kind}_ids: there is no {kind} {unknown}", "emma.remove_members_from_groups.unknown")
