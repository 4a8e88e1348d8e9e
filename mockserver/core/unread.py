"""What a client sends and nothing reads: a misspelt field, a parameter of another vendor, a body that belongs elsewhere.

It is found by comparing what was sent with what the operation declares: the query parameters and the payload model of its
route. What a provider takes as it comes (a free dictionary) counts as read.
"""

import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import from_json

from mockserver.core.queries import read_query

if TYPE_CHECKING:
    from mockserver.core.call import Call

_EMPTY: tuple[Any, ...] = (None, [], {}, "")
"""Bodies that say nothing."""

_SLICE = 1000
"""Elements of a list that are looked through in one go."""

Found = Iterator[str | None]
"""Names; None now and then, where others may have their turn."""


@dataclass(frozen=True, slots=True)
class ReadAs:
    """Said (`Annotated`) of a field that is taken as it comes, and looked into later: as what."""

    annotation: Any


class _Nothing(BaseModel):
    """The payload of an operation that takes none."""


def is_whole(call: "Call") -> bool:
    """Whether the journal kept the whole body: of a part nobody can tell what was in it."""
    return call.body_size <= len(call.body)


def unread(call: "Call") -> list[str]:
    """Query parameters and body fields of a call in the journal that nothing read, each once: `members[].foo`.

    A body that the journal has cut tells nothing, and nor does one that is no JSON: see `is_whole`.
    """
    if call.operation is None or not is_whole(call):
        return []
    return _names(unread_in(call, body_of(call)))


def _names(found: Found) -> list[str]:
    return list(dict.fromkeys(name for name in found if name is not None))


def unread_in(call: "Call", body: Any) -> Found:
    """The same, with what a gate made of the body; names may come several times."""
    operation, reads = call.operation, call.provider.reads
    assert operation is not None
    if reads.bodies is not None and call.method not in reads.bodies:
        if not _says_nothing(call.body):
            yield "body"
        body = None
    query = {name for name, _ in read_query(call.query)}
    if reads.query_is_body:
        sent = {**(body if isinstance(body, dict) else {"": body} if body else {}), **dict.fromkeys(query)}
        found = _in_value(sent, operation.body or _Nothing, "", fold=reads.folds_case)
        yield from (name for name in found if name is None or _folded(name, fold=reads.folds_case) not in reads.parameters)
        return
    yield from (f"?{name}" for name in sorted(query - operation.query - reads.parameters))
    if operation.body is not None:
        yield from _in_value(body, operation.body, "", fold=reads.folds_case)
    elif body not in _EMPTY:
        yield "body"


def body_of(call: "Call") -> Any:
    """The value of a body that no gate has read; one that is no JSON was refused, and has no fields."""
    if not call.body.strip():
        return None
    try:
        return from_json(call.body)
    except ValueError:
        return None if call.operation is not None and call.operation.body is not None else "unreadable"


def _says_nothing(body: bytes) -> bool:
    try:
        return not body.strip() or from_json(body) in _EMPTY
    except ValueError:
        return False


def _in_value(value: Any, annotation: Any, place: str, *, fold: bool) -> Found:
    """What is unread inside of a value that itself is read: by none of the forms that it may be meant in."""
    looked_into = [kind for kind in kinds_of(annotation) if _fits(value, kind)]
    if not looked_into:
        return
    first, *others = [_in_kind(value, kind, place, fold=fold) for kind in looked_into]
    if not others:
        yield from first
    else:
        unread_by_others = [set(each) for each in others]
        yield from (name for name in first if all(name in names for names in unread_by_others))


def _fits(value: Any, kind: Any) -> bool:
    """Whether there is anything to look for in a value of this kind."""
    return is_model(kind) if isinstance(value, Mapping) else isinstance(value, list) and get_origin(kind) is list


def _in_kind(value: Any, kind: Any, place: str, *, fold: bool) -> Found:
    if not isinstance(value, list):
        yield from _in_model(value, kind, f"{place}." if place else "", fold=fold)
        return
    inside = get_args(kind)[0]
    for number, inner in enumerate(value, start=1):
        yield from _in_value(inner, inside, f"{place}[]", fold=fold)
        if number % _SLICE == 0:
            yield None


def _in_model(value: Mapping[str, Any], model: type[BaseModel], place: str, *, fold: bool) -> Found:
    fields = fields_of(model, fold=fold)
    for key, inner in value.items():
        name = str(key)
        annotation = fields[folded] if (folded := _folded(name, fold=fold)) in fields else _read_besides(model, name, inner)
        if annotation is None:
            yield f"{place}{name}"
        elif isinstance(inner, dict | list):  # most are neither, and there are many
            yield from _in_value(inner, annotation, f"{place}{name}", fold=fold)


def _read_besides(model: type[BaseModel], name: str, value: Any) -> Any:
    """As what a payload reads something that is none of its fields; it says so by a method `also_reads`."""
    if model.model_config.get("extra") == "allow":
        return Any
    asked = getattr(model, "also_reads", None)
    return asked(name, value) if asked is not None else None


def is_model(kind: Any) -> bool:
    """Whether fields are looked for in it."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def kinds_of(annotation: Any) -> Iterable[Any]:
    """The alternatives of an annotation, without what is only said about them."""
    if get_origin(annotation) is Annotated:
        return kinds_of(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        return [kind for each in get_args(annotation) for kind in kinds_of(each)]
    return [annotation]


@cache
def fields_of(model: type[BaseModel], *, fold: bool) -> dict[str, Any]:
    """The annotations of a model's fields by the names that a client may use."""
    found: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        looked_into = next((each.annotation for each in field.metadata if isinstance(each, ReadAs)), None)
        annotation = field.annotation if looked_into is None else looked_into
        found[_folded(field.alias or name, fold=fold)] = annotation
        if model.model_config.get("populate_by_name"):
            found[_folded(name, fold=fold)] = annotation
    return found


def _folded(name: str, *, fold: bool) -> str:
    return name.lower() if fold else name
