"""Patterns of the shell, as SQLite's GLOB understands them: in any case, and with `!` for "none of these"."""

import re

_PART = re.compile(r"\[[!^]?+[\s\S][^\]]*\]|\*+|[\s\S]")
"""A set with at least one member, wildcards, or any other character; a bracket that is never closed is one of those."""


def glob(pattern: str) -> str:
    """`*Kevin*` and `*[a-k]evin` for SQLite, whose GLOB minds the case, and whose LIKE minds it outside of ASCII."""
    return "".join(map(_translated, _PART.findall(pattern)))


def _translated(part: str) -> str:
    if part.startswith("["):
        return _set(part[1:-1]) if len(part) > 1 else "[[]"
    return part[:1] if part[0] in "*?" else _either_case(part)


def _either_case(character: str) -> str:
    cases = sorted(_cases(character))
    return f"[{''.join(cases)}]" if len(cases) > 1 else character


def _set(members: str) -> str:
    """A set with its letters in both cases. A closing bracket counts as a member only in front, a hyphen only at an end."""
    negation = "^" if members[0] in "!^" and len(members) > 1 else ""
    members = members[1:] if negation else members
    hyphen = "-" if "-" in (members[0], members[-1]) else ""
    members = members.strip("-")
    swapped = "".join(each.swapcase() for each in members if each != "]" and len(each.swapcase()) == 1)
    in_both = members if swapped == members else members + swapped
    return f"[{negation}{in_both}{hyphen}]" if in_both.startswith("]") else f"[{negation}{hyphen}{in_both}]"


def _cases(character: str) -> set[str]:
    return {case for case in (character, character.lower(), character.upper()) if len(case) == 1}
