"""The custom fields of members."""

import re
from collections.abc import Generator
from typing import Any, get_args

from sqlalchemy import bindparam, func, insert, select, update

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts, field_values
from mockserver.providers.emma.actions.listings import Listing, held
from mockserver.providers.emma.errors import BadRequest, NotFound, shown
from mockserver.providers.emma.schemas.fields import FieldRow, FieldSave, FieldType, field_row, field_rows
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import MemberField
from mockserver.providers.emma.wire import new_id, record_id, stamp

FIELD, DELETED = MemberField.c.id, MemberField.c.deleted_at
TYPES = get_args(FieldType)
LONGEST_NAME = 255
LARGEST_ORDER = 2**31 - 1

_ROWS = select(*MemberField.c).order_by(MemberField.c.column_order, FIELD)
_ALL = Statement(_ROWS)
_LIVE = Statement(_ROWS.where(DELETED.is_(None)))
_ONE = Statement(_ROWS.where(FIELD == bindparam("field")))
_LAST_ORDER = Statement(select(func.max(MemberField.c.column_order)).where(DELETED.is_(None)))
_SAVED = ("shortcut_name", "display_name", "field_type", "widget_type", "column_order", "options")
_ADD = Statement(insert(MemberField))
_CHANGE = Statement(
    update(MemberField).where(FIELD == bindparam("field")).values({name: bindparam(f"new_{name}") for name in _SAVED})
)
_DELETE = Statement(update(MemberField).where(FIELD == bindparam("field")).values(deleted_at=bindparam("now")))
_SHORTCUT_NAME = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_SETTLED = "emma-fields"


def every(context: EmmaContext) -> list[Any]:
    """The fields that members have, in the order of their columns."""
    return list(definitions(context).values())


def definitions(context: EmmaContext) -> dict[str, Any]:
    """The same by shortcut name. Nearly every call about members needs them: they are read once, until one changes."""
    settled = context.workspace.settled
    if _SETTLED not in settled:
        settled[_SETTLED] = {row.shortcut_name: row for row in context.all(_LIVE)}
    found: dict[str, Any] = settled[_SETTLED]
    return found


def listing(context: EmmaContext, *, deleted_too: bool) -> Listing[FieldRow]:
    rows = context.all(_ALL) if deleted_too else every(context)
    return held(field_rows(rows, accounts.get(context).id))


def get(context: EmmaContext, field_id: str, *, deleted_too: bool) -> FieldRow:
    return field_row(_find(context, field_id, deleted_too=deleted_too), accounts.get(context).id)


def create(context: EmmaContext, payload: FieldSave) -> int:
    """Make a field, of text and after all others unless the payload says otherwise."""
    for name in ("shortcut_name", "display_name"):
        if getattr(payload, name) is None:
            raise BadRequest(f"{name}: is required", "emma.create_field.required")
    chosen = _checked(context, payload, field=0)
    defaults: dict[str, Any] = {
        "field_type": "text",
        "widget_type": "text",
        "column_order": min((context.value(_LAST_ORDER) or 0) + 1, LARGEST_ORDER),
        "options": None,
    }
    if "column_order" not in chosen:
        context.cite("emma.create_field.defaults")
    field = new_id(context.ids, "field")
    fixed = {"short_display_name": None, "required": False, "deleted_at": None}
    context.run(_ADD, id=field, **fixed, **{**defaults, **chosen})
    _forget(context)
    return field


def change(context: EmmaContext, field_id: str, payload: FieldSave) -> Generator[None, None, int]:
    """Change a field in what the payload says. Under another shortcut name members keep their values."""
    field = _find(context, field_id)
    new = field._asdict() | _checked(context, payload, field=field.id)
    context.run(_CHANGE, field=field.id, **{f"new_{name}": new[name] for name in _SAVED})
    _forget(context)
    if new["field_type"] != field.field_type:
        context.cite("emma.update_field.type")
    if new["shortcut_name"] != field.shortcut_name:
        context.cite("emma.update_field.rename")
        yield from field_values.rename(context, field.shortcut_name, new["shortcut_name"])
    return int(field.id)


def delete(context: EmmaContext, field_id: str) -> Generator[None, None, bool]:
    """Delete a field, and its values with it."""
    field = _find(context, field_id)
    context.cite("emma.delete_field.values")
    context.run(_DELETE, field=field.id, now=stamp(context.now, context.settings))
    _forget(context)
    yield from field_values.take_away(context, field.shortcut_name)
    return True


def clear(context: EmmaContext, field_id: str) -> Generator[None, None, bool]:
    """Take a field's values from all members. True even where there is no such field (seen live)."""
    field = context.first(_ONE, field=record_id(field_id))
    if field is None or field.deleted_at is not None:
        context.cite("emma.clear_field.unknown")
        if context.settings.unknown_ids == "strict":
            raise NotFound(f"there is no field {field_id}", "emma.clear_field.unknown")
        return True
    yield from field_values.take_away(context, field.shortcut_name)
    return True


def _find(context: EmmaContext, field_id: str, *, deleted_too: bool = False) -> Any:
    found = context.first(_ONE, field=record_id(field_id))
    if found is None:
        raise NotFound(f"there is no field {field_id}", "emma.fields.unknown")
    if found.deleted_at is not None and not deleted_too:
        raise NotFound(f"there is no field {field_id} any more; it is deleted", "emma.fields.deleted")
    return found


def _forget(context: EmmaContext) -> None:
    context.workspace.settled.pop(_SETTLED, None)


# What is wrong with a payload


def _checked(context: EmmaContext, payload: FieldSave, *, field: int) -> dict[str, Any]:
    """What a payload says of a field, or a refusal."""
    given = payload.model_dump(exclude_none=True)
    if "shortcut_name" in given:
        _check_shortcut_name(context, given["shortcut_name"], field)
    for name in ("display_name", "widget_type"):
        if name in given and not 0 < len(given[name].strip()) <= len(given[name]) <= LONGEST_NAME:
            raise BadRequest(
                f"{name}: expected 1 to {LONGEST_NAME} characters, found {shown(given[name])}", "emma.fields.name"
            )
    if given.get("field_type", "text") not in TYPES:
        said = f"field_type: expected {', '.join(TYPES[:-1])} or {TYPES[-1]}, found {shown(given['field_type'])}"
        raise BadRequest(said, "emma.fields.type")
    if not 0 <= given.get("column_order", 0) <= LARGEST_ORDER:
        said = f"column_order: expected a number from 0 to {LARGEST_ORDER}, found {shown(given['column_order'])}"
        raise BadRequest(said, "emma.fields.order")
    return given


def _check_shortcut_name(context: EmmaContext, name: str, field: int) -> None:
    if not _SHORTCUT_NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        said = f"shortcut_name: expected 1 to {LONGEST_NAME} letters, digits, _ or -, found {shown(name)}"
        raise BadRequest(said, "emma.fields.shortcut_name")
    owner = definitions(context).get(name)
    if owner is not None and owner.id != field:
        raise BadRequest(f"shortcut_name: field {owner.id} is called {name} already", "emma.fields.duplicate")
