"""Signups that wait for their owners, as people look at them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from mockserver.core.statements import Statement
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Confirmation, Member
from mockserver.providers.emma.wire import email_key

_ROWS = (
    select(Member.c.email, Confirmation.c.member_id, Confirmation.c.token, Confirmation.c.signed_up_at)
    .join(Member, Member.c.id == Confirmation.c.member_id)
    .where(Confirmation.c.confirmed_at.is_(None))
)
_PENDING = Statement(_ROWS.order_by(Confirmation.c.signed_up_at, Confirmation.c.member_id))
_NEWEST = Statement(
    _ROWS.where(Member.c.email_key == bindparam("key")).order_by(Confirmation.c.signed_up_at.desc()).limit(1)
)


def pending(context: EmmaContext) -> Sequence[Any]:
    """Those that nobody has confirmed, the oldest first."""
    return context.all(_PENDING)


def token_of(context: EmmaContext, email: str) -> str | None:
    """The token of the newest message to an address that was not used yet."""
    found = context.first(_NEWEST, key=email_key(email))
    return None if found is None else str(found.token)
