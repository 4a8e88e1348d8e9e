"""What a workspace knows of itself, under names: clock, counters, credentials, schema."""

from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from mockserver.core.database import Database
from mockserver.core.statements import Statement
from mockserver.core.tables import Memory

_REMEMBER = Statement(insert(Memory).prefix_with("OR REPLACE"))
_FORGET = Statement(delete(Memory).where(Memory.c.key == bindparam("key")))
_RECALL = Statement(select(Memory.c.value).where(Memory.c.key == bindparam("key")))


def remember(database: Database, key: str, value: Any) -> None:
    """Keep a value that JSON can hold."""
    database.run(_REMEMBER, {"key": key, "value": value})


def forget(database: Database, key: str) -> None:
    database.run(_FORGET, {"key": key})


def recall(database: Database, key: str) -> Any:
    """The value, or None if there is none."""
    found = database.all(_RECALL, {"key": key})
    return found[0].value if found else None
