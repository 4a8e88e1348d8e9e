"""The dates and datetimes that parameters hold. How they are answered is in `wire.py`."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from mockserver.providers.emfluence.settings import EmfluenceSettings
from mockserver.providers.emfluence.wire import not_blank

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)([ T].*)?", re.ASCII | re.DOTALL)
_DATETIME = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?", re.ASCII)


def _date(value: Any) -> Any:
    """`yyyy-mm-dd`; a time behind it is ignored."""
    if not_blank(value) is None:
        return None
    try:
        found = _DATE.fullmatch(str(value).strip())
        return date.fromisoformat(found[1] if found else "")
    except ValueError as problem:
        raise PydanticCustomError("wrong_type", "expected a date yyyy-mm-dd") from problem


@dataclass(frozen=True, slots=True)
class Moment:
    """A datetime parameter. Without a time it is midnight, of a zone that the account decides."""

    value: datetime
    bare: bool

    def at(self, zone: str, settings: EmfluenceSettings) -> datetime:
        if not self.bare or settings.bare_datetime == "gmt":
            return self.value
        try:
            return self.value.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        except OverflowError:  # at either end of the calendar
            return self.value


def second_after(moment: datetime) -> datetime:
    """The end of the second that a moment names: what happened before it happened in that second or earlier."""
    return min(moment, _LAST_BUT_ONE) + _SECOND


_SECOND = timedelta(seconds=1)
_LAST_BUT_ONE = datetime.max.replace(tzinfo=UTC) - _SECOND


def _moment(value: Any) -> Any:
    """`yyyy-mm-dd hh:mm:ss`, or the date alone."""
    if not_blank(value) is None:
        return None
    text = str(value).strip()
    try:
        if _DATETIME.fullmatch(text) is None:
            raise ValueError(text)
        return Moment(datetime.fromisoformat(text).replace(tzinfo=UTC), bare=":" not in text)
    except ValueError as problem:
        raise PydanticCustomError("wrong_type", "expected a datetime yyyy-mm-dd hh:mm:ss") from problem


DateInput = Annotated[date | None, BeforeValidator(_date)]
MomentInput = Annotated[Any, BeforeValidator(_moment)]
"""A `Moment`, or None for a blank."""
