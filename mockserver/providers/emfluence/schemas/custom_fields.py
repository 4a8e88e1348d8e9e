from typing import Any

from typing_extensions import TypedDict

from mockserver.providers.emfluence.wire import Paged


class CustomFieldSearch(Paged):
    """Which page of the custom fields."""


class CustomFieldRow(TypedDict):
    customFieldID: int
    name: str
    label: str


def custom_field_row(field: Any) -> CustomFieldRow:
    """`name` is what contacts call the field, `label` what people do."""
    return {"customFieldID": field.number, "name": f"custom{field.number}", "label": field.label}
