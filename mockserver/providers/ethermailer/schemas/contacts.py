from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field
from typing_extensions import TypedDict

from mockserver.providers.ethermailer.schemas.extra_fields import ExtraFieldRow
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


def contact(row: Any, groups: Iterable[Any], fields: Sequence[ExtraFieldRow], settings: EtherMailerSettings) -> Contact:
    unset = unset_name(settings)
    values = row.extra_values if settings.option_value == "id" else _with_texts(row.extra_values, fields)
    every = settings.extra_field_values == "all"
    return {
        "contactId": str(row.id),
        "email": row.email,
        "name": unset if row.name is None else row.name,
        "surname": unset if row.surname is None else row.surname,
        "groups": [{"groupId": str(id_), "name": name} for id_, name in groups],
        "extraFieldValues": [
            {**field, "value": values.get(field["fieldId"])} for field in fields if every or field["fieldId"] in values
        ],
    }


def unset_name(settings: EtherMailerSettings) -> str | None:
    return None if settings.unset_name == "null" else ""


def _with_texts(values: Mapping[str, str], fields: Iterable[ExtraFieldRow]) -> dict[str, str]:
    """The values with the texts of options, which are stored by their ids."""
    texts = {option["optionId"]: option["text"] for field in fields for option in field["options"]}
    return {field: texts.get(value, value) for field, value in values.items()}
