"""What an import does when its time has come: slice after slice of its rows, in their order."""

import json
from collections.abc import Generator, Sequence
from typing import Any

from sqlalchemy import Boolean, Integer, bindparam, delete, func, insert, literal_column, select, update

from mockserver.core.backstage import Declined
from mockserver.core.scheduler import withdraw
from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import events, fields, groups, imports, memberships
from mockserver.providers.emma.actions.import_rows import Batch, Run, place
from mockserver.providers.emma.errors import BadRequest, NotFound
from mockserver.providers.emma.schemas.backstage import ImportState
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Import, ImportMember, ImportSlice, Member, Membership
from mockserver.providers.emma.wire import new_ids, stamp

_OF_IMPORT = ImportSlice.c.import_id == bindparam("import_id")
_PLACES = Statement(select(ImportSlice.c.place).where(_OF_IMPORT).order_by(ImportSlice.c.place))
_SLICE = (_OF_IMPORT, ImportSlice.c.place == bindparam("place"))
_SENT = Statement(select(ImportSlice.c.sent).where(*_SLICE))
_DROP = Statement(delete(ImportSlice).where(*_SLICE))

_THE_IMPORT = Import.c.id == bindparam("the_import")
_BEGIN = Statement(
    update(Import).where(_THE_IMPORT).values(status="p", import_started=bindparam("now")),
)
_STARTED = Statement(select(Import.c.import_started).where(_THE_IMPORT))

_MEMBER, _KEY, _JOINED = Member.c.id, Member.c.email_key, Membership.c.member_id
_KEYS = select(func.json_each(bindparam("keys")).table_valued("value").c.value)
_STORED = Statement(select(_MEMBER, _KEY, Member.c.fields, Member.c.sms, Member.c.deleted_at).where(_KEY.in_(_KEYS)))
_GIVEN = ("id", "email", "email_key", "email_error", "status", "fields", "sms", "member_since")
_ADD = Statement(
    insert(Member).values(
        **{name: bindparam(name) for name in _GIVEN},
        bounce_count=literal_column("0"),
        plaintext_preferred=literal_column("0"),
    )
)
_NEW = _MEMBER.between(bindparam("first"), bindparam("last"))
_CHANGED = ("fields", "sms", "deleted_at", "last_modified_at")
_CHANGE = Statement(
    update(Member).where(Member.c.id == bindparam("member")).values({name: bindparam(f"new_{name}") for name in _CHANGED})
)
_IN_GROUP = select(_JOINED).where(
    Membership.c.group_id == bindparam("group"), _JOINED.in_(bindparam("members", expanding=True))
)
_JOIN_NEW = Statement(
    insert(Membership).from_select(["member_id", "group_id"], select(_MEMBER, bindparam("group", type_=Integer)).where(_NEW))
)
_NOTE = Statement(insert(ImportMember))
_NOTE_NEW = Statement(
    insert(ImportMember).from_select(
        ["import_id", "member_id", "change_type", "added_to_group"],
        select(
            bindparam("import_id", type_=Integer), _MEMBER, literal_column("'a'"), bindparam("joined", type_=Boolean)
        ).where(_NEW),
    )
)

GROUPS = 10
"""Groups that a slice of members joins between two turns."""


def begin(context: EmmaContext, payload: dict[str, Any]) -> None:
    """Half-way to its end an import is in progress."""
    context.run(_BEGIN, the_import=payload["import_id"], now=stamp(context.now, context.settings))


def run(context: EmmaContext, payload: dict[str, Any]) -> Generator[None, None, None]:
    """Import what was kept, slice by slice."""
    import_id = payload["import_id"]
    known = sorted(groups.known(context, payload["groups"])) if payload["groups"] else []
    now = stamp(context.now, context.settings)
    definitions = fields.definitions(context)
    run = Run(context, import_id, payload["add_only"], known, payload["sms"], definitions, now)
    for (number,) in context.tuples(_PLACES, import_id=import_id):
        if number:
            yield
        yield from _import(run, json.loads(context.value(_SENT, import_id=import_id, place=number)))
        context.run(_DROP, import_id=import_id, place=number)
    _finish(run)


