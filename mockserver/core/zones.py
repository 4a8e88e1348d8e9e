"""Time zones by name."""

from zoneinfo import ZoneInfo, available_timezones

from mockserver.core.wording import unknown_name


def zone_fault(name: str) -> str | None:
    """What is wrong with the name of a time zone, in a sentence; None if there is such a zone.

    All names are listed only for the sentence: it takes thirty milliseconds.
    """
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such zone; a path out of the folder; a folder of zones
        return unknown_name("time zone", name, available_timezones())
    return None
