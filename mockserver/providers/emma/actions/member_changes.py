"""How members are added, updated, opted out and archived."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import events, groups, member_values, memberships, sms, statuses
from mockserver.providers.emma.errors import BadRequest, NotFound, shown
from mockserver.providers.emma.schemas.members import MemberAdd, MemberPayload, MemberSave, MemberUpdate, Sms, SmsPayload
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Member
from mockserver.providers.emma.wire import email_key, is_email, new_id, record_id, stamp

_MEMBER = Member.c.id
_KEPT = ("id", "email", "email_key", "email_error", "status", "fields", "sms", "consent_to_tracking", "deleted_at")
_CHANGED = ("email", "email_key", "email_error", "status", "fields", "sms", "consent_to_tracking", "deleted_at")
_ROW = select(*(Member.c[name] for name in _KEPT))
_ONE = Statement(_ROW.where(_MEMBER == bindparam("member")))
_BY_KEY = Statement(_ROW.where(Member.c.email_key == bindparam("key")))
_ADD = Statement(insert(Member))
_CHANGE = Statement(
    update(Member)
    .where(_MEMBER == bindparam("member"))
    .values({name: bindparam(f"new_{name}") for name in (*_CHANGED, "last_modified_at")})
)
_ARCHIVE = Statement(
    update(Member).where(_MEMBER == bindparam("member"), Member.c.deleted_at.is_(None)).values(deleted_at=bindparam("now"))
)
_WRITABLE = ("a", "e", "o")


class Saved(NamedTuple):
    """What became of a member that was added or signed up."""

    id: int
    status: str
    added: bool
    changed: bool = True


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is kept."""

    email: str | None
    """None: it is none, and kept as an error."""
    key: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a call says of one member, checked."""

    address: Address
    values: Mapping[str, Any]
    groups: Collection[int]
    """Those that exist."""
    consent: bool | None


def add(context: EmmaContext, payload: MemberAdd) -> Saved:
    """Add a member, or update the one with this address, who keeps the status."""
    draft = drafted(context, payload, payload.group_ids)
    known = find_by_key(context, draft.address.key)
    saved = save(context, draft, known, _sms(context, known.sms if known else None, payload))
    join(context, saved.id, draft.groups)
    if saved.added:
        events.happened(context, "member_add", member_id=saved.id, signup_form_id=payload.signup_form_id)
    elif saved.changed:
        events.happened(context, "member_update", member_id=saved.id)
    return saved


def update_one(context: EmmaContext, member_id: str, payload: MemberUpdate) -> None:
    """Update a member, archived or not, in what the payload says."""
    row = context.first(_ONE, member=record_id(member_id))
    if row is None:
        raise NotFound(f"there is no member {member_id}", "emma.members.unknown")
    if payload.status_to is not None and payload.status_to not in _WRITABLE:
        said = f"status_to: expected {', '.join(_WRITABLE[:-1])} or {_WRITABLE[-1]}, found {shown(payload.status_to)}"
        raise BadRequest(said, "emma.update_member.bad_status")
    new = row._asdict()
    if payload.email is not None:
        new |= _readdressed(context, row, payload.email)
    values = member_values.checked(context, payload.fields or {})
    new |= _laid_over(row, values, payload.subscriber_consent_tracking, _sms(context, row.sms, payload))
    changed = _change(context, row, new)
    if payload.status_to is not None and statuses.change(context, _MEMBER == row.id, payload.status_to):
        changed = True
    if changed:
        events.happened(context, "member_update", member_id=row.id)


def opt_out(context: EmmaContext, email: str) -> None:
    """Opt a member out, archived or not. Whoever is already stays so."""
    row = find_by_key(context, email_key(email))
    if row is None:
        raise NotFound(f"there is no member with the address {email}", "emma.members.unknown")
    context.cite("emma.opt_out_member.idempotent")
    statuses.change(context, _MEMBER == row.id, "o")


def archive(context: EmmaContext, member_id: str) -> None:
    """Archive a member; one that is archived already keeps its date."""
    row = context.first(_ONE, member=record_id(member_id))
    if row is None:
        raise NotFound(f"there is no member {member_id}", "emma.members.unknown")
    context.cite("emma.archive_member.again" if row.deleted_at else "emma.archive_member.kept")
    context.run(_ARCHIVE, member=row.id, now=stamp(context.now, context.settings))


# What adding and signing up share


def drafted(context: EmmaContext, payload: MemberPayload, group_ids: Collection[int]) -> Draft:
    """What a call says of a member, or a refusal."""
    address = addressed(context, payload.email)
    values = member_values.checked(context, payload.fields) if payload.fields else {}
    known = known_groups(context, group_ids) if group_ids else ()
    return Draft(address, values, known, payload.subscriber_consent_tracking)


def addressed(context: EmmaContext, email: str | None) -> Address:
    """An address as it is kept, or a refusal."""
    text = (email or "").strip()
    if not text:
        raise BadRequest("email: is required", "emma.members.no_email")
    if is_email(text):
        return Address(text, email_key(text))
    said = f"expected an e-mail address, found {shown(text)}"
    if context.settings.invalid_email == "refuse":
        raise BadRequest(f"email: {said}", "emma.members.bad_email")
    context.cite("emma.members.bad_email")
    return Address(None, email_key(text), said)


def known_groups(context: EmmaContext, ids: Collection[int]) -> set[int]:
    """The groups that exist; what becomes of the others, a setting decides."""
    known = groups.known(context, ids)
    unknown = [each for each in ids if each not in known]
    if unknown:
        context.cite("emma.members.unknown_groups")
        if context.settings.unknown_groups == "refuse":
            raise BadRequest(f"group_ids: there is no group {unknown[0]}", "emma.members.unknown_groups")
    return known


def find_by_key(context: EmmaContext, key: str) -> Any | None:
    """The member, archived or not, whose address is compared as this."""
    return context.first(_BY_KEY, key=key)


def save(context: EmmaContext, draft: Draft, known: Any | None, texts: Sms | None) -> Saved:
    """Make a new member of a draft, or lay it over one that there is; `texts` is what becomes of `sms`."""
    if known is None:
        return _insert(context, draft, texts)
    new = known._asdict() | _laid_over(known, draft.values, draft.consent, texts)
    if known.deleted_at is not None:
        context.cite("emma.members.archived_email")
        new["deleted_at"] = None if context.settings.archived_email == "revive" else known.deleted_at
    context.cite("emma.members.status_kept")
    if draft.address.email != known.email:
        context.cite("emma.members.same_address")
    return Saved(known.id, known.status, added=False, changed=_change(context, known, new))


def join(context: EmmaContext, member: int, group_ids: Collection[int]) -> None:
    if group_ids:
        memberships.join(context, [(member, group) for group in group_ids])


def _insert(context: EmmaContext, draft: Draft, texts: Sms | None) -> Saved:
    context.cite("emma.members.new_status")
    member, status = new_id(context.ids, "member"), "a" if draft.address.error is None else "e"
    context.run(
        _ADD,
        id=member,
        email=draft.address.email,
        email_key=draft.address.key,
        email_error=draft.address.error,
        status=status,
        fields=_without_nulls(draft.values),
        sms=texts,
        bounce_count=0,
        plaintext_preferred=False,
        consent_to_tracking=draft.consent,
        confirmed_opt_in=None,
        member_since=stamp(context.now, context.settings),
        last_modified_at=None,
        deleted_at=None,
    )
    return Saved(member, status, added=True)


def _change(context: EmmaContext, row: Any, new: Mapping[str, Any]) -> bool:
    """Write what differs, and when it changed; nothing if nothing does. Whether something did."""
    if new == row._asdict():
        return False
    now = stamp(context.now, context.settings)
    context.run(_CHANGE, member=row.id, new_last_modified_at=now, **{f"new_{name}": new[name] for name in _CHANGED})
    return True


def _laid_over(row: Any, values: Mapping[str, Any], consent: bool | None, texts: Sms | None) -> dict[str, Any]:
    return {
        "fields": _without_nulls({**row.fields, **values}),
        "sms": texts,
        "consent_to_tracking": row.consent_to_tracking if consent is None else consent,
    }


def _without_nulls(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _readdressed(context: EmmaContext, row: Any, email: str) -> dict[str, Any]:
    """What another address changes. The error of the old one goes with it."""
    address = addressed(context, email)
    owner = find_by_key(context, address.key)
    if owner is not None and owner.id != row.id:
        said = f"email: the address {email.strip()} is that of another member, {owner.id}"
        raise BadRequest(said, "emma.update_member.email_taken")
    return {
        "email": address.email,
        "email_key": address.key,
        "email_error": row.email_error if owner is not None else address.error,
        "status": "e" if address.error else row.status,
    }


def _sms(context: EmmaContext, stored: Sms | None, payload: MemberSave) -> Sms | None:
    """The text message settings after a call that may name the number in either of two places."""
    if payload.phone_number is None and payload.sms is None:
        return stored
    context.cite("emma.members.sms")
    place = ""
    try:
        found = sms.merged(context, stored, {"phone_number": payload.phone_number})
        place = "sms."
        return sms.merged(context, found, (payload.sms or SmsPayload()).model_dump())
    except ValueError as problem:
        raise BadRequest(f"{place}{problem}", "emma.members.bad_sms") from problem
