from collections.abc import Iterable
from typing import Any

from typing_extensions import TypedDict

HARD_BOUNCE = "b"
"""As tables keep it; a setting chooses the letter that travels."""


class MemberMailing(TypedDict):
    """A mailing in the history of a member."""

    delivery_type: str | None
    clicked: str | None
    opened: str | None
    mailing_id: int
    delivery_ts: str | None
    name: str
    forwarded: str | None
    shared: str | None
    subject: str
    sent: str | None
    account_id: int


def member_mailings(rows: Iterable[tuple[Any, ...]], account_id: int, hard_bounce: str) -> list[MemberMailing]:
    return [
        {
            "delivery_type": hard_bounce if delivery_type == HARD_BOUNCE else delivery_type,
            "clicked": clicked,
            "opened": opened,
            "mailing_id": mailing_id,
            "delivery_ts": delivery_ts,
            "name": name,
            "forwarded": forwarded,
            "shared": shared,
            "subject": subject,
            "sent": sent,
            "account_id": account_id,
        }
        for mailing_id, name, subject, delivery_type, delivery_ts, sent, opened, clicked, forwarded, shared in rows
    ]
