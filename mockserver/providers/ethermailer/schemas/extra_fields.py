from typing import Any, Literal

from typing_extensions import TypedDict

FieldType = Literal["DATE", "INTEGER", "BOOLEAN", "TEXT", "OPTIONS"]


class Option(TypedDict):
    optionId: str
    text: str


class ExtraFieldRow(TypedDict):
    fieldId: str
    name: str
    required: bool
    type: FieldType
    options: list[Option]


class ExtraFieldPage(TypedDict):
    items: list[ExtraFieldRow]
    totalItems: int


def extra_field_row(field: Any) -> ExtraFieldRow:
    return {
        "fieldId": str(field.id),
        "name": field.name,
        "required": field.required,
        "type": field.type,
        "options": field.options,
    }
