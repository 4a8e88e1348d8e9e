"""Looking for words in calls, as people do: somewhere in what was asked and answered.

They are looked for in what the journal shows, so that nobody can try out a secret letter by letter. A journal may hold many
megabytes, and most of them have nothing to do with the words: that is found out by bytes, before anything is decoded or
blacked out.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from mockserver.core.redaction import redacted

if TYPE_CHECKING:
    from mockserver.core.call import Call

_ESCAPED = re.compile(r"(?:\\u[0-9a-fA-F]{4})+|\\/")
"""Characters that JSON writes by their numbers, and strokes as PHP writes them."""
_ESCAPED_FOR_NOTHING = re.compile(rb"\\(?:u00[0-7]|/)")
"""The beginning of one that could have been written as it is."""
_COMMON = re.compile(r"[\x00-)+-\x7f]+")
"""Characters that stand for themselves in every way of writing: none beyond ASCII, and not what is put in for a secret."""


class _Words:
    """What is looked for, in small letters."""

    __slots__ = ("_bytes", "_common", "_text")

    def __init__(self, text: str) -> None:
        self._text = text.lower()
        self._bytes = self._text.encode() if self._text.isascii() else None
        self._common = max(_COMMON.findall(self._text), key=len, default="").encode()

    def may_be_in(self, data: bytes) -> bool:
        """False where they cannot be, however they are written."""
        return self._common in data.lower() or _ESCAPED_FOR_NOTHING.search(data) is not None

    def are_in(self, text: str) -> bool:
        """Bytes become small much faster than characters do."""
        return self._text in text.lower() if self._bytes is None else self._bytes in text.encode("utf-8", "replace").lower()


def says(call: "Call", words: str) -> bool:
    """Whether a call has these words in its path, its query or one of its bodies, in any letter case.

    What a query or JSON writes in another way is found as well.
    """
    wanted = _prepared(words)
    return (
        wanted.are_in(call.path)
        or any(wanted.are_in(reading) for reading in _readings_of_query(call))
        or any(_is_in_body(call, body, wanted) for body in (call.body, call.answer_body) if body)
    )


@lru_cache(maxsize=16)
def _prepared(words: str) -> _Words:
    return _Words(words)


def _is_in_body(call: "Call", body: bytes, wanted: _Words) -> bool:
    return wanted.may_be_in(body) and any(wanted.are_in(reading) for reading in _readings(redacted(call, body)))


def _readings_of_query(call: "Call") -> Iterator[str]:
    if call.query:
        text = redacted(call, call.query)
        yield text
        yield unquote_plus(text)


def _readings(text: str) -> Iterator[str]:
    """The text as it stands, and as a reader of JSON understands it."""
    yield text
    if "\\" in text:
        yield _ESCAPED.sub(lambda found: _characters(found[0]), text)


def _characters(escaped: str) -> str:
    if escaped == "\\/":
        return "/"
    return bytes.fromhex(escaped.replace("\\u", "")).decode("utf-16-be", "replace")
