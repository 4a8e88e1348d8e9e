from typing import Any

from sqlalchemy import select

from mockserver.core.statements import Statement
from mockserver.providers.ethermailer.settings import EtherContext
from mockserver.providers.ethermailer.tables import Account

_SHOWN = ("api_key", "username", "company", "email", "active", "verified", "created_at")
_ACCOUNT = Statement(select(*(Account.c[name] for name in _SHOWN)))


def get(context: EtherContext) -> Any:
    """The account of the workspace."""
    return context.first(_ACCOUNT)
