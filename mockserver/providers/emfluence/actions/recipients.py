"""Who gets an email: the contacts that it names, and those of its groups without those of the groups that it leaves out."""

from collections.abc import Generator, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, or_, select

from mockserver.core import id_ranges
from mockserver.providers.emfluence.actions import deliveries, groups, memberships
from mockserver.providers.emfluence.actions.deliveries import CONTACT, REACHABLE
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact, Membership

_SLICE = 1000
"""Contacts that get an email between two turns for other workspaces: some ten milliseconds of work."""
_MEMBER, _GROUP = Membership.c.contact_id, Membership.c.group_id


def deliver(context: EmfluenceContext, email: Any) -> Generator[None, None, int]:
    """Send an email to everybody whom it is for, in slices; returns how many that is.

    Each recipient has a place, counted from 1: first those whom the email names, then those of group after group.
    """
    named = id_ranges.listed(CONTACT, email.recipients.get("contactIDs", []))
    count = deliveries.place(context, email.id, 0, named & REACHABLE)
    allowed = REACHABLE & ~or_(false(), *_left_out(context, email))
    for group_id in email.recipients.get("groupIDs", []):
        yield
        group = groups.find(context, group_id)
        if group is not None:
            count += yield from _each(context, email.id, count, group, allowed)
    return count


def _each(
    context: EmfluenceContext, email_id: int, before: int, group: Any, allowed: ColumnElement[bool]
) -> Generator[None, None, int]:
    """Send it to the members of a group: to those of its own list, or to whoever of all contacts fits."""
    listed = _has_list(group)
    members: Select[int] = select(_MEMBER).where(_GROUP == group.id, ~Membership.c.suppressed)
    fit = allowed if listed else allowed & memberships.not_suppressed(context, group)
    count = 0

    def do(between: ColumnElement[bool]) -> int:
        nonlocal count
        here = CONTACT.in_(members.where(between)) if listed else between
        placed = deliveries.place(context, email_id, before + count, here & fit)
        count += placed
        return placed

    return (yield from id_ranges.change(context, members if listed else select(CONTACT), do, most=_SLICE))


def _left_out(context: EmfluenceContext, email: Any) -> Iterator[ColumnElement[bool]]:
    """The condition that a contact is in one of the groups that an email leaves out."""
    ids = email.recipients.get("excludeGroupIDs", [])
    listed = select(_MEMBER).where(_MEMBER == CONTACT, _GROUP.in_(select(groups.GROUP).where(groups.named(ids))))
    yield exists(listed.correlate(Contact))
    for group_id in ids:
        group = groups.find(context, group_id)
        if group is not None and not _has_list(group):
            yield memberships.condition(context, group)


def _has_list(group: Any) -> bool:
    return group.type == "Static" and not group.built_in
