"""Imports: records in order, each one added, updated, or told of in a warning."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import to_json
from sqlalchemy import Text, bindparam, func, select

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.actions import contact_rows, contact_values, memberships, users
from mockserver.providers.emfluence.errors import (
    EmfluenceRefusal,
    ParameterMissing,
    WrongType,
    WrongValue,
    misfits,
)
from mockserver.providers.emfluence.schemas.contact_imports import ContactImport, ImportSummary
from mockserver.providers.emfluence.schemas.contacts import ContactSave
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import Contact
from mockserver.providers.emfluence.wire import email_key

PERMISSION = "Contacts (Import)"
MOST = 1000
SLICE = 250
"""Records between two turns for other workspaces: some milliseconds of work."""

_KEYS = func.json_each(bindparam("keys", type_=Text)).table_valued("value")
_STORED = Statement(
    select(*(Contact.c[name] for name in contact_values.STORED)).where(Contact.c.email_key.in_(select(_KEYS.c.value)))
)


class Record(NamedTuple):
    """A record that is good for itself."""

    where: str
    key: str
    payload: ContactSave


@dataclass(slots=True)
class Run:
    """An import under way: what it was asked to do, and what has become of it so far."""

    context: EmfluenceContext
    owner: int
    """Of new contacts."""
    group_ids: Sequence[int]
    summary: ImportSummary
    warnings: list[str] = field(default_factory=list)
    faults: dict[tuple[int, ...], EmfluenceRefusal | None] = field(default_factory=dict)
    """What is wrong with the groups that records name."""


def run(context: EmfluenceContext, payload: ContactImport) -> Generator[None, None, Run]:
    """Import the records slice by slice; a refusal is one of the whole call."""
    records = payload.contacts
    context.cite("emf.import_contacts.permission")
    _check_form(context, records)
    memberships.join(context, (), payload.group_ids)
    summary: ImportSummary = {"recordsInData": len(records), "recordsInserted": 0, "recordsUpdated": 0}
    found = Run(context, users.current(context).id, payload.group_ids, summary)
    for start in range(0, len(records), SLICE):
        for batch in _batches(found, _good(found, start, records[start : start + SLICE])):
            _write(found, batch)
            yield
    return found


# The call as a whole


def _check_form(context: EmfluenceContext, records: Sequence[Any]) -> None:
    if len(records) > MOST:
        raise WrongValue(f"contacts: expected at most {MOST} records, found {len(records)}", rule="emf.import_contacts.most")
    for place, record in enumerate(records):
        if not isinstance(record, dict):
            said = f"contacts[{place}]: expected an object, found {type(record).__name__}"
            raise WrongType(said, rule="emf.import_contacts.structure")
        if record.keys() != records[0].keys():
            _check_names(place, _names(record), _names(records[0]))
    if context.settings.import_without_email == "refuse":
        _require_emails(records)


def _check_names(place: int, names: set[str], expected: set[str]) -> None:
    if names != expected:
        lacking, more = ", ".join(sorted(expected - names)), ", ".join(sorted(names - expected))
        said = [f"lacks {lacking}"] * bool(lacking) + [f"has {more} besides"] * bool(more)
        raise WrongValue(
            f"contacts[{place}]: expected the same parameters as in the first record, but it {' and '.join(said)}",
            rule="emf.import_contacts.structure",
        )


def _require_emails(records: Sequence[Any]) -> None:
    for place, record in enumerate(records):
        if not record.get("email") and not any(value and name.lower() == "email" for name, value in record.items()):
            raise ParameterMissing(f"contacts[{place}].email is required", rule="emf.import_contacts.no_email")


def _names(record: Mapping[str, Any]) -> set[str]:
    return {name.lower() for name in record}


# Record by record


def _good(found: Run, start: int, records: Sequence[Any]) -> Iterator[Record]:
    """The records that are good for themselves; the others become warnings."""
    for place, record in enumerate(records, start):
        where = f"contacts[{place}]"
        try:
            payload = ContactSave.model_validate(record)
        except ValidationError as error:
            _warn(found, where, misfits(error.errors()))
            continue
        if payload.email:
            yield Record(where, email_key(payload.email), payload)
        else:
            _warn(found, where, ParameterMissing("email is required", rule="emf.import_contacts.no_email"))


def _batches(found: Run, records: Iterator[Record]) -> Iterator[list[Record]]:
    """Records that can be written at once: one that concerns the contact of an earlier one finds it written."""
    batch: list[Record] = []
    keys: set[str] = set()
    purls: set[str] = set()
    for record in records:
        purl = record.payload.purl.lower()
        if record.key in keys or purl in purls:
            found.context.cite("emf.import_contacts.repeated")
            yield batch
            batch, keys, purls = [], set(), set()
        batch.append(record)
        keys.add(record.key)
        if purl:
            purls.add(purl)
    yield batch


def _write(found: Run, batch: Sequence[Record]) -> None:
    context = found.context
    keys = to_json([record.key for record in batch]).decode()
    stored = {row.email_key: row for row in context.all(_STORED, keys=keys)}
    new, changed, groups = [], [], list[tuple[int, ContactSave]]()
    for record in batch:
        known = stored.get(record.key)
        try:
            values = _values(found, record.payload, known)
        except EmfluenceRefusal as refusal:
            _warn(found, record.where, refusal)
            continue
        if known is None:
            row = contact_rows.added(context, found.owner, values)
            new.append(row)
        else:
            row = contact_rows.changed(context, known.id, values)
            changed.append(row)
        groups.append((row["id"], record.payload))
    contact_rows.insert_all(context, new)
    contact_rows.update_all(context, changed)
    found.summary["recordsInserted"] += len(new)
    found.summary["recordsUpdated"] += len(changed)
    _regroup(found, groups)


def _values(found: Run, payload: ContactSave, known: Any | None) -> dict[str, Any]:
    """The columns that a record gives, or a refusal."""
    context = found.context
    if known is not None:
        users.require_own(context, known.user_id, f"The contact {known.id}")
    fault = _group_fault(found, payload)
    if fault is not None:
        raise fault
    values = contact_values.columns(context, payload, known)
    if known is not None and values.get("suppressed") is False:
        context.cite("emf.import_contacts.never_unsuppresses")
        del values["suppressed"], values["date_suppressed"]
    return values


def _group_fault(found: Run, payload: ContactSave) -> EmfluenceRefusal | None:
    """What is wrong with the groups that a record names, asked once for the same ones."""
    if not payload.group_ids and not payload.remove_group_ids:
        return None
    key = (*payload.group_ids, 0, *payload.remove_group_ids)
    if key not in found.faults:
        found.faults[key] = None
        try:
            memberships.join(found.context, (), payload.group_ids)
            memberships.leave(found.context, (), payload.remove_group_ids)
        except EmfluenceRefusal as refusal:
            found.faults[key] = refusal
    return found.faults[key]


def _regroup(found: Run, saved: Sequence[tuple[int, ContactSave]]) -> None:
    """Those who join, and those who leave, the same groups do it together."""
    if not found.group_ids and not any(payload.group_ids or payload.remove_group_ids for _, payload in saved):
        return
    joining: dict[tuple[int, ...], list[int]] = {}
    leaving: dict[tuple[int, ...], list[int]] = {}
    for contact_id, payload in saved:
        joining.setdefault((*found.group_ids, *payload.group_ids), []).append(contact_id)
        leaving.setdefault(tuple(payload.remove_group_ids), []).append(contact_id)
    found.context.cite("emf.import_contacts.groups")
    for group_ids, contact_ids in joining.items():
        memberships.join(found.context, contact_ids, group_ids)
    for group_ids, contact_ids in leaving.items():
        memberships.leave(found.context, contact_ids, group_ids)


def _warn(found: Run, where: str, refusal: EmfluenceRefusal) -> None:
    found.context.cite("emf.import_contacts.warnings")
    found.context.rules.update(refusal.cited())
    found.warnings.append(f"{where}: {refusal}")
