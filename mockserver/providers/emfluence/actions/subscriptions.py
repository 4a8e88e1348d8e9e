"""What the API shows and changes of who is in which group, contact by contact and group by group."""

from collections.abc import Generator, Sequence
from typing import Any

from sqlalchemy import Select, and_, false, null, select

from mockserver.providers.emfluence.actions import contacts, group_counts, groups, memberships, users
from mockserver.providers.emfluence.errors import ParameterMissing
from mockserver.providers.emfluence.schemas.contacts import ContactKey
from mockserver.providers.emfluence.schemas.subscriptions import (
    GroupSubscription,
    SubscriptionsDelete,
    SubscriptionsSave,
    group_subscription,
)
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact, Membership
from mockserver.providers.emfluence.wire import Page

_ID = Contact.c.id

Found = Generator[None, None, tuple[int, list[GroupSubscription]]]
"""How many there are, and those of a page, on their way: counting is done in slices."""


def save(context: EmfluenceContext, payload: SubscriptionsSave) -> None:
    """Let a contact into groups, or set whether it has opted out of them."""
    contact = contacts.require(context, payload)
    flags = {}
    for place, group in enumerate(payload.groups):
        if group.group_id is None:
            raise ParameterMissing(f"groups[{place}].groupID is required")
        flags[group.group_id] = bool(group.suppressed)
    memberships.subscribe(context, [contact.id], flags, "groups")


def delete(context: EmfluenceContext, payload: SubscriptionsDelete) -> None:
    """Take a contact out of groups."""
    contact = contacts.require(context, payload)
    if not payload.group_ids:
        raise ParameterMissing("groupIDs is required")
    memberships.leave(context, [contact.id], payload.group_ids)


def of_contact(context: EmfluenceContext, key: ContactKey) -> Sequence[tuple[Any, bool]]:
    """The groups that a contact is in, each with whether it has opted out of it."""
    return memberships.of(context, contacts.require(context, key).id)


def of_group(context: EmfluenceContext, group_id: int | None, page: Page) -> Found:
    """The contacts in a group by age; a restricted user sees own ones only."""
    if group_id is None:
        raise ParameterMissing("groupID is required")
    group = groups.require(context, group_id)
    wanted = memberships.condition(context, group)
    if users.is_restricted(context):
        wanted = and_(wanted, Contact.c.user_id == users.current(context).id)
        total, _ = yield from group_counts.count_fitting(context, wanted)
    else:
        total = yield from group_counts.size(context, group)
    some = select(_ID).where(wanted).order_by(_ID).limit(page.size).offset(page.offset)
    rows = context.execute(_selection(group).where(_ID.in_(some)).order_by(_ID))
    return total, [group_subscription(row) for row in rows]


def _selection(group: Any) -> Select[*tuple[Any, ...]]:
    """When they came in is known of static groups and of All."""
    is_static = groups.is_static(group)
    came_in = Membership.c.date_added if is_static else Contact.c.date_added if group.built_in else null()
    opted_out = memberships.SUPPRESSED if is_static else false()
    columns = [_ID, Contact.c.email, opted_out.label("opted_out"), came_in.label("joined")]
    selected: Select[*tuple[Any, ...]] = select(*columns)
    if is_static:
        selected = selected.join(Membership, and_(memberships.CONTACT == _ID, memberships.GROUP == group.id))
    return selected
