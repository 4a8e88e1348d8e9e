"""Checking a contact's payload: the same rules for adding, updating, registering and each row of an import."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Literal, Self

from mockserver.providers.ethermailer.actions import contact_groups, extra_fields
from mockserver.providers.ethermailer.errors import BadRequest, Violation
from mockserver.providers.ethermailer.schemas.contacts import ContactPayload, ExtraFieldInput
from mockserver.providers.ethermailer.schemas.extra_fields import ExtraFieldRow
from mockserver.providers.ethermailer.settings import EtherContext, EtherMailerSettings
from mockserver.providers.ethermailer.wire import email_key, is_email, record_id


@dataclass(slots=True)
class Draft:
    """A payload that passed: what a contact is to become."""

    email: str
    name: str | None
    surname: str | None
    groups: list[int]
    extra_values: dict[str, str | None]
    """By field id; None takes a value away."""
    given: list[str] = field(default_factory=list)
    """The payload's fields that were there at all."""

    @property
    def key(self) -> str:
        return email_key(self.email)

    @property
    def values(self) -> dict[str, str]:
        """The extra values of a contact that had none before."""
        return {field: value for field, value in self.extra_values.items() if value is not None}

    @property
    def additions(self) -> "Draft":
        """What it gives, without what its nulls would take away."""
        given = [name for name in self.given if getattr(self, name, None) is not None]
        return replace(self, extra_values={**self.values}, given=given)

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> Self:
        return cls(**dumped)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What payloads may refer to: looked up once for a call, however many payloads it has."""

    groups: set[int]
    fields: dict[str, ExtraFieldRow]
    settings: EtherMailerSettings


def surroundings(context: EtherContext, payloads: Iterable[ContactPayload]) -> Surroundings:
    wanted = {record_id(group.group_id) for payload in payloads for group in payload.groups or ()} - {None}
    fields = {field["fieldId"]: field for field in extra_fields.every(context)}
    return Surroundings(contact_groups.known(context, (each for each in wanted if each)), fields, context.settings)


def checked(context: EtherContext, payload: ContactPayload, *, partial: bool = False) -> Draft:
    """The draft of one payload, or a BadRequest with everything that is wrong with it.

    A partial payload may leave the address and required extra fields out, but not empty them.
    """
    draft, violations = check(payload, surroundings(context, [payload]), partial=partial)
    if violations:
        raise BadRequest(*violations)
    return draft


def check(payload: ContactPayload, around: Surroundings, *, partial: bool = False) -> tuple[Draft, list[Violation]]:
    """The draft, and what is wrong with it: it counts only when nothing is."""
    violations: list[Violation] = []
    email = (payload.email or "").strip()
    if partial and "email" not in payload.model_fields_set:
        pass  # it keeps the one it has
    elif not email:
        violations.append(Violation("email", "NotEmpty", "email must not be empty", "ether.contacts.email"))
    elif not is_email(email):
        violations.append(
            Violation("email", "Email", f"{email} is not a well-formed email address", "ether.contacts.email_form")
        )
    groups = _groups(payload, around, violations)
    values = _extra_values(payload.extra_field_values or (), around, violations)
    if around.settings.required_extra_fields == "enforced":
        violations += _missing(values, around, partial=partial)
    return Draft(email, payload.name, payload.surname, groups, values, sorted(payload.model_fields_set)), violations


def _groups(payload: ContactPayload, around: Surroundings, violations: list[Violation]) -> list[int]:
    groups: dict[int, None] = {}
    for place, reference in enumerate(payload.groups or ()):
        group = record_id(reference.group_id)
        if group in around.groups:
            groups[group] = None
        elif around.settings.unknown_group == "refuse":
            said = f"there is no contact group {reference.group_id}" if reference.group_id else "groupId is missing"
            violations.append(Violation(f"groups[{place}].groupId", "NotFound", said, "ether.contacts.unknown_group"))
    return list(groups)


def _extra_values(
    inputs: Sequence[ExtraFieldInput], around: Surroundings, violations: list[Violation]
) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for place, given in enumerate(inputs):
        definition = around.fields.get(given.field_id or "")
        if definition is not None:
            value, wrong = _value(given.value, definition, around.settings)
            values[definition["fieldId"]] = value
            if wrong:
                constraint, reason, rule = wrong
                violations.append(Violation(f"extraFieldValues[{place}].value", constraint, reason, rule))
        elif around.settings.unknown_extra_field == "refuse":
            said = f"there is no extra field {given.field_id}" if given.field_id else "fieldId is missing"
            violations.append(
                Violation(f"extraFieldValues[{place}].fieldId", "NotFound", said, "ether.contacts.unknown_extra_field")
            )
    return values


def _missing(values: dict[str, str | None], around: Surroundings, *, partial: bool) -> list[Violation]:
    return [
        Violation(
            "extraFieldValues",
            "NotEmpty",
            f"the extra field {definition['name']} is required",
            "ether.contacts.required_extra_field",
        )
        for field_id, definition in around.fields.items()
        if definition["required"] and not (values.get(field_id) or "").strip() and (field_id in values or not partial)
    ]


Wrong = tuple[str, str, str]
"""Constraint, sentence and rulebook row."""


def _value(value: str | None, definition: ExtraFieldRow, settings: EtherMailerSettings) -> tuple[str | None, Wrong | None]:
    """The value as it is stored, and what is wrong with it. A blank is no value, but for a TEXT; a bad one still is."""
    if value is None or (not value.strip() and definition["type"] != "TEXT"):
        return None, None
    if definition["type"] == "OPTIONS":
        return _option(value, definition, settings)
    if not _FORMS[definition["type"]](value):
        expected = f"the extra field {definition['name']} takes {_EXPECTED[definition['type']]}, not {value}"
        return value, ("InvalidValue", expected, f"ether.extra_values.{definition['type'].lower()}")
    return value, None


def _option(value: str, definition: ExtraFieldRow, settings: EtherMailerSettings) -> tuple[str | None, Wrong | None]:
    wanted: Literal["optionId", "text"] = "optionId" if settings.option_value == "id" else "text"
    for option in definition["options"]:
        if option[wanted] == value:
            return option["optionId"], None
    return value, (
        "NotFound",
        f"the extra field {definition['name']} has no option with the {wanted} {value}",
        "ether.extra_values.options",
    )


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_integer(value: str) -> bool:
    digits = value[1:] if value[0] in "+-" else value
    return digits.isascii() and digits.isdigit()


_FORMS = {
    "TEXT": lambda _value: True,
    "INTEGER": _is_integer,
    "BOOLEAN": {"true", "false"}.__contains__,
    "DATE": _is_date,
}
_EXPECTED = {"INTEGER": "digits with an optional sign", "BOOLEAN": "true or false", "DATE": "a date YYYY-MM-DD"}
