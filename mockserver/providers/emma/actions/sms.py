"""Text messages: numbers, and who agreed to which kind of them."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from mockserver.providers.emma.errors import shown
from mockserver.providers.emma.schemas.members import SMS_STATUSES, Sms
from mockserver.providers.emma.settings import EmmaContext

_HOME = "US"
"""Where a number without a country code is."""
_DEFAULTS = {"transactional_status": "a", "promotional_status": "o"}
"""As the document's samples show members who were asked nothing; in their order."""


def number(text: str) -> tuple[str, str]:
    """A phone number in its international form, and its region; ValueError for what can be none.

    The service gives `+11234567890` in the US for `1234567890`, which no exchange has: possible is enough.
    """
    import phonenumbers  # noqa: PLC0415 - 20 ms that most runs can do without

    try:
        parsed = phonenumbers.parse(text, _HOME)
    except phonenumbers.NumberParseException as problem:
        raise _no_number(text) from problem
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise _no_number(text)
    assert parsed.country_code is not None, "a number without one got that of home"
    region = phonenumbers.region_code_for_number(parsed)
    return (
        phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),
        region or phonenumbers.region_code_for_country_code(parsed.country_code),
    )


def merged(context: EmmaContext, stored: Sms | None, given: Mapping[str, Any]) -> Sms | None:
    """What a call gives, laid over what is stored; None as long as there is no number. A blank or null one is not given.

    Raises ValueError with a text that begins with the faulty key.
    """
    found: dict[str, Any] = dict(stored or {})
    if text := str(given.get("phone_number") or "").strip():
        found["phone_number"], found["region_code"] = number(text)
    now = context.now.astimezone(UTC).isoformat(timespec="microseconds")
    for kind, default in _DEFAULTS.items():
        status = given.get(kind) or found.get(kind, default)
        if status not in SMS_STATUSES:
            raise ValueError(f"{kind}: expected {' or '.join(SMS_STATUSES)}, found {shown(status)}")
        if status != found.get(kind):
            found[kind], found[f"{kind}_updated_at"] = status, now
    return _in_order(found) if "phone_number" in found else None


def _no_number(text: str) -> ValueError:
    return ValueError(f"phone_number: expected a phone number such as +14155552671, found {shown(text)}")


def _in_order(found: Mapping[str, Any]) -> Sms:
    return {
        "phone_number": found["phone_number"],
        "region_code": found["region_code"],
        "transactional_status": found["transactional_status"],
        "transactional_status_updated_at": found["transactional_status_updated_at"],
        "promotional_status": found["promotional_status"],
        "promotional_status_updated_at": found["promotional_status_updated_at"],
    }
