from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from mockserver.core.statements import Statement
from mockserver.providers.ethermailer.errors import BadRequest, NotFound, Violation
from mockserver.providers.ethermailer.settings import EtherContext
from mockserver.providers.ethermailer.tables import Contact, ContactGroup, Membership
from mockserver.providers.ethermailer.wire import Page, new_ids

_GROUP, _GROUP_NAME = ContactGroup.c.id, ContactGroup.c.name
_MEMBERS = select(func.count()).where(Membership.c.group_id == _GROUP).correlate(ContactGroup)
_LIVE_MEMBERS = _MEMBERS.where(Contact.c.id == Membership.c.contact_id, Contact.c.deleted_at.is_(None)).scalar_subquery()
_ROWS = {
    counted: Statement(
        select(_GROUP, _GROUP_NAME, ContactGroup.c.can_delete, members.label("contacts"))
        .order_by(_GROUP)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )
    for counted, members in {"live": _LIVE_MEMBERS, "all": _MEMBERS.scalar_subquery()}.items()
}
_TOTAL = Statement(select(func.count()).select_from(ContactGroup))
_ONE = Statement(select(_GROUP, ContactGroup.c.can_delete).where(_GROUP == bindparam("group")))
_NAMED = Statement(select(_GROUP).where(_GROUP_NAME == bindparam("name"), _GROUP != bindparam("group")).limit(1))
_MOST_ASKED_FOR = 1000
_EVERY = Statement(select(_GROUP))
_KNOWN = select(_GROUP).where(_GROUP.in_(bindparam("groups", expanding=True)))
_OF_CONTACT = Statement(
    select(_GROUP, _GROUP_NAME)
    .join(Membership, Membership.c.group_id == _GROUP)
    .where(Membership.c.contact_id == bindparam("contact"))
    .order_by(_GROUP)
)
_CREATE = Statement(insert(ContactGroup))
_RENAME = Statement(update(ContactGroup).where(_GROUP == bindparam("group")).values(name=bindparam("new_name")))
_LEAVE = Statement(delete(Membership).where(Membership.c.group_id == bindparam("group")))
_DELETE = Statement(delete(ContactGroup).where(_GROUP == bindparam("group")))


def page(context: EtherContext, page: Page) -> tuple[Sequence[Any], int]:
    """The groups of a page by age, each with the number of its contacts, and how many groups there are."""
    counted = context.settings.contacts_count
    if counted == "live":
        context.cite("ether.list_contact_groups.count")
    rows = context.all(_ROWS[counted], limit=page.limit, offset=page.offset)
    return rows, context.value(_TOTAL)


def create(context: EtherContext, name: str | None) -> int:
    checked = _checked_name(context, name, group=-1)
    group = new_ids(context.ids, 1)[0]
    context.run(_CREATE, id=group, name=checked, can_delete=True)
    return group


def rename(context: EtherContext, group: int | None, name: str | None) -> int:
    """Give a group another name; its own, in whatever spelling, is no duplicate."""
    if not (name or "").strip():
        raise BadRequest(_name_is_empty())
    found = _find(context, group)
    context.run(_RENAME, group=found.id, new_name=_checked_name(context, name, group=found.id))
    return int(found.id)


def remove(context: EtherContext, group: int | None) -> None:
    """Delete a group. Its contacts stay; they are just not in it any more."""
    found = _find(context, group)
    if not found.can_delete:
        raise BadRequest(
            Violation(
                "groupId", "CannotDelete", f"the group {found.id} cannot be deleted", "ether.delete_contact_group.fixed"
            )
        )
    context.cite("ether.delete_contact_group.contacts_stay")
    context.run(_LEAVE, group=found.id)
    context.run(_DELETE, group=found.id)


def of_contact(context: EtherContext, contact: int) -> Sequence[Any]:
    return context.all(_OF_CONTACT, contact=contact)


def known(context: EtherContext, groups: Iterable[int]) -> set[int]:
    """Those of the given ids that are groups."""
    wanted = set(groups)
    if len(wanted) > _MOST_ASKED_FOR:  # SQLite takes only so many parameters
        return wanted & {row.id for row in context.all(_EVERY)}
    return set(context.execute(_KNOWN, {"groups": list(wanted)}).scalars()) if wanted else set()


def _find(context: EtherContext, group: int | None) -> Any:
    found = context.first(_ONE, group=group)
    if found is None:
        raise NotFound("groupId", "there is no such contact group", "ether.contact_groups.unknown")
    return found


def _checked_name(context: EtherContext, name: str | None, *, group: int) -> str:
    if name is None or not name.strip():
        raise BadRequest(_name_is_empty())
    if context.settings.duplicate_group_name == "allow":
        return name
    if context.first(_NAMED, name=name, group=group) is not None:
        raise BadRequest(
            Violation(
                "name",
                "AlreadyExists",
                f"A contact group with the name {name} already exists",
                "ether.contact_groups.duplicate",
            )
        )
    return name


def _name_is_empty() -> Violation:
    return Violation("name", "NotEmpty", "name must not be empty", "ether.contact_groups.name")
