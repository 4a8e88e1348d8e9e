"""Who a mailing is for and who is told about it, as a single mailing shows them."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, select
from sqlmodel import col

from mockserver.core.statements import Statement
from mockserver.providers.emma.actions.recipients import RECIPIENT
from mockserver.providers.emma.schemas.mailings import HeadsUpEmail, MailingSegment, MailingTargets, heads_up_emails
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Group, HeadsUp, MailingTarget, Member, Search

TARGET = col(MailingTarget.target_id)


def targets(kind: str) -> tuple[ColumnElement[bool], ...]:
    """The targets of a kind that a mailing has in a role; both are parameters."""
    return (
        col(MailingTarget.mailing_id) == bindparam("mailing"),
        col(MailingTarget.role) == bindparam("role"),
        col(MailingTarget.kind) == kind,
    )


def _named(kind: str, name: Any, *where: ColumnElement[bool]) -> Statement:
    return Statement(select(TARGET, name.label("name")).where(*targets(kind), *where).order_by(TARGET))


_GROUPS = _named("group", col(Group.name), col(Group.id) == TARGET)
_MEMBERS = _named("member", col(Member.email), col(Member.id) == TARGET)
_SEARCHES = _named("search", col(Search.name), col(Search.id) == TARGET)
_SEGMENTS = _named("segment", col(MailingTarget.name))
_HEADS_UP = Statement(
    select(col(HeadsUp.sent_ts), col(HeadsUp.email), col(HeadsUp.mailing_id))
    .where(col(HeadsUp.mailing_id) == bindparam("mailing"))
    .order_by(col(HeadsUp.id))
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
