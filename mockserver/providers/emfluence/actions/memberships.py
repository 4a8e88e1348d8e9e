"""Who is in which group: members of static ones join and leave, All has everybody, a dynamic one whoever fits its rule."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, false, insert, select, true, update

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import contact_search, group_ids, groups
from mockserver.providers.emfluence.errors import InvalidAction, RecordNotFound
from mockserver.providers.emfluence.schemas.contact_search import ContactCriteria
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact, Group, Membership

CONTACT, GROUP = Membership.c.contact_id, Membership.c.group_id
SUPPRESSED = Membership.c.suppressed

_ONE = (CONTACT == bindparam("contact"), GROUP == bindparam("group"))
_JOIN = Statement(insert(Membership).prefix_with("OR IGNORE"))
_FLAG = Statement(update(Membership).where(*_ONE).values(suppressed=bindparam("flag")))
_LEAVE = Statement(delete(Membership).where(*_ONE))
_STATIC_OF = Statement(
    select(*Group.c, SUPPRESSED.label("opted_out"))
    .join(Membership, GROUP == groups.GROUP)
    .where(CONTACT == bindparam("contact"))
)


def join(context: EmfluenceContext, contact_ids: Iterable[int], chosen: Iterable[int]) -> None:
    """Let contacts into groups; whoever had opted out of one is in it again."""
    subscribe(context, contact_ids, dict.fromkeys(chosen, False))


def subscribe(
    context: EmfluenceContext, contact_ids: Iterable[int], flags: dict[int, bool], where: str = "groupIDs"
) -> None:
    """Let contacts into groups, each with a flag that says whether they have opted out of it."""
    contacts, newcomers = list(contact_ids), dict[int, list[int]]()
    for group in _choosable(context, flags, where, leaving=(group for group, out in flags.items() if out)):
        came = [contact for contact in contacts if _put(context, contact, group, suppressed=flags[group])]
        newcomers[group] = [] if flags[group] else came
    for group, came in newcomers.items():
        if came:
            from mockserver.providers.emfluence.actions import automation  # noqa: PLC0415 - no start needs emails

            automation.triggered(context, group, came)


def leave(context: EmfluenceContext, contact_ids: Iterable[int], chosen: Iterable[int]) -> None:
    """Take contacts out of groups; whoever is not in one stays out."""
    wanted = list(chosen)
    left = _choosable(context, wanted, "groupIDs", leaving=wanted)
    context.run_many(_LEAVE, [{"contact": contact, "group": group} for contact in contact_ids for group in left])


def of(context: EmfluenceContext, contact_id: int) -> list[tuple[Any, bool]]:
    """The groups that a contact is in, each with whether it has opted out of it, by age."""
    found = [(group, group.opted_out) for group in context.all(_STATIC_OF, contact=contact_id)]
    others = (groups.find(context, group_id) for group_id in group_ids.not_chosen(context, contact_id))
    found += [(group, False) for group in others if group is not None]
    return sorted(found, key=lambda each: int(each[0].id))


def condition(context: EmfluenceContext, group: Any) -> ColumnElement[bool]:
    """The condition on contacts that they are in the group."""
    if group.built_in:
        return true()
    if group.rule is not None:
        return _fits(context, group)
    return Contact.c.id.in_(select(CONTACT).where(GROUP == group.id))


def not_suppressed(context: EmfluenceContext, group: Any) -> ColumnElement[bool]:
    """The condition that they are in it and have not opted out of it."""
    if not groups.is_static(group):
        return condition(context, group)
    return Contact.c.id.in_(select(CONTACT).where(GROUP == group.id, ~SUPPRESSED))


def _choosable(context: EmfluenceContext, chosen: Iterable[int], where: str, *, leaving: Iterable[int] = ()) -> list[int]:
    """Those of the groups that contacts join and leave one by one; refuses, before anything is done, what is impossible."""
    left, found = set(leaving), []
    for group_id in dict.fromkeys(chosen):
        group = groups.find(context, group_id)
        if group is None:
            context.cite("emf.subscriptions.unknown_group")
            if context.settings.unknown_group == "refuse":
                said = f"{where}: there is no group {group_id}"
                raise RecordNotFound(said, rule="emf.subscriptions.unknown_group")
        elif group.rule is not None:
            said = f"{where}: the members of the dynamic group {group.name} are whoever fits its rule; they cannot be chosen"
            raise InvalidAction(said, rule="emf.subscriptions.dynamic")
        elif not group.built_in:
            found.append(group_id)
        elif group_id in left:
            said = f"{where}: no contact can leave the group {group.name}; set `suppressed` of the contact instead"
            raise InvalidAction(said, rule="emf.subscriptions.all")
    return found


def _put(context: EmfluenceContext, contact: int, group: int, *, suppressed: bool) -> bool:
    """Whether the contact was not in the group before."""
    if context.run(_JOIN, contact_id=contact, group_id=group, suppressed=suppressed, date_added=context.now):
        return True
    context.run(_FLAG, contact=contact, group=group, flag=suppressed)
    return False


def _fits(context: EmfluenceContext, group: Any) -> ColumnElement[bool]:
    """Who fits the rule of a dynamic group. One that asks for members of no group, or of a dynamic one, nobody fits."""
    criteria = ContactCriteria.model_validate(group.rule)
    if criteria.group_id is not None:
        other = groups.find(context, criteria.group_id)
        if other is None or other.rule is not None:
            return false()
    return contact_search.condition(context, criteria)
