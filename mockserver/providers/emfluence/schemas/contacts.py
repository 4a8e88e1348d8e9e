import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from mockserver.providers.emfluence.dates import DateInput
from mockserver.providers.emfluence.schemas.phone_numbers import international
from mockserver.providers.emfluence.wire import Flag, Id, Ids, Payload, Text, is_email

TEXTS = {
    "customer_id": "customerID",
    "original_source": "originalSource",
    "first_name": "firstName",
    "last_name": "lastName",
    "company": "company",
    "title": "title",
    "mobile_number": "mobileNumber",
    "phone": "phone",
    "fax": "fax",
    "address1": "address1",
    "address2": "address2",
    "city": "city",
    "state": "state",
    "zip_code": "zipCode",
    "country": "country",
    "purl": "purl",
    "date_of_birth": "dateOfBirth",
    "ip_address": "ipAddress",
    "notes": "notes",
    "memo": "memo",
}
"""Columns that are texts, and their names on the wire."""
CONTENT_VARIABLES = 10
_PURL = re.compile(r"[A-Za-z0-9._!-]*")
_NUMBERED = re.compile(r"(custom|content)\d{1,9}", re.IGNORECASE)
_GATHERED = {"custom": "customFields", "content": "contentVariables"}


def _email(text: str) -> str:
    """A blank is left to the call, which may do without."""
    text = text.strip()
    if text and not is_email(text):
        raise ValueError("expected an e-mail address")
    return text


def _purl(text: str) -> str:
    text = text.strip()
    if _PURL.fullmatch(text) is None:
        raise ValueError("expected letters, digits and .-_! only")
    return text


def _birthday(value: date | None) -> date | None:
    if value is not None and value.year < 1900:
        raise ValueError("expected the year 1900, for month and day only, or a later one")
    return value


def _texts_by_name(given: Any) -> Any:
    """`{"custom1": {"value": "x"}}`, or the texts alone; labels, which answers have, are passed over."""
    if given is None or given == "":
        return {}
    if not isinstance(given, Mapping):
        raise PydanticCustomError("wrong_type", "expected an object with names such as custom1")
    return {str(name).lower(): _one_text(name, value) for name, value in given.items()}


def _one_text(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        value = next((part for key, part in value.items() if str(key).lower() == "value"), _NOTHING)
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str() | int() | float():
            return str(value)
        case _:
            raise PydanticCustomError("wrong_type", "expected {name} to be {shape} or a text", {"name": name, **_SHAPE})


_NOTHING = object()
_SHAPE = {"shape": '{"value": "..."}'}


def _content(given: dict[str, str]) -> dict[str, str]:
    known = {f"content{number}" for number in range(1, CONTENT_VARIABLES + 1)}
    for name in given:
        if name not in known:
            raise ValueError(f"expected content1 to content{CONTENT_VARIABLES}, found {name}")
    return given


class ContactKey(Payload):
    """How a call names one contact."""

    contact_id: Id = Field(None, alias="contactID")
    email: Text = ""


class ContactSave(ContactKey):
    """The parameters of contacts/save, of a record of an import, of a contact of a transactional email."""

    email: Annotated[Text, AfterValidator(_email)] = ""
    user_id: Id = Field(None, alias="userID")
    suppressed: Flag = None
    held: Flag = None
    customer_id: Text = Field("", alias="customerID")
    original_source: Text = Field("", alias="originalSource")
    first_name: Text = Field("", alias="firstName")
    last_name: Text = Field("", alias="lastName")
    company: Text = ""
    title: Text = ""
    mobile_number: Annotated[Text, AfterValidator(international)] = Field("", alias="mobileNumber")
    phone: Text = ""
    fax: Text = ""
    address1: Text = ""
    address2: Text = ""
    city: Text = ""
    state: Text = ""
    zip_code: Text = Field("", alias="zipCode")
    country: Text = ""
    purl: Annotated[Text, AfterValidator(_purl)] = ""
    date_of_birth: Annotated[DateInput, AfterValidator(_birthday)] = Field(None, alias="dateOfBirth")
    ip_address: Text = Field("", alias="ipAddress")
    notes: Text = ""
    memo: Text = ""
    custom_fields: Annotated[dict[str, str], BeforeValidator(_texts_by_name)] = Field(
        default_factory=dict, alias="customFields"
    )
    content_variables: Annotated[dict[str, str], AfterValidator(_content), BeforeValidator(_texts_by_name)] = Field(
        default_factory=dict, alias="contentVariables"
    )
    group_ids: Ids = Field(default_factory=list, alias="groupIDs")
    remove_group_ids: Ids = Field(default_factory=list, alias="removeGroupIDs")

    @classmethod
    def also_reads(cls, name: str, value: Any) -> Any:  # noqa: ARG003 - see the base
        return Any if _NUMBERED.fullmatch(name) else None

    @model_validator(mode="before")
    @classmethod
    def _gather_numbered(cls, given: Any) -> Any:
        """`custom1` beside the others is as good as `customFields.custom1`; so is `content1`."""
        if not isinstance(given, dict):
            return given
        numbered = [name for name in given if name[:1] in "cC" and _NUMBERED.fullmatch(name)]
        return _gathered(given, numbered) if numbered else given


def _gathered(given: Mapping[str, Any], numbered: Iterable[str]) -> dict[str, Any]:
    by_name = {name.lower(): name for name in given if isinstance(name, str)}
    found = dict(given)
    for name in numbered:
        home = _GATHERED[name.rstrip("0123456789").lower()]
        home = by_name.setdefault(home.lower(), home)
        beside = found.get(home) or {}
        if not isinstance(beside, Mapping):
            return found  # it is refused for itself
        found[home] = {**beside, name: given[name]}
    return found


class ContactLookup(ContactKey):
    contact_ids: Ids = Field(default_factory=list, alias="contactIDs")


class ContactDelete(Payload):
    contact_id: Id = Field(alias="contactID")
