"""The journal: the last calls of each workspace, with what was asked, answered and decided."""

from collections import deque
from collections.abc import Iterator
from time import perf_counter
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.core.arrivals import stand_outside
from mockserver.core.call import CALL, Call
from mockserver.core.errors import BodyTooLarge, HeadTooLarge, Notice
from mockserver.core.redaction import beginning

if TYPE_CHECKING:
    from mockserver.core.provider import Provider
    from mockserver.core.runtime import Runtime

EXPLAIN = b"x-mock-explain"
EXPLANATION = b"x-mock-rules"


class Journal:
    """The newest calls of one workspace; the oldest make room."""

    __slots__ = ("_calls", "_count")

    def __init__(self, size: int) -> None:
        self._calls: deque[Call] = deque(maxlen=size)
        self._count = 0

    def add(self, call: Call) -> None:
        self._count += 1
        call.id = self._count
        self._calls.append(call)

    def find(self, call_id: int) -> Call | None:
        return next((call for call in self._calls if call.id == call_id), None)

    def clear(self) -> None:
        """Forget the calls; numbers go on, so that an id never means two calls."""
        self._calls.clear()

    @property
    def newest(self) -> int:
        """The id of the last call that was added."""
        return self._count

    def __iter__(self) -> Iterator[Call]:
        """The newest first."""
        return reversed(self._calls)

    def __len__(self) -> int:
        return len(self._calls)


class Journaled:
    """ASGI: reads the whole request, lets it be served, and notes both sides.

    Nothing below waits for the network any more: the body is here, so one call runs to its commit in one go.
    """

    def __init__(self, app: ASGIApp, provider: "Provider", runtime: "Runtime") -> None:
        self._app = app
        self._provider = provider
        self._runtime = runtime

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = perf_counter()
        call = Call(self._runtime, self._provider, scope)
        call.began = began
        read = await _read_body(receive, self._runtime.limits.body_bytes)
        if read is None:
            return  # half a request asks for nothing
        call.body, call.body_size = read
        call.notice = self._over_limit(call)
        scope[CALL] = call
        given = False

        async def body() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": call.body, "more_body": False}

        async def noted(message: Message) -> None:
            _note(call, message)
            await send(message)

        try:
            await self._app(scope, body, noted)
        finally:
            call.duration = perf_counter() - began
            call.end()
            self._keep(call)

    def _over_limit(self, call: Call) -> Notice | None:
        limits = self._runtime.limits
        if _head_size(call) > limits.head_bytes:
            return HeadTooLarge(limits.head_bytes)
        return BodyTooLarge(limits.body_bytes) if call.body_size > limits.body_bytes else None

    def _keep(self, call: Call) -> None:
        workspace, kept = call.workspace, self._runtime.limits.journal_body_bytes
        call.at = call.context.now if call.context is not None else workspace.clock.now()
        call.arrival = call.arrival or stand_outside(call)
        call.context = call.json = None  # a reader of the journal wants neither, and a large body would stay in memory
        call.parameters = {}
        call.body, call.answer_body = beginning(call, call.body, kept), beginning(call, call.answer_body, kept)
        workspace.journal.add(call)
        if workspace.news:
            workspace.news.tell()
        if call.fault is not None:
            call.fault.calls.append(call.id)
            call.fault = None  # it may be large, and the journal outlives it
        if call.operation is not None:
            workspace.called[call.provider.name, call.operation.name] += 1
        for rule in call.rules:
            workspace.touched[rule] += 1
        if self._runtime.on_call is not None:
            self._runtime.on_call(call)


async def _read_body(receive: Receive, most: int) -> tuple[bytes, int] | None:
    """The body and its size; past `most` it is read on but not kept. None when the client hung up half-way."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size <= most:
            parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts), size


def _head_size(call: Call) -> int:
    return len(call.path) + len(call.query) + sum(len(name) + len(value) for name, value in call.headers)


def _note(call: Call, message: Message) -> None:
    if message["type"] == "http.response.start":
        call.status = message["status"]
        if not call.refused and call.operation is not None:
            call.rules.add(call.operation.rule)
        headers = [*message["headers"], *call.extra_headers]
        if call.header(EXPLAIN):
            headers.append((EXPLANATION, _explanation(call).encode()))
        message["headers"] = call.answer_headers = headers
    else:
        body = message.get("body", b"")
        call.answer_body = call.answer_body + body if call.answer_body else body
        call.answer_size += len(body)


def _explanation(call: Call) -> str:
    """The rulebook rows that made the answer, each with its evidence."""
    rows = call.provider.rulebook
    return ", ".join(f"{rule};{rows[rule].evidence}" for rule in sorted(call.rules))
