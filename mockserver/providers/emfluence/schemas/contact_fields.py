"""What an answer tells of a contact, whole or flat, and how each of it is read from the tables.

The database writes a whole contact as JSON: reading thirty columns one by one takes longer than all that is done with them.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from pydantic_core import from_json
from sqlalchemy import ColumnElement, Integer, String, func, literal_column, type_coerce
from typing_extensions import TypedDict

from mockserver.providers.emfluence.schemas.contacts import CONTENT_VARIABLES, TEXTS
from mockserver.providers.emfluence.tables import Contact

KEY = "contactID"

_BLANK: Any = literal_column("''")


def _moment(column: Any) -> ColumnElement[Any]:
    """A moment as it travels: the driver's own text of it, to the second."""
    return func.coalesce(func.substr(column, literal_column("1"), literal_column("19"), type_=String), _BLANK)


def _flag(column: Any) -> ColumnElement[Any]:
    return type_coerce(column, Integer)


def custom_field(name: str) -> ColumnElement[Any]:
    return _of(Contact.c.custom_fields, name)


def _of(column: Any, name: str) -> ColumnElement[Any]:
    """The value of a name; the names are defined ones, of letters and digits."""
    return func.coalesce(func.json_extract(column, literal_column(f"'$.{name}'"), type_=String), _BLANK)


_COLUMNS: dict[str, Any] = {
    "contactID": Contact.c.id,
    "userID": Contact.c.user_id,
    "email": Contact.c.email,
    "suppressed": _flag(Contact.c.suppressed),
    "dateSuppressed": _moment(Contact.c.date_suppressed),
    "held": _flag(Contact.c.held),
    "dateHeld": _moment(Contact.c.date_held),
    **{name: Contact.c[column] for column, name in TEXTS.items()},
    "dateAdded": _moment(Contact.c.date_added),
    "dateModified": _moment(Contact.c.date_modified),
    "lastActivityDate": _moment(Contact.c.last_activity),
    "lastClickDate": _moment(Contact.c.last_click),
}
_CONTENT_VARIABLES = [f"content{number}" for number in range(1, CONTENT_VARIABLES + 1)]

# Flat


class ShortContact(TypedDict):
    """A record of a search that asks for no fields."""

    contactID: int
    dateAdded: str
    dateModified: str
    email: str
    firstName: str
    held: int
    lastName: str
    suppressed: int
    userID: int


SHORT = tuple(ShortContact.__annotations__)
FIELDS: dict[str, Any] = {
    **{name: column for name, column in _COLUMNS.items() if name not in {"ipAddress", "memo"}},
    "contactScore": literal_column("0", Integer),
    **{name: _of(Contact.c.content_variables, name) for name in _CONTENT_VARIABLES},
}
"""Columns by name; custom fields come to these, as they are defined."""


def short_contacts(rows: Iterable[Any]) -> list[ShortContact]:
    """Rows with the columns of SHORT, fifty or so of them: spelling the names out takes half as long as `zip` does."""
    return [
        {
            "contactID": id_,
            "dateAdded": added,
            "dateModified": modified,
            "email": email,
            "firstName": first_name,
            "held": held,
            "lastName": last_name,
            "suppressed": suppressed,
            "userID": owner,
        }
        for id_, added, modified, email, first_name, held, last_name, suppressed, owner in rows
    ]


# Whole


class LabelledValue(TypedDict):
    label: str
    value: str


class ContactScore(TypedDict):
    """Scores are not counted here."""

    dateModified: str
    value: int
    percentile: str


class WholeContact(TypedDict):
    """A contact as save and lookup answer it."""

    contactID: int
    userID: int
    email: str
    suppressed: int
    dateSuppressed: str
    held: int
    dateHeld: str
    customerID: str
    originalSource: str
    firstName: str
    lastName: str
    company: str
    title: str
    mobileNumber: str
    phone: str
    fax: str
    address1: str
    address2: str
    city: str
    state: str
    zipCode: str
    country: str
    purl: str
    dateOfBirth: str
    ipAddress: str
    notes: str
    memo: str
    dateAdded: str
    dateModified: str
    lastActivityDate: str
    lastClickDate: str
    customFields: dict[str, LabelledValue]
    contentVariables: dict[str, LabelledValue]
    groupIDs: list[int]
    contactScore: ContactScore


_WHOLE: dict[str, Any] = {
    **_COLUMNS,
    "customFields": func.json(Contact.c.custom_fields),
    "contentVariables": func.json(Contact.c.content_variables),
}
_NAMED: Iterator[Any] = chain.from_iterable((literal_column(f"'{name}'"), column) for name, column in _WHOLE.items())
WRITTEN = func.json_object(*_NAMED, type_=String).label("written")
"""A contact as the database writes it, for `whole_contact`."""


def whole_contact(written: str, group_ids: list[int], labels: Mapping[str, str]) -> WholeContact:
    """What is written, with the labels of the custom fields by name, and with what is not in its row."""
    found: Any = from_json(written)
    custom, content = found["customFields"], found["contentVariables"]
    found["customFields"] = _labelled(custom, labels)
    found["contentVariables"] = _labelled(content, _LABELS) if content else _NO_CONTENT
    found["groupIDs"] = group_ids
    found["contactScore"] = _NO_SCORE
    answer: WholeContact = found
    return answer


def _labelled(values: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, LabelledValue]:
    return {name: {"label": label, "value": values.get(name, "")} for name, label in labels.items()}


_NO_SCORE: ContactScore = {"dateModified": "", "value": 0, "percentile": ""}
_LABELS = {name: f"Content {number}" for number, name in enumerate(_CONTENT_VARIABLES, 1)}
_NO_CONTENT = _labelled({}, _LABELS)
