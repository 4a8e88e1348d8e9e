from collections.abc import Iterable
from typing import Any

from typing_extensions import TypedDict


class SenderProfileRow(TypedDict):
    id: str
    name: str
    email: str
    verified: bool
    spf: bool
    dkim: bool


class SenderProfileList(TypedDict):
    items: list[SenderProfileRow]


def sender_profile_list(rows: Iterable[Any]) -> SenderProfileList:
    return {
        "items": [
            {"id": str(id_), "name": name, "email": email, "verified": verified, "spf": spf, "dkim": dkim}
            for id_, name, email, verified, spf, dkim in rows
        ]
    }
