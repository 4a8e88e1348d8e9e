"""How members of a fixture, and crowds of them, come into Emma's world."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert, select

from mockserver.core.crowd import Person, crowd
from mockserver.core.fixtures import Fault, Generate
from mockserver.core.statements import Statement
from mockserver.core.wording import unknown_name
from mockserver.providers.emma.fixture import MemberFixture, SmsFixture
from mockserver.providers.emma.planting_names import Taken, certain_wall, named, wall
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Group, Member, MemberField, Membership, Optout
from mockserver.providers.emma.wire import email_key, is_email, new_ids, stamp

_ADD = Statement(insert(Member))
_JOIN = Statement(insert(Membership).prefix_with("OR IGNORE"))
_CHUNK = 10_000


def plant_members(context: EmmaContext, members: Sequence[MemberFixture]) -> Iterator[Fault]:
    groups = _names(context, Group, Group.c.name)
    fields = _names(context, MemberField, MemberField.c.shortcut_name)
    taken = Taken.of(context, Member, Member.c.email_key, kind="member")
    for place, member in enumerate(members):
        where = f"members[{place}]"
        faults = list(taken.faults(where, member.id, "email", email_key(member.email)))
        if not is_email(member.email):
            faults.append(Fault(f"{where}.email", f'found "{member.email}"; expected an e-mail address'))
        strange = [name for name in member.fields if name not in fields]
        faults += [Fault(f"{where}.fields.{name}", unknown_name("field", name, fields)) for name in strange]
        joined = named(f"{where}.groups", "group", member.groups, groups, faults)
        yield from faults
        if not faults:
            member_id = taken.new_id(context, member.id, email_key(member.email))
            _plant_member(context, member_id, member)
            context.run_many(_JOIN, [{"member_id": member_id, "group_id": group} for group in joined])


def plant_crowd(context: EmmaContext, generate: Generate) -> None:
    """Invented members; every fourth is in each group, beginning at another one, and a few have opted out."""
    fields = _names(context, MemberField, MemberField.c.shortcut_name)
    groups = sorted(_names(context, Group, Group.c.name).values())
    since = stamp(context.now, context.settings)
    people = crowd(generate)
    while chunk := list(islice(people, _CHUNK)):
        ids = new_ids(context.ids, "member", len(chunk))
        context.run_many(_ADD, [_invented(id_, person, fields, since) for id_, person in zip(ids, chunk, strict=True)])
        memberships = [
            {"member_id": id_, "group_id": group}
            for id_, person in zip(ids, chunk, strict=True)
            for place, group in enumerate(groups)
            if (person.number + place) % 4 == 0
        ]
        context.run_many(_JOIN, memberships)


def _plant_member(context: EmmaContext, member_id: int, member: MemberFixture) -> None:
    row = {
        "status": member.status,
        "fields": member.fields,
        "sms": _sms(context, member.sms) if member.sms is not None else None,
        "email_error": member.email_error,
        "bounce_count": member.bounce_count,
        "plaintext_preferred": member.plaintext_preferred,
        "confirmed_opt_in": wall(context, member.confirmed),
        "last_modified_at": wall(context, member.modified),
        "deleted_at": wall(context, member.archived),
    }
    context.run(_ADD, **_new(member_id, member.email, certain_wall(context, member.since)), **row)
    for optout in member.optouts:
        row = {"member_id": member_id, "timestamp": certain_wall(context, optout.at), "mailing_id": optout.mailing}
        context.execute(insert(Optout), row)


def _new(member_id: int, email: str, since: str) -> dict[str, Any]:
    key = email_key(email)
    return {"id": member_id, "email": email, "email_key": key, "consent_to_tracking": None, "member_since": since}


def _sms(context: EmmaContext, sms: SmsFixture) -> dict[str, Any]:
    updated = (sms.updated or context.now).isoformat(timespec="microseconds")
    return {
        "phone_number": sms.phone_number,
        "region_code": "US",
        "transactional_status": sms.transactional_status,
        "transactional_status_updated_at": updated,
        "promotional_status": sms.promotional_status,
        "promotional_status_updated_at": updated,
    }


def _invented(member_id: int, person: Person, fields: Mapping[str, int], since: str) -> dict[str, Any]:
    values = {"first_name": person.first_name, "last_name": person.last_name}
    return {
        **_new(member_id, person.email, since),
        "status": "o" if person.chance < 0.02 else "a",
        "fields": {name: value for name, value in values.items() if name in fields},
        "sms": None,
        "email_error": None,
        "bounce_count": 0,
        "plaintext_preferred": False,
        "confirmed_opt_in": None,
        "last_modified_at": None,
        "deleted_at": None,
    }


def _names(context: EmmaContext, table: Table, name: Any) -> dict[str, int]:
    rows: Any = context.execute(select(table.c.id, name).where(table.c.deleted_at.is_(None)))
    return {spelled: id_ for id_, spelled in rows}
