from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field
from typing_extensions import TypedDict

from mockserver.providers.ethermailer.schemas.extra_fields import ExtraFieldRow, extra_field_row
from mockserver.providers.ethermailer.settings import EtherMailerSettings
from mockserver.providers.ethermailer.wire import as_text, epoch

Text = Annotated[str | None, BeforeValidator(as_text)]


class Payload(BaseModel):
    """Base of what comes in: unknown properties are ignored, as the provider keeps adding some."""


class GroupReference(Payload):
    group_id: Text = Field(None, alias="groupId")


class ExtraFieldInput(Payload):
    field_id: Text = Field(None, alias="fieldId")
    value: Text = None


class ContactPayload(Payload):
    """The payload of adding and updating a contact, and a row of an import."""

    email: Text = None
    name: Text = None
    surname: Text = None
    groups: list[GroupReference] | None = None
    extra_field_values: list[ExtraFieldInput] | None = Field(None, alias="extraFieldValues")


class ContactRow(TypedDict):
    contactId: str
    email: str
    name: str | None
    surname: str | None
    deleted: bool
    deletedAtDate: int


class ContactPage(TypedDict):
    items: list[ContactRow]
    totalItems: int


class GroupName(TypedDict):
    groupId: str
    name: str


class ExtraFieldValue(ExtraFieldRow):
    value: str | None


class Contact(TypedDict):
    """A single contact; its shape has no mark of deletion."""

    contactId: str
    email: str
    name: str | None
    surname: str | None
    groups: list[GroupName]
    extraFieldValues: list[ExtraFieldValue]


def contact_page(rows: Iterable[Any], total: int, settings: EtherMailerSettings) -> ContactPage:
    unset = unset_name(settings)
    return {
        "items": [
            {
                "contactId": str(id_),
                "email": email,
                "name": unset if name is None else name,
                "surname": unset if surname is None else surname,
                "deleted": deleted_at is not None,
                "deletedAtDate": 0 if deleted_at is None else epoch(deleted_at, settings),
            }
            for id_, email, name, surname, deleted_at in rows
        ],
        "totalItems": total,
    }


def contact(row: Any, groups: Iterable[Any], fields: Sequence[Any], settings: EtherMailerSettings) -> Contact:
    unset = unset_name(settings)
    return {
        "contactId": str(row.id),
        "email": row.email,
        "name": unset if row.name is None else row.name,
        "surname": unset if row.surname is None else row.surname,
        "groups": [{"groupId": str(id_), "name": name} for id_, name in groups],
        "extraFieldValues": [
            {**extra_field_row(field), "value": _shown(field, row.extra_values.get(str(field.id)), settings)}
            for field in fields
            if settings.extra_field_values == "all" or str(field.id) in row.extra_values
        ],
    }


def unset_name(settings: EtherMailerSettings) -> str | None:
    return None if settings.unset_name == "null" else ""


def _shown(field: Any, value: str | None, settings: EtherMailerSettings) -> str | None:
    """An option is stored by its id, and shown as the settings say."""
    if field.type == "OPTIONS" and settings.option_value == "text":
        return next((option["text"] for option in field.options if option["optionId"] == value), None)
    return value
