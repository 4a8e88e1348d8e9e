from typing import Any

from typing_extensions import TypedDict

from mockserver.providers.ethermailer.settings import EtherMailerSettings
from mockserver.providers.ethermailer.wire import epoch


class User(TypedDict):
    username: str
    company: str
    email: str
    apiKey: str
    active: bool
    verified: bool
    createdAt: int


def user(account: Any, api_key: str, settings: EtherMailerSettings) -> User:
    return {
        "username": account.username,
        "company": account.company,
        "email": account.email,
        "apiKey": api_key,
        "active": account.active,
        "verified": account.verified,
        "createdAt": epoch(account.created_at, settings),
    }
