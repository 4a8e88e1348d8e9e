from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from mockserver.core.statements import Statement
from mockserver.providers.ethermailer.settings import EtherContext
from mockserver.providers.ethermailer.tables import SenderProfile

_COLUMNS = tuple(SenderProfile.c)
_ALL = Statement(select(*_COLUMNS).order_by(SenderProfile.c.id))
_ONE = Statement(select(*_COLUMNS).where(SenderProfile.c.id == bindparam("profile")))


def every(context: EtherContext) -> Sequence[Any]:
    return context.all(_ALL)


def find(context: EtherContext, profile: int | None) -> Any | None:
    return context.first(_ONE, profile=profile)
