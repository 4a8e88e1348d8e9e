from typing import Any

from sqlalchemy import select

from mockserver.core.statements import Statement
from mockserver.providers.emfluence.settings import EmfluenceContext
from mockserver.providers.emfluence.tables import ClientAccount

_ACCOUNT = Statement(select(*ClientAccount.c))
_SETTLED = "emfluence.account"


def get(context: EmfluenceContext) -> Any:
    """The client account of the workspace. It comes from fixtures and no call can change it: a workspace reads it once."""
    settled = context.workspace.settled
    if _SETTLED not in settled:
        settled[_SETTLED] = context.first(_ACCOUNT)
    return settled[_SETTLED]
