"""Who gets a mailing: everybody whom its groups, searches and addresses name, without those that it leaves out."""

from collections.abc import Generator, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, func, insert, literal, null, or_, select

from mockserver.core import id_ranges
from mockserver.core.statements import Statement
from mockserver.providers.emma.actions import searches
from mockserver.providers.emma.actions.members import LIVE, MEMBER
from mockserver.providers.emma.errors import BadRequest, shown
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Delivery, Group, MailingTarget, Member, Membership
from mockserver.providers.emma.wire import email_key, is_email, new_id, stamp

RECIPIENT, SUPPRESSED = "recipient", "suppressed"
ACTIVE, FORWARDED = "a", "f"

_SLICE = 2000
"""Members that are looked at between two turns for other workspaces: some ten milliseconds of work."""
_STATUS, _TARGET = Member.c.status, MailingTarget.c.target_id
_MEMBER_ID, _GROUP_ID = Membership.c.member_id, Membership.c.group_id
_KEPT = ("member_id", "mailing_id", "place", "variation_id", "sent", "delivery_type")
_ADD_TARGET = Statement(insert(MailingTarget).prefix_with("OR IGNORE"))
_BY_KEY = Statement(select(MEMBER).where(Member.c.email_key == bindparam("key")))
_ADD_MEMBER = Statement(insert(Member))

Source = tuple[Select[Any], Any, ColumnElement[bool]]
"""Where recipients are found: a statement of their ids, its column, and which of them may get the mailing."""


def choose(context: EmmaContext, mailing_id: int) -> Generator[None, None, int]:
    """Choose the recipients of a mailing, in slices; returns how many there are.

    Each has a place, counted from 1: first those whom the mailing names itself, then those of its groups and searches.
    Whoever was chosen before and got nothing yet is chosen anew, or not any more.
    """
    sources = list(_sources(context, mailing_id))
    allowed = LIVE & ~_left_out(context, mailing_id) & ~_chosen(mailing_id)
    context.execute(delete(Delivery).where(Delivery.c.mailing_id == mailing_id, Delivery.c.sent.is_(None)))
    count = 0
    for ids, column, fit in sources:

        def place(between: ColumnElement[bool]) -> int:
            nonlocal count
            number = count + func.row_number().over(order_by=MEMBER)
            found = ids.where(between, fit, allowed).with_only_columns(  # noqa: B023 - it is called at once
                MEMBER, literal(mailing_id), number, null(), null(), null()
            )
            placed = context.execute(insert(Delivery).from_select(_KEPT, found)).rowcount
            count += placed
            return placed

        yield from id_ranges.change(context, ids.with_only_columns(column), place, most=_SLICE)
    return count


def aim(context: EmmaContext, mailing_id: int, role: str, kind: str, targets: Iterable[int]) -> None:
    """Let a mailing be for groups, searches, members or segments, or not for them."""
    row = {"mailing_id": mailing_id, "role": role, "kind": kind, "name": None}
    known = (target for batch in id_ranges.batches(targets) for target in batch)
    context.run_many(_ADD_TARGET, [{**row, "target_id": target} for target in known])


def invite(context: EmmaContext, emails: Sequence[str]) -> Generator[None, None, list[int]]:
    """The members of the addresses. Who is not in the audience yet is added to it, with the status forwarded."""
    invited: dict[str, int] = {}
    for place, email in enumerate(emails, 1):
        key = email_key(email)
        if key not in invited:
            known = context.first(_BY_KEY, key=key)
            invited[key] = _added(context, email.strip(), key) if known is None else known.id
        if place % id_ranges.BATCH == 0:
            yield
    return list(invited.values())


def check_addresses(where: str, emails: Sequence[str], rule: str) -> None:
    """Refuse what is no address, by its place in the list."""
    for place, email in enumerate(emails):
        if not is_email(email):
            raise BadRequest(f"{where}[{place}]: expected an e-mail address, found {shown(email)}", rule)


def _sources(context: EmmaContext, mailing_id: int) -> Iterable[Source]:
    """Those whom the mailing names; then group after group, and search after search."""
    active = _STATUS == ACTIVE
    named = _targets(mailing_id, RECIPIENT, "member").join(Member, MEMBER == _TARGET)
    yield named, _TARGET, _STATUS.in_((ACTIVE, FORWARDED))
    groups = _ids(context, _targets(mailing_id, RECIPIENT, "group").join(Group, Group.c.id == _TARGET).where(_GROUP_LIVES))
    for group_id in groups:
        yield select(_MEMBER_ID).join(Member, MEMBER == _MEMBER_ID).where(_GROUP_ID == group_id), _MEMBER_ID, active
    for search_id in _ids(context, _targets(mailing_id, RECIPIENT, "search")):
        yield select(MEMBER).where(LIVE), MEMBER, active & searches.condition_of(context, search_id)


_GROUP_LIVES = Group.c.deleted_at.is_(None)


def _left_out(context: EmmaContext, mailing_id: int) -> ColumnElement[bool]:
    named = _targets(mailing_id, SUPPRESSED, "member").where(_TARGET == MEMBER)
    grouped = _targets(mailing_id, SUPPRESSED, "group").join(Membership, _GROUP_ID == _TARGET).where(_MEMBER_ID == MEMBER)
    found = (searches.condition_of(context, id_) for id_ in _ids(context, _targets(mailing_id, SUPPRESSED, "search")))
    return or_(exists(named.correlate(Member)), exists(grouped.correlate(Member)), *found)


def _chosen(mailing_id: int) -> ColumnElement[bool]:
    mine = select(Delivery.c.place).where(Delivery.c.member_id == MEMBER, Delivery.c.mailing_id == mailing_id)
    return exists(mine.correlate(Member))


def _targets(mailing_id: int, role: str, kind: str) -> Select[Any]:
    return select(_TARGET).where(
        MailingTarget.c.mailing_id == mailing_id, MailingTarget.c.role == role, MailingTarget.c.kind == kind
    )


def _ids(context: EmmaContext, targets: Select[Any]) -> list[int]:
    return list(context.execute(targets.order_by(_TARGET)).scalars())


def _added(context: EmmaContext, email: str, key: str) -> int:
    member_id = new_id(context.ids, "member")
    context.run(
        _ADD_MEMBER,
        id=member_id,
        email=email,
        email_key=key,
        status=FORWARDED,
        fields={},
        sms=None,
        email_error=None,
        bounce_count=0,
        plaintext_preferred=False,
        consent_to_tracking=None,
        confirmed_opt_in=None,
        member_since=stamp(context.now, context.settings),
        last_modified_at=None,
        deleted_at=None,
    )
    return member_id
