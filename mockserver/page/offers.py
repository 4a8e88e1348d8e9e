"""Which verbs of a backstage are offered where: with a row that they can be about, with something that waits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from mockserver.core.browsing import Found, is_secret
from mockserver.core.relations import references
from mockserver.page.backstage_forms import Field, Verb
from mockserver.page.tables import own_name

_ENOUGH = 2
"""How many of the rows that a row refers to are enough for a verb: a delivery is a mailing and its member."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A verb, and what is known of its body."""

    verb: Verb
    known: Mapping[str, Any]

    @property
    def form(self) -> list[Field]:
        return self.verb.form(self.known)

    @property
    def sent(self) -> dict[str, str]:
        """The fields that are filled in, as a form sends them."""
        return {field.name: field.value for field in self.form if field.value}

    @property
    def is_ready(self) -> bool:
        """Whether there is nothing left to fill in."""
        return self.verb.fields <= self.known.keys()


def offers(verbs: Sequence[Verb], table: Table, row: Found) -> list[Offer]:
    """The verbs that can be about a row.

    That is one with a field for the row itself (of `emma_mailing`: `mailing_id`, `mailing`, or the name of a column that no
    two rows share), or with fields for two rows that this one refers to.
    """
    own, others = _own(table, row), _others(table, row)
    known = {**others, **own}
    return [
        Offer(verb, {name: known[name] for name in verb.fields if name in known})
        for verb in verbs
        if not verb.is_list and (verb.fields & own.keys() or len(verb.fields & others.keys()) >= _ENOUGH)
    ]


def offered(verbs: Sequence[Verb], waiting: Mapping[str, Any]) -> Iterator[Offer]:
    """The verbs that take nothing but what is told of something that waits.

    They are given all that they require. Where they require nothing, what they take says the same in several ways: they are
    given the first that is told.
    """
    told = {name: value for name, value in waiting.items() if value is not None}
    for verb in verbs:
        if not verb.is_list and verb.fields and verb.fields <= waiting.keys():
            sent = list(verb.required) or [name for name in verb.schema["properties"] if name in told][:1]
            if sent and told.keys() >= set(sent):
                yield Offer(verb, {name: told[name] for name in sent})


def _own(table: Table, row: Found) -> dict[str, Any]:
    keys = [column for column in table.primary_key if not is_secret(column)]
    found = {}
    if len(keys) == len(table.primary_key) == 1:
        found = {f"{own_name(table)}_id": row.values[keys[0].name], own_name(table): row.values[keys[0].name]}
        found[keys[0].name] = row.values[keys[0].name]
    return {**found, **{column.name: row.values[column.name] for column in table.columns if _is_own(column)}}


def _is_own(column: Any) -> bool:
    return bool(column.unique) and not is_secret(column)


def _others(table: Table, row: Found) -> dict[str, Any]:
    found = {}
    for name, target in references(table).items():
        value = row.values[name]
        if isinstance(value, int | str):
            found[own_name(target) if name == f"{own_name(target)}_id" else name] = value
            found[name] = value
    return found
