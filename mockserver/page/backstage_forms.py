"""A provider's backstage as forms: one for each verb, read off the model of its body (see `forms.py` for the names)."""

import json
from collections.abc import Callable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

from mockserver.core.operations import api_routes
from mockserver.page.rendering import words

_MOMENT = "2030-01-01T12:00:00Z"
_LONG = ("html", "plaintext", "body", "text", "note")
"""Parts of names of texts that have more than a line."""
_EXACT = 2**53
"""Browsers know numbers only up to here."""

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; an empty one says nothing."""

    name: str
    """With the mark that tells what its text means."""
    label: str
    kind: str
    """`text`, `number`, `select` or `area`."""
    required: bool
    hint: str
    placeholder: str
    value: str
    options: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    step: str = "1"


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be done backstage, or a list of what waits there (GET)."""

    name: str
    """The path below the provider's backstage."""
    method: str
    title: str
    explanation: str
    schema: Schema

    @property
    def fields(self) -> KeysView[str]:
        """What it takes, without marks."""
        found: Mapping[str, Any] = self.schema.get("properties", {})
        return found.keys()

    @property
    def required(self) -> Sequence[str]:
        found: Sequence[str] = self.schema.get("required", ())
        return found

    @property
    def is_list(self) -> bool:
        return self.method == "get"

    @property
    def about(self) -> str:
        """What its body is, where the model says so."""
        return str(self.schema.get("description", ""))

    def form(self, known: Mapping[str, Any] | None = None) -> list[Field]:
        """Its fields; those that are `known` are filled in, the others show the model's example."""
        example: Mapping[str, Any] = next(iter(self.schema.get("examples", ())), {})
        return [
            _field(name, _Kind.of(inner, self.schema), name in self.required, example.get(name), (known or {}).get(name))
            for name, inner in self.schema.get("properties", {}).items()
        ]


@cache
def verbs_of(backstage: Callable[[], APIRouter]) -> tuple[Verb, ...]:
    """The verbs of a provider's backstage, in their order."""
    return tuple(_verbs(backstage()))


def _verbs(router: APIRouter) -> Iterator[Verb]:
    for context in api_routes(router):
        route = context.original_route
        assert isinstance(route, APIRoute)
        body: Any = None if route.body_field is None else route.body_field.field_info.annotation
        for method in sorted(route.methods or ()):
            title = words(route.name).capitalize()
            yield Verb(
                route.path.strip("/"), method.lower(), title, route.description, body.model_json_schema() if body else {}
            )


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a value may be, with `null` left out and references followed."""

    types: frozenset[str]
    items: "_Kind | None"
    said: Schema
    """What the schema says of it."""

    @classmethod
    def of(cls, schema: Schema, whole: Schema) -> "_Kind":
        said = {**_followed(schema, whole), **schema}
        choices = [_followed(each, whole) for each in said.get("anyOf", ())]
        choices = [each for each in choices if each.get("type") != "null"]
        if len(choices) == 1:
            said, choices = {**choices[0], **said}, []
        items = cls.of(said["items"], whole) if "items" in said else None
        return cls(frozenset(each.get("type", "object") for each in choices or [said]), items, said)

    @property
    def is_id_or_name(self) -> bool:
        return "integer" in self.types and self.types <= {"integer", "string"}

    @property
    def is_plain(self) -> bool:
        return not self.types & {"object", "array"}


def _followed(schema: Schema, whole: Schema) -> Schema:
    reference = schema.get("$ref")
    found: Schema = whole["$defs"][reference.rpartition("/")[2]] if reference else schema
    return found


def _field(name: str, kind: _Kind, required: bool, example: Any, value: Any) -> Field:
    mark, shape = _shape(name, kind)
    said = kind.said
    return Field(
        name=name + mark,
        label=words(name),
        kind=shape,
        required=required,
        hint=_hint(said, mark),
        placeholder=_placeholder(kind, example),
        value="" if value is None else _text(value),
        options=_options(kind),
        least=_bound(said.get("minimum")),
        most=_bound(said.get("maximum")),
        step="1" if kind.types == {"integer"} else "any",
    )


def _placeholder(kind: _Kind, example: Any) -> str:
    """The model's own example, or else one that its kind gives."""
    if example is not None:
        return _text(example)
    own = kind.said.get("examples", ())
    inner = () if kind.items is None else kind.items.said.get("examples", ())
    if own or inner:
        return _text(own[0] if own else list(inner))
    return _MOMENT if kind.said.get("format") == "date-time" else ""


def _shape(name: str, kind: _Kind) -> tuple[str, str]:
    """The mark at the end of a field's name, and what it is filled into."""
    if _options(kind):
        return "", "select"
    if kind.types == {"array"} and kind.items is not None and kind.items.is_plain:
        return "[]#" if kind.items.is_id_or_name else "[]", "area"
    if not kind.is_plain:
        return "{}", "area"
    if kind.types == {"integer"}:
        return "#", "number"
    if kind.types <= {"number", "integer"}:
        return "", "number"
    return "#" if kind.is_id_or_name else "", "area" if any(part in name for part in _LONG) else "text"


def _options(kind: _Kind) -> tuple[str, ...]:
    if kind.types == {"boolean"}:
        return ("true", "false")
    return tuple(map(str, kind.said.get("enum", ())))


def _hint(said: Schema, mark: str) -> str:
    default = said.get("default")
    parts = [
        said.get("description", ""),
        {"[]": "One on each line.", "[]#": "One on each line.", "{}": "JSON."}.get(mark, ""),
    ]
    if default not in (None, "", [], {}):
        parts.append(f"Unset: {_text(default)}.")
    return " ".join(filter(None, parts))


def _text(value: Any) -> str:
    """A value as it is typed into a form."""
    if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value):
        return "\n".join(map(_text, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _bound(value: float | None) -> float | None:
    return value if value is not None and abs(value) <= _EXACT else None
