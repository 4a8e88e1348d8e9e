from typing import Any

from mockserver.providers.emma.schemas.mailings import DAY, HOUR, ListedMailing, listed_mailing, part_of


class CalendarMailing(ListedMailing):
    """A mailing as the calendar shows it."""

    hour: int | None
    day: int | None
    deleted_at: str | None


def calendar_mailing(row: Any, account_id: int) -> CalendarMailing:
    return {
        **listed_mailing(row, account_id),
        "hour": part_of(row.started_or_finished, HOUR),
        "day": part_of(row.started_or_finished, DAY),
        "deleted_at": row.deleted_at,
    }
