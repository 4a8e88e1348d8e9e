"""What stands for something else in an email: merge variables, and the slots of a template.

    $$firstName  $$email  $$custom1  $$content1       of the contact, by the names that contacts have on the wire
    $$account[name]  $$account[address|city|state|zip]
    $$url[unsubscribe]  [unsubscribe]                 the link by which the reader opts out
    <emflcontent body_slot="1" name="main-content"></emflcontent>

Names in any letter case. A text is walked through once: what a variable is replaced by is no text of the email, and is not
looked at again. What is no variable stays as it is.
"""

import re
from collections.abc import Mapping
from html import escape

UNSUBSCRIBE = "$$url[unsubscribe]"
"""What an email must have, as the vendor spells it."""

_VARIABLE = re.compile(r"\$\$(\w+)(?:\[(\w+)\])?|\[(unsubscribe)\]", re.IGNORECASE)
_SLOT = re.compile(r"<emflcontent\b([^<>]*)>(?:[^<>]*</emflcontent\s*>)?", re.IGNORECASE)
_NUMBER = re.compile(r"\bbody_slot\s*=\s*[\"']?(\d{1,4})\b", re.IGNORECASE)
_LINK = "url[unsubscribe]"


def merge(text: str, values: Mapping[str, str], *, as_html: bool = False) -> str:
    """The text with its variables replaced. `values` has lower-case names: `firstname`, `account[city]`, `url[unsubscribe]`.

    In HTML, values are escaped.
    """

    def value(found: re.Match[str]) -> str:
        name, inside, short = found.groups()
        known = values.get(_LINK if short else f"{name}[{inside}]".lower() if inside else name.lower())
        if known is None and inside:  # `$$firstName[1]` is a name with something behind it
            known, rest = values.get(name.lower()), f"[{inside}]"
        else:
            rest = ""
        if known is None:
            return found[0]
        return (escape(known) if as_html else known) + rest

    return _VARIABLE.sub(value, text)


def has_variables(text: str) -> bool:
    """Whether anything in it may be replaced."""
    return _VARIABLE.search(text) is not None


def can_unsubscribe(text: str) -> bool:
    """Whether a text has the variable for the link by which its reader opts out."""
    return any(each[3] or f"{each[1]}[{each[2]}]".lower() == _LINK for each in _VARIABLE.finditer(text))


def fill_slots(text: str, content: Mapping[str, str]) -> str:
    """A template with its slots filled, each by `body_slot1` and so on; one without content leaves nothing behind."""

    def slot(found: re.Match[str]) -> str:
        number = _NUMBER.search(found[1])
        return "" if number is None else content.get(f"body_slot{int(number[1])}", "")

    return _SLOT.sub(slot, text)


def slots(text: str) -> set[int]:
    """The numbers of the slots of a template."""
    found = (_NUMBER.search(each[1]) for each in _SLOT.finditer(text))
    return {int(number[1]) for number in found if number is not None}
