import json
from collections.abc import Iterable
from typing import Any, NotRequired

from typing_extensions import TypedDict

from mockserver.providers.emma.schemas.payloads import Payload


class SearchRow(TypedDict):
    optout_count: int
    account_id: int
    cached_at: NotRequired[str | None]
    """Shown only in answers about mailings."""
    last_run_at: str | None
    active_count: int
    error_count: int
    criteria: str
    """JSON in a text."""
    deleted_at: str | None
    purged_at: str | None
    search_id: int
    name: str


class SearchPayload(Payload):
    name: str | None = None
    criteria: Any = None
    """Read by `actions.criteria`, which says what is wrong with it and where."""


def cached_rows(rows: Iterable[tuple[Any, ...]], account_id: int) -> list[SearchRow]:
    """Searches as answers about mailings show them; the order of the columns is that of `actions.searches.ROW`."""
    return [
        {
            "optout_count": optout_count,
            "account_id": account_id,
            "cached_at": cached_at,
            "last_run_at": last_run_at,
            "active_count": active_count,
            "error_count": error_count,
            "criteria": json.dumps(criteria),
            "deleted_at": deleted_at,
            "purged_at": purged_at,
            "search_id": id_,
            "name": name,
        }
        for (
            id_,
            name,
            criteria,
            active_count,
            optout_count,
            error_count,
            last_run_at,
            cached_at,
            deleted_at,
            purged_at,
        ) in rows
    ]


def search_rows(rows: Iterable[tuple[Any, ...]], account_id: int) -> list[SearchRow]:
    """Searches as their own resource shows them."""
    found = cached_rows(rows, account_id)
    for row in found:
        del row["cached_at"]
    return found
