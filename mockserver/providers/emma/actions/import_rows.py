"""What each row of an import becomes: a member who is added, updated or skipped, a duplicate, or an error."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.providers.emma.actions import member_changes, member_values, sms
from mockserver.providers.emma.errors import BadRequest, shown
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.wire import is_email

_NOT_VALUES = ("email", "sms", "fields", "phone_number")
"""Keys of a member that are no member fields, unless fields have these names."""


@dataclass(slots=True)
class Run:
    """One import under way: what it was asked to do, and what has become of it so far."""

    context: EmmaContext
    import_id: int
    add_only: bool
    groups: Sequence[int]
    sms: Mapping[str, str]
    definitions: Mapping[str, Any]
    now: str
    seen: set[str] = field(default_factory=set)
    """Addresses that were met in good rows: whoever comes again is a duplicate."""
    counts: Counter[str] = field(default_factory=Counter)
    """By the letter of the change; the names of columns for what changes nobody."""
    values: set[str] = field(default_factory=set)
    """Shortcut names of the fields that were given values."""
    gained: Counter[int] = field(default_factory=Counter)
    """How many members each group got."""
    first_fault: str | None = None


@dataclass(slots=True)
class Batch:
    """What a slice of rows makes of the members, before it is written all at once."""

    stored: Mapping[str, Any]
    """By the key of the address."""
    added: list[dict[str, Any]] = field(default_factory=list)
    """Without their ids."""
    changed: list[dict[str, Any]] = field(default_factory=list)
    touched: list[tuple[int, str]] = field(default_factory=list)
    """Members who were there before, and the letters of what happened to them."""


def place(run: Run, batch: Batch, row: Any, key: str) -> None:
    """Decide what one row becomes, or refuse it."""
    if key in run.seen:
        run.counts["num_duplicates"] += 1
        run.context.cite("emma.import_members.duplicate")
        return
    stored = batch.stored.get(key)
    if stored is not None and run.add_only:
        run.counts["num_skipped"] += 1
        run.context.cite("emma.import_members.add_only")
    elif stored is not None:
        _change(run, batch, stored, row)
    else:
        _add(run, batch, row, key)
    run.seen.add(key)


def _add(run: Run, batch: Batch, row: Any, key: str) -> None:
    email, error = _address(run, row)
    values = _values(run, row)
    batch.added.append(
        {
            "email": email,
            "email_key": key,
            "email_error": error,
            "status": "a" if error is None else "e",
            "fields": {name: value for name, value in values.items() if value is not None},
            "sms": _sms(run, row, None),
            "member_since": run.now,
        }
    )
    run.values.update(values)


def _change(run: Run, batch: Batch, stored: Any, row: Any) -> None:
    _address(run, row)
    values = _values(run, row)
    texts = _sms(run, row, stored.sms)
    merged = {name: value for name, value in {**stored.fields, **values}.items() if value is not None}
    deleted_at, letter = stored.deleted_at, "u"
    if deleted_at is not None and run.context.settings.archived_email == "revive":
        deleted_at, letter = None, "n"
    if (merged, texts, deleted_at) != (stored.fields, stored.sms, stored.deleted_at):
        new = {"new_fields": merged, "new_sms": texts, "new_deleted_at": deleted_at, "new_last_modified_at": run.now}
        batch.changed.append({"member": stored.id, **new})
    batch.touched.append((stored.id, letter))
    run.values.update(values)


def _address(run: Run, row: Any) -> tuple[str | None, str | None]:
    """The address as it is kept, and what is wrong with one that is kept all the same."""
    if not isinstance(row, dict):
        raise BadRequest(f"expected an object, found {shown(row)}")
    email = row.get("email")
    if email is not None and not isinstance(email, str):
        raise BadRequest(f"email: expected a text, found {shown(email)}")
    if email is not None and is_email(email):
        return email.strip(), None
    address = member_changes.addressed(run.context, email)
    return address.email, address.error


def _values(run: Run, row: dict[str, Any]) -> dict[str, Any]:
    """The values of fields, which stand in the member itself, in its `fields`, or in both."""
    definitions = run.definitions
    given = {name: value for name, value in row.items() if name not in _NOT_VALUES or name in definitions}
    nested = row.get("fields")
    if isinstance(nested, dict):
        given |= nested
    found, faults = member_values.check(given, definitions, run.context.settings)
    if faults:
        raise BadRequest(faults[0])
    return found


def _sms(run: Run, row: dict[str, Any], stored: Any) -> Any:
    """The text message settings: what the row says, else what the whole import says."""
    given = row.get("sms") or {}
    number = row.get("phone_number") if "phone_number" not in run.definitions else None
    if not given and number is None and (stored is None or not run.sms):
        return stored
    if not isinstance(given, dict):
        raise BadRequest(f"sms: expected an object, found {shown(given)}")
    said = {"phone_number": number, **run.sms, **{name: value for name, value in given.items() if value is not None}}
    if not isinstance(said["phone_number"], str | int | None):
        raise BadRequest(f"sms.phone_number: expected a text, found {shown(said['phone_number'])}")
    try:
        return sms.merged(run.context, stored, said)
    except ValueError as problem:
        raise BadRequest(f"sms.{problem}") from problem
