"""Gates: the checks before routing, in the order in which a service complains."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.core.bodies import LARGE
from mockserver.core.call import Call, call_in
from mockserver.core.errors import NoConnectionToDrop, Refusal, UnknownMethod, UnknownPath
from mockserver.core.slices import take_turns

Gate = Callable[[Call], Awaitable[None] | None]
"""Passes a call by returning, and stops it by raising a Refusal or a Notice. One that has to wait, or to let others go
on, returns what is to be awaited; most do neither, and cost no turn of the event loop."""

Translate = Callable[[Exception], Refusal]
"""Puts anything that went wrong into a provider's words; what it does not know becomes that provider's 500."""

REASON_PHRASE = "mockserver.reason_phrase"
"""The ASGI extension that takes one."""

HANG_UP = "mockserver.hang_up"
"""The ASGI extension that ends the connection under a call, in the middle of whatever was sent; True resets it."""

logger = logging.getLogger(__name__)


class Gates:
    """ASGI: lets a call through the gates one by one, and answers in the provider's words when one stays shut."""

    def __init__(self, app: ASGIApp, gates: Sequence[Gate], translate: Translate) -> None:
        self._app = app
        self._gates = gates
        self._translate = translate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = call_in(scope)
        try:
            for gate in self._gates:
                waiting = gate(call)
                if waiting is not None:
                    await waiting
            await self._app(scope, receive, send if call.fault is None else call.fault.way_out(call, scope, send))
        except NoConnectionToDrop:
            raise
        except Exception as problem:
            refusal = self._translate(problem)
            if refusal.is_fault and refusal is not problem:  # one that is raised by its own name was ordered
                logger.exception("%s %s failed", call.method, call.path)
            if not call.status:  # the journal notes it as soon as an answer starts
                _phrase(scope, refusal)
                out = send if call.fault is None else call.fault.way_out(call, scope, send)
                await call.refuse(refusal)(scope, receive, out)


def _phrase(scope: Scope, refusal: Refusal) -> None:
    """Tell the server of a reason phrase, if it can be told (see `mockserver/protocol.py`)."""
    say = (scope.get("extensions") or {}).get(REASON_PHRASE)
    if say is not None and refusal.reason_phrase is not None:
        say(refusal.reason_phrase)


def within_limits(call: Call) -> None:
    """Not more bytes than the server's limits."""
    if call.notice is not None:
        raise call.notice


def nothing_unread(call: Call) -> Awaitable[None] | None:
    """In a strict workspace: no field, parameter or header that nothing reads. Stands where the body has been read."""
    if not call.workspace.is_strict(call.provider.name) or call.operation is None:
        return None
    from mockserver.core.strict import refuse_unread  # noqa: PLC0415 - rarely needed

    looking = refuse_unread(call)
    if len(call.body) > LARGE:
        return take_turns(looking)
    for _ in looking:
        pass
    return None


def known_operation(call: Call) -> None:
    """A path that exists, by a method that it has."""
    if call.operation is None:
        allowed = call.provider.operations.allowed(call.provider.normal_path(call.path))
        raise UnknownMethod(call.method, call.path, allowed) if allowed else UnknownPath(call.path)
