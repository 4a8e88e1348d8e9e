"""Which groups a contact is in, by their ids: one or two small statements for each contact that is answered."""

from typing import Any

from sqlalchemy import bindparam, case, or_, select

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import memberships
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact, Group, Membership

_CHOSEN = Statement(select(Membership.c.group_id).where(Membership.c.contact_id == bindparam("contact")))
_OTHERS = Statement(select(*Group.c).where(or_(Group.c.built_in, Group.c.type == "Dynamic")).order_by(Group.c.id))
_SETTLED = "emfluence.dynamic_groups"


def of(context: EmfluenceContext, contact_id: int) -> list[int]:
    """The groups that a contact is in, also those that nobody chose for it, by age."""
    return sorted([*(group for (group,) in context.tuples(_CHOSEN, contact=contact_id)), *not_chosen(context, contact_id)])


def not_chosen(context: EmfluenceContext, contact_id: int) -> list[int]:
    """The dynamic groups whose rules a contact fits, and All, unless it is hidden."""
    shown = context.settings.all_group == "shown"
    context.cite("emf.groups.all_shown")
    fitting, everybody = _others(context)
    found = context.tuples(fitting, contact=contact_id)[0] if fitting is not None else ()
    return [group for group in found if group] + (everybody if shown else [])


def _others(context: EmfluenceContext) -> tuple[Statement | None, list[int]]:
    """What finds the dynamic groups of a contact, and the id of All. No call can make one, or change its rule."""
    settled = context.workspace.settled
    if _SETTLED not in settled:
        settled[_SETTLED] = _read_others(context)
    others: tuple[Statement | None, list[int]] = settled[_SETTLED]
    return others


def _read_others(context: EmfluenceContext) -> tuple[Statement | None, list[int]]:
    rows = context.all(_OTHERS)
    dynamic: list[Any] = [
        case((memberships.condition(context, group), group.id), else_=0) for group in rows if not group.built_in
    ]
    fitting = Statement(select(*dynamic).where(Contact.c.id == bindparam("contact"))) if dynamic else None
    return fitting, [group.id for group in rows if group.built_in]
