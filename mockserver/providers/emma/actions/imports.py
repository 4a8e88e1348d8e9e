"""Imports as calls see them: started, looked at, marked as deleted. The work itself is in `import_runs.py`."""

import json
from collections.abc import Collection, Generator, Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, func, insert, select, update

from mockserver.core.scheduler import schedule
from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import accounts, fields, groups, member_changes
from mockserver.providers.emma.actions.listings import Listing, held, selected
from mockserver.providers.emma.errors import BadRequest, NotFound
from mockserver.providers.emma.schemas.imports import (
    ImportMemberRow,
    ImportRow,
    MembersImport,
    import_member_rows,
    import_row,
)
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Import, ImportMember, ImportSlice, Member
from mockserver.providers.emma.wire import Window, email_key, new_id, record_id, stamp

SLICE = 500
"""Members that are kept, and later imported, between two turns for other workspaces: about ten milliseconds of work."""

BEGIN, RUN = "import_begins", "import"
"""The kinds of work that an import leaves for later."""
_ALL_FIELDS = Window(0, 10**9)

_IMPORT, _SHOWN = Import.c.id, Import.c.deleted_at.is_(None)
_LIMIT, _START = (bindparam(name, type_=Integer) for name in ("limit", "start"))
_ROWS = select(*Import.c).where(_SHOWN)
_ONE = Statement(_ROWS.where(_IMPORT == bindparam("import_id")))
_LIST = Statement(_ROWS.order_by(_IMPORT).limit(_LIMIT).offset(_START))
_COUNT = Statement(select(func.count()).select_from(Import).where(_SHOWN))
_ADD = Statement(insert(Import))
_DELETE = Statement(update(Import).where(_IMPORT == bindparam("import_id")).values(deleted_at=bindparam("now")))

_KEEP = Statement(insert(ImportSlice))
_SLICE = (ImportSlice.c.import_id == bindparam("of_import"), ImportSlice.c.place == bindparam("at_place"))
_WAITING = Statement(select(ImportSlice.c.import_id, ImportSlice.c.place))
_SENT = Statement(select(ImportSlice.c.sent).where(*_SLICE))
_REWRITE = Statement(update(ImportSlice).where(*_SLICE).values(sent=bindparam("rest")))

_MEMBER = ImportMember.c.member_id
_OF_IMPORT = ImportMember.c.import_id == bindparam("import_id")
_AFFECTED = {
    "all": (_OF_IMPORT,),
    "added": (_OF_IMPORT, ImportMember.c.change_type == "a"),
    "joined": (_OF_IMPORT, ImportMember.c.added_to_group),
    "added and joined": (_OF_IMPORT, ImportMember.c.change_type == "a", ImportMember.c.added_to_group),
}
_MEMBERS = {
    which: (
        Statement(
            select(_MEMBER, ImportMember.c.change_type, Member.c.status, Member.c.email)
            .join_from(ImportMember, Member, Member.c.id == _MEMBER)
            .where(*such)
            .order_by(_MEMBER)
            .limit(_LIMIT)
            .offset(_START)
        ),
        Statement(select(func.count()).select_from(ImportMember).where(*such)),
    )
    for which, such in _AFFECTED.items()
}


def start(context: EmmaContext, payload: MembersImport) -> Generator[None, None, int]:
    """Keep the members for later, and return the import's id."""
    known = member_changes.known_groups(context, payload.group_ids) if payload.group_ids else ()
    import_id = new_id(context.ids, "import")
    context.run(_ADD, **_new_row(context, import_id, payload))
    for place, first in enumerate(range(0, len(payload.members), SLICE)):
        if place:
            yield
        context.run(_KEEP, import_id=import_id, place=place, sent=_dumped(payload.members[first : first + SLICE]))
    _schedule(context, import_id, payload, known)
    return import_id


def listing(context: EmmaContext) -> Listing[Any]:
    """The imports by age, without those that are marked as deleted; `shown_rows` makes them what travels."""
    return Listing(
        count=lambda: int(context.value(_COUNT)),
        rows=lambda window: context.all(_LIST, start=window.start, limit=window.limit),
    )


def get(context: EmmaContext, import_id: str) -> Any:
    row = _find(context, import_id)
    if row is None:
        raise NotFound(f"there is no import {import_id}", "emma.get_import.unknown")
    return row


