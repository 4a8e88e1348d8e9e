"""Emma's accent: ids, moments, booleans, lists and addresses as they travel, and the paging of its lists."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from mockserver.core.ids import Ids
from mockserver.providers.emma.errors import BadRequest
from mockserver.providers.emma.settings import EmmaSettings

LARGEST_PAGE = 500

_FIRST_ID = 1024
"""What the provider's own samples give to whatever is new: an import, a member, a mailing."""
_LARGEST_ID = 2**63 - 1
_DATE_MARK = "@D:"
_FORM = f"{_DATE_MARK}%Y-%m-%dT%H:%M:%S"
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")


# Ids


def new_ids(ids: Ids, kind: str, count: int) -> range:
    """New ids of a kind (`member`, `group`, ...), each one more than the last."""
    numbers = ids.numbers(f"emma-{kind}", count)
    return range(numbers.start + _FIRST_ID - 1, numbers.stop + _FIRST_ID - 1)


def new_id(ids: Ids, kind: str) -> int:
    return new_ids(ids, kind, 1)[0]


def never_again(ids: Ids, kind: str, known: int) -> None:
    """Let new ids be larger than one that a fixture names."""
    ids.skip_past(f"emma-{kind}", known - _FIRST_ID + 1)


def record_id(text: str | None) -> int | None:
    """The record that an id in a path or query may mean. Whatever was never handed out means none."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    number = int(text)
    return number if number <= _LARGEST_ID else None


# Moments


def stamp(moment: datetime, settings: EmmaSettings) -> str:
    """A moment as it travels and as tables keep it: wall time of the account's zone, to the second."""
    return stamp_of_wall(moment.astimezone(_zone(settings.time_zone)))


def stamp_of_wall(moment: datetime) -> str:
    """A moment that is wall time already."""
    return f"{_DATE_MARK}{moment.replace(microsecond=0, tzinfo=None).isoformat()}"


def moment(stamped: str, settings: EmmaSettings) -> datetime:
    """The moment of a stamp; of the two that an hour of autumn may mean, the first."""
    return datetime.strptime(stamped, _FORM).replace(tzinfo=_zone(settings.time_zone)).astimezone(UTC)


def day(text: str) -> date | None:
    """The day that `YYYY-MM-DD` names; None for anything else."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def wall_day(moment: datetime, settings: EmmaSettings) -> date:
    """The day that a moment falls on in the account's zone."""
    return moment.astimezone(_zone(settings.time_zone)).date()


def day_stamps(first: date, last: date) -> tuple[str, str]:
    """The stamps between which the days lie, both ends included."""
    return f"{_DATE_MARK}{first}T00:00:00", f"{_DATE_MARK}{last}T23:59:59"


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


# Booleans and lists


def flag(value: Any) -> bool:
    """`True`, `true` and `1` are on, in any case and as JSON; everything else is off."""
    return value is True or value == 1 or (isinstance(value, str) and value.strip().lower() in {"true", "1"})


def split(values: Iterable[str] | None) -> list[str]:
    """The values of a query parameter that is repeated, separated by commas, or both."""
    return [part.strip() for value in values or () for part in value.split(",") if part.strip()]


def id_list(value: Any) -> Any:
    """An array of ids as clients send it: numbers or digits, a lone one, or several in one text."""
    if isinstance(value, str):
        value = split([value])
    elif isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    if not isinstance(value, list):
        return value
    return [record_id(each) or each if isinstance(each, str) else each for each in value]


# Addresses


def email_key(email: str) -> str:
    """The form in which addresses are compared."""
    return email.strip().casefold()


def is_email(text: str) -> bool:
    """One @ between a name and a domain with a dot, and no blank: real clients' addresses, not a standard's."""
    return _ADDRESS.fullmatch(text.strip()) is not None


# Paging


class Window(NamedTuple):
    """The rows of a list that a call asks for."""

    start: int
    limit: int


def window(start: str | None, end: str | None, settings: EmmaSettings) -> Window:
    """The half-open window [start, end) of at most 500 rows, by default the first 500."""
    first = _index("start", start, 0)
    beyond = _index("end", end, first + LARGEST_PAGE)
    if end is not None and settings.paging_end == "inclusive":
        beyond += 1
    return Window(first, max(0, min(beyond - first, LARGEST_PAGE)))


def _index(name: str, text: str | None, default: int) -> int:
    digits = (text or "").strip()
    if not digits:
        return default
    if not digits.isascii() or not digits.isdigit():
        raise BadRequest(f"{name}: expected the index of a row, 0 or more, found {text!r}", "emma.paging.bad_index")
    return int(digits) if len(digits) <= 18 else 10**18  # past any end, and SQLite can hold the sum of two
