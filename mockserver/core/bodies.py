"""Request bodies are read once, before the routes: what is wrong with them is said by a gate, in the provider's words."""

import json
import re
from collections.abc import Generator, Iterator
from functools import cache
from json import JSONDecoder
from typing import Any, NoReturn

LARGE = 256 * 1024
"""Bytes from which a body is read in slices: a few milliseconds of work."""
_SLICE = 1000
"""Elements of a large array that are read in one go."""
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_BLANKS = re.compile(r"[ \t\n\r]*")


def read_json(body: bytes, *, numbers_as_text: bool = False) -> Any:
    """The value of a JSON body, or a ValueError that says what is wrong with it.

    Strict where Python's reader is not: no NaN, no half of a surrogate pair, which no answer could repeat.
    """
    return _finish(_reading(body, _decoder(numbers_as_text=numbers_as_text), most=None))


def read_large_json(body: bytes) -> Generator[None, None, Any]:
    """The same, yielding every thousand elements of an array that is the body or a member of it.

    Python reads seven megabytes in a fifth of a second, and nobody else's call could be answered meanwhile.
    """
    return _reading(body, _decoder(numbers_as_text=False), most=_SLICE)


@cache
def _decoder(*, numbers_as_text: bool) -> JSONDecoder:
    number: dict[str, Any] = {"parse_float": str, "parse_int": str} if numbers_as_text else {}
    return JSONDecoder(parse_constant=_refuse_constant, **number)


def _finish(reading: Generator[None, None, Any]) -> Any:
    while True:
        try:
            next(reading)
        except StopIteration as end:
            return end.value


def _reading(body: bytes, decoder: JSONDecoder, *, most: int | None) -> Generator[None, None, Any]:
    try:
        text = body.decode(json.detect_encoding(body))
        value = decoder.decode(text) if most is None else (yield from _Slices(text, decoder, most).read())
        if "\\u" in text and _SURROGATE.search(text):
            for piece in _pieces(value, most or len(text)):
                json.dumps(piece, ensure_ascii=False).encode()
                yield
    except UnicodeError as problem:
        raise ValueError("it holds bytes or escapes that are no text") from problem
    except RecursionError as problem:
        raise ValueError("it is nested too deeply") from problem
    return value


def _pieces(value: Any, most: int) -> Iterator[Any]:
    """All of it, in pieces that are short unless something long is nested in them."""
    for member in [list(value), *value.values()] if isinstance(value, dict) else [value]:
        if isinstance(member, list):
            yield from (member[start : start + most] for start in range(0, len(member), most))
        else:
            yield member


class _Slices:
    """Reads an array, or an object with arrays in it, some elements at a time."""

    def __init__(self, text: str, decoder: JSONDecoder, most: int) -> None:
        self._text = text
        self._decoder = decoder
        self._most = most
        self._at = 0

    def read(self) -> Generator[None, None, Any]:
        self._skip_blanks()
        value = (yield from self._object()) if self._next_is("{") else (yield from self._member())
        self._skip_blanks()
        if self._at < len(self._text):
            raise json.JSONDecodeError("Extra data", self._text, self._at)
        return value

    def _object(self) -> Generator[None, None, dict[str, Any]]:
        found: dict[str, Any] = {}
        for _ in self._parts("}"):
            if not self._next_is('"'):
                raise json.JSONDecodeError("Expecting property name enclosed in double quotes", self._text, self._at)
            key = self._value()
            self._expect(":")
            found[key] = yield from self._member()
        return found

    def _member(self) -> Generator[None, None, Any]:
        """A value; an array piece by piece."""
        if not self._next_is("["):
            return self._value()
        found: list[Any] = []
        for _ in self._parts("]"):
            found.append(self._value())
            if len(found) % self._most == 0:
                yield
        return found

    def _parts(self, end: str) -> Generator[None, None, None]:
        """Once for each part between the opening character, which is next, and `end`."""
        self._at += 1
        self._skip_blanks()
        if self._next_is(end):
            self._at += 1
            return
        while True:
            yield
            self._skip_blanks()
            if self._next_is(end):
                self._at += 1
                return
            self._expect(",")

    def _value(self) -> Any:
        value, self._at = self._decoder.raw_decode(self._text, self._at)
        return value

    def _expect(self, character: str) -> None:
        self._skip_blanks()
        if not self._next_is(character):
            raise json.JSONDecodeError(f"Expecting {character!r} delimiter", self._text, self._at)
        self._at += 1
        self._skip_blanks()

    def _next_is(self, character: str) -> bool:
        return self._text.startswith(character, self._at)

    def _skip_blanks(self) -> None:
        found = _BLANKS.match(self._text, self._at)
        self._at = found.end() if found else self._at


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
