"""Personalisation tags such as `[% member:first_name %]`: checked, and filled in.

The sources show no more than `[% member:x %]`, `[% event:x %]` and that there are conditions. Taken for the whole syntax:

    [% member:x %]  [% event:x %]  [% opt_out_url %]  [% webview_url %]
    [% if member:x %] ... [% else %] ... [% endif %]

A text is walked through once, tag by tag, whatever it holds: nothing is evaluated, and nothing looks back.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from html import escape
from typing import Any, NamedTuple

OPT_OUT, WEB_VIEW = LINKS = "opt_out_url", "webview_url"
"""Tags that stand for addresses."""

_OPENING, _CLOSING = "[%", "%]"
_OPENINGS = re.compile(re.escape(_OPENING))
_COLON = re.compile(r"\s*:\s*")
_VALUE = re.compile(r"(?:member|event):[\w.-]+")
_DATE = re.compile(r"@D:(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d")
_MIDNIGHT = "00:00"
_LONGEST_TAG = 200


class _Piece(NamedTuple):
    kind: str
    """text, value, if, else, endif; open for a tag that is not closed, with what follows; wrong for one without sense."""
    said: str
    """The text itself, the name of the value, or what is wrong."""


def render(text: str, values: Mapping[str, Any], *, as_html: bool = False) -> str:
    """The text with its tags filled in. `values` has lower-case names: `member:first_name`, `opt_out_url`.

    What has no value, or is no tag, leaves nothing behind; in HTML, values are escaped.
    """
    written: list[str] = []
    shown = [True]  # one more for each open condition
    for kind, said in _pieces(text):
        if kind in {"if", "else", "endif"}:
            _turn(shown, kind, readable(values.get(said)))
        elif shown[-1] and kind == "value":
            value = readable(values.get(said))
            written.append(escape(value) if as_html else value)
        elif shown[-1] and kind != "wrong":
            written.append(f"{_OPENING}{said}" if kind == "open" else said)
    return "".join(written)


def has_tags(text: str) -> bool:
    """Whether anything in it is to be filled in."""
    return _OPENING in text


def readable(value: Any) -> str:
    """A value of a member as it stands in a message."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    date = _DATE.fullmatch(value) if isinstance(value, str) else None
    if date is not None:
        return date[1] if date[2] == _MIDNIGHT else f"{date[1]} {date[2]}"
    return str(value)


def findings(text: str, links: Collection[str] = LINKS) -> Iterator[str | None]:
    """For each piece of a text in turn, what is wrong with it, or None: long texts are checked in slices.

    `links` are the tags that stand for addresses.
    """
    conditions: list[bool] = []
    for piece in _pieces(text):
        yield _fault(piece, conditions, links)
    if conditions:
        yield "[% if ... %] without [% endif %]"


def has_tag(text: str, name: str) -> bool:
    """Whether a text has the tag `[% name %]`."""
    wanted = _Piece("value", name.strip().lower())
    return any(piece == wanted for piece in _pieces(text))


def _pieces(text: str) -> Iterator[_Piece]:
    chunks = _chunks(text)
    yield _Piece("text", next(chunks))
    for chunk in chunks:
        inside, closing, after = chunk.partition(_CLOSING)
        if closing:
            yield _tag(inside)
            yield _Piece("text", after)
        else:
            yield _Piece("open", chunk)


def _chunks(text: str) -> Iterator[str]:
    """What stands before, between and after the openings of tags."""
    at = 0
    for opening in _OPENINGS.finditer(text):
        yield text[at : opening.start()]
        at = opening.end()
    yield text[at:]


def _tag(inside: str) -> _Piece:
    """What stands between the marks, in any case and with blanks wherever they may be."""
    if len(inside) > _LONGEST_TAG:
        return _Piece("wrong", f"{_spelled(inside)} is too long for a tag")
    wrong = "is no tag"
    match _COLON.sub(":", inside).lower().split():
        case []:
            wrong = "is empty"
        case [("else" | "endif") as kind]:
            return _Piece(kind, "")
        case ["if", name] if _VALUE.fullmatch(name):
            return _Piece("if", name)
        case ["if", *_]:
            wrong = "needs one value, such as [% if member:first_name %]"
        case [name]:
            return _Piece("value", name)
    return _Piece("wrong", f"{_spelled(inside)} {wrong}")


def _turn(shown: list[bool], kind: str, value: str) -> None:
    """Come to an `if`, an `else` or an `endif`: is what follows shown?"""
    if kind == "if":
        shown.append(shown[-1] and value not in {"", "false"})
    elif len(shown) > 1:  # else it ends a condition that nothing began
        holds = shown.pop()
        if kind == "else":
            shown.append(shown[-1] and not holds)


def _fault(piece: _Piece, conditions: list[bool], links: Collection[str]) -> str | None:
    """What is wrong with a piece. `conditions` has, for each that is open, whether its `else` was there."""
    kind, said = piece
    if kind == "if":
        conditions.append(False)
    elif kind in {"else", "endif"} and not conditions:
        return f"[% {kind} %] without [% if ... %]"
    elif kind == "else":
        again, conditions[-1] = conditions[-1], True
        return "[% else %] for the second time" if again else None
    elif kind == "endif":
        conditions.pop()
    elif kind == "value" and said not in links and not _VALUE.fullmatch(said):
        return f"[% {said} %] is no tag"
    elif kind == "open":
        return f"{_OPENING}{said[:20]} is not closed by {_CLOSING}"
    return said if kind == "wrong" else None


def _spelled(inside: str) -> str:
    return f"{_OPENING}{inside if len(inside) <= 40 else inside[:40] + '...'}{_CLOSING}"
