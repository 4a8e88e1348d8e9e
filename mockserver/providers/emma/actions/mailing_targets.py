"""Who a mailing is for and who is told about it, as a single mailing shows them."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, select

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions.recipients import RECIPIENT
from mockserver.providers.emma.schemas.mailings import HeadsUpEmail, MailingSegment, MailingTargets, heads_up_emails
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Group, HeadsUp, MailingTarget, Member, Search

TARGET = MailingTarget.c.target_id


def targets(kind: str) -> tuple[ColumnElement[bool], ...]:
    """The targets of a kind that a mailing has in a role; both are parameters."""
    return (
        MailingTarget.c.mailing_id == bindparam("mailing"),
        MailingTarget.c.role == bindparam("role"),
        MailingTarget.c.kind == kind,
    )


def _named(kind: str, name: Any, *where: ColumnElement[bool]) -> Statement:
    return Statement(select(TARGET, name.label("name")).where(*targets(kind), *where).order_by(TARGET))


_GROUPS = _named("group", Group.c.name, Group.c.id == TARGET)
_MEMBERS = _named("member", Member.c.email, Member.c.id == TARGET)
_SEARCHES = _named("search", Search.c.name, Search.c.id == TARGET)
_SEGMENTS = _named("segment", MailingTarget.c.name)
_HEADS_UP = Statement(
    select(HeadsUp.c.sent_ts, HeadsUp.c.email, HeadsUp.c.mailing_id)
    .where(HeadsUp.c.mailing_id == bindparam("mailing"))
    .order_by(HeadsUp.c.id)
)


def recipients(context: EmmaContext, mailing_id: int, *, with_segment_names: bool) -> MailingTargets:
    """The recipients by their names; archived ones as well, but not what was purged."""
    groups, members, searches, segments = (
        context.tuples(each, mailing=mailing_id, role=RECIPIENT) for each in (_GROUPS, _MEMBERS, _SEARCHES, _SEGMENTS)
    )
    named: list[MailingSegment] = [{"segment_id": id_, "name": name} for id_, name in segments]
    return {
        "recipient_groups": [{"member_group_id": id_, "name": name} for id_, name in groups],
        "recipient_members": [{"email": email, "member_id": id_} for id_, email in members],
        "recipient_searches": [{"search_id": id_, "name": name} for id_, name in searches],
        "recipient_segments": named if with_segment_names else [id_ for id_, _ in segments],
    }


def heads_up(context: EmmaContext, mailing_id: int) -> list[HeadsUpEmail]:
    return heads_up_emails(context.tuples(_HEADS_UP, mailing=mailing_id))
