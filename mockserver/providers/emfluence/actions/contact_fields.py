"""Which fields of contacts a call wants to see."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement

from mockserver.providers.emfluence.actions import contact_values
from mockserver.providers.emfluence.errors import WrongValue
from mockserver.providers.emfluence.schemas.contact_fields import FIELDS, KEY, custom_field
from mockserver.providers.emfluence.settings import EmfluenceContext

_SETTLED = "emfluence.contact_fields"


def chosen(context: EmfluenceContext, names: Iterable[str], parameter: str = "fields") -> dict[str, ColumnElement[Any]]:
    """The columns of these fields by their names, in whatever letter case; `contactID` is one of them in any case."""
    known = _known(context)
    asked = [name.strip().lower() for name in (KEY, *names)]
    unknown = [name for name in asked if name not in known]
    if unknown:
        there_are = ", ".join(name for name, _ in known.values())
        said = f"{parameter}: there is no field {', '.join(unknown)}; there are {there_are}"
        raise WrongValue(said, rule="emf.search_contacts.unknown_field")
    return dict(known[name] for name in asked)


def _known(context: EmfluenceContext) -> dict[str, tuple[str, ColumnElement[Any]]]:
    """Names and columns by the names in lower case. No call can change which custom fields there are."""
    settled = context.workspace.settled
    if _SETTLED not in settled:
        fields = {**FIELDS, **{name: custom_field(name) for name in contact_values.labels(context)}}
        settled[_SETTLED] = {name.lower(): (name, column) for name, column in fields.items()}
    known: dict[str, tuple[str, ColumnElement[Any]]] = settled[_SETTLED]
    return known
