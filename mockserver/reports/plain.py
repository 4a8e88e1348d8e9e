"""Text that others wrote, for a terminal: what it would take for a command, or show in another order, is spelled out."""

import re

_NOT_SHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BREAKS = re.compile("[\t\n\u2028\u2029]")


def plain(text: str) -> str:
    """The text with its lines and tabs."""
    return _NOT_SHOWN.sub(_spelled, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The text on one line."""
    return _BREAKS.sub(_spelled, _NOT_SHOWN.sub(_spelled, text))


def _spelled(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()
