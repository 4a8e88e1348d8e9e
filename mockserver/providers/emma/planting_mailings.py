"""How imports and mailings of a fixture come into Emma's world."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import insert, select

from mockserver.core.fixtures import Fault
from mockserver.core.wording import unknown_name
from mockserver.providers.emma.fixture import ImportFixture, LinkFixture, MailingFixture
from mockserver.providers.emma.planting_names import Taken, certain_wall, lies_ahead, named, wall
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import (
    Delivery,
    Group,
    HeadsUp,
    Import,
    ImportMember,
    Link,
    Mailing,
    MailingTarget,
    Member,
    Search,
)
from mockserver.providers.emma.wire import email_key, moment


def plant_imports(context: EmmaContext, imports: Sequence[ImportFixture]) -> Iterator[Fault]:
    members = _members(context)
    taken = Taken.of(context, Import, Import.c.id, kind="import")
    for place, each in enumerate(imports):
        where = f"imports[{place}]"
        faults = list(taken.faults(where, each.id, "id", ""))
        touched = [member.member for member in each.members]
        ids = named(f"{where}.members", "member", [email_key(email) for email in touched], members, faults)
        yield from faults
        if not faults:
            _plant_import(context, taken.new_id(context, each.id, f"import {place}"), each, ids)


def plant_mailings(context: EmmaContext, mailings: Sequence[MailingFixture]) -> Iterator[Fault]:
    """A pending one whose moment lies ahead is scheduled; one whose moment has passed stays as it is."""
    references = _References(context)
    taken = Taken.of(context, Mailing, Mailing.c.id, kind="mailing")
    links = Taken.of(context, Link, Link.c.id, kind="link")
    wanted = taken.ids | {mailing.id for mailing in mailings}
    for place, mailing in enumerate(mailings):
        where = f"mailings[{place}]"
        faults = list(taken.faults(where, mailing.id, "id", ""))
        if mailing.parent is not None and mailing.parent not in wanted:
            faults.append(Fault(f"{where}.parent", f"there is no mailing {mailing.parent}"))
        targets = references.targets(where, mailing, faults)
        deliveries = references.deliveries(context, where, mailing, faults)
        yield from faults
        if not faults:
            mailing_id = taken.new_id(context, mailing.id, f"mailing {place}")
            _plant_mailing(context, mailing_id, mailing)
            _insert(context, MailingTarget, mailing_id, targets)
            _insert(context, Delivery, mailing_id, deliveries)
            _insert(context, HeadsUp, mailing_id, [{"email": email, "sent_ts": None} for email in mailing.heads_up])
            _insert(context, Link, mailing_id, [_link(context, links, n, link) for n, link in enumerate(mailing.links, 1)])


class _References:
    """What mailings name: groups and searches by name, members by address."""

    def __init__(self, context: EmmaContext) -> None:
        self._known = {
            "group": {row.name: row.id for row in context.execute(select(Group.c.id, Group.c.name))},
            "search": {row.name: row.id for row in context.execute(select(Search.c.id, Search.c.name))},
            "member": _members(context),
        }

    def targets(self, where: str, mailing: MailingFixture, faults: list[Fault]) -> list[dict[str, Any]]:
        given = {
            ("recipient", "group"): ("groups", mailing.groups),
            ("recipient", "search"): ("searches", mailing.searches),
            ("recipient", "member"): ("members", mailing.members),
            ("suppressed", "group"): ("suppressed_groups", mailing.suppressed_groups),
            ("suppressed", "search"): ("suppressed_searches", mailing.suppressed_searches),
            ("suppressed", "member"): ("suppressed_members", mailing.suppressed_members),
        }
        return [
            {"role": role, "kind": kind, "target_id": target, "name": None}
            for (role, kind), (key, names) in given.items()
            for target in self._ids(f"{where}.{key}", kind, names, faults)
        ]

    def deliveries(
        self, context: EmmaContext, where: str, mailing: MailingFixture, faults: list[Fault]
    ) -> list[dict[str, Any]]:
        rows = []
        for place, delivery in enumerate(mailing.deliveries):
            member = self._known["member"].get(email_key(delivery.member))
            if member is None:
                said = unknown_name("member", delivery.member, self._known["member"])
                faults.append(Fault(f"{where}.deliveries[{place}].member", said))
            moments = {
                "delivery_ts": delivery.delivered,
                "opened": delivery.opened,
                "clicked": delivery.clicked,
                "forwarded": delivery.forwarded,
                "shared": delivery.shared,
            }
            row = {"member_id": member, "place": place + 1, "delivery_type": delivery.delivery_type, "variation_id": None}
            walls = {name: wall(context, given) for name, given in moments.items()}
            rows.append({**row, **walls, "sent": certain_wall(context, delivery.sent)})
        return rows

    def _ids(self, where: str, kind: str, names: Sequence[str], faults: list[Fault]) -> list[int]:
        spelled = [email_key(name) for name in names] if kind == "member" else names
        return named(where, kind, spelled, self._known[kind], faults)


def _plant_import(context: EmmaContext, import_id: int, given: ImportFixture, members: Sequence[int]) -> None:
    row = given.model_dump(exclude={"id", "started", "finished", "members"})
    started = certain_wall(context, given.started)
    nothing: dict[str, Any] = {"num_added_by_group": [], "groups_updated": [], "fields_updated": []}
    walls = {"created_at": started, "import_started": started, "import_finished": wall(context, given.finished)}
    context.execute(insert(Import), {**row, **walls, **nothing, "id": import_id})
    for member_id, each in zip(members, given.members, strict=True):
        row = {"import_id": import_id, "member_id": member_id, **each.model_dump(exclude={"member"})}
        context.execute(insert(ImportMember), row)


def _plant_mailing(context: EmmaContext, mailing_id: int, mailing: MailingFixture) -> None:
    kept = "type status name subject sender reply_to html_body plaintext public_webview_url recipient_count"
    moments = {
        "created_ts": mailing.created,
        "send_at": mailing.send_at,
        "send_started": mailing.send_started,
        "started_or_finished": mailing.send_started or mailing.send_finished,
        "send_finished": mailing.send_finished,
        "cancel_ts": mailing.canceled,
        "archived_ts": mailing.archived,
    }
    walls = {name: wall(context, given) for name, given in moments.items()}
    row = {**mailing.model_dump(include=set(kept.split())), **walls, "parent_mailing_id": mailing.parent}
    context.execute(insert(Mailing), {**row, "id": mailing_id})
    if mailing.status == "p" and lies_ahead(context, walls["send_at"]):
        from mockserver.providers.emma.actions import sending  # noqa: PLC0415 - half of the provider, which few starts need

        sending.schedule(context, mailing_id, moment(str(walls["send_at"]), context.settings))


def _link(context: EmmaContext, taken: Taken, order: int, link: LinkFixture) -> dict[str, Any]:
    return {**link.model_dump(exclude={"id"}), "id": taken.new_id(context, link.id, f"link {order}"), "order": order}


def _insert(context: EmmaContext, table: Any, mailing_id: int, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        context.execute(insert(table), [{**row, "mailing_id": mailing_id} for row in rows])


def _members(context: EmmaContext) -> dict[str, int]:
    return {row.email_key: row.id for row in context.execute(select(Member.c.id, Member.c.email_key))}
