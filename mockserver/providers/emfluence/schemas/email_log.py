from typing import Any

from typing_extensions import TypedDict

from mockserver.providers.emfluence.schemas.emails import WhichEmail
from mockserver.providers.emfluence.wire import Paged, blank, datetime_text


class ActivityLog(WhichEmail, Paged):
    """Whose log, and which page of it."""


class LogEntry(TypedDict):
    """Who did what, and when."""

    logID: int
    emailID: int
    action: str
    userID: int
    username: str
    date: str


def log_entry(row: Any) -> LogEntry:
    return {
        "logID": row.id,
        "emailID": row.email_id,
        "action": row.action,
        "userID": row.user_id,
        "username": blank(row.username),
        "date": datetime_text(row.date),
    }
