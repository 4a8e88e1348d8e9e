"""Signups that wait for their owners, as people look at them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import col

from mockserver.core.statements import Statement
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Confirmation, Member
from mockserver.providers.emma.wire import email_key

_ROWS = (
    select(col(Member.email), col(Confirmation.member_id), col(Confirmation.token), col(Confirmation.signed_up_at))
    .join(Member, col(Member.id) == col(Confirmation.member_id))
    .where(col(Confirmation.confirmed_at).is_(None))
)
_PENDING = Statement(_ROWS.order_by(col(Confirmation.signed_up_at), col(Confirmation.member_id)))
_NEWEST = Statement(
    _ROWS.where(col(Member.email_key) == bindparam("key")).order_by(col(Confirmation.signed_up_at).desc()).limit(1)
)


def pending(context: EmmaContext) -> Sequence[Any]:
    """Those that nobody has confirmed, the oldest first."""
    return context.all(_PENDING)


def token_of(context: EmmaContext, email: str) -> str | None:
    """The token of the newest message to an address that was not used yet."""
    found = context.first(_NEWEST, key=email_key(email))
    return None if found is None else str(found.token)
