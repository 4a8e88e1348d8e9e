"""Ether Mailer's accent: ids, moments and addresses as they travel, and the paging of its paths."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mockserver.core.ids import Ids
from mockserver.providers.ethermailer.errors import BadRequest, NotFound, Violation
from mockserver.providers.ethermailer.settings import EtherMailerSettings

LARGEST_PAGE = 50
LARGEST_BATCH = 1000

_FIRST_ID = 911222492809633792
"""The provider's own sample: a snowflake, the milliseconds since a moment of 2010 in the bits from 22 upwards."""
_LARGEST_ID = 2**63 - 1


def new_ids(ids: Ids, count: int) -> list[int]:
    """New ids, each a millisecond younger than the last: rising, 18 digits, the same after the same calls."""
    return [snowflake(number) for number in ids.numbers("ethermailer", count)]


def snowflake(number: int) -> int:
    """The id that is `number` milliseconds younger than the provider's sample."""
    return _FIRST_ID + (number << 22)


def never_again(ids: Ids, known: int) -> None:
    """Let new ids be larger than one that a fixture names."""
    ids.skip_past("ethermailer", (known - _FIRST_ID >> 22) + 1)


def record_id(text: str | None) -> int | None:
    """The record that an id from a client may mean. Whatever was never handed out means none."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 19 or (text[0] == "0" and text != "0"):
        return None
    number = int(text)
    return number if number <= _LARGEST_ID else None


def epoch(moment: datetime | None, settings: EtherMailerSettings) -> int:
    """A moment as a number, 0 for never."""
    if moment is None:
        return 0
    return int(moment.timestamp() * (1000 if settings.epoch_unit == "milliseconds" else 1))


def as_text(value: Any) -> Any:
    """A boolean where a text is due is taken by its JSON text; a number is one already (`access.require_readable_json`)."""
    return str(value).lower() if isinstance(value, bool) else value


def email_key(email: str) -> str:
    """The form in which addresses are compared."""
    return email.strip().casefold()


def is_email(text: str) -> bool:
    """Lenient on purpose: one @ between two sides, and no blank."""
    local, _, domain = text.partition("@")
    return bool(local) and bool(domain) and "@" not in domain and not any(character.isspace() for character in text)


@dataclass(frozen=True, slots=True)
class Page:
    limit: int
    offset: int


def page(limit: str, offset: str, settings: EtherMailerSettings) -> Page:
    """The page that two path segments ask for; every fault of either is in the refusal."""
    numbers = {"findLimit": _integer(limit), "offset": _integer(offset)}
    if settings.paging_not_a_number == 404 and None in numbers.values():
        raise NotFound("path", "limit and offset are numbers", "ether.paging.not_a_number")
    wanted = numbers["findLimit"] or 0
    if wanted > LARGEST_PAGE and settings.limit_above_50 == "clamp":
        numbers["findLimit"] = wanted = LARGEST_PAGE
    violations = [violation for name, number in numbers.items() for violation in _paging_faults(name, number)]
    if violations:
        raise BadRequest(*violations)
    return Page(wanted, numbers["offset"] or 0)


def _integer(text: str) -> int | None:
    sign, digits = (text[:1], text[1:]) if text[:1] in {"+", "-"} else ("", text)
    if not digits.isascii() or not digits.isdigit():
        return None
    return int(sign + digits) if len(digits) <= 18 else int(f"{sign}1{'0' * 18}")  # past any end, and SQLite can hold it


def _paging_faults(name: str, number: int | None) -> list[Violation]:
    least = 1 if name == "findLimit" else 0
    if number is None:
        return [Violation(name, "TypeMismatch", f"{name} must be an integer", "ether.paging.not_a_number")]
    if number < least:
        return [Violation(name, "Min", f"{name} must be at least {least}, not {number}", "ether.paging.min")]
    if name == "findLimit" and number > LARGEST_PAGE:
        return [Violation(name, "Max", f"{name} must be at most {LARGEST_PAGE}, not {number}", "ether.paging.max")]
    return []
