"""Request bodies are read once, before the routes: what is wrong with them is said by a gate, in the provider's words."""

import json
import re
from collections.abc import Awaitable, Callable, Generator
from json import JSONDecoder
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute

from mockserver.core.call import call_in

LARGE = 256 * 1024
"""Bytes from which a body is read in slices: a few milliseconds of work."""
_SLICE = 1000
"""Elements of a large array that are read in one go."""
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_BLANKS = re.compile(r"[ \t\n\r]*")
_JSON_HEADERS = [(b"content-type", b"application/json")]


class BodyRoute(APIRoute):
    """A route that takes its JSON from the call, where a gate has put it; FastAPI would read it again.

    Whether the body is labelled well enough was the gate's affair, too. A call without JSON is one without a body.
    """

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override] # a coroutine is one
        handle = super().get_route_handler()

        async def handle_read(request: Request) -> Response:
            return await handle(_ReadRequest({**request.scope, "headers": _JSON_HEADERS}, request.receive))

        return handle_read if self.body_field is not None else handle


class _ReadRequest(Request):
    async def body(self) -> bytes:
        return b"" if call_in(self.scope).json is None else b"read"

    async def json(self) -> Any:
        return call_in(self.scope).json


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
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError as problem:
        raise ValueError("it holds bytes or escapes that are no text") from problem
    except RecursionError as problem:
        raise ValueError("it is nested too deeply") from problem
    return value


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
            key = self._value()
            if not isinstance(key, str):
                raise json.JSONDecodeError("Expecting property name enclosed in double quotes", self._text, self._at)
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
