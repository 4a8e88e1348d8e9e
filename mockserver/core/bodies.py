"""Request bodies are read once, before the routes: what is wrong with them is said by a gate, in the provider's words."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.routing import APIRoute

from mockserver.core.call import call_in


class BodyRoute(APIRoute):
    """A route that takes its JSON from the call, where a gate has put it; FastAPI would read it again."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override] # a coroutine is one
        handle = super().get_route_handler()

        async def handle_read(request: Request) -> Response:
            return await handle(_ReadRequest(request.scope, request.receive))

        return handle_read if self.body_field is not None else handle


class _ReadRequest(Request):
    async def json(self) -> Any:
        return call_in(self.scope).json


def read_json(body: bytes, *, numbers_as_text: bool = False) -> Any:
    """The value of a JSON body, or a ValueError that says what is wrong with it.

    Strict where Python's reader is not: no NaN, no half of a surrogate pair, which no answer could repeat.
    """
    number: dict[str, Any] = {"parse_float": str, "parse_int": str} if numbers_as_text else {}
    try:
        text = body.decode(json.detect_encoding(body))
        value = json.loads(text, parse_constant=_refuse_constant, **number)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeError as problem:
        raise ValueError("it holds bytes or escapes that are no text") from problem
    except RecursionError as problem:
        raise ValueError("it is nested too deeply") from problem
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
