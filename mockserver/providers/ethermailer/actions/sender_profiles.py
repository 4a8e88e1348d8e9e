from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import col

from mockserver.providers.ethermailer.settings import EtherContext
from mockserver.providers.ethermailer.tables import SenderProfile

_COLUMNS = [
    col(column)
    for column in (
        SenderProfile.id,
        SenderProfile.name,
        SenderProfile.email,
        SenderProfile.verified,
        SenderProfile.spf,
        SenderProfile.dkim,
    )
]
_ALL = select(*_COLUMNS).order_by(col(SenderProfile.id))
_ONE = select(*_COLUMNS).where(col(SenderProfile.id) == bindparam("profile"))


def every(context: EtherContext) -> Sequence[Any]:
    return context.execute(_ALL).all()


def find(context: EtherContext, profile: int | None) -> Any | None:
    return context.execute(_ONE, {"profile": profile}).one_or_none()
