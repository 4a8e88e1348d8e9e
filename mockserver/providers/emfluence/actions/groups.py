"""Groups of contacts: finding, saving."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic_core import to_json
from sqlalchemy import ColumnElement, Text, bindparam, func, insert, literal, select, update

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import users
from mockserver.providers.emfluence.errors import (
    DuplicateRecord,
    InvalidAction,
    ParameterMissing,
    RecordNotFound,
    WrongValue,
)
from mockserver.providers.emfluence.schemas.groups import GroupLookup, GroupSave
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Group
from mockserver.providers.emfluence.wire import name_key

GROUP = Group.c.id
ROW = select(*Group.c)

_ONE = Statement(ROW.where(GROUP == bindparam("group")))
_NAMED = Statement(
    select(GROUP).where(Group.c.name_key == bindparam("name"), GROUP != bindparam("group")).order_by(GROUP).limit(1)
)
_ADD = insert(Group)
PERMISSION = "Create Groups"
"""For looking up as well as for saving."""
_MOST_LOOKED_UP = 25
_LARGEST_ID = 2**63 - 1


def find(context: EmfluenceContext, group_id: int) -> Any | None:
    """The group of an id, archived or not."""
    return context.first(_ONE, group=group_id) if 0 < group_id <= _LARGEST_ID else None


def require(context: EmfluenceContext, group_id: int, where: str = "groupID") -> Any:
    """The same, or a refusal that names the parameter."""
    found = find(context, group_id)
    if found is None:
        raise RecordNotFound(f"{where}: there is no group {group_id}", rule="emf.groups.unknown")
    return found


def is_static(group: Any) -> bool:
    """Whether contacts join and leave it one by one."""
    return not group.built_in and group.rule is None


def named(ids: Iterable[int]) -> ColumnElement[bool]:
    """The condition that a group is one of these, however many they are."""
    listed = literal(to_json(list(ids)).decode(), Text)
    return GROUP.in_(select(func.json_each(listed).table_valued("value").c.value))


def lookup(context: EmfluenceContext, payload: GroupLookup) -> Any | Sequence[Any]:
    """The group that a call asks for; a list of those that exist when it asks for several."""
    if not payload.group_ids:
        if payload.group_id is None:
            raise ParameterMissing("groupID or groupIDs is required")
        return require(context, payload.group_id)
    wanted = list(dict.fromkeys(payload.group_ids))
    if len(wanted) > _MOST_LOOKED_UP:
        said = f"groupIDs: expected {_MOST_LOOKED_UP} ids at most, found {len(wanted)}"
        raise WrongValue(said, rule="emf.lookup_groups.most")
    context.cite("emf.lookup_groups.several")
    found = {group.id: group for group in context.execute(ROW.where(named(wanted)))}
    return [found[group_id] for group_id in wanted if group_id in found]


def save(context: EmfluenceContext, payload: GroupSave) -> Any:
    """Make a group, or change what is given of one; returns it as it is then."""
    if payload.group_id is None:
        return _create(context, payload)
    group = require(context, payload.group_id)
    changes = _given(context, payload, group)
    if payload.type not in {None, group.type}:
        raise WrongValue(f"type: a group that is {group.type} stays so", rule="emf.save_group.type")
    if group.built_in and changes.get("name", group.name) != group.name:
        raise InvalidAction(f"groupName: the group {group.name} keeps its name", rule="emf.save_group.built_in")
    changed = {**group._asdict(), **changes}
    if {"status", "protected"} & set(changes):
        _refuse_archiving(changed)
    context.execute(update(Group).where(GROUP == group.id).values(**changes, date_modified=context.now))
    return find(context, group.id)


def _create(context: EmfluenceContext, payload: GroupSave) -> Any:
    if payload.type == "Dynamic":
        raise WrongValue("type: only static groups can be created", rule="emf.save_group.type")
    if not payload.name.strip():
        raise ParameterMissing("groupName is required", rule="emf.save_group.no_name")
    row = {"status": "Active", "protected": False, **_given(context, payload, None)}
    row["friendly_name"] = row.get("friendly_name") or row["name"]
    _refuse_archiving({**row, "built_in": False})
    group_id = context.ids.number("emfluence.group")
    owner = users.current(context).id
    context.execute(_ADD.values(**{"user_ids": [], **row, "id": group_id, "user_id": owner, "date_added": context.now}))
    return find(context, group_id)


def _given(context: EmfluenceContext, payload: GroupSave, group: Any | None) -> dict[str, Any]:
    """The columns that a call sets, after a look at each."""
    given = {name: getattr(payload, name) for name in payload.model_fields_set - {"group_id", "type"}}
    given = {name: value for name, value in given.items() if value is not None}
    if "name" in given:
        given["name"] = _checked_name(context, given["name"], 0 if group is None else group.id)
        given["name_key"] = name_key(given["name"])
    if group is not None and given.get("friendly_name") == "":
        given["friendly_name"] = given.get("name", group.name)
    if "user_ids" in given:
        given["user_ids"] = _checked_users(context, given["user_ids"])
    return given


def _checked_users(context: EmfluenceContext, user_ids: Sequence[int]) -> list[int]:
    known = {user.id for user in users.every(context)}
    for user_id in user_ids:
        if user_id not in known:
            raise RecordNotFound(f"userIDs: there is no user {user_id}", rule="emf.save_group.unknown_user")
    return list(dict.fromkeys(user_ids))


def _checked_name(context: EmfluenceContext, name: str, group_id: int) -> str:
    """The name without blanks around it, which no other group has."""
    if not name.strip():
        raise WrongValue("groupName: expected a name, found a blank", rule="emf.save_group.no_name")
    for (other,) in context.tuples(_NAMED, name=name_key(name), group=group_id):
        said = f"groupName: there is another group called {name.strip()}"
        raise DuplicateRecord(said, rule="emf.save_group.duplicate", data={"groupID": other})
    return name.strip()


def _refuse_archiving(group: dict[str, Any]) -> None:
    if group["status"] == "Archived" and (group["protected"] or group["built_in"]):
        said = f"status: the group {group['name']} is protected and cannot be archived"
        raise InvalidAction(said, rule="emf.save_group.protected")
