"""How calls are broken: what may become of one that a fault has taken, before it runs or after its commit.

kind          before                        the state     what the client gets
refusal       the call does not run         as it was     a refusal of the provider's catalogue
answer        the call does not run         as it was     any status, headers and body
drop          not at all (`before`)         as it was     a connection that is reset
              it runs (`middle`)            changed       head, half of the body, then a reset
truncate      it runs                       changed       the whole head, a part of the body, then the end of the connection
garbage       it runs                       changed       status and headers as they were, and bytes that are no JSON
lose_answer   it runs                       changed       the end of the connection
lose_request  it runs, and is rolled back   as it was     the end of the connection
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random  # noqa: TID251 - seeded by whoever arms the fault
from typing import TYPE_CHECKING, ClassVar, Literal

from starlette.responses import Response
from starlette.types import Message, Scope, Send

from mockserver.core.errors import NoConnectionToDrop, Refusal
from mockserver.core.gates import HANG_UP

if TYPE_CHECKING:
    from mockserver.core.call import Call

DROP_BEFORE: Literal["before"] = "before"


class InstantAnswer(Refusal):
    """What is answered in the place of a call, when that is no refusal of the provider."""

    rule = ""

    def __init__(self, response: Response) -> None:
        super().__init__("a fault was armed")
        self._response = response

    def cited(self) -> set[str]:
        return set()

    def response(self, call: "Call") -> Response:  # noqa: ARG002 - others ask it
        return self._response


class WayOut:
    """ASGI's `send` for a call with a fault: holds the answer back until it is whole, then lets the fault have it."""

    def __init__(self, act: "Act", call: "Call", scope: Scope, send: Send) -> None:
        self._act = act
        self._call = call
        self._scope = scope
        self._send = send
        self.head: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.head = message
            return
        self.body += message.get("body", b"")
        if not message.get("more_body", False):
            await self._act.deliver(self)

    async def write(self, body: bytes, *, more: bool = False) -> None:
        """Send the head, and so much of a body; `more` when the head promises more than that."""
        await self._send(self.head)
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    def hang_up(self, *, reset: bool = False) -> None:
        """End the connection as it is now; a reset is what a broken network does, an end what a killed server does."""
        if not self._call.status:
            self._call.rules.clear()  # they made an answer that nobody has seen
        end = (self._scope.get("extensions") or {}).get(HANG_UP)
        if end is None:
            raise NoConnectionToDrop(self._call.fault_id)
        end(reset)


class Act:
    """What becomes of a call: it runs and is answered, unless a kind says otherwise."""

    __slots__ = ()

    kind: ClassVar[str]
    undoes: ClassVar[bool] = False

    def instead(self, call: "Call") -> Refusal | None:  # noqa: ARG002 - some kinds ask it
        """What is answered without the call having run."""
        return None

    def way_out(self, call: "Call", scope: Scope, send: Send) -> Send:
        return WayOut(self, call, scope, send)

    async def deliver(self, out: WayOut) -> None:
        """Send of the whole answer what the client is to see; the call is committed by now, or refused."""
        await out.write(out.body)


@dataclass(frozen=True, slots=True)
class Refuse(Act):
    kind: ClassVar[str] = "refusal"
    name: str

    def instead(self, call: "Call") -> Refusal:
        return call.provider.refusals()[self.name](call)


@dataclass(frozen=True, slots=True)
class Answer(Act):
    kind: ClassVar[str] = "answer"
    status: int
    headers: Mapping[str, str]
    body: str

    def instead(self, call: "Call") -> Refusal:  # noqa: ARG002 - see above
        return InstantAnswer(Response(self.body, self.status, self.headers))


@dataclass(frozen=True, slots=True)
class Drop(Act):
    kind: ClassVar[str] = "drop"
    at: Literal["before", "middle"]

    def instead(self, call: "Call") -> Refusal | None:  # noqa: ARG002 - see above
        return InstantAnswer(Response()) if self.at == DROP_BEFORE else None

    async def deliver(self, out: WayOut) -> None:
        if self.at != DROP_BEFORE and out.body:
            await out.write(out.body[: len(out.body) // 2], more=True)
        out.hang_up(reset=True)


@dataclass(frozen=True, slots=True)
class Truncate(Act):
    kind: ClassVar[str] = "truncate"
    size: int | None
    """Bytes of the body that are left; None is half of it. One byte is missing at least."""

    async def deliver(self, out: WayOut) -> None:
        if out.body:
            left = len(out.body) // 2 if self.size is None else min(self.size, len(out.body) - 1)
            await out.write(out.body[:left], more=True)
        out.hang_up()


@dataclass(frozen=True, slots=True)
class Garble(Act):
    kind: ClassVar[str] = "garbage"
    size: int
    seed: int

    async def deliver(self, out: WayOut) -> None:
        garbage = self.garbage()
        headers = [(name, value) for name, value in out.head["headers"] if name != b"content-length"]
        out.head["headers"] = [*headers, (b"content-length", str(len(garbage)).encode())]
        await out.write(garbage)

    def garbage(self) -> bytes:
        """No text in UTF-8, since none begins so; and no zeros, by which a reader of JSON would guess another encoding."""
        drawn = Random(self.seed).randbytes(self.size)  # noqa: S311 - to be drawn again
        return (b"\xc0" + drawn.replace(b"\0", b"\1"))[: self.size]


@dataclass(frozen=True, slots=True)
class LoseAnswer(Act):
    kind: ClassVar[str] = "lose_answer"

    async def deliver(self, out: WayOut) -> None:
        out.hang_up()


@dataclass(frozen=True, slots=True)
class LoseRequest(LoseAnswer):
    kind: ClassVar[str] = "lose_request"
    undoes: ClassVar[bool] = True
