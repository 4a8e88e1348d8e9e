"""Batch import: rows in order, each created, updated or refused on its own."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from sqlalchemy import bindparam, select

from mockserver.providers.ethermailer.actions import contacts, drafts
from mockserver.providers.ethermailer.actions.drafts import Draft
from mockserver.providers.ethermailer.errors import Violation, misfit
from mockserver.providers.ethermailer.schemas.contacts import ContactPayload
from mockserver.providers.ethermailer.schemas.imports import ImportSummary, import_response
from mockserver.providers.ethermailer.settings import EtherContext
from mockserver.providers.ethermailer.tables import Contact
from mockserver.providers.ethermailer.wire import as_text, new_ids

SLICE = 500
"""Rows between two turns for other workspaces: about ten milliseconds of work."""

_STORED = select(
    Contact.c.id,
    Contact.c.email_key,
    Contact.c.name,
    Contact.c.surname,
    Contact.c.extra_values,
    Contact.c.deleted_at,
).where(Contact.c.email_key.in_(bindparam("keys", expanding=True)))


@dataclass(slots=True)
class _Batch:
    """What a slice of rows makes of the stored contacts, before it is written all at once."""

    stored: dict[str, dict[str, Any]]
    """By address, as they are after the rows so far."""
    created: dict[str, dict[str, Any]] = field(default_factory=dict)
    updated: dict[str, dict[str, Any]] = field(default_factory=dict)
    memberships: list[dict[str, int]] = field(default_factory=list)


def run(context: EtherContext, rows: Sequence[Any]) -> Generator[None, None, ImportSummary]:
    """Import the rows slice by slice; the summary is what the generator returns."""
    summary: ImportSummary = {"totalCreated": 0, "totalUpdated": 0, "totalErrors": 0, "contactImportResponses": []}
    for start in range(0, len(rows), SLICE):
        if start:
            yield
        _import(context, rows[start : start + SLICE], summary)
    return summary


def _import(context: EtherContext, rows: Sequence[Any], summary: ImportSummary) -> None:
    payloads = [_payload(row) for row in rows]
    around = drafts.surroundings(context, (payload for payload in payloads if isinstance(payload, ContactPayload)))
    outcomes = [
        drafts.check(payload, around) if isinstance(payload, ContactPayload) else (None, payload) for payload in payloads
    ]
    keys = [draft.key for draft, violations in outcomes if draft is not None and not violations]
    batch = _Batch({row.email_key: dict(row._mapping) for row in context.execute(_STORED, {"keys": keys})})
    for row, (draft, violations) in zip(rows, outcomes, strict=True):
        faults = violations if draft is None or violations else _place(context, draft, batch, summary)
        _report(context, row, faults, summary)
    _write(context, batch)


def _payload(row: Any) -> ContactPayload | list[Violation]:
    try:
        return ContactPayload.model_validate(row)
    except ValidationError as error:
        return [misfit(problem) for problem in error.errors()]


def _place(context: EtherContext, draft: Draft, batch: _Batch, summary: ImportSummary) -> list[Violation]:
    """Decide what one good row becomes; returns why it cannot, if it cannot."""
    key = draft.key
    stored = batch.stored.get(key)
    if stored is None:
        row = contacts.new_row(new_ids(context.ids, 1)[0], draft)
        batch.created[key] = row
        summary["totalCreated"] += 1
        context.cite("ether.import_contacts.created")
    elif stored["deleted_at"] is not None and context.settings.import_deleted_address == "refuse":
        return [contacts.already_exists(draft.email, deleted=True)]
    else:
        row = contacts.merged_row(stored, draft.additions)
        (batch.created if key in batch.created else batch.updated)[key] = row
        summary["totalUpdated"] += 1
        context.cite("ether.import_contacts.updated")
    batch.stored[key] = row
    batch.memberships += [{"contact_id": row["id"], "group_id": group} for group in draft.groups]
    return []


def _report(context: EtherContext, row: Any, violations: list[Violation], summary: ImportSummary) -> None:
    if violations:
        summary["totalErrors"] += 1
        context.cite("ether.import_contacts.row_errors")
        context.rules.update(violation.rule for violation in violations)
    if violations or context.settings.import_report == "all":
        summary["contactImportResponses"].append(import_response(_address(row), violations, context.settings))


def _address(row: Any) -> str | None:
    """The address as the row spells it."""
    email = as_text(row.get("email")) if isinstance(row, dict) else None
    return email if isinstance(email, str) else None


def _write(context: EtherContext, batch: _Batch) -> None:
    context.run_many(contacts.ADD, batch.created.values())
    context.run_many(contacts.CHANGE, map(contacts.changed_row, batch.updated.values()))
    context.run_many(contacts.JOIN, batch.memberships)
