from typing import Any

from sqlalchemy import select

from mockserver.core.statements import Statement
from mockserver.providers.emma.settings import EmmaContext
from mockserver.providers.emma.tables import Account

_ACCOUNT = Statement(select(*Account.c))
_SETTLED = "emma-account"


def get(context: EmmaContext) -> Any:
    """The account of the workspace. It comes from fixtures and no call can change it: a workspace reads it once."""
    settled = context.workspace.settled
    if _SETTLED not in settled:
        settled[_SETTLED] = context.first(_ACCOUNT)
    return settled[_SETTLED]