def finish(context: EmmaContext, import_id: int) -> Generator[None, None, ImportState]:
    """An import that waits, or is in progress, does now what it was to do later; also one whose work broke down."""
    state = _state(context, import_id)
    orders = [work.payload for work in withdraw(context, import_id=import_id) if work.kind == imports.RUN]
    if not orders:
        raise Declined(409, f"the import {import_id} has nothing left to do, its status is {state.status}")
    yield from run(context, orders[0])
    return _state(context, import_id)


def _state(context: EmmaContext, import_id: int) -> ImportState:
    try:
        row = imports.get(context, str(import_id))
    except NotFound as unknown:
        raise Declined(404, unknown.said) from None
    counts = {name: getattr(row, name) for name in ImportState.model_fields if name.startswith("num_")}
    return ImportState(import_id=import_id, status=row.status, **counts)


def _import(run: Run, rows: Sequence[Any]) -> Generator[None, None, None]:
    keys = [imports.address_key(row) for row in rows]
    stored = run.context.all(_STORED, keys=json.dumps([key for key in keys if key is not None]))
    batch = Batch({row.email_key: row for row in stored})
    for row, key in zip(rows, keys, strict=True):
        try:
            place(run, batch, row, key or "")
        except BadRequest as fault:
            run.counts["num_errors"] += 1
            run.first_fault = run.first_fault or fault.said
            run.context.cite("emma.import_members.bad_row")
    yield from _write(run, batch)


def _write(run: Run, batch: Batch) -> Generator[None, None, None]:
    """Write what a slice has come to. New members have ids in a row, and much is done for all of them at once."""
    context = run.context
    new = new_ids(context.ids, "member", len(batch.added)) if batch.added else range(0)
    context.run_many(_ADD, ({**row, "id": member} for member, row in zip(new, batch.added, strict=True)))
    context.run_many(_CHANGE, batch.changed)
    run.counts.update(a=len(new))
    run.counts.update(letter for _, letter in batch.touched)
    joined = yield from _join(run, new, [member for member, _ in batch.touched])
    if new:
        joins = bool(run.groups)
        context.run(_NOTE_NEW, import_id=run.import_id, first=new[0], last=new[-1], joined=joins)
    notes = (
        {"import_id": run.import_id, "member_id": member, "change_type": letter, "added_to_group": member in joined}
        for member, letter in batch.touched
    )
    context.run_many(_NOTE, notes)


def _join(run: Run, new: range, touched: Sequence[int]) -> Generator[None, None, set[int]]:
    """Put the members into the groups of the import; returns which older ones were not in all of them before."""
    joined: set[int] = set()
    for number, group in enumerate(run.groups, 1):
        if new:
            run.context.run(_JOIN_NEW, group=group, first=new[0], last=new[-1])
        found = run.context.execute(_IN_GROUP, {"group": group, "members": touched}).scalars() if touched else ()
        before = set(found)
        later = [member for member in touched if member not in before]
        memberships.join(run.context, ((member, group) for member in later))
        run.gained[group] += len(new) + len(later)
        joined.update(later)
        if number % GROUPS == 0:
            yield
    return joined


def _finish(run: Run) -> None:
    counts, now = run.counts, run.now
    added, updated = counts["a"], counts["u"] + counts["n"]
    good = added + updated + counts["num_skipped"]
    failed = good == 0 and counts["num_errors"] > 0
    started = run.context.value(_STARTED, the_import=run.import_id)
    row = {
        "status": "e" if failed else "o",
        "error_message": f"no member could be imported; the first: {run.first_fault}" if failed else None,
        "import_started": started or now,
        "import_finished": now,
        "num_members": good,
        "num_members_added": added,
        "num_members_updated": updated,
        **{name: counts[name] for name in ("num_duplicates", "num_skipped", "num_errors")},
        "num_added_by_group": [{"member_group_id": group, "num_added": run.gained[group]} for group in run.groups],
        "groups_updated": sorted(group for group, gained in run.gained.items() if gained),
        "fields_updated": sorted(run.definitions[name].id for name in run.values),
    }
    run.context.execute(update(Import).where(Import.c.id == run.import_id).values(row))
    events.happened(run.context, "import_finish", import_id=run.import_id, group_ids=list(run.groups), contact_count=good)


TASKS = {imports.RUN: run, imports.BEGIN: begin}
