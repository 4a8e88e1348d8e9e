"""Handing messages on: what goes into an outbox is given to an SMTP server as well, such as a mail catcher.

That happens after the commit and in the background: no call waits for it, and a call that was refused hands nothing on.
One task writes the messages, those of a batch in slices; another hands them over in their order, over one connection.

the server cannot be reached      messages wait, and a connection is tried every second
it puts a message off (4xx), or   the message is tried three times in all, a second apart; then it has failed
falls silent in the middle of it
it refuses a message (5xx)        it has failed
a batch of more than so many      the others are left out
too many wait                     new ones have failed
its world is gone before it was   it has failed; messages are written within moments, unless many wait
written: reset, restore, delete

Nothing is lost unseen: each message counts as relayed, waiting, left out or failed, and the log tells of the first failure
after a success.
"""

import asyncio
import logging
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from mockserver.core import outbox
from mockserver.core.news import News
from mockserver.core.smtp import Connection, Letter, NotTaken, PutOff, Unreachable, letter

if TYPE_CHECKING:
    from mockserver.core.addresses import Address
    from mockserver.core.ids import Ids
    from mockserver.core.limits import Limits
    from mockserver.core.workspace import Workspace

TRIES = 3
RETRY_SECONDS = 1.0
_IDLE_SECONDS = 5.0
"""How long a connection stays open without a message."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Sending:
    """Messages of one row of an outbox that are not written yet."""

    workspace: "Workspace"
    world: "Ids"
    """Another one after a reset or a restore, when the same ids are other messages."""
    messages: range
    left: int
    """How many are still to be written, or so it seems."""

    @property
    def lost(self) -> bool:
        return self.workspace.gone or self.workspace.ids is not self.world


class Relay:
    """Hands on what goes into the outboxes of a server, while `run` runs."""

    def __init__(self, address: "Address", limits: "Limits") -> None:
        self.address = address
        self.relayed = self.failed = self.left_out = 0
        self.last_error: str | None = None
        self._limits = limits
        self._connection = Connection(address.host, address.port)
        self._sendings: deque[_Sending] = deque()
        self._letters: deque[Letter] = deque()
        self._letter_bytes = 0
        self._news = News()
        self._well = True
        """Whether nothing has failed since the last message was handed over."""
        self._reachable = True

    def take(self, workspace: "Workspace", rows: list[range]) -> None:
        """The messages of these rows of the outbox are there to be handed on."""
        for row in rows:
            size = min(len(row), self._limits.relay_batch)
            if len(self._sendings) + len(self._letters) >= self._limits.relay_waiting:
                self._fail(size, f"more than {self._limits.relay_waiting} wait already")
            else:
                self._sendings.append(_Sending(workspace, workspace.ids, row, size))
        self._news.tell()

    @property
    def waiting(self) -> int:
        """How many are not handed over yet."""
        return len(self._letters) + sum(sending.left for sending in self._sendings)

    async def run(self) -> None:
        """Hand on until cancelled."""
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._write())
                both.create_task(self._post())
        finally:
            self._connection.close()

    async def finish(self, seconds: float) -> None:
        """Give what waits a little more time, if there is hope; what waits after that is told to the log."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.waiting and self._reachable:
                    await self._news.listen()
        if self.waiting:
            logger.warning("messages not relayed to %s before the server ended: %d", self.address, self.waiting)

    async def _write(self) -> None:
        while True:
            while not self._sendings:
                await self._news.listen()
            sending = self._sendings[0]
            try:
                await self._write_out(sending)
            except Exception as problem:
                logger.exception("messages of workspace %s could not be written for the relay", sending.workspace.name)
                self._fail(sending.left, f"it could not be written: {problem!r}")
            else:
                self._fail(sending.left, "it was deleted, reset or cleared away before it was written")
            self._sendings.popleft()
            self._news.tell()

    async def _write_out(self, sending: _Sending) -> None:
        """Write the messages as far as they are there; `left` says how many are not."""
        await self._rest(sending)
        if not sending.lost:
            self._count(sending)
        for message_id in sending.messages:
            await asyncio.sleep(0)  # one may be large
            await self._rest(sending)
            if sending.lost or not sending.left:
                return
            kept = outbox.message(sending.workspace, message_id)
            if kept is not None:
                self._add(letter(kept, sending.workspace.name))
                sending.left -= 1

    async def _rest(self, sending: _Sending) -> None:
        """Until there is room for a letter, and the workspace is at rest."""
        while self._letter_bytes >= self._limits.relay_bytes:
            await self._news.listen()
        while (busy := sending.workspace.busy) is not None:
            await busy.wait()

    def _count(self, sending: _Sending) -> None:
        """Find out how many there really are: some places of a batch are gaps, and a large one is not relayed whole."""
        size = outbox.size(sending.workspace, sending.messages[0])
        if size is None:
            return
        sending.left = min(size, self._limits.relay_batch)
        if size > sending.left:
            self.left_out += size - sending.left
            bound = self._limits.relay_batch
            said = "%d of %d messages of a batch are not relayed: more than limits.relay_batch (%d)"
            logger.warning(said, size - sending.left, size, bound)

    def _add(self, written: Letter) -> None:
        self._letters.append(written)
        self._letter_bytes += len(written.content)
        self._news.tell()

    async def _post(self) -> None:
        while True:
            while not self._letters:
                await self._idle()
            await self._hand_over(self._letters[0])
            self._letter_bytes -= len(self._letters.popleft().content)
            self._news.tell()
            _give_way()

    async def _idle(self) -> None:
        """Until there is something to do; a connection is not held open for ever."""
        news = self._news.listen()
        try:
            await asyncio.wait_for(news, _IDLE_SECONDS if self._connection.is_open else None)
        except TimeoutError:
            await self._connection.end()
        finally:
            self._news.forget(news)

    async def _hand_over(self, written: Letter) -> None:
        """Until it is taken, or has failed."""
        tries = count(1)
        while True:
            try:
                await self._connection.hand_over(written)
            except Unreachable as problem:
                self._reachable = False
                self._complain(f"{self.address} cannot be reached: {problem}; messages wait until it can")
            except NotTaken as problem:
                self._reachable = True
                if not isinstance(problem, PutOff) or next(tries) == TRIES:
                    self._fail(1, f"{self.address} did not take the message to {written.recipient}: {problem}")
                    return
            except Exception as problem:
                logger.exception("a message to %s could not be relayed", written.recipient)
                self._connection.close()
                self._fail(1, f"it could not be handed over: {problem!r}")
                return
            else:
                self.relayed += 1
                self._well = self._reachable = True
                return
            _give_way()
            await asyncio.sleep(RETRY_SECONDS)

    def _fail(self, messages: int, reason: str) -> None:
        if messages:
            self.failed += messages
            self._complain(reason)

    def _complain(self, reason: str) -> None:
        if self._well:
            logger.warning("relay: %s", reason)
        self._well, self.last_error = False, reason


def _give_way() -> None:
    """End if the task was told to: before Python 3.12 a timeout forgets that when what it waits for fails just then."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