def shown_rows(context: EmmaContext, rows: Sequence[Any]) -> Generator[None, None, list[ImportRow]]:
    """Imports with their groups and fields, which are looked up once for all of them."""
    group_ids = sorted({group for row in rows for group in row.groups_updated})
    found = (yield from groups.shown_rows(context, group_ids)) if group_ids else []
    by_id = {group["member_group_id"]: group for group in found}
    known = {field["field_id"]: field for field in fields.listing(context, deleted_too=True).rows(_ALL_FIELDS)}
    return [import_row(row, accounts.get(context).id, by_id, known) for row in rows]


def members(
    context: EmmaContext, import_id: str, *, every: bool, added_only: bool, added_to_groups: bool
) -> Listing[ImportMemberRow]:
    """The members whom an import affected: all, or only those whom it added, or added to a group."""
    row = _find(context, import_id)
    if row is None:
        context.cite("emma.list_import_members.unknown")
        if context.settings.unknown_ids == "strict":
            raise NotFound(f"there is no import {import_id}", "emma.list_import_members.unknown")
        return held([])
    wanted = [word for word, on in (("added", added_only), ("joined", added_to_groups)) if on and not every]
    if every or wanted:
        context.cite("emma.list_import_members.flags")
    rows, count = _MEMBERS[" and ".join(wanted) or "all"]
    return selected(context, rows, count, import_member_rows, import_id=row.id)


def delete(context: EmmaContext, ids: Sequence[str]) -> None:
    """Mark imports as deleted. What they did stays, and what they have still to do will be done."""
    if not ids:
        raise BadRequest("import_ids: is required; expected the ids of imports", "emma.delete_imports.no_ids")
    for import_id in ids:
        row = _find(context, import_id)
        if row is not None:
            context.run(_DELETE, import_id=row.id, now=stamp(context.now, context.settings))
            continue
        context.cite("emma.delete_imports.unknown")
        if context.settings.unknown_ids == "strict":
            raise NotFound(f"import_ids: there is no import {import_id}", "emma.delete_imports.unknown")


# What other modules share


def address_key(row: Any) -> str | None:
    """The key of the address in a member as it was sent."""
    email = row.get("email") if isinstance(row, dict) else None
    return email_key(email) if isinstance(email, str) else None


def forget(context: EmmaContext, keys: Collection[str]) -> Generator[None, None, None]:
    """Take the members with these addresses out of imports that have not run yet."""
    for slice_ in context.all(_WAITING) if keys else ():
        here = {"of_import": slice_.import_id, "at_place": slice_.place}
        sent = json.loads(context.value(_SENT, **here))
        rest = [row for row in sent if address_key(row) not in keys]
        if len(rest) < len(sent):
            context.run(_REWRITE, **here, rest=_dumped(rest))
        yield


def _new_row(context: EmmaContext, import_id: int, payload: MembersImport) -> dict[str, Any]:
    counted = ("", "_added", "_updated")
    return {
        **dict.fromkeys((f"num_members{each}" for each in counted), 0),
        **dict.fromkeys(("num_duplicates", "num_skipped", "num_errors"), 0),
        **{name: [] for name in ("num_added_by_group", "groups_updated", "fields_updated")},
        **dict.fromkeys(("source_name", "import_started", "import_finished", "error_message", "deleted_at")),
        "id": import_id,
        "status": "q",
        "style": "add_only" if payload.add_only else "add_and_update",
        "source_filename": payload.source_filename,
        "created_at": stamp(context.now, context.settings),
        "automated_field_changes": payload.automate_field_changes,
    }


def _dumped(rows: Sequence[Any]) -> str:
    """JSON by Python's own writer, which goes as deep as the reader that has read the body."""
    try:
        return json.dumps(rows, ensure_ascii=False)
    except RecursionError as problem:
        raise BadRequest("members: nested too deeply", "emma.import_members.too_deep") from problem


def _schedule(context: EmmaContext, import_id: int, payload: MembersImport, known: Iterable[int]) -> None:
    """It begins half-way to its end; one that takes no time has run before the next call of the workspace."""
    sms = payload.criteria.sms if payload.criteria else None
    order = {
        "import_id": import_id,
        "groups": sorted(known),
        "add_only": bool(payload.add_only),
        "sms": sms.model_dump(exclude_none=True) if sms else {},
    }
    takes = timedelta(seconds=context.settings.imports_take)
    if takes:
        schedule(context, kind=BEGIN, due=context.now + takes / 2, payload={"import_id": import_id})
    schedule(context, kind=RUN, due=context.now + takes, payload=order)


def _find(context: EmmaContext, import_id: str) -> Any | None:
    return context.first(_ONE, import_id=record_id(import_id))
