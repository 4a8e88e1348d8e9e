"""The search for groups."""

from collections.abc import Generator, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from mockserver.providers.emfluence.actions import group_counts, groups, users
from mockserver.providers.emfluence.schemas.group_search import COUNTS, GroupSearch, group_found
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Group
from mockserver.providers.emfluence.wire import Page, name_key

_COLUMNS = {
    "groupID": groups.GROUP,
    "groupName": Group.c.name_key,
    "dateAdded": Group.c.date_added,
    "dateModified": Group.c.date_modified,
    "dateLastEmailSent": Group.c.date_last_email_sent,
}

Found = Generator[None, None, tuple[int, list[dict[str, Any]]]]
"""How many there are, and those of a page, on their way: counting members is done in slices."""


def search(context: EmfluenceContext, asked: GroupSearch, page: Page) -> Found:
    """The groups of a page."""
    wanted = _wanted(context, asked)
    total = context.execute(select(func.count()).select_from(Group).where(wanted)).scalar_one()
    field = asked.sort_field
    if field in COUNTS:
        found = yield from group_counts.shown(context, _rows(context, asked, wanted), group_found)
        found.sort(key=itemgetter(field), reverse=asked.sort_direction == "desc")
        return total, found[page.offset : page.offset + page.size]
    return total, (yield from group_counts.shown(context, _rows(context, asked, wanted, page), group_found))


def _rows(
    context: EmfluenceContext, asked: GroupSearch, wanted: ColumnElement[bool], page: Page | None = None
) -> Sequence[Any]:
    """Groups in their order, those of the same place in it by age."""
    column = _COLUMNS.get(asked.sort_field or "", Group.c.name_key)
    ordered = column.desc() if asked.sort_direction == "desc" else column.asc()
    selected = groups.ROW.where(wanted).order_by(ordered, groups.GROUP)
    if page is not None:
        selected = selected.limit(page.size).offset(page.offset)
    return context.execute(selected).all()


def _wanted(context: EmfluenceContext, asked: GroupSearch) -> ColumnElement[bool]:
    # Not LIKE, which takes no pattern of more than 50 kB.
    terms = [func.instr(Group.c.name_key, name_key(asked.name)) > 0] if asked.name.strip() else []
    if asked.status != "All":
        terms.append(Group.c.status == (asked.status or "Active"))
    if asked.type in {"Static", "Dynamic"}:
        terms.append(Group.c.type == asked.type)
    if asked.private is not None:
        terms.append(Group.c.private == asked.private)
    if asked.group_ids:
        terms.append(groups.named(asked.group_ids))
    if asked.user_id is not None:
        terms.append(_usable_by(context, asked.user_id))
    context.cite("emf.groups.all_shown")
    if context.settings.all_group == "hidden":
        terms.append(~Group.c.built_in)
    return and_(True, *terms)


def _usable_by(context: EmfluenceContext, user_id: int) -> ColumnElement[bool]:
    """All, and groups that a user owns or is named for; every group, for an administrator."""
    context.cite("emf.search_groups.user")
    user = next((each for each in users.every(context) if each.id == user_id), None)
    if user is not None and users.CLIENT_ADMIN in user.permissions:
        return and_(True)
    named = func.json_each(Group.c.user_ids).table_valued("value")
    return or_(Group.c.built_in, Group.c.user_id == user_id, select(named.c.value).where(named.c.value == user_id).exists())
