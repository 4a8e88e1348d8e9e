from typing import Any

from sqlalchemy import select
from sqlmodel import col

from mockserver.core.statements import Statement
from mockserver.providers.ethermailer.settings import EtherContext
from mockserver.providers.ethermailer.tables import Account

_ACCOUNT = Statement(
    select(
        *map(
            col,
            (
                Account.api_key,
                Account.username,
                Account.company,
                Account.email,
                Account.active,
                Account.verified,
                Account.created_at,
            ),
        )
    )
)


def get(context: EtherContext) -> Any:
    """The account of the workspace."""
    return context.first(_ACCOUNT)
