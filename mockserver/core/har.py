"""Calls as an HTTP archive (HAR 1.2), which browsers and other tools open."""

from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from pydantic_core import to_json
from typing_extensions import TypedDict

from mockserver import __version__
from mockserver.core.call import Call, RawHeaders
from mockserver.core.queries import read_query
from mockserver.core.redaction import redacted, redacted_headers

UNKNOWN = -1
"""What the format writes where nobody knows."""


class Creator(TypedDict):
    name: str
    version: str


class Timings(TypedDict):
    send: float
    wait: float
    receive: float


class Entry(TypedDict):
    startedDateTime: str
    time: float
    request: dict[str, Any]
    response: dict[str, Any]
    cache: dict[str, Any]
    timings: Timings
    comment: str


class Log(TypedDict):
    version: Literal["1.2"]
    creator: Creator
    entries: list[Entry]


class Archive(TypedDict):
    """One entry for each call, the oldest first."""

    log: Log


def archive(calls: Iterable[Call]) -> Iterator[bytes]:
    """The calls in their order without their secrets, as JSON in pieces: all of them may be more than fits well in memory.

    Times are those of the workspace's clock.
    """
    creator: Creator = {"name": "mockserver", "version": __version__}
    yield b'{"log":{"version":"1.2","creator":' + to_json(creator) + b',"entries":['
    for place, call in enumerate(calls):
        yield (b"," if place else b"") + to_json(_entry(call))
    yield b"]}}"


def _entry(call: Call) -> Entry:
    milliseconds = round(call.duration * 1000, 3)
    return {
        "startedDateTime": call.at.isoformat(),
        "time": milliseconds,
        "request": _request(call),
        "response": _response(call),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"{call.provider.name} {call.operation.name if call.operation is not None else '(no operation)'}",
    }


def _request(call: Call) -> dict[str, Any]:
    query = redacted(call, call.query)
    content = {"postData": _content(call, call.headers, call.body, call.body_size)} if call.body_size else {}
    return {
        "method": call.method,
        "url": _url(call) + (f"?{query}" if query else ""),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(call.headers),
        "queryString": [{"name": name, "value": value} for name, value in read_query(query.encode("latin-1", "replace"))],
        "headersSize": UNKNOWN,
        "bodySize": call.body_size,
        **content,
    }


def _response(call: Call) -> dict[str, Any]:
    content = _content(call, call.answer_headers, call.answer_body, call.answer_size)
    return {
        "status": call.status,
        "statusText": HTTPStatus(call.status).phrase if call.status in set(HTTPStatus) else "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(call.answer_headers),
        "content": {"size": call.answer_size, **content},
        "redirectURL": "",
        "headersSize": UNKNOWN,
        "bodySize": call.answer_size,
    }


def _content(call: Call, headers: RawHeaders, body: bytes, size: int) -> dict[str, Any]:
    kind = next((value.decode("latin-1") for name, value in headers if name.lower() == b"content-type"), "")
    cut = {"comment": f"only the first {len(body)} bytes were kept"} if size > len(body) else {}
    return {"mimeType": kind, "text": redacted(call, body), **cut}


def _headers(headers: RawHeaders) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in redacted_headers(headers)]


def _url(call: Call) -> str:
    """The address that was called, with what a path may not hold encoded."""
    parts = urlsplit(call.url)
    return f"{parts.scheme}://{parts.netloc}{quote(call.root + call.path, safe='/@:+')}"
