from sqlalchemy import select

from mockserver.providers.ethermailer.settings import EtherContext
from mockserver.providers.ethermailer.tables import Account

_ACCOUNT = select(Account.__table__)  # type: ignore[attr-defined]


def get(context: EtherContext) -> Account:
    account: Account = context.execute(_ACCOUNT).one()
    return account
