"""How places and names are told to people, in fixtures, errors and control calls alike."""

import difflib
from collections.abc import Iterable


def key_path(location: Iterable[int | str]) -> str:
    """`("contacts", 3, "email")` as a person writes it: `contacts[3].email`."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """The sentence for a reference to nothing, with the nearest name if there is one near."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return f'no {kind} is called "{name}"' + (f'; did you mean "{near[0]}"?' if near else "")
