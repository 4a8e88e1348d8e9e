from collections.abc import Iterable
from typing import Any, Literal

from typing_extensions import TypedDict

from mockserver.providers.emma.schemas.payloads import Payload

FieldType = Literal["text", "text[]", "numeric", "boolean", "date", "timestamp"]


class FieldRow(TypedDict):
    shortcut_name: str
    display_name: str
    account_id: int
    field_type: FieldType
    required: bool
    field_id: int
    widget_type: str
    short_display_name: str | None
    column_order: int
    deleted_at: str | None
    options: list[str] | None


class FieldSave(Payload):
    """A new field, or what is to change in one."""

    shortcut_name: str | None = None
    display_name: str | None = None
    field_type: str | None = None
    widget_type: str | None = None
    column_order: int | None = None
    options: list[str] | None = None


def field_rows(rows: Iterable[Any], account_id: int) -> list[FieldRow]:
    return [field_row(row, account_id) for row in rows]


def field_row(row: Any, account_id: int) -> FieldRow:
    return {
        "shortcut_name": row.shortcut_name,
        "display_name": row.display_name,
        "account_id": account_id,
        "field_type": row.field_type,
        "required": row.required,
        "field_id": row.id,
        "widget_type": row.widget_type,
        "short_display_name": row.short_display_name,
        "column_order": row.column_order,
        "deleted_at": row.deleted_at,
        "options": row.options,
    }
